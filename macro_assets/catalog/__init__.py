"""The catalogue: every series, ticker, indicator, release, shock and turning point that exists.

Belongs here: validated YAML and its typed loader. Does not belong here: anything that imports another room.
"""

from macro_assets.catalog.additions import add_series, series_from_fred
from macro_assets.catalog.catalog import MEAN_SUFFIX, Catalog, Identified
from macro_assets.catalog.loader import load_catalog
from macro_assets.catalog.models import (
    Asset,
    Indicator,
    Outcome,
    Release,
    Series,
    Shock,
    Splice,
    TurningPoint,
)
from macro_assets.catalog.periods import month_end, period_end, period_start, quarter_end

__all__ = [
    "MEAN_SUFFIX",
    "Asset",
    "Catalog",
    "Identified",
    "Indicator",
    "Outcome",
    "Release",
    "Series",
    "Shock",
    "Splice",
    "TurningPoint",
    "add_series",
    "load_catalog",
    "month_end",
    "period_end",
    "period_start",
    "quarter_end",
    "series_from_fred",
]
