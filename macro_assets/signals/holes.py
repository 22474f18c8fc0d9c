"""What a missing vintage day hides: features that read a series whose newest print may be lost.

Belongs here: which series are unsure at which as-of date, and the table of features without what rests on them. Does not
belong here: which days are missing (vintage/coverage.py), shocks, which know their own releases (release_news.py).

A lost print would read as an unchanged series: the newest known value, a period older than it should be. From the
missing day until the series brings something again, what reads it is missing, like any feature whose input is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from macro_assets.signals.features import FeatureSet
from macro_assets.vintage.calendars import Days
from macro_assets.vintage.columns import days
from macro_assets.vintage.layout import as_of_axis, frequency_of, lay_out

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog

__all__ = ["series_behind", "unsure", "without_unsure"]

NEVER = np.datetime64("0001-01-01", "D")


def unsure(cube: pa.Table, missing: Mapping[str, Days]) -> dict[str, Days]:
    """As-of dates of a cube at which the newest print of a series may be lost, by series.

    Parameters
    ----------
    cube : rows of `gold/monthly_cube` or `gold/quarterly_cube`.
    missing : vintage days that the lake does not know, rising, by series.

    Returns
    -------
    Dates with a missing day after the day on which the series last brought something, up to the date itself.
    """
    as_of, found = as_of_axis(cube), {}
    for name, gone in missing.items():
        rows = lay_out(cube, series=[name], frequency=frequency_of(cube))
        newest = rows.group_by("as_of").aggregate([("known_at", "max")])
        latest = np.full(len(as_of), NEVER)
        latest[np.searchsorted(as_of, days(newest["as_of"]))] = days(newest["known_at_max"])
        last_gone = np.searchsorted(gone, as_of, side="right") - 1
        hidden = (last_gone >= 0) & (gone[np.maximum(last_gone, 0)] > latest)
        if hidden.any():
            found[name] = as_of[hidden]
    return found


def without_unsure(
    table: pa.Table, features: FeatureSet, cube: pa.Table, missing: Mapping[str, Days], catalog: Catalog
) -> pa.Table:
    """Rows of a table of features, those left out that read a series where its newest print may be lost.

    Parameters
    ----------
    table : in the schema of `features/causal_features`. features : what it holds.
    cube, missing : as `unsure`. catalog : what splices and outcomes are made of.
    """
    hidden = unsure(cube, missing) if missing else {}
    for feature in features.features:
        dates = [hidden[name] for one in feature.reads for name in _made_of(one, catalog) if name in hidden]
        if dates:
            gone = pc.is_in(table["as_of"], pa.array(np.unique(np.concatenate(dates))))
            table = table.filter(pc.invert(pc.and_(pc.equal(table["feature"], feature.name), gone)))
    return table


def series_behind(features: FeatureSet, catalog: Catalog) -> list[str]:
    """Ids of the series and tickers that a set of features reads, alphabetically."""
    return sorted({name for one in features.reads for name in _made_of(one, catalog)})


def _made_of(name: str, catalog: Catalog) -> list[str]:
    """Ids of the series or tickers behind what a feature reads."""
    if name in catalog.splices:
        splice = catalog.splices[name]
        return [one for one in (splice.daily, splice.monthly, splice.minus) if one]
    return [catalog.outcomes[name].id] if name in catalog.outcomes else [name]
