"""`macro-assets quarantine list`, `accept` and `reject`: the cases of a home.

Belongs here: lines for people, and the decision on the lake of the settings. Does not belong here: what a decision does
(defs/bronze/screening.py), options (quarantine.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from macro_assets.catalog import load_catalog
from macro_assets.defs.bronze import screening
from macro_assets.lake import Lake
from macro_assets.plausibility.cases import groups
from macro_assets.settings import get_settings

__all__ = ["decided", "lines"]


def lines(*, closed: bool) -> list[dict[str, Any]]:
    """One line per series, day and reason; only open cases unless `closed`."""
    cases = screening.cases(Lake.from_settings(get_settings()))
    return groups(case for case in cases if closed or case.status == "open")


def decided(name: str, decision: str, periods: Sequence[date], note: str) -> list[dict[str, Any]]:
    """Decide on the open cases of a series; the lines of what was decided.

    Raises
    ------
    InvalidInputError : the series has no such open case.
    """
    settings = get_settings()
    lake, catalog = Lake.from_settings(settings), load_catalog(settings.catalog_dir)
    today = settings.current_day()
    chosen = screening.decide(lake, catalog, today, name=name, decision=decision, periods=periods, note=note)
    keys = {(case.id, case.row["observation_date"], case.row["realtime_start"]) for case in chosen}
    every = screening.cases(lake)
    return groups(case for case in every if (case.id, case.row["observation_date"], case.row["realtime_start"]) in keys)
