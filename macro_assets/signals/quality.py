"""What must hold for tables of features, shocks and targets.

Belongs here: pure findings over Arrow tables. Does not belong here: facts and cubes (vintage/quality.py,
vintage/leakage.py), who is told (defs/checks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.signals.features import FeatureSet
from macro_assets.signals.targets import LABEL
from macro_assets.vintage.columns import days
from macro_assets.vintage.quality import Finding, finding

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

__all__ = [
    "features_without_rows",
    "implausible_shocks",
    "inconsistent_targets",
    "known_late",
    "undeclared_features",
    "unlike_catalogue",
]

MARKET_DAYS = 5  # a market rate of the last day of a month is published on the next business day


def known_late(table: pa.Table, as_of: str, *, grace_days: int = 0) -> Finding:
    """Rows that were known after their own date.

    Parameters
    ----------
    table : with the columns `as_of` names and `known_at`.
    as_of : name of the column of dates.
    grace_days : days after the date on which a row may still have become known.
    """
    last = days(table[as_of]) + np.timedelta64(grace_days, "D")
    late = days(table["known_at"]) > last
    return finding(
        table.filter(pa.array(late)).to_pandas(),
        table.num_rows,
        f"{{n}} rows, none known after its {as_of}",
        f"{{k}} of {{n}} rows were known after their {as_of}: a look-ahead",
    )


def undeclared_features(table: pa.Table, features: FeatureSet) -> Finding:
    """Names or units that the set does not declare."""
    declared = {(feature.name, feature.unit) for feature in features.features}
    return _pairs(
        _stored(table) - declared,
        len(declared),
        "{n} features declared, every row is one of them in its unit",
        "{k} features are stored that are not declared, or in another unit: rebuild the table",
    )


def features_without_rows(table: pa.Table, features: FeatureSet) -> Finding:
    """Features of which the table has no row."""
    present = {name for name, _ in _stored(table)}
    return _pairs(
        {(feature.name, feature.unit) for feature in features.features if feature.name not in present},
        len(features.features),
        "{n} features, each with rows",
        "{k} of {n} features have no row: no series they read has enough facts in this lake",
    )


def _stored(table: pa.Table) -> set[tuple[str, str]]:
    pairs = table.group_by(["feature", "unit"]).aggregate([])
    return set(zip(pairs["feature"].to_pylist(), pairs["unit"].to_pylist(), strict=True))


def _pairs(pairs: set[tuple[str, str]], checked: int, good: str, bad: str) -> Finding:
    import pandas as pd

    return finding(pd.DataFrame(sorted(pairs), columns=["feature", "unit"]), checked, good, bad)


def unlike_catalogue(shocks: pa.Table, catalog: Catalog) -> Finding:
    """Shocks whose unit or tier is not the catalogue's."""
    stated = pa.table(
        {
            "shock": list(catalog.shocks),
            "stated_unit": [shock.unit for shock in catalog.shocks.values()],
            "stated_tier": [str(shock.tier) for shock in catalog.shocks.values()],
            "states_it": [str(shock.stated_by) for shock in catalog.shocks.values()],
        }
    )
    joined = shocks.join(stated, "shock", join_type="left outer")
    same = pc.and_(pc.equal(joined["unit"], joined["stated_unit"]), pc.equal(joined["tier"], joined["stated_tier"]))
    same = pc.and_(same, pc.equal(joined["tier_stated_by"], joined["states_it"]))
    return finding(
        joined.filter(pc.invert(pc.fill_null(same, fill_value=False))).to_pandas(),
        shocks.num_rows,
        "{n} rows in the catalogue's units and tiers",
        "{k} of {n} rows have another unit or tier than shocks.yaml states: rebuild the table",
    )


def implausible_shocks(shocks: pa.Table, catalog: Catalog) -> Finding:
    """Shocks larger than the catalogue holds possible, in either direction."""
    bounds = pa.table(
        {
            "shock": list(catalog.shocks),
            "largest": pa.array([shock.largest for shock in catalog.shocks.values()], pa.float64()),
        }
    )
    joined = shocks.join(bounds, "shock", join_type="inner")
    return finding(
        joined.filter(pc.greater(pc.abs(joined["value"]), joined["largest"])).to_pandas(),
        joined.num_rows,
        "{n} shocks of plausible size",
        "{k} of {n} shocks are larger than plausible: look at the releases of these months, or state another `largest` in "
        "shocks.yaml",
    )


def inconsistent_targets(targets: pa.Table) -> Finding:
    """Targets with a value and no day of knowledge or the reverse, known before their period ended, or no label."""
    frame = targets.to_pandas(date_as_object=False)
    valued, dated = frame["value"].notna(), frame["known_at"].notna()
    problem = np.select(
        [
            valued != dated,
            dated & (frame["known_at"] < frame["period"]),
            valued & (frame["unit"] == LABEL) & ~frame["value"].isin([0.0, 1.0]),
        ],
        ["a value without a day of knowledge, or the reverse", "known before its period had ended", "no 0 or 1"],
        default="",
    )
    return finding(
        frame.assign(problem=problem)[problem != ""],
        len(frame),
        "{n} targets, each value with its day of knowledge",
        "{k} of {n} targets contradict themselves",
    )
