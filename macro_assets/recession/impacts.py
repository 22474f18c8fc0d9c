"""Stage 2: what happens to jobs, markets and output over two quarters, and whether anyone could know.

Belongs here: choice of a method by past out-of-sample error, "no skill" when none beats the historical mean, intervals
conditional on the regime. Does not belong here: stage 1, the orchestrator (hybrid.py).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.comparison import diebold_mariano
from macro_assets.inference.conformal import LEVELS, RegimeConformal
from macro_assets.inference.display import Displayed
from macro_assets.inference.metrics import exceeds
from macro_assets.recession.columns import absent, known_matrix, matrix, refuse_unknown
from macro_assets.recession.regressors import (
    FittedRegressor,
    HistoricalMean,
    MedianRegression,
    Regressor,
    RidgePath,
    SeedBoosting,
)
from macro_assets.signals.recession import monthly_spec
from macro_assets.signals.targets import DRAWDOWN_TARGETS, IMPACT_TARGETS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
PROBABILITY = "recession_probability"
BLOCKS = {
    "labor": ("unemployment_rate_change_pp", "initial_claims_change_pct"),
    "markets": ("sp500_change_pct", "nasdaq_change_pct", *DRAWDOWN_TARGETS),
    "gdp": ("real_gdp_change_pct",),
}
METHODS: dict[str, Regressor] = {"ridge": RidgePath(), "median": MedianRegression(), "xgboost_seed": SeedBoosting()}
INPUTS = (
    PROBABILITY, "term_spread", "term_spread_lag_6m", "real_policy_rate", "baa_spread", "baa_spread_change_6m",
    "quality_spread", "sp500_growth_3m", "sp500_growth_6m", "sp500_growth_12m", "sp500_below_high_12m",
    "initial_claims_growth_3m", "initial_claims_growth_12m", "initial_claims_above_low_12m", "payrolls_growth_3m",
    "payrolls_growth_12m", "unemployment_rate_change_3m", "unemployment_rate_change_12m", "unemployment_rate_sahm",
    "industrial_production_growth_3m", "industrial_production_growth_12m", "real_income_growth_6m",
    "real_consumption_growth_6m", "building_permits_growth_6m", "building_permits_growth_12m", "consumer_sentiment",
    "consumer_sentiment_change_12m", "weekly_hours_change_6m", "consumer_prices_growth_12m",
)  # fmt: skip
FOLDS, FIRST_SHARE, GAP_QUARTERS = 4, 0.4, 2
MIN_OUTCOMES = 40
SIZE = 0.10
NO_SKILL = "no skill"

refuse_unknown(INPUTS, [PROBABILITY, *monthly_spec.names()], "Stage 2")

__all__ = ["BLOCKS", "INPUTS", "METHODS", "NO_SKILL", "PROBABILITY", "ImpactForecast", "ImpactRegressor", "fit_impact",
           "fit_impacts", "impact_outcomes"]  # fmt: skip


@dataclass(frozen=True)
class ImpactForecast(Displayed):
    """Change of one target over the next two quarters.

    Attributes
    ----------
    value : forecast in `unit`; the historical mean when `skill` is False.
    intervals : level to (low, high); without a finite lower end where past errors are too few for the level.
    widest_level : the largest level that the past errors of the regime support.
    skill : whether past out-of-sample errors were smaller than those of the historical mean.
    method : ridge, median, xgboost_seed or "no skill".
    regime : alarm or calm: whose past errors the intervals rest on.
    missing : inputs that were unknown and stood at their training medians.
    """

    target: str
    unit: str
    value: float
    intervals: dict[float, tuple[float, float]]
    skill: bool
    method: str
    regime: str
    widest_level: float
    missing: tuple[str, ...] = ()

    def supported(self, level: float) -> bool:
        """Whether past errors of the regime are enough for an interval of this level."""
        return math.isfinite(self.intervals[level][0])

    def summary(self) -> str:
        """Forecast, intervals and method in one line."""
        spans = "; ".join(
            f"{level:.0%}: {low:+.2f} to {high:+.2f}"
            if self.supported(level)
            else f"no {level:.0%} interval, errors support {self.widest_level:.0%} at most"
            for level, (low, high) in self.intervals.items()
        )
        return f"{self.target}: {self.value:+.2f} {self.unit} ({spans}; {self.method}, errors of {self.regime} times)."

    def to_frame(self) -> pd.DataFrame:
        """One row per level: forecast, lower and upper end."""
        rows = [(self.target, self.value, level, *ends) for level, ends in self.intervals.items()]
        return pd.DataFrame(rows, columns=["target", "value", "level", "lower", "upper"])

    def plot(self, ax: Axes | None = None) -> Axes:
        """The forecast with its intervals; hollow without skill."""
        from macro_assets.pictures import recession as pictures

        return pictures.impact_fan(self.name, self.unit, self.value, self.intervals, skill=self.skill, ax=ax)

    @property
    def name(self) -> str:
        """The target without its unit, in lines: for a panel's title."""
        return self.target.rsplit("_", 1)[0].replace("_", "\n")


