"""The embedded catalogue is complete and right; wrong files are refused by file, entry and field."""

import datetime as dt
import itertools
import math
from pathlib import Path

import pytest
import yaml

from macro_assets.catalog import load_catalog
from macro_assets.errors import CatalogError, UnknownSeriesError

CAUSAL = "GDP GDPC1 CPIAUCSL UNRATE FEDFUNDS DFF DGS2 DGS10 DCOILWTICO DEXUSEU DEXCHUS PAYEMS VIXCLS T10Y3M BAA10Y"
RECESSION = (
    "FEDFUNDS GS10 TB3MS BAA UNRATE PAYEMS ICSA GDP GDPC1 INDPRO HOUST PERMIT UMCSENT RSAFS PCE PCEPI CPIAUCSL PPIACO "
    "M1SL M2SL TOTALSL BUSLOANS REALLN TOTBKCR ^GSPC ^IXIC DCOILWTICO"
)


def test_the_lists_of_both_systems_are_there() -> None:
    catalog = load_catalog()
    assert {name for name, entry in catalog.series.items() if "causal" in entry.groups} == set(CAUSAL.split())
    found = {name for name, entry in (catalog.series | catalog.assets).items() if "recession" in entry.groups}
    assert found == set(RECESSION.split())
    assert len(found) == 27
    assert set(catalog.assets) == {"^GSPC", "TLT", "GLD", "USO", "^VIX", "^IXIC", "SPY"}
    assert len(catalog.indicators) == 5
    assert catalog.economies == ("USA", "CHN", "JPN", "DEU", "GBR")
    assert len(catalog.series) >= 60


def test_outcomes_and_shocks_have_the_names_used_everywhere() -> None:
    catalog = load_catalog()
    assert list(catalog.outcomes) == ["sp500", "tlt", "gld", "uso", "nasdaq", "eurusd", "vix", "us10y"]
    assert (catalog.outcomes["us10y"].unit, catalog.outcomes["us10y"].scale) == ("basis points", 100)
    assert catalog.outcomes["vix"].kind == "change"
    assert len(catalog.shocks) >= 9
    assert (catalog.shocks["fed_surprise"].tier, catalog.shocks["fed_rate_change"].tier) == ("T1", "T4")
    for shock in catalog.shocks.values():
        for name in shock.inputs:
            assert ":" in name or name in catalog.series or name in catalog.assets


def test_publication_rules() -> None:
    catalog = load_catalog()
    assert catalog.series["GDP"].known_by_rule(dt.date(2008, 7, 1)) == dt.date(2008, 10, 29)
    assert catalog.series["CPIAUCSL"].known_by_rule(dt.date(2024, 2, 1)) == dt.date(2024, 3, 14)
    assert catalog.series["DGS10"].known_by_rule(dt.date(2024, 2, 1)) == dt.date(2024, 2, 2)
    assert catalog.indicators["FP.CPI.TOTL.ZG"].known_by_rule(2010) == dt.date(2011, 7, 1)
    assert catalog.indicators["FP.CPI.TOTL.ZG"].series_id("DEU") == "FP.CPI.TOTL.ZG.DEU"


def test_daily_series_come_first() -> None:
    splices = load_catalog().splices
    assert (splices["policy_rate"].daily, splices["policy_rate"].monthly) == ("DFF", "FEDFUNDS")
    spread = splices["term_spread"]
    assert (spread.daily, spread.monthly, spread.minus) == ("T10Y3M", "GS10", "TB3MS")


def test_market_quantities_are_unrevised_and_licences_are_named() -> None:
    catalog = load_catalog()
    assert not catalog.series["DGS10"].revised
    assert catalog.series["PAYEMS"].revised
    assert all(entry.licence and entry.source_url for entry in catalog.series.values())
    assert "no redistribution" in catalog.series["UMCSENT"].licence
    assert all(math.isfinite(entry.lower) and math.isfinite(entry.upper) for entry in catalog.series.values())


def test_turning_points_alternate_and_follow_the_announcements() -> None:
    points = load_catalog().turning_points
    kinds = [point.kind for point in points]
    assert all(one != two for one, two in itertools.pairwise(kinds))
    announced = {(point.kind, point.month): point.announced for point in points}
    assert announced["peak", dt.date(2007, 12, 1)] == dt.date(2008, 12, 1)
    assert announced["peak", dt.date(2020, 2, 1)] == dt.date(2020, 6, 8)
    assert announced["trough", dt.date(2020, 4, 1)] == dt.date(2021, 7, 19)
    assert all(point.assumed == (point.month.year < 1980) for point in points)


