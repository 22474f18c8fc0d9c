"""What a provider or the catalogue does not know: passed over where the rest can be loaded, named where nothing can."""

from pathlib import Path

import pytest

from macro_assets_tests.defs.house import World, checks, failure, metadata

FRED, YAHOO = "bronze/fred_vintages", "bronze/yahoo_bars"


def fred(**config: list[object]) -> dict[str, object]:
    return {"bronze__fred_vintages": {"config": config}}


def test_a_series_the_provider_lacks_is_reported_and_the_rest_loads(small_world: World, tmp_path: Path) -> None:
    (tmp_path / "series.yaml").write_text(
        'series:\n  - {id: NEWONE, title: "Of a user", unit: percent, frequency: M, aggregation: last,\n'
        "     transform: diff, publication_lag_days: 20, start: 2000-01-01}\n"
    )
    small_world.changes["MACRO_CATALOG_DIR"] = str(tmp_path)
    result = small_world.run(FRED, days="2012-06-06", config=fred(series=["NEWONE", "PAYEMS", "INDPRO"]))
    assert result.success
    outcome = metadata(result, FRED)
    assert outcome["unknown_to_provider"] == "NEWONE, INDPRO"
    assert set(small_world.lake.read(FRED)["series_id"].to_pylist()) == {"PAYEMS"}
    assert not checks(result)[FRED, "catalogue_covered"], "a warning: the run went on"
    assert "FRED has no series 'NEWONE'" in small_world.written()


def test_all_unknown_is_a_failure_and_no_empty_table(small_world: World) -> None:
    message = failure(small_world.run(FRED, days="2012-06-01", config=fred(series=["INDPRO"]), checks=False))
    assert "knows none of INDPRO" in message.description
    assert message.metadata["error_type"].value == "UnknownSeriesError"
    assert not small_world.lake.exists(FRED)


@pytest.mark.parametrize(
    ("asset", "config", "words"),
    [
        (FRED, fred(series=["PAYEM"]), "no 'PAYEM' in series. Did you mean PAYEMS"),
        (FRED, fred(releases=[7]), "No series of the catalogue belongs to release [7]"),
        (
            YAHOO,
            {"bronze__yahoo_bars": {"config": {"symbols": ["GME"]}}},
            "no 'GME' in assets. Edit catalog/assets.yaml",
        ),
    ],
)
def test_a_wrong_name_in_the_config_is_answered_with_the_remedy(
    small_world: World, asset: str, config: dict[str, object], words: str
) -> None:
    message = failure(small_world.run(asset, days="2012-06-01", config=config, checks=False))
    assert words in message.description
    assert len(small_world.sandbox.requests) == 0


def test_a_missing_key_is_told_with_the_remedy_and_not_retried(small_world: World) -> None:
    small_world.changes["MACRO_FRED_API_KEY"] = ""
    message = failure(small_world.run(FRED, days="2012-06-01", checks=False))
    assert message.metadata["error_type"].value == "CredentialError"
    assert "MACRO_FRED_API_KEY" in message.description
    assert len(small_world.sandbox.requests) == 1


def test_a_first_day_without_a_release_is_green(small_world: World) -> None:
    result = small_world.run(FRED, days="2012-06-02", config=fred(series=["PAYEMS"]))
    assert result.success, "a Saturday"
    assert metadata(result, FRED)["rows_new"] == 0
    assert all(passed for (_, name), passed in checks(result).items() if name != "catalogue_covered")
