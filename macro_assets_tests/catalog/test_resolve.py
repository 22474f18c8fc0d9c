"""One place says what an id is, whatever characters it holds."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from macro_assets.catalog import Catalog, load_catalog
from macro_assets.errors import CatalogError, UnknownSeriesError

BITCOIN = (
    "assets:\n  - {symbol: BTC-USD, name: bitcoin, title: Bitcoin, kind: price, outcome: btc, unit: decimal,"
    " cost_bp: 10, cost_in_unit: 0.001, start: 2014-09-17}\n"
)


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    (tmp_path / "assets.yaml").write_text(BITCOIN)
    return load_catalog(tmp_path)


@pytest.mark.parametrize(
    ("name", "kind", "frequency", "aggregation", "unit"),
    [
        ("GDPC1", "series", "Q", "last", "billions of chained dollars, annual rate"),
        ("INDPRO", "series", "M", "mean", "index, base year of the vintage"),
        ("^GSPC", "asset", "D", "last", "quote currency"),
        ("^VIX", "asset", "D", "last", "points"),
        ("BTC-USD", "asset", "D", "last", "quote currency"),
        ("BTC-USD.mean", "asset", "D", "mean", "quote currency"),
        ("FP.CPI.TOTL.ZG.DEU", "indicator", "A", "last", "percent a year"),
        ("fed_surprise", "shock", "M", "last", "percentage points"),
        ("btc", "outcome", "M", "last", "decimal"),
    ],
)
def test_an_id_is_known_for_what_it_is(
    catalog: Catalog, name: str, kind: str, frequency: str, aggregation: str, unit: str
) -> None:
    found = catalog.resolve(name)
    assert (found.id, found.kind, found.frequency, found.aggregation, found.unit) == (
        name, kind, frequency, aggregation, unit,
    )  # fmt: skip
    assert found.title
    assert found.is_observed == (kind in ("series", "asset", "indicator"))


def test_every_entry_resolves_to_itself(catalog: Catalog) -> None:
    ids: dict[str, dict[str, Any]] = {
        "series": catalog.series, "asset": catalog.assets, "shock": catalog.shocks, "outcome": catalog.outcomes,
    }  # fmt: skip
    for kind, entries in ids.items():
        for name, entry in entries.items():
            found = catalog.resolve(name)
            assert (found.kind, found.entry) == (kind, entry)
    for indicator in catalog.indicators.values():
        for economy in catalog.economies:
            found = catalog.resolve(indicator.series_id(economy))
            assert (found.kind, found.entry, found.economy) == ("indicator", indicator, economy)


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("CPIAUCSLX", "CPIAUCSL"),
        ("payems", "PAYEMS"),
        ("^GSPCC", "^GSPC"),
        ("BTCUSD", "BTC-USD"),
        ("gold", "GLD"),
        ("fed_surprize", "fed_surprise"),
        ("FP.CPI.TOTL.ZG.DEX", "FP.CPI.TOTL.ZG.DEU"),
        ("FP.CPI.TOTL.ZG", "FP.CPI.TOTL.ZG.USA"),
        ("SP5000", "sp500"),
    ],
)
def test_a_mistyped_id_is_refused_with_the_nearest(catalog: Catalog, name: str, nearest: str) -> None:
    assert catalog.find(name) is None
    assert nearest in catalog.suggest(name)
    with pytest.raises(UnknownSeriesError, match=r"The catalogue has no .*Did you mean") as refused:
        catalog.resolve(name)
    assert nearest in str(refused.value)


def test_an_id_like_nothing_says_how_to_add_it(catalog: Catalog) -> None:
    with pytest.raises(UnknownSeriesError, match="macro-assets add-series ZZZZZZZZZZ9"):
        catalog.resolve("ZZZZZZZZZZ9")


def test_the_rule_of_publication_follows_the_kind(catalog: Catalog) -> None:
    day = dt.date(2010, 1, 1)
    assert catalog.resolve("GDPC1").known_by_rule(day) == dt.date(2010, 4, 30)
    assert catalog.resolve("^GSPC").known_by_rule(day) == day
    assert catalog.resolve("FP.CPI.TOTL.ZG.DEU").known_by_rule(day) == dt.date(2011, 7, 1)
    assert catalog.resolve("fed_surprise").known_by_rule(day) is None


def test_a_catalogue_of_two_economies_knows_no_third(tmp_path: Path) -> None:
    (tmp_path / "indicators.yaml").write_text("economies: [USA, FRA]\n")
    catalog = load_catalog(tmp_path)
    assert catalog.find("FP.CPI.TOTL.ZG.FRA") is not None
    assert catalog.find("FP.CPI.TOTL.ZG.DEU") is None


def test_an_id_of_two_kinds_is_refused(tmp_path: Path) -> None:
    (tmp_path / "assets.yaml").write_text(BITCOIN.replace("BTC-USD", "PAYEMS"))
    with pytest.raises(CatalogError, match=r"Duplicate id 'PAYEMS'.*series and in assets"):
        load_catalog(tmp_path)