def test_a_mistyped_id_is_answered_with_the_nearest() -> None:
    catalog = load_catalog()
    assert catalog.suggest("CPIAUCSLX")[0] == "CPIAUCSL"
    with pytest.raises(UnknownSeriesError, match="Did you mean CPIAUCSL"):
        catalog.require("CPIAUCSLX")
    assert catalog.require("GDP").frequency == "Q"


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("series.yaml", "series:\n  - {id: GDP, title: x, unit: y, frequency: B}", "GDP.*frequency"),
        ("series.yaml", "series:\n  - {id: gdp}", "gdp.*field id"),
        (
            "series.yaml",
            "splices:\n  - {name: a, title: b, daily: NOPE, monthly: GDP}",
            "splice 'a', field daily: The catalogue has no series 'NOPE'",
        ),
        ("series.yaml", "- 1\n- 2", "must be a mapping"),
        ("series.yaml", "series: [", "not valid YAML"),
        ("shocks.yaml", "shocks:\n  - {name: s, tier: T9}", "'s'.*tier"),
        ("nber.yaml", "turning_points:\n  - {kind: peak, month: 2020-02-02, announced: 2020-06-08}", "first day"),
        (
            "releases.yaml",
            "releases:\n  - {id: 1, name: a, publisher: b, licence: c}\n  - {id: 1, name: a, publisher: b, licence: c}",
            "Duplicate entry 1",
        ),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, file: str, text: str, message: str) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(CatalogError, match=message) as failure:
        load_catalog(tmp_path)
    assert file in str(failure.value)


@pytest.mark.parametrize(
    ("codes", "message"), [("[USA, NO]", "False is not a text"), ("[USA, USA]", "Duplicate entry")]
)
def test_codes_that_yaml_misreads_or_that_stand_twice_are_refused(tmp_path: Path, codes: str, message: str) -> None:
    (tmp_path / "indicators.yaml").write_text(f"economies: {codes}\n")
    with pytest.raises(CatalogError, match=message):
        load_catalog(tmp_path)


def test_a_series_keeps_a_licence_of_its_own(tmp_path: Path) -> None:
    entry = load_catalog().series["UMCSENT"].model_copy(update={"licence": "by agreement"})
    written = entry.model_dump(mode="json", exclude={"source_url", "lower", "upper"})
    (tmp_path / "series.yaml").write_text(yaml.safe_dump({"series": [written]}))
    assert load_catalog(tmp_path).series["UMCSENT"].licence == "by agreement"


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="MACRO_CATALOG_DIR"):
        load_catalog(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("serie.yaml", "series: []", r"Unknown catalogue file .*serie\.yaml\. Did you mean series\.yaml\?"),
        ("shocks.yml", "shocks: []", r"Unknown catalogue file .*shocks\.yml\. Did you mean shocks\.yaml\?"),
        ("assets.yaml", "outcomes:\n  - {name: btc}", r"assets\.yaml: Unknown section 'outcomes'.*outcome_order"),
        ("series.yaml", "shocks: []", r"series\.yaml: Unknown section 'shocks'\. Available: series, splices\."),
        ("series.yaml", "series: {id: GDP}", "section 'series' must be a list, not a dict"),
        ("indicators.yaml", "economies: USA", "section 'economies' must be a list, not a str"),
        ("assets.yaml", "outcome_order: [sp500, bonds]", "Unknown outcome 'bonds'. Available: .*sp500"),
        (
            "assets.yaml",
            "assets:\n  - {symbol: IEF, name: ief, title: a, kind: price, outcome: us10y, unit: decimal, cost_bp: 1,"
            " cost_in_unit: 0.1, start: 2002-07-30}",
            "Duplicate outcome 'us10y': assets.yaml, entry 'IEF'",
        ),
    ],
)
def test_what_is_not_understood_is_refused_by_name(tmp_path: Path, file: str, text: str, message: str) -> None:
    (tmp_path / file).write_text(text)
    with pytest.raises(CatalogError, match=message):
        load_catalog(tmp_path)


def test_other_files_and_empty_sections_of_a_users_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / ".series.yaml.swp.yaml").write_text("- draft")
    (tmp_path / "series.yaml.new").write_text("- draft")
    (tmp_path / "series.yaml").write_text("series:\n")
    (tmp_path / "shocks.yaml").write_text("")
    assert load_catalog(tmp_path) == load_catalog()


def test_an_unknown_release_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "series.yaml").write_text(
        "series:\n  - {id: X, title: x, unit: y, frequency: M, aggregation: last, transform: level, release_id: 7777,"
        " publication_lag_days: 3, start: 2000-01-01}"
    )
    with pytest.raises(CatalogError, match="Unknown release 7777"):
        load_catalog(tmp_path)


def test_a_users_folder_is_merged_over_the_embedded_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "indicators.yaml").write_text("economies: [USA, FRA]\n")
    (tmp_path / "series.yaml").write_text(
        "series:\n  - {id: UNRATE, title: Mine, unit: percent, frequency: M, aggregation: last, transform: diff,"
        " publication_lag_days: 9, start: 1948-01-01}"
    )
    monkeypatch.setenv("MACRO_CATALOG_DIR", str(tmp_path))
    catalog = load_catalog()
    assert (catalog.series["UNRATE"].title, catalog.economies) == ("Mine", ("USA", "FRA"))
    assert "GDP" in catalog.series
    monkeypatch.delenv("MACRO_CATALOG_DIR")
    assert load_catalog().series["UNRATE"].title == "Unemployment Rate"


def test_every_archived_value_is_plausible(archive_dir: Path) -> None:
    import pyarrow.parquet as pq

    catalog = load_catalog()
    frame = pq.read_table(archive_dir / "fred" / "observations.parquet", columns=["series_id", "value"]).to_pandas()
    extremes = frame.groupby("series_id", observed=True).value.agg(["min", "max"])
    for name, entry in catalog.series.items():
        assert name in extremes.index
        assert entry.lower < extremes.loc[name, "min"]
        assert extremes.loc[name, "max"] < entry.upper
