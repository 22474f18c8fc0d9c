"""The alert sensors, tick by tick on real runs: everything once, nothing lost while a receiver is down."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from macro_assets_tests.defs.automation.test_conditions import load_losing_a_row
from macro_assets_tests.defs.house import World, house, world
from macro_assets_tests.monitoring import servers

FRED = "bronze/fred_vintages"
ONE = {"bronze__fred_vintages": {"config": {"series": ["PAYEMS"]}}}


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[World]:
    with world(tmp_path, date(2012, 6, 29)) as loaded:
        yield loaded


def tick(loaded: World, channel: str, cursor: str | None) -> tuple[str | None, str]:
    """Cursor after a tick, and what the tick says."""
    sensor = house().resolve_sensor_def(f"alerts_{channel}")
    with loaded.entered():
        context = dg.build_sensor_context(
            instance=loaded.instance, cursor=cursor, repository_def=house().get_repository_def()
        )
        data = sensor.evaluate_tick(context)
    assert not data.run_requests
    return data.cursor, data.skip_message or ""


def fails(loaded: World, day: str = "2010-03-05") -> None:
    loaded.sandbox.faults.inject("500", path="*/series/observations", times=None)
    assert not loaded.run(FRED, days=day, config=ONE).success
    loaded.sandbox.faults.clear()


@pytest.mark.parametrize("channel", ["webhook", "email", "log_file"])
def test_a_channel_without_settings_says_what_it_waits_for(quiet: World, channel: str) -> None:
    cursor, text = tick(quiet, channel, None)
    assert cursor is None
    assert text.startswith(f"No alerts by {channel.replace('_', ' ')}: MACRO_ALERT_")


def test_a_failed_run_is_told_once_and_not_what_failed_before_the_channel_was_on(quiet: World) -> None:
    fails(quiet)
    with servers.webhook() as hook:
        quiet.changes["MACRO_ALERT_WEBHOOK_URL"] = hook.url
        cursor, text = tick(quiet, "webhook", None)
        assert (hook.bodies, text) == ([], "Nothing new is broken.")
        fails(quiet, "2009-09-04")
        cursor, text = tick(quiet, "webhook", cursor)
        (body,) = hook.bodies
        assert body["incidents"][0]["kind"] == "failed run"
        assert "2009-09-04" in body["incidents"][0]["subject"]
        assert "bronze__fred_vintages" in body["incidents"][0]["what"]
        cursor, _ = tick(quiet, "webhook", cursor)
        assert len(hook.bodies) == 1


def test_a_failing_check_is_told_once_and_again_when_it_fails_anew(quiet: World, tmp_path: Path) -> None:
    file = tmp_path / "alerts.jsonl"
    quiet.changes["MACRO_ALERT_LOG_FILE"] = str(file)

    def told() -> list[str]:
        return [json.loads(line)["kind"] for line in file.read_text().splitlines()] if file.exists() else []

    cursor, _ = tick(quiet, "log_file", None)
    load_losing_a_row(quiet)
    for _ in range(2):
        cursor, _ = tick(quiet, "log_file", cursor)
    assert told().count("failed check") == 1
    for passed in (True, False):
        quiet.instance.report_runless_asset_event(
            dg.AssetCheckEvaluation(
                asset_key=dg.AssetKey(FRED.split("/")), check_name="rows_accounted", passed=passed, metadata={}
            )
        )
        cursor, _ = tick(quiet, "log_file", cursor)
    assert told().count("failed check") == 2


def test_an_alert_waits_until_its_receiver_takes_it(quiet: World) -> None:
    with servers.mail_server() as box:
        quiet.changes |= {"MACRO_ALERT_EMAIL_TO": "a@example.org", "MACRO_ALERT_SMTP_HOST": "127.0.0.1",
                          "MACRO_ALERT_SMTP_PORT": str(box.port), "MACRO_ALERT_SMTP_SECURITY": "none"}  # fmt: skip
        cursor, _ = tick(quiet, "email", None)
        fails(quiet)
        box.refuses = True
        after, text = tick(quiet, "email", cursor)
        assert after == cursor
        assert text.startswith("1 alerts wait for the next tick: Mail server 127.0.0.1:")
        box.refuses = False
        cursor, _ = tick(quiet, "email", after)
        assert len(box.mails) == 1
        assert "failed run" in box.mails[0][2]
        tick(quiet, "email", cursor)
        assert len(box.mails) == 1