@dataclass(frozen=True)
class ImpactRegressor:
    """A trained stage-2 model of one target.

    Attributes
    ----------
    past_skill : 1 - squared error over that of the expanding mean, over the out-of-sample folds, by method.
    """

    target: str
    method: str
    model: FittedRegressor
    conformal: RegimeConformal
    past_skill: Mapping[str, float]
    columns: tuple[str, ...] = INPUTS

    @property
    def skill(self) -> bool:
        """Whether a method beat the historical mean."""
        return self.method != NO_SKILL

    @property
    def unit(self) -> str:
        """Unit of the forecast change."""
        return "percentage points" if self.target.endswith("_pp") else "percent"

    def forecast(self, features: pd.DataFrame, *, alarm: bool) -> ImpactForecast:
        """Forecast for one row of features (with the column recession_probability)."""
        value = float(self.predict(features)[0])
        bounds = {}
        for level in LEVELS:
            below, above = self.conformal.offsets(level, alarm=alarm)
            top = min(value + above, 0.0) if self.target in DRAWDOWN_TARGETS else value + above
            bounds[level] = (value + below, top)
        return ImpactForecast(
            target=self.target,
            unit=self.unit,
            value=value,
            intervals=bounds,
            skill=self.skill,
            method=self.method,
            regime="alarm" if alarm else "calm",
            widest_level=self.conformal.widest_level(alarm=alarm),
            missing=absent(features, self.columns),
        )

    def predict(self, features: pd.DataFrame) -> Array:
        """(n,) point forecasts; absent columns are missing, and `ImpactForecast.missing` names them."""
        return self.model.predict(matrix(features, self.columns))


def impact_outcomes(recession_targets: pa.Table) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values and knowledge days of the impact targets, one row per quarter end."""
    table = recession_targets.to_pandas()
    rows = table[(table["frequency"] == "Q") & table["target"].isin([*IMPACT_TARGETS, *DRAWDOWN_TARGETS])]
    rows = rows.assign(period=pd.to_datetime(rows["period"]), known_at=pd.to_datetime(rows["known_at"]))
    values = rows.pivot(index="period", columns="target", values="value").astype(float)
    return values, rows.pivot(index="period", columns="target", values="known_at")


def fit_impacts(
    features: pd.DataFrame, probability: pd.Series, outcomes: pd.DataFrame, threshold: float
) -> tuple[ImpactRegressor, ...]:
    """Train all targets that have outcomes.

    Parameters
    ----------
    features : compact columns by as-of date.
    probability : *out-of-fold* stage-1 probability of the same dates; in-sample ones would look better than any live
        forecast and are what made the source document's second stage fail.
    outcomes : known changes by as-of date, columns named as in targets/recession_targets.
    threshold : stage-1 threshold; delimits the regimes of the intervals.
    """
    inputs = features.assign(**{PROBABILITY: probability.reindex(features.index)})
    wanted = [
        t for t in (*IMPACT_TARGETS, *DRAWDOWN_TARGETS) if t in outcomes and outcomes[t].notna().sum() >= MIN_OUTCOMES
    ]
    return tuple(fit_impact(inputs, outcomes[target], threshold) for target in wanted)


def fit_impact(inputs: pd.DataFrame, outcome: pd.Series, threshold: float) -> ImpactRegressor:
    """Train one target: compare methods on expanding folds, keep the best if it beats the mean, learn its intervals.

    Raises
    ------
    InvalidInputError : fewer than 40 known outcomes, or the inputs lack a column of `INPUTS`.
    """
    usable = outcome.reindex(inputs.index).notna() & inputs[PROBABILITY].notna()
    rows, y = inputs[usable], outcome.reindex(inputs.index)[usable].to_numpy(dtype=float)
    if len(y) < MIN_OUTCOMES:
        raise InvalidInputError(
            f"Target {outcome.name}: {len(y)} outcomes are known, at least {MIN_OUTCOMES} are needed.",
            remedy="Load a longer history.",
        )
    x = known_matrix(rows, INPUTS, "Stage 2")
    alarm = exceeds(rows[PROBABILITY].to_numpy(), threshold)
    errors = {name: _past_errors(method, x, y) for name, method in METHODS.items()}
    mean_errors = _past_errors(HistoricalMean(), x, y)
    reference = np.nansum(mean_errors**2)
    past = {name: float(1.0 - np.nansum(error**2) / reference) for name, error in errors.items()}
    best = max(past, key=lambda name: past[name])
    beaten = _beats(errors[best], mean_errors)
    method: Regressor = METHODS[best] if beaten else HistoricalMean()
    conformal = RegimeConformal.learn(errors[best] if beaten else mean_errors, alarm)
    return ImpactRegressor(str(outcome.name), best if beaten else NO_SKILL, method.fit(x, y), conformal, past)


def _beats(errors: Array, mean_errors: Array) -> bool:
    """Whether squared errors are smaller than those of the mean: one-sided Diebold-Mariano test at 10 %."""
    both = np.isfinite(errors) & np.isfinite(mean_errors)
    if both.sum() < 20:
        return False
    test = diebold_mariano(errors[both] ** 2, mean_errors[both] ** 2, GAP_QUARTERS)
    return test.mean_difference < 0.0 and 1.0 - test.p_worse < SIZE


def _past_errors(method: Regressor, x: Array, y: Array) -> Array:
    """Errors of forecasts made with earlier rows only, two quarters apart; missing for the first 40 %."""
    errors = np.full(len(y), np.nan)
    bounds = np.linspace(int(len(y) * FIRST_SHARE), len(y), FOLDS + 1).astype(int)
    for start, stop in itertools.pairwise(bounds.tolist()):
        train = slice(0, max(start - GAP_QUARTERS, 1))
        errors[start:stop] = y[start:stop] - method.fit(x[train], y[train]).predict(x[start:stop])
    return errors
