"""Monthly recession features: each column from the newest known months of one input, inside one as-of slice.

Belongs here: the transforms of `monthly_spec.FEATURES` and the table features/recession_features_monthly.
Does not belong here: which columns exist (monthly_spec.py), imputation and scaling (recession/).

An input starts at its newest known month, at most `MAX_AGE` months old; what lies behind it comes from the same view,
so growth never crosses a change of base.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from macro_assets.errors import InvalidInputError
from macro_assets.signals.features import Feature, FeatureSet, Slices, Values
from macro_assets.signals.recession import monthly_spec
from macro_assets.signals.recession.inputs import Array, days_known, latest_day, read_inputs, series_of
from macro_assets.signals.recession.monthly_spec import MonthlyFeature
from macro_assets.signals.recession.windows import average, finite
from macro_assets.vintage.calendars import Days
from macro_assets.vintage.dense import dense
from macro_assets.vintage.latest import NOT_KNOWN, newest_lag

DEPTH = 48
MAX_AGE = 4
DEFLATOR = "consumer_prices"
SERIES = series_of(monthly_spec.INPUTS)
READS = {each.name: each.reads for each in monthly_spec.INPUTS}

__all__ = ["DEPTH", "FEATURE_SET", "MAX_AGE", "SERIES", "build"]


def build(monthly_cube: pa.Table) -> pa.Table:
    """The table features/recession_features_monthly, from gold/monthly_cube and nothing else."""
    return FEATURE_SET.compute(Slices(dense(monthly_cube, series=SERIES, depth=DEPTH, frequency="M"))).table()


def _newest(slices: Slices) -> dict[str, Array]:
    """Inputs (n, lags) that begin at their newest known month; missing where that is older than MAX_AGE."""
    values = read_inputs(slices.cube, monthly_spec.INPUTS)
    return {each.name: _from_newest(values[:, :, at]) for at, each in enumerate(monthly_spec.INPUTS)}


def _from_newest(values: Array) -> Array:
    lag = newest_lag(~np.isnan(values), MAX_AGE)
    first = np.where(lag == NOT_KNOWN, 0, lag)[:, None]
    shifted = np.take_along_axis(values, first + np.arange(values.shape[1] - MAX_AGE), axis=1)
    return np.where((lag == NOT_KNOWN)[:, None], np.nan, shifted)


def _known_at(slices: Slices) -> dict[str, Days]:
    """Per input, the latest knowledge day among all cells of its slice: an upper bound for each column."""
    days = days_known(slices.cube)
    by_input = {each.name: latest_day(slices.cube, days, each) for each in monthly_spec.INPUTS}
    return by_input | {"policy_rate": np.maximum(by_input["policy_rate"], by_input[DEFLATOR])}


def _log(values: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return finite(np.log(values))


def _quarter(x: Array, lag: int) -> Array:
    return average([x[:, lag], x[:, lag + 1], x[:, lag + 2]])


def _growth(x: Array, k: int) -> Array:
    return _log(x[:, 0]) - _log(x[:, k])


def _smooth_growth(x: Array, k: int) -> Array:
    return _log(_quarter(x, 0)) - _log(_quarter(x, k))


def _above_low(x: Array, k: int) -> Array:
    return _log(x[:, 0]) - _log(np.fmin.reduce([x[:, lag] for lag in range(k + 1)]))


def _below_high(x: Array, k: int) -> Array:
    return _log(x[:, 0]) - _log(np.fmax.reduce([x[:, lag] for lag in range(k + 1)]))


def _low(x: Array, k: int) -> Array:
    lowest: Array = np.fmin.reduce([x[:, lag] for lag in range(k + 1)])
    return lowest


def _gap(x: Array, k: int) -> Array:
    return x[:, 0] - average([x[:, lag] for lag in range(k)])


def _sahm(x: Array, k: int) -> Array:
    lowest: Array = np.fmin.reduce([_quarter(x, lag) for lag in range(k + 1)])
    return _quarter(x, 0) - lowest


def _acceleration(x: Array, k: int) -> Array:
    return _log(x[:, 0]) - 2.0 * _log(x[:, k]) + _log(x[:, 2 * k])


TRANSFORMS: dict[str, tuple[str, Callable[[Array, int], Array]]] = {
    "level": ("Newest known month of {}.", lambda x, k: x[:, 0]),
    "lag": ("{}, {k} months before the newest known one.", lambda x, k: x[:, k]),
    "change": ("Change of {} over {k} months.", lambda x, k: x[:, 0] - x[:, k]),
    "growth": ("Log growth of {} over {k} months.", _growth),
    "smooth_growth": ("Log growth of the three-month mean of {} over {k} months.", _smooth_growth),
    "above_low": ("Log of {} over its low of {k} months.", _above_low),
    "below_high": ("Log of {} over its high of {k} months.", _below_high),
    "low": ("Low of {} over {k} months.", _low),
    "gap": ("{} less its mean of {k} months.", _gap),
    "sahm": ("Three-month mean of {} less its low of {k} months (Sahm 2019).", _sahm),
    "acceleration": ("Log growth of {} over {k} months less that of the {k} months before.", _acceleration),
}
"""Each transform by its name in `monthly_spec`: in words, and of the newest known months (n, lags) and a span."""
REAL_RATE = "{} less log growth of consumer prices over {k} months, in percent."


def _real_rate(newest: dict[str, Array], spec: MonthlyFeature) -> Array:
    prices = newest[DEFLATOR]
    return newest[spec.source][:, 0] - 100.0 * (_log(prices[:, 0]) - _log(prices[:, spec.months]))


def _feature(spec: MonthlyFeature) -> Feature:
    """The declaration with its function; a transform that does not exist is refused when this module loads."""
    if spec.transform == "real_rate":
        words, reads = REAL_RATE, READS[spec.source] + READS[DEFLATOR]
        return _declared(spec, words, reads, lambda slices: _real_rate(slices.once(_newest), spec))
    if spec.transform not in TRANSFORMS:
        raise InvalidInputError(
            f"Unknown transform {spec.transform!r} of {spec.name}.", remedy=f"Available: {[*TRANSFORMS, 'real_rate']}."
        )
    words, transform = TRANSFORMS[spec.transform]
    compute = lambda slices: transform(slices.once(_newest)[spec.source], spec.months)  # noqa: E731
    return _declared(spec, words, READS[spec.source], compute)


def _declared(spec: MonthlyFeature, words: str, reads: tuple[str, ...], compute: Callable[[Slices], Array]) -> Feature:
    text = words.format(spec.source.replace("_", " "), k=spec.months)
    return Feature(
        spec.name,
        spec.unit,
        text[0].upper() + text[1:],
        reads,
        lambda slices: Values(compute(slices), slices.once(_known_at)[spec.source]),
    )


FEATURE_SET = FeatureSet(
    "monthly recession",
    "M",
    tuple(_feature(spec) for spec in monthly_spec.FEATURES),
    ("features/recession_features_monthly", "features/recession_features_monthly_revised"),
)
