"""The weekly completion of the walk-forward: what is missing is computed, the same as a backfill would, and nothing else."""

from datetime import date

import dagster as dg
import pytest

from macro_assets.defs.evaluation.missing_origins import missing_origins
from macro_assets.defs.evaluation.recession import recession_walk_forward_monthly
from macro_assets.defs.resources import resources
from macro_assets.lake import Lake
from macro_assets.recession.evaluation import origins
from macro_assets_tests.defs.evaluation.conftest import MONTHLY, QUARTERLY, RANGE, TARGETS
from macro_assets_tests.recession import synthetic

FEATURES = (MONTHLY, QUARTERLY)
MONTHS, QUARTERS = origins.TABLES["M"], origins.TABLES["Q"]


@pytest.fixture
def few() -> tuple[str, ...]:
    return ("climatology", "probit_spread_lag")


def complete(instance: dg.DagsterInstance, first: str) -> dict[str, object]:
    """Run the asset; its metadata."""
    given = {name: resources()[name] for name in ("io_manager", "lake")}
    result = dg.materialize(
        [missing_origins, *(dg.AssetSpec(key.split("/")) for key in (*upstream(), TARGETS))],
        instance=instance, resources=given, selection=[missing_origins],
        run_config={"ops": {"evaluation__missing_origins": {"config": {"first": first}}}},
    )  # fmt: skip
    events = result.asset_materializations_for_node("evaluation__missing_origins")
    own = next(event for event in events if event.asset_key == missing_origins.key)
    return {name: value.value for name, value in own.metadata.items()}


def upstream() -> list[str]:
    return [name for one in FEATURES for name in (one, f"{one}_revised")]


def days(lake: Lake, table: str) -> set[date]:
    return set(lake.read(table)["as_of"].to_pylist())


def test_only_what_is_missing_is_computed_and_its_partitions_are_marked(lake: Lake) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert complete(instance, "2003-06-30")["months_computed"] == 19
        assert min(days(lake, MONTHS)) == date(2003, 6, 30)
        before = lake.read(MONTHS).to_pandas().sort_values(["mode", "candidate", "as_of"], ignore_index=True)
        lake.replace(MONTHS, lake.read(MONTHS).slice(0, 0), where={"as_of": [date(2004, 3, 31)]})
        assert date(2004, 3, 31) not in days(lake, MONTHS)
        versions = {table: lake.version(table) for table in (MONTHS, QUARTERS)}
        again = complete(instance, "2003-06-30")
        assert (again["months_computed"], again["quarters_computed"]) == (1, 0)
        assert again["months"] == "2004-03-31"
        assert lake.version(QUARTERS) == versions[QUARTERS], "nothing missing, nothing written"
        after = lake.read(MONTHS).to_pandas().sort_values(["mode", "candidate", "as_of"], ignore_index=True)
        assert after.equals(before), "one origin alone gives the rows that the whole year gave"
        marked = instance.get_materialized_partitions(dg.AssetKey(MONTHS.split("/")))
        assert {"2003-06-01", "2004-03-01", "2004-12-01"} <= set(marked)
        assert len(marked) == 19


def test_its_rows_are_those_of_a_backfill(lake: Lake) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        complete(instance, "2004-11-30")
        computed = lake.read(MONTHS).to_pandas()
        dg.materialize(
            [recession_walk_forward_monthly, *(dg.AssetSpec(key.split("/")) for key in (*upstream(), TARGETS))],
            instance=instance, resources={"io_manager": resources()["io_manager"]},
            selection=[recession_walk_forward_monthly],
            tags=dict(zip(RANGE, ("2004-11-01", "2004-12-01"), strict=True)),
        )  # fmt: skip
        backfilled = lake.read(MONTHS).to_pandas()
    order = ["mode", "candidate", "as_of"]
    assert computed.sort_values(order, ignore_index=True).equals(backfilled.sort_values(order, ignore_index=True))


def test_first_years_without_a_recession_to_learn_from_are_named_and_later_failures_are_not(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = origins.answer

    def refuses(before: int):
        def guarded(frequency, dates, features, targets):
            if dates[0].year < before:
                return answer(frequency, [date(1950, 1, 31)], features, targets)  # no features: refused
            return answer(frequency, dates, features, targets)

        return guarded

    with dg.DagsterInstance.ephemeral() as instance:
        monkeypatch.setattr(origins, "answer", refuses(2004))
        metadata = complete(instance, "2003-10-31")
        assert metadata["months_computed"] == 12
        assert "2003: No features as of 1950-01-31." in str(metadata["not_trainable"])
        monkeypatch.setattr(origins, "answer", refuses(2005))
        lake.replace(MONTHS, lake.read(MONTHS).slice(0, 0), where={"as_of": [date(2004, 3, 31)]})
        with pytest.raises(dg.Failure, match="No features as of 1950"):
            complete(instance, "2004-01-31")


def test_missing_is_what_has_ended_has_features_and_is_not_stored(lake: Lake) -> None:
    features = synthetic.feature_table()["as_of"]
    wanted = [date(2004, 11, 30), date(2004, 12, 31), date(2030, 1, 31)]
    assert origins.missing(wanted, features.slice(0, 0), features) == wanted[:2]
    assert origins.missing(wanted, features, features) == []
    assert origins.missing(wanted, features.slice(0, 0), features, date(2004, 12, 1)) == [date(2004, 12, 31)]
