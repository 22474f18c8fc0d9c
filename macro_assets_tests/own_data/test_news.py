"""A file as a shock: by event or by the day of knowledge, as first stated, with nothing invented between."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pyarrow as pa
import pytest
import yaml

from macro_assets.catalog import load_catalog
from macro_assets.catalog.own import OwnFile
from macro_assets.catalog.periods import Frequency
from macro_assets.signals.own_features import own_features
from macro_assets.signals.own_news import stated_news
from macro_assets.tables.registry import TABLES
from macro_assets_tests.conftest import REPOSITORY

MONTHS = np.array(["2010-01-31", "2010-02-28", "2010-03-31", "2010-04-30"], dtype="datetime64[D]")
SCHEMA = TABLES["silver/observations"].schema


def observations(*facts: tuple[str, str, float | None]) -> pa.Table:
    """Facts (period, known from, value) of one series, one that is not stated again being published."""
    rows = [
        {"series_id": "MINE", "observation_date": dt.date.fromisoformat(period), "realtime_start": dt.date.fromisoformat(begun),
         "known_from": dt.date.fromisoformat(begun), "known_by": "vintage", "value": value,
         "status": "published" if value is not None else "withdrawn"}
        for period, begun, value in facts
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, SCHEMA)


def news(
    table: pa.Table, frequency: Frequency = "M", *, by_event: bool = True, zero_between: bool = False
) -> dict[str, tuple[float, str]]:
    """Value and day of knowledge of each month that has one."""
    found = stated_news(table, "MINE", frequency, MONTHS, by_event=by_event, zero_between=zero_between)
    columns = zip(found.as_of, found.value, found.known_at, strict=True)
    return {str(month)[:7]: (float(value), str(day)) for month, value, day in columns if np.isfinite(value)}


def test_by_event_a_value_stands_in_its_own_month_whenever_it_was_published() -> None:
    table = observations(("2010-01-01", "2010-03-10", 1.0), ("2010-03-01", "2012-01-01", 3.0))
    assert news(table) == {"2010-01": (1.0, "2010-01-31"), "2010-03": (3.0, "2010-03-31")}, (
        "February is missing, not zero"
    )


def test_a_list_that_is_complete_has_zeros_between_its_events_and_none_around_them() -> None:
    table = observations(("2010-02-03", "2010-02-03", 1.0), ("2010-02-24", "2010-02-24", 0.5))
    table = pa.concat_tables([table, observations(("2010-04-07", "2010-04-07", 2.0))])
    assert news(table, "D", zero_between=True) == {
        "2010-02": (1.5, "2010-02-24"), "2010-03": (0.0, "2010-03-31"), "2010-04": (2.0, "2010-04-07"),
    }  # fmt: skip


def test_by_knowledge_a_value_stands_in_the_month_in_which_it_became_known_unless_it_is_history() -> None:
    table = observations(
        ("2009-01-01", "2010-02-12", 9.0), ("2010-01-01", "2010-02-12", 1.0), ("2010-02-01", "2010-03-12", 2.0)
    )
    assert news(table, by_event=False) == {"2010-02": (1.0, "2010-02-12"), "2010-03": (2.0, "2010-03-12")}


@pytest.mark.parametrize("by_event", [True, False])
def test_what_is_stated_later_changes_no_month(*, by_event: bool) -> None:
    first = [("2010-01-01", "2010-02-01", 1.0), ("2010-02-01", "2010-03-01", 2.0)]
    later = [("2010-01-01", "2010-03-20", 5.0), ("2010-02-01", "2010-04-02", None)]
    before = news(observations(*first), by_event=by_event)
    assert news(observations(*first, *later), by_event=by_event) == before
    assert len(before) == 2


def test_the_declaration_of_the_page_is_one() -> None:
    page = (REPOSITORY / "docs" / "own_data.md").read_text()
    (text,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    one = OwnFile.model_validate(yaml.safe_load(text) | {"declared_in": "spills.yaml"})
    shock = one.as_shock()
    assert shock is not None
    assert (one.id, shock.name, shock.tier, shock.stated_by) == ("SPILLS", "spills", "T2", "user")
    fields = set(
        re.findall(r"`(\w+)`", page[page.index("## What a declaration may say") : page.index("Every file is a series")])
    )
    assert set(OwnFile.model_fields) - {"declared_in"} <= fields | {"feature"}


@pytest.mark.parametrize(("transform", "unit"), [("level", "%"), ("diff", "change in %"), ("log_diff", "percent")])
def test_a_feature_states_the_unit_of_its_form(transform: str, unit: str) -> None:
    stated = {"id": "MINE", "title": "Mine", "unit": "%", "frequency": "M", "publication_lag_days": 0, "feature": True}
    one = OwnFile.model_validate(stated | {"transform": transform, "declared_in": "mine.yaml"})
    (feature,) = own_features(load_catalog().model_copy(update={"own": {"MINE": one}}))
    assert (feature.name, feature.unit, feature.reads) == ("mine", unit, ("MINE",))
