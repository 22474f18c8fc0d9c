"""Every service of the Compose file, its own command run as a process on loopback."""

import contextlib
import os
import shlex
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psutil
import psycopg2
import pytest
import tenacity
import yaml

from macro_assets_tests.commands.pages import QUERY, status_of
from macro_assets_tests.conftest import REPOSITORY
from macro_assets_tests.deploy.postgres import find_binaries, free_port, server

PASSWORD = "l@op#b/ck 1"
ENTRYPOINT = ["sh", "deploy/entrypoint.sh"]
pytestmark = pytest.mark.postgres


def compose() -> dict:
    return yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())


@contextmanager
def process(command: list[str], env: dict[str, str], log: Path) -> Iterator[subprocess.Popen]:
    with log.open("wb") as sink:
        child = subprocess.Popen(
            command,
            env=env,
            stdout=sink,
            stderr=subprocess.STDOUT,
            cwd=REPOSITORY,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        try:
            yield child
        finally:
            os.killpg(child.pid, signal.SIGTERM)
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait(5)


def until(condition: Callable[[], bool], what: str, log: Path, every: float = 0.25) -> None:
    """Repeat a question until it is answered with yes."""
    wait, stop = tenacity.wait_fixed(every), tenacity.stop_after_delay(90)
    try:
        tenacity.Retrying(stop=stop, wait=wait, retry=tenacity.retry_if_result(lambda yes: not yes))(condition)
    except tenacity.RetryError:
        pytest.fail(f"{what} never came; the service said:\n{log.read_text()[-3000:]}")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def daemons_have_beaten(database: int) -> bool:
    place = {"host": "127.0.0.1", "port": database, "user": "macro", "password": PASSWORD, "dbname": "dagster"}
    with psycopg2.connect(**place) as opened, opened.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM daemon_heartbeats")
        return cursor.fetchone()[0] > 0


def healthy(check: list[str] | str, env: dict[str, str]) -> bool:
    """A service's own health check, once. Those that are commands start an interpreter: ask when all else is up."""
    if isinstance(check, str):
        try:
            return urllib.request.urlopen(check, timeout=2).status == 200
        except OSError:
            return False
    return subprocess.run(check, env=env, capture_output=True, cwd=REPOSITORY).returncode == 0


def test_every_service_runs_its_own_command(tmp_path: Path) -> None:
    if find_binaries() is None:
        pytest.skip("no PostgreSQL on this machine: install the package postgresql")
    services, ports = compose()["services"], {name: free_port() for name in ("mlflow", "code", "webserver")}
    (tmp_path / "home").mkdir()
    with ExitStack() as stack:
        database = stack.enter_context(server(user="macro", password=PASSWORD))
        make_databases(database)
        localised = partial(on_this_machine, folder=tmp_path, ports=ports | {"database": database})
        write_settings(tmp_path, ports | {"database": database})
        declared = services["code"]["environment"] | {
            "POSTGRES_HOST": "127.0.0.1", "POSTGRES_PASSWORD": PASSWORD, "PGPASSWORD": PASSWORD,
            "POSTGRES_PORT": str(database),
        }  # fmt: skip
        env = os.environ | {name: localised(str(value)) for name, value in declared.items() if "${" not in str(value)}
        env |= {
            "DAGSTER_HOME": str(tmp_path / "home"),
            "MACRO_PAGE_HOSTS": "macro.example",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
        checks = {
            "code": ["dagster", "api", "grpc-health-check", "--port", str(ports["code"])],
            "mlflow": f"http://127.0.0.1:{ports['mlflow']}/health",
            "webserver": f"http://127.0.0.1:{ports['webserver']}/server_info",
            "daemon": services["daemon"]["healthcheck"]["test"][1:],
        }
        assert set(checks) == set(services) - {"postgres", "first-load"}
        for name in ("code", "mlflow", "webserver", "daemon"):
            log = tmp_path / f"{name}.log"
            stack.enter_context(process([*ENTRYPOINT, *shlex.split(localised(services[name]["command"]))], env, log))
            if name == "code":
                until(lambda: listens(ports["code"]), "the port of code", log)
        until(lambda: daemons_have_beaten(database), "the first heartbeat", tmp_path / "daemon.log")
        for name in ("mlflow", "webserver", "code", "daemon"):
            until(partial(healthy, checks[name], env), f"health of {name}", tmp_path / f"{name}.log")
        assert assets_served(ports["webserver"]) > 10
        refused = [
            status_of(ports["webserver"], "GET", "/graphql?query=mutation%7Bx%7D"),
            status_of(ports["webserver"], "POST", "/graphql", QUERY, Host="elsewhere.example"),
            status_of(ports["webserver"], "POST", "/graphql", QUERY, Origin="http://elsewhere.example"),
        ]
        assert refused == [403, 403, 403], "the guard stands before the web server"
        assert status_of(ports["webserver"], "POST", "/graphql", QUERY, Host="macro.example") == 200, (
            "named in settings"
        )


def on_this_machine(text: str, *, folder: Path, ports: dict[str, int]) -> str:
    """A text of the Compose file with this machine's addresses and folders."""
    replacements = {
        "${MLFLOW_ARTIFACTS:-/data/mlflow-artifacts}": "/data/mlflow-artifacts",
        "0.0.0.0": "127.0.0.1",
        "postgres:5432": f"127.0.0.1:{ports['database']}",
        "/data": str(folder / "home"),
        "--port 5000": f"--port {ports['mlflow']}",
        "--port 4000": f"--port {ports['code']}",
        "--port 3000": f"--port {ports['webserver']}",
        "deploy/workspace.yaml": str(folder / "workspace.yaml"),
        "mlflow:5000": f"127.0.0.1:{ports['mlflow']}",
    }
    for old, new in replacements.items():
        text = text.replace(old, new)
    return text


def write_settings(folder: Path, ports: dict[str, int]) -> None:
    """The workspace as deployed, at this machine's ports; the entry point writes the instance file."""
    workspace = (REPOSITORY / "deploy/workspace.yaml").read_text()
    workspace = workspace.replace("host: code", "host: 127.0.0.1").replace("4000", str(ports["code"]))
    (folder / "workspace.yaml").write_text(workspace)


def make_databases(port: int) -> None:
    connection = psycopg2.connect(host="127.0.0.1", port=port, user="macro", password=PASSWORD, dbname="postgres")
    connection.autocommit = True
    script = (REPOSITORY / "deploy/create-databases.sql").read_text()
    with connection.cursor() as cursor:
        cursor.execute("CREATE DATABASE dagster")
        for statement in [line for line in script.splitlines() if line and not line.startswith("--")]:
            cursor.execute(statement)
    connection.close()


def assets_served(port: int) -> int:
    """How many assets the web server shows, over its own GraphQL."""
    import json

    body = json.dumps({"query": "{ assetNodes { id } }"}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/graphql", body, {"Content-Type": "application/json"})
    return len(json.load(urllib.request.urlopen(request, timeout=20))["data"]["assetNodes"])


def test_every_service_has_a_health_check_and_restarts() -> None:
    for name, service in compose()["services"].items():
        assert ("healthcheck" in service) == (name != "first-load"), name
        assert service["restart"] == ("on-failure" if name == "first-load" else "unless-stopped"), name


def test_automation_acts_only_after_the_first_load() -> None:
    services = compose()["services"]
    assert services["first-load"]["command"] == "macro-assets first-load"
    assert services["daemon"]["depends_on"]["first-load"] == {"condition": "service_completed_successfully"}
    assert services["first-load"]["depends_on"]["mlflow"] == {"condition": "service_healthy"}


def test_every_setting_reaches_every_container_of_ours() -> None:
    for name, service in compose()["services"].items():
        if name != "postgres":
            assert service["env_file"] == [".env"], name
            assert not [key for key in service["environment"] if key.startswith("MACRO_LAKE")], "it would win over .env"


LOGS = """
import os, sys, yaml
from dagster._serdes import ConfigurableClassData
stored = yaml.safe_load(open(os.environ["DAGSTER_HOME"] + "/dagster.yaml"))["compute_logs"]
data = ConfigurableClassData(stored["module"], stored["class"], yaml.dump(stored["config"]))
manager = data.rehydrate(__import__("dagster")._core.storage.compute_log_manager.ComputeLogManager)
key = ["run", "compute_logs", "step"]
if sys.argv[1] == "write":
    with manager.capture_logs(key):
        print("forty lines of a step", flush=True)
else:
    print(type(manager).__name__, manager.get_log_data(key).stdout.decode(), file=sys.stderr)
"""


def container(home: Path, env: dict[str, str], *arguments: str) -> str:
    """One container's run of a program through the entry point; its standard error.

    Written to files and ended with all it started, as a container is: what Dagster copies logs with outlives the program
    and would keep a pipe open.
    """
    home.mkdir()
    out, errors = home / "stdout.txt", home / "stderr.txt"
    with out.open("w") as stdout, errors.open("w") as stderr:
        process = subprocess.Popen(
            [*ENTRYPOINT, sys.executable, "-c", LOGS, *arguments], env=os.environ | env | {"DAGSTER_HOME": str(home)},
            cwd=REPOSITORY, stdout=stdout, stderr=stderr, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # where it is ignored, Dagster ignores SIGTERM
        )  # fmt: skip
        try:
            code = process.wait(timeout=120)
        finally:
            end_all_of(home)
    assert code == 0, errors.read_text()[-2000:]
    return errors.read_text()


def end_all_of(home: Path) -> None:
    """End every process of a home, as the end of its container does."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.environ().get("DAGSTER_HOME") == str(home):
                process.kill()


def test_raw_logs_of_one_container_are_read_in_another(tmp_path: Path) -> None:
    env = {"COMPUTE_LOGS_DIR": str(tmp_path / "shared")}
    container(tmp_path / "code", env, "write")
    assert "LocalComputeLogManager forty lines of a step" in container(tmp_path / "web", env, "read")


def test_raw_logs_are_kept_on_s3_with_the_keys_of_the_lake(tmp_path: Path) -> None:
    import boto3
    from moto.server import ThreadedMotoServer

    store = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    store.start()
    try:
        address = "http://{}:{}".format(*store.get_host_and_port())
        boto3.client("s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="k",
                     aws_secret_access_key="s").create_bucket(Bucket="logs")  # fmt: skip
        env = {"COMPUTE_LOGS_BUCKET": "logs", "MACRO_LAKE_ENDPOINT_URL": address, "MACRO_LAKE_ACCESS_KEY": "k",
               "MACRO_LAKE_SECRET_KEY": "s"}  # fmt: skip
        container(tmp_path / "code", env, "write")
        assert "S3ComputeLogManager forty lines of a step" in container(tmp_path / "web", env, "read")
    finally:
        store.stop()


def test_no_secret_stands_in_the_compose_file() -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text()
    assert "POSTGRES_PASSWORD:?" in text
    assert "MACRO_FRED_API_KEY" not in text
