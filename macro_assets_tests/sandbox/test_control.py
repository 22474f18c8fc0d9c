"""The controls, from this process, over HTTP and in a process of its own."""

from datetime import date, time
from pathlib import Path

import httpx2
import pytest

from macro_assets.clock import move_sandbox, sandbox_day, sandbox_instant
from macro_assets.errors import InvalidInputError, TransientSourceError
from macro_assets.sandbox import Archive, RemoteSandbox, SandboxProcess, SandboxServer, SandboxStartError
from macro_assets.sandbox.command import greeting


def test_remote_handle_controls_a_sandbox(sandbox: SandboxServer) -> None:
    remote = RemoteSandbox(sandbox.base_url)
    assert remote.urls == sandbox.urls
    assert remote.advance_to(date(2012, 5, 1)) == sandbox.today == remote.today
    with pytest.raises(ValueError, match="cannot go back to 2012-04-30"):
        remote.advance_to(date(2012, 4, 30))
    remote.faults.inject("500", times=1, path="/fred/*")
    assert remote.faults.describe()[0]["kind"] == "500"
    assert httpx2.get(f"{remote.base_url}/fred/series", trust_env=False).status_code == 500
    remote.faults.inject("429", times=None)
    remote.faults.clear()
    assert remote.faults.describe() == []
    assert remote.requests()["last"][-1]["status"] == 500
    assert remote.truth() is None
    with pytest.raises(ValueError, match="Unknown fault 'flood'"):
        remote.faults.inject("flood")


def test_revisions_reach_every_provider(sandbox: SandboxServer) -> None:
    remote = RemoteSandbox(sandbox.base_url)
    assert remote.revise("PAYEMS", day=date(2011, 1, 1), value=1.0)["day"] == "2011-01-01"
    assert remote.revise("TLT")["provider"] == "yahoo"
    assert remote.revise("NY.GDP.MKTP.KD.ZG", economy="DEU")["year"] == 2010
    remote.faults.inject("revised", series="GDPC1")
    with pytest.raises(ValueError, match="Unknown series, symbol or indicator 'NOPE'"):
        remote.revise("NOPE")
    with pytest.raises(ValueError, match="TLT has no bar on 2012-03-11"):
        remote.revise("TLT", day=date(2012, 3, 11))


def test_truth_is_served_when_there_is_one(archive: Archive) -> None:
    with SandboxServer(archive, truth={"fed": {"sp500": -2.5}}) as sandbox:
        assert RemoteSandbox(sandbox.base_url).truth() == {"fed": {"sp500": -2.5}}


def test_closed_sandbox_answers_nobody(archive: Archive) -> None:
    with httpx2.Client(trust_env=False) as client:
        with SandboxServer(archive) as sandbox:
            address = f"{sandbox.base_url}/control/health"
            health = {
                "status": "ok",
                "today": "2014-12-31",
                "hour": "12:00:00",
                "last_day": "2014-12-31",
                "day_file": None,
            }
            assert client.get(address).json() == health
        with pytest.raises(httpx2.TransportError):
            client.get(address)


def test_greeting_holds_the_settings_to_paste(sandbox: SandboxServer) -> None:
    text = "\n".join(greeting(sandbox, "an archive"))
    assert f"export MACRO_FRED_URL={sandbox.base_url}/fred" in text
    assert f"export MACRO_SANDBOX_URL={sandbox.base_url}" in text


def test_own_process_serves_a_folder_and_ends(archive: Archive, tmp_path: Path) -> None:
    folder = archive.write(tmp_path / "archive")
    with SandboxProcess(folder, today=date(2010, 1, 4)) as sandbox:
        address = sandbox.base_url
        assert sandbox.today == date(2010, 1, 4)
        sandbox.advance_to(date(2010, 1, 5))
        state = sandbox.state()
        assert (state["today"], state["contents"]["series"]) == ("2010-01-05", 5)
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"{address}/control/health", trust_env=False)


def test_process_that_cannot_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(SandboxStartError, match="is not an archive") as refused, SandboxProcess(tmp_path):
        pass
    assert "Traceback" not in str(refused.value)


def test_the_day_outlives_the_sandbox_and_ends_with_the_data(archive: Archive, tmp_path: Path) -> None:
    file = tmp_path / "day"
    with SandboxServer(archive, today=date(2012, 3, 15), day_file=file) as first:
        first.advance_to(date(2012, 5, 1))
        with pytest.raises(ValueError, match="cannot go back"):
            first.advance_to(date(2012, 4, 30))
        with pytest.raises(ValueError, match="end on 2014-12-31"):
            first.advance_to(date(2015, 1, 1))
    with SandboxServer(archive, today=date(2012, 3, 15), day_file=file) as again:
        assert again.today == date(2012, 5, 1)
        assert sandbox_day(again.base_url) == date(2012, 5, 1)
        assert move_sandbox(again.base_url) == date(2012, 5, 2)
        with pytest.raises(InvalidInputError, match="cannot go back"):
            move_sandbox(again.base_url, date(2012, 5, 1))
    with pytest.raises(TransientSourceError, match="does not answer"):
        sandbox_day(again.base_url)


def test_pages_in_a_browser_cannot_control_the_sandbox(sandbox: SandboxServer) -> None:
    with httpx2.Client(trust_env=False) as client:
        address = f"{sandbox.base_url}/control/advance_to?today=2013-01-01"
        assert client.post(address, headers={"Origin": "http://elsewhere.example"}).status_code == 403
    assert sandbox.today == date(2012, 3, 15)


def test_the_hour_moves_forward_with_the_day_and_is_kept(archive: Archive, tmp_path: Path) -> None:
    kept = tmp_path / "day"
    with SandboxServer(archive, today=date(2012, 3, 9), day_file=kept) as sandbox:
        remote = RemoteSandbox(sandbox.base_url)
        assert sandbox_instant(sandbox.base_url).isoformat() == "2012-03-09T12:00:00-05:00"
        remote.advance_to(date(2012, 3, 12), time(7, 30))
        assert sandbox_instant(sandbox.base_url).isoformat() == "2012-03-12T07:30:00-04:00", "summer time"
        with pytest.raises(ValueError, match="cannot go back to 2012-03-12 07:00:00"):
            remote.advance_to(date(2012, 3, 12), time(7))
        remote.advance_to(date(2012, 3, 12))
        assert sandbox.providers.clock.hour == time(12), "noon without an hour"
        remote.advance_to(date(2012, 3, 12), time(17, 30))
        remote.advance_to(date(2012, 3, 12))
        assert sandbox.providers.clock.hour == time(17, 30), "and never back to it"
    with SandboxServer(archive, today=date(2012, 3, 9), day_file=kept) as again:
        assert (again.today, again.providers.clock.hour) == (date(2012, 3, 12), time(17, 30))
        assert again.advance_to(date(2012, 3, 13)) == date(2012, 3, 13)
        assert kept.read_text() == "2012-03-13\n"
