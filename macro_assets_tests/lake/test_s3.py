"""The same lake on an S3-compatible store: real clients against a server on the loopback."""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from pydantic import SecretStr
from werkzeug.serving import make_server

from macro_assets.errors import LakeError, TableNotFoundError, UnsafeStoreError
from macro_assets.lake import Lake
from macro_assets.settings import Settings
from macro_assets.tables.registry import TABLES
from macro_assets_tests.lake.examples import RETURNS, VINTAGES, fact, facts, many_facts, returns, stated

BUCKET = "macro-lake"
SECRET = "a-secret-nobody-may-see"
Wsgi = Callable[[dict[str, Any], Any], Any]


def without_conditional_puts(app: Wsgi) -> Wsgi:
    """A store that takes every put, as several do."""

    def ignoring(environ: dict[str, Any], start_response: Any) -> Any:
        environ.pop("HTTP_IF_NONE_MATCH", None)
        return app(environ, start_response)

    return ignoring


@pytest.fixture(scope="module")
def endpoints() -> Iterator[dict[str, str]]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    store = DomainDispatcherApplication(create_backend_app)
    servers = {
        kind: make_server("127.0.0.1", 0, app, threaded=True)
        for kind, app in (("safe", store), ("unsafe", without_conditional_puts(store)))
    }
    for server in servers.values():
        threading.Thread(target=server.serve_forever, daemon=True).start()
    found = {kind: f"http://127.0.0.1:{server.server_port}" for kind, server in servers.items()}
    boto3.client(
        "s3",
        endpoint_url=found["safe"],
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key=SECRET,
    ).create_bucket(Bucket=BUCKET)
    yield found
    for server in servers.values():
        server.shutdown()
        server.server_close()


def lake_on(endpoint: str, prefix: str, tmp_path: Path, bucket: str = BUCKET) -> Lake:
    return Lake.from_settings(
        Settings(
            home=tmp_path,
            lake_uri=f"s3://{bucket}/{prefix}",
            lake_endpoint_url=endpoint,
            lake_access_key=SecretStr("key"),
            lake_secret_key=SecretStr(SECRET),
        )
    )


def test_facts_and_derived_tables_live_on_s3_as_they_do_in_a_folder(endpoints: dict[str, str], tmp_path: Path) -> None:
    lake = lake_on(endpoints["safe"], "same", tmp_path)
    with pytest.raises(TableNotFoundError):
        lake.read(VINTAGES)
    assert (lake.load(VINTAGES, many_facts("DFF", 400)).new, lake.load(VINTAGES, many_facts("DFF", 450)).new) == (
        400,
        50,
    )
    local = Lake(tmp_path / "local")
    local.load(VINTAGES, many_facts("DFF", 450))
    assert stated(lake).equals(stated(local))
    assert lake.read(VINTAGES).schema.equals(TABLES[VINTAGES].schema, check_metadata=True)
    asked = dt.datetime.now(dt.UTC)
    assert lake.load(VINTAGES, many_facts("DFF", 5)).new == 0
    other = facts([fact("DFF", "2000-01-01", "2000-01-02", 7.0)])
    assert lake.load(VINTAGES, other, received_at=asked).late == 1, "a later answer has confirmed what is stored"
    lake.replace(RETURNS, returns(["2008-09-30", "2008-10-31"]))
    lake.replace(
        RETURNS, returns(["2008-10-31"], value=0.5), where={"month": returns(["2008-10-31"])["month"][0].as_py()}
    )
    assert lake.read(RETURNS)["value"].to_pylist() == [0.01, 0.5]
    assert lake.compact(VINTAGES).files_after == 1
    assert [info.rows for info in lake.tables()] == [450, 2]


def test_loads_at_once_lose_no_row_and_store_none_twice(endpoints: dict[str, str], tmp_path: Path) -> None:
    batches = [many_facts(name, 50 + 10 * number) for number in range(3) for name in ("DFF", "DGS10")]
    with ThreadPoolExecutor(len(batches)) as pool:
        reports = list(
            pool.map(lambda batch: lake_on(endpoints["safe"], "race", tmp_path).load(VINTAGES, batch), batches)
        )
    stored = lake_on(endpoints["safe"], "race", tmp_path).read(VINTAGES, TABLES[VINTAGES].key)
    assert sum(report.new for report in reports) == stored.num_rows == 140
    assert stored.group_by(stored.column_names).aggregate([]).num_rows == 140


def test_a_store_without_conditional_puts_is_refused_before_anything_is_written(
    endpoints: dict[str, str], tmp_path: Path
) -> None:
    lake = lake_on(endpoints["unsafe"], "lossy", tmp_path)
    for write in (lake.check_store, lambda: lake.load(VINTAGES, many_facts("DFF", 3))):
        with pytest.raises(UnsafeStoreError, match=r"ignores conditional puts.*local folder"):
            write()
    assert not lake.exists(VINTAGES)


def test_a_missing_bucket_is_an_error_with_a_remedy_and_no_secret(endpoints: dict[str, str], tmp_path: Path) -> None:
    lake = lake_on(endpoints["safe"], "lake", tmp_path, bucket="nowhere-at-all")
    with pytest.raises(LakeError, match="the bucket exists") as refused:
        lake.load(VINTAGES, many_facts("DFF", 3))
    with pytest.raises(LakeError, match="silver/prices in s3://nowhere-at-all") as unread:
        lake.read("silver/prices")
    assert SECRET not in f"{refused.value!r}{unread.value!r}{lake!r}{vars(lake)!r}"
