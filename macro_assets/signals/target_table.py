"""Targets by period, each value with its unit and the day from which it is known, and the table of all of them.

Belongs here: the form. Does not belong here: how a label (targets.py) or a change (impacts.py) is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from macro_assets.tables.rows import table_of
from macro_assets.vintage.calendars import CubeFrequency, Days

TABLE = "targets/recession_targets"

__all__ = ["TABLE", "Target", "table"]


@dataclass(frozen=True)
class Target:
    """One target at one frequency.

    Parameters
    ----------
    name : e.g. `recession_within_2q`.
    frequency : of the origins, M or Q.
    unit : of the values.
    period : (n,) last day of the period of each origin.
    value : (n,) NaN where the target is not known.
    known_at : (n,) day from which it is, NaT where it is not.
    known_by : (n,) rule by which it is known, empty where it is not.
    volatility : (n,) of the market at the origin, percent a year, known on the period's last day; None: not a market.
    """

    name: str
    frequency: CubeFrequency
    unit: str
    period: Days
    value: npt.NDArray[np.float64]
    known_at: Days
    known_by: npt.NDArray[np.object_]
    volatility: npt.NDArray[np.float64] | None = None


def table(targets: Sequence[Target]) -> pa.Table:
    """All targets in the schema of `targets/recession_targets`, in key order; unknown values are null."""
    lengths = [len(target.period) for target in targets]
    columns = {
        "frequency": np.repeat(np.array([target.frequency for target in targets], dtype=object), lengths),
        "target": np.repeat(np.array([target.name for target in targets], dtype=object), lengths),
        "unit": np.repeat(np.array([target.unit for target in targets], dtype=object), lengths),
    } | {
        name: np.concatenate([getattr(target, name) for target in targets])
        for name in ("period", "value", "known_at", "known_by")
    }
    stood = [np.full(len(one.period), np.nan) if one.volatility is None else one.volatility for one in targets]
    columns["volatility"] = np.concatenate(stood)
    rows = table_of(columns, TABLE)
    return rows.sort_by([(name, "ascending") for name in ("frequency", "target", "period")])
