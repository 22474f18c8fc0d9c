"""The names that packages export: every stub beside an `__init__.py`, and the notebook's first call.

Belongs here: what holds for all packages alike. Does not belong here: what the names do.
"""

import ast
import datetime as dt
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import macro_assets
from macro_assets.errors import InvalidInputError, UnknownSeriesError

ROOT = Path(macro_assets.__file__).parent
STUBS = sorted(ROOT.rglob("__init__.pyi"))
HEAVY = ("numpy", "pandas", "pyarrow", "dagster", "mlflow", "torch", "econml", "sklearn", "httpx2", "pydantic")


def _package(stub: Path) -> str:
    return ".".join([ROOT.name, *stub.parent.relative_to(ROOT).parts])


def _exports(stub: Path) -> list[tuple[str, str]]:
    """(module, name) of each import in a stub."""
    imports = [node for node in ast.parse(stub.read_text()).body if isinstance(node, ast.ImportFrom)]
    return [(str(node.module), alias.name) for node in imports for alias in node.names]


@pytest.mark.parametrize("stub", STUBS, ids=_package)
def test_every_exported_name_is_the_object_of_the_module_its_stub_names(stub: Path) -> None:
    package = importlib.import_module(_package(stub))
    assert sorted(package.__all__) == sorted(name for _, name in _exports(stub))
    for module, name in _exports(stub):
        exported, home = getattr(package, name), f"{package.__name__}.{module}"
        assert exported is getattr(importlib.import_module(home), name)
        assert getattr(exported, "__module__", home) == home, "the stub names where it is defined"


@pytest.mark.parametrize("stub", STUBS, ids=_package)
def test_no_exported_name_is_hidden_by_a_submodule_of_the_same_name(stub: Path) -> None:
    submodules = {
        path.stem for path in stub.parent.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert not {name for _, name in _exports(stub)} & submodules


def test_packages_import_nothing_heavy_until_a_name_is_used() -> None:
    code = (
        f"import importlib, sys\nfor name in {[_package(stub) for stub in STUBS]}: importlib.import_module(name)\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_a_day_that_is_not_a_date_is_refused_by_name() -> None:
    with pytest.raises(InvalidInputError, match=r"'2008-13-31' is not a date\. Write it as"):
        macro_assets.as_of("2008-13-31")


def test_first_calls_of_a_notebook_give_dates_to_compute_with_and_reasons(tmp_path: Path) -> None:
    import pyarrow as pa

    from macro_assets.lake import Lake
    from macro_assets.settings import Settings
    from macro_assets.tables import TABLES

    settings = Settings(home=tmp_path)
    schema = TABLES["silver/observations"].schema
    period, known = dt.date(2008, 9, 1), dt.date(2008, 10, 3)
    row = dict.fromkeys(schema.names) | {
        "series_id": "UNRATE", "observation_date": period, "realtime_start": known, "value": 6.1, "status": "published",
        "known_from": known, "known_by": "vintage", "lag_rule": "vintage", "loaded_at": dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
    }  # fmt: skip
    lake = Lake.from_settings(settings)
    lake.replace("silver/observations", pa.Table.from_pylist([{n: row[n] for n in schema.names}], schema=schema))
    before = macro_assets.as_of("2008-10-02", settings=settings)
    after = macro_assets.as_of(dt.date(2008, 10, 3), settings=settings)
    assert len(before) == 0
    assert after["value"].tolist() == [6.1]
    assert {after[name].dtype.kind for name in ("observation_date", "realtime_start", "known_from")} == {"M"}
    assert after["known_from"].dt.year.tolist() == [2008]
    assert after.set_index("observation_date")["value"].resample("QE").mean().tolist() == [6.1]
    chosen = macro_assets.as_of(dt.datetime(2008, 10, 3, 18), series=["UNRATE", "GDPC1"], settings=settings)
    assert chosen["series_id"].tolist() == ["UNRATE"], "nothing was known of GDPC1: no row, and no error"
    with pytest.raises(InvalidInputError, match=r"series is the text 'UNRATE'.* Write series=\['UNRATE'\]"):
        macro_assets.as_of("2008-10-03", series="UNRATE", settings=settings)
    with pytest.raises(UnknownSeriesError, match="Did you mean UNRATE"):
        macro_assets.as_of("2008-10-03", series=["UNRAT"], settings=settings)
    with pytest.raises(InvalidInputError, match=r"'\^GSPC' is not a series .* Read silver/prices"):
        macro_assets.as_of("2008-10-03", series=["^GSPC"], settings=settings)
    explained = macro_assets.explain_value("UNRATE", "2008-09-15", "2008-10-02", settings=settings)
    assert (explained.standing, explained.after[0].value) == (None, 6.1)
    assert macro_assets.explain_value("UNRATE", period, known, settings=settings).standing is not None
