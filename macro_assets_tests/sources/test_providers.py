"""What every declared provider promises: the same tests for each entry of the list, and none that is not in it."""

import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import macro_assets.sources as sources
from macro_assets.catalog import load_catalog
from macro_assets.errors import MacroAssetsError, UnknownSeriesError
from macro_assets.settings import Settings
from macro_assets.sources.provider import EVERYTHING, Provider
from macro_assets.sources.providers import PROVIDERS
from macro_assets.tables.registry import TABLES
from macro_assets.vintage import knowledge
from macro_assets_tests.sources.conftest import day, plain_settings

FOLDER = Path(sources.__file__).parent
CATALOG = load_catalog()
LATE = day("2024-12-31")


@pytest.fixture(params=PROVIDERS, ids=lambda provider: provider.name)
def provider(request: pytest.FixtureRequest) -> Provider[Any]:
    return request.param


def test_every_folder_with_a_declaration_is_in_the_list_and_nothing_else_is() -> None:
    assert {path.parent.name for path in FOLDER.glob("*/provider.py")} == {p.name for p in PROVIDERS}
    keys = [key for p in PROVIDERS for key in (p.name, *p.asset_keys)]
    assert len(set(keys)) == len(keys)


def test_a_declaration_names_what_exists(provider: Provider[Any]) -> None:
    assert TABLES[provider.table.name] is provider.table
    assert provider.table.dated_by in ("", "bars", *knowledge.RULES)
    named = [provider.setting, provider.rate_setting, provider.credential.setting if provider.credential else ""]
    assert set(filter(None, named)) <= set(Settings.model_fields)
    if not provider.is_local:
        assert provider.link.startswith("https://")
        assert provider.address(plain_settings()).startswith("https://")
    assert all((provider.title, provider.about, provider.terms, provider.description, provider.kind))
    assert not provider.client or version(provider.client)
    assert provider.asset_keys
    assert (provider.refresh == "weekly") == (provider.window is None)
    assert bool(provider.pool) <= (provider.pool_size >= 1)


def test_its_adapter_opens_without_a_request(provider: Provider[Any]) -> None:
    source = provider.open(plain_settings(fred_api_key="k" * 32))
    assert type(source).__module__ == f"macro_assets.sources.{provider.name}.source"


def test_its_ids_are_those_of_the_catalogue_that_existed(provider: Provider[Any]) -> None:
    every = provider.ids(CATALOG, {}, LATE)
    if provider.entries is None:
        assert list(every) == [EVERYTHING]
        return
    entries = provider.entries(CATALOG)
    assert list(every) == list(entries)
    early = provider.ids(CATALOG, {}, day("1960-01-01"))
    assert set(early) == {name for name, entry in entries.items() if str(getattr(entry, "start", "")) <= "1960-01-01"}


def test_a_choice_narrows_to_what_is_named_and_refuses_the_rest(provider: Provider[Any]) -> None:
    for choice in provider.choices:
        if choice.kind is str:
            first, *_, last = provider.ids(CATALOG, {}, LATE)
            assert list(provider.ids(CATALOG, {choice.field: [last, first, last]}, LATE)) == [last, first]
            with pytest.raises(UnknownSeriesError, match=r"no 'NOSUCH.*'.*Edit catalog/"):
                provider.ids(CATALOG, {choice.field: [f"NOSUCH{first}"]}, LATE)
        else:
            with pytest.raises(MacroAssetsError, match=r"\[-1\].*catalog/"):
                provider.ids(CATALOG, {choice.field: [-1]}, LATE)


def test_a_release_names_its_series() -> None:
    fred = next(p for p in PROVIDERS if p.releases)
    of_jobs = {entry.id for entry in CATALOG.of_release(50)}
    assert set(fred.ids(CATALOG, {"releases": [50], "series": ["GDPC1"]}, LATE)) == {*of_jobs, "GDPC1"}


READERS = {  # of one provider's own table, or of its client: everything else reads declarations
    "fred": {"cli.py", "commands/add_series.py", "defs/checks/statements.py", "notebook.py", "plausibility/study.py",
             "vintage/explain.py", "vintage/statements.py"},
    "policy_surprises": {"causal/engine/families.py", "causal/events/answers.py", "causal/events/inputs.py",
                         "causal/events/published.py", "defs/features/shocks.py", "defs/models/causal.py", "defs/models/events.py",
                         "signals/shocks.py", "vintage/quality.py"},
    "own_data": {"commands/own_files.py"},
}  # fmt: skip
DECLARES = ("catalog/", "tables/", "settings.py", "sources/providers.py", "sandbox/")


def test_nothing_else_in_the_package_names_it(provider: Provider[Any]) -> None:
    package = FOLDER.parent
    own = (*DECLARES, f"sources/{provider.name}/")
    named = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(rf"\b{provider.name}(_|\b)", path.read_text(encoding="utf-8"))
    }
    assert {path for path in named if not path.startswith(own)} <= READERS.get(provider.name, set())
