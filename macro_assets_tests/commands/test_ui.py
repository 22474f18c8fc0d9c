"""`macro-assets ui` as a person uses it: both pages answer, and one signal ends everything that was started."""

import base64
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from macro_assets.cli import app
from macro_assets.commands.home import PAGES_FILE, only_pages
from macro_assets.errors import InvalidInputError
from macro_assets_tests.commands.pages import QUERY, status_of
from macro_assets_tests.commands.printed import lines_until, marked
from macro_assets_tests.conftest import REPOSITORY
from macro_assets_tests.deploy.postgres import free_port

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="reads /proc to find processes")


HANDSHAKE = {
    "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Protocol": "graphql-ws",
    "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
}  # fmt: skip


def test_both_servers_answer_and_sigterm_leaves_no_child(tmp_path: Path) -> None:
    dagster, mlflow, mark = free_port(), free_port(), uuid4().hex
    command = [sys.executable, "-m", "macro_assets.cli", "ui", "--new", "--home", str(tmp_path / "home")]
    command += ["--dagster-port", str(dagster), "--mlflow-port", str(mlflow)]
    environment = os.environ | {"UI_TEST_MARK": mark}
    with subprocess.Popen(
        command, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a shell in the background leaves it
    ) as process:  # fmt: skip
        text = lines_until(process, "Stop with")
        assert f"http://127.0.0.1:{dagster}" in "".join(text), "".join(text)
        assert urllib.request.urlopen(f"http://127.0.0.1:{dagster}/server_info", timeout=10).status == 200
        assert urllib.request.urlopen(f"http://127.0.0.1:{mlflow}/health", timeout=10).status == 200
        assert len(marked(mark)) > 3
        assert status_of(dagster, "GET", "/graphql?query=mutation%7Bx%7D") == 403
        assert status_of(dagster, "POST", "/graphql", QUERY, Host="elsewhere.example") == 403
        assert status_of(dagster, "POST", "/graphql", QUERY, Origin="http://elsewhere.example") == 403
        assert status_of(dagster, "POST", "/graphql", QUERY, Origin=f"http://127.0.0.1:{dagster}") == 200
        assert status_of(dagster, "GET", "/graphql", **HANDSHAKE, Origin="http://elsewhere.example") == 403
        assert status_of(dagster, "GET", "/graphql", **HANDSHAKE, Host="elsewhere.example") == 403
        assert status_of(dagster, "GET", "/graphql", **HANDSHAKE, Origin=f"http://127.0.0.1:{dagster}") == 101
        second = CliRunner().invoke(app, ["ui", "--home", str(tmp_path / "home"), "--dagster-port", str(dagster)])
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, process.stdout and process.stdout.read()
    assert marked(mark) == []
    assert second.exit_code == 1
    told = " ".join(second.output.split())
    assert "runs on home" in told, "one home has one daemon"
    assert f"Open http://127.0.0.1:{dagster}, or end it there" in told
    assert "Port" not in told, "another port would not help"


def test_a_taken_port_is_refused_at_once(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        (tmp_path / "home" / "lake").mkdir(parents=True)
        result = CliRunner().invoke(app, ["ui", "--home", str(tmp_path / "home"), "--dagster-port", str(port)])
    assert result.exit_code == 1
    assert f"Port {port} is in use" in result.output
    assert "--dagster-port" in result.output


def test_a_mistyped_home_is_refused_and_not_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for name, state in (("typo", "does not exist"), ("file", "is a file"), ("", "holds no home")):
        ports = ["--dagster-port", str(free_port()), "--mlflow-port", str(free_port())]
        result = CliRunner().invoke(app, ["ui", "--home", str(tmp_path / name), *ports])
        assert result.exit_code == 1
        assert state in result.output
        assert "--new" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_home_is_free_again_when_its_ui_has_ended(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with only_pages(home, "http://127.0.0.1:3000"):
        with pytest.raises(InvalidInputError, match="runs on home"), only_pages(home, "http://127.0.0.1:3001"):
            pass
        assert (home / PAGES_FILE).read_text() == "http://127.0.0.1:3000", "the one that was refused left no mark"
        with only_pages(tmp_path / "other", "http://127.0.0.1:3001"):
            pass
    with only_pages(home, "http://127.0.0.1:3002"):
        assert (home / PAGES_FILE).read_text().endswith(":3002")
