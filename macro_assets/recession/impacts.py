"""Stage 2: what happens to jobs, markets and output over two quarters, and whether anyone could know.

Belongs here: choice of a method by past out-of-sample error, "no skill" when none beats the historical mean, intervals mixed
of past errors by the probability of recession. Does not belong here: stage 1, the orchestrator (hybrid.py), what the
targets are measured in (impact_history.py), one forecast (impact_forecast.py).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.comparison import diebold_mariano_without_any
from macro_assets.inference.mixture import ErrorMixture, ErrorSample
from macro_assets.recession.columns import absent, known_matrix, matrix, refuse_unknown
from macro_assets.recession.impact_forecast import FORECAST_LEVELS, ImpactForecast, JointOdds
from macro_assets.recession.impact_history import (
    TARGETS,
    VOLATILITY,
    ImpactHistory,
    from_modelled,
    modelled,
    root_volatility,
)
from macro_assets.recession.regressors import (
    FittedRegressor,
    HistoricalMean,
    MedianRegression,
    Regressor,
    RidgePath,
    SeedBoosting,
)
from macro_assets.signals.recession import monthly_spec
from macro_assets.signals.targets import DRAWDOWN_TARGETS

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
FIRST_MEAN = 20
MIN_OUTCOMES = 40
SIZE = 0.10
JOINT_LIMIT = -20.0
NO_SKILL = "no skill"

refuse_unknown(INPUTS, [PROBABILITY, *monthly_spec.names()], "Stage 2")

__all__ = ["BLOCKS", "INPUTS", "JOINT_LIMIT", "METHODS", "NO_SKILL", "PROBABILITY", "ImpactRegressor", "fit_impact",
           "fit_impacts"]  # fmt: skip


@dataclass(frozen=True)
class ImpactRegressor:
    """A trained stage-2 model of one target.

    Attributes
    ----------
    model : forecasts in the unit of `modelled`. errors : of past forecasts over the root of the market's volatility, by
        whether a recession came; of a worst fall the falls themselves, of both indices.
    usual_volatility : median of training, for a row that has none; 1 for other targets.
    past : (n, 3) errors in the unit of `modelled`, probability of recession and scale at each past origin.
    past_skill : 1 - squared error over that of the expanding mean, out of sample, by method.
    """

    target: str
    method: str
    model: FittedRegressor
    errors: ErrorMixture
    usual_volatility: float
    past: pd.DataFrame
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

    def forecast(self, features: pd.DataFrame) -> ImpactForecast:
        """Forecast for one row of features, with the columns recession_probability and those of `VOLATILITIES`."""
        p = float(features[PROBABILITY].iloc[0])
        value = float(self._modelled(features)[0])
        centre, scale = 0.0 if self.target in DRAWDOWN_TARGETS else value, self._scale(features)
        found = {level: self.errors.interval(level, p) for level in FORECAST_LEVELS}
        ends = {level: (self._answer(centre + scale * one.low), self._answer(centre + scale * one.high))
                for level, one in found.items()}  # fmt: skip
        joint = None
        if self.target in VOLATILITY:
            joint = JointOdds(JOINT_LIMIT, *self.errors.joint_below((JOINT_LIMIT - centre) / scale, p))
        missing = absent(features, self.columns)
        unstated = (
            (VOLATILITY[self.target],) if self.target in VOLATILITY and self._volatility(features) is None else ()
        )
        return ImpactForecast(
            target=self.target,
            unit=self.unit,
            value=self._answer(value),
            intervals=ends,
            rules={level: one.rule for level, one in found.items()},
            skill=self.skill,
            method=self.method,
            probability=p,
            errors=self.errors.errors(p),
            widest_level=self.errors.widest_level(p),
            joint=joint,
            missing=(*missing, *unstated),
        )

    def predict(self, features: pd.DataFrame) -> Array:
        """(n,) point forecasts; absent columns are missing, and `ImpactForecast.missing` names them."""
        return from_modelled(self.target, self._modelled(features))

    def _modelled(self, features: pd.DataFrame) -> Array:
        return self.model.predict(matrix(features, self.columns))

    def _answer(self, value: float) -> float:
        stated = float(from_modelled(self.target, value))
        return min(stated, 0.0) if self.target in DRAWDOWN_TARGETS else stated

    def _volatility(self, features: pd.DataFrame) -> float | None:
        name = VOLATILITY[self.target]
        stated = float(features[name].iloc[0]) if name in features else float("nan")
        return stated if np.isfinite(stated) else None

    def _scale(self, features: pd.DataFrame) -> float:
        if self.target not in VOLATILITY:
            return 1.0
        return float(root_volatility(self._volatility(features) or self.usual_volatility))


def fit_impacts(
    features: pd.DataFrame, probability: pd.Series, history: ImpactHistory, events: pd.Series
) -> tuple[ImpactRegressor, ...]:
    """Train all targets that have outcomes.

    Parameters
    ----------
    features : compact columns by as-of date.
    probability : *out-of-fold* stage-1 probability of the same dates; in-sample ones would look better than any live
        forecast and are what made the source document's second stage fail.
    history : what was known on the day of training; worst falls are learned from all of it, the rest from the dates of
        `features`.
    events : whether a recession came within two quarters of each as-of date; missing where that is not known.
    """
    inputs = features.assign(**{PROBABILITY: probability.reindex(features.index)})
    usable = inputs.index[inputs[PROBABILITY].notna()]
    outcomes = history.values.reindex(usable)
    wanted = [t for t in TARGETS if t in outcomes and outcomes[t].notna().sum() >= MIN_OUTCOMES]
    return tuple(fit_impact(inputs, history, target, events) for target in wanted)


def fit_impact(inputs: pd.DataFrame, history: ImpactHistory, target: str, events: pd.Series) -> ImpactRegressor:
    """Train one target: compare methods on expanding folds, keep the best if it beats the mean, learn its intervals.

    Raises
    ------
    InvalidInputError : fewer than 40 known outcomes, or the inputs lack a column of `INPUTS`.
    """
    outcome = history.values[target].reindex(inputs.index)
    rows = inputs[outcome.notna() & inputs[PROBABILITY].notna()]
    y = modelled(target, outcome.reindex(rows.index))
    if len(y) < MIN_OUTCOMES:
        raise InvalidInputError(
            f"Target {target}: {len(y)} outcomes are known, at least {MIN_OUTCOMES} are needed.",
            remedy="Load a longer history.",
        )
    x = known_matrix(rows, INPUTS, "Stage 2")
    of_mean = _errors_of_mean(y)
    errors = {name: _past_errors(method, x, y) for name, method in METHODS.items()}
    past = {name: _skill(error, of_mean) for name, error in errors.items()}
    best = max(past, key=lambda name: past[name])
    beaten = _beats(errors[best], of_mean)
    method: Regressor = METHODS[best] if beaten else HistoricalMean()
    trail = pd.DataFrame({"error": errors[best] if beaten else of_mean, "probability": rows[PROBABILITY],
                          "scale": history.scale(target).reindex(rows.index)}, rows.index)  # fmt: skip
    return ImpactRegressor(
        target=target,
        method=best if beaten else NO_SKILL,
        model=method.fit(x, y),
        errors=_mixture(history, target, trail["error"] / trail["scale"], events),
        usual_volatility=_usual_volatility(history, target),
        past=trail,
        past_skill=past,
    )


def _mixture(history: ImpactHistory, target: str, scaled: pd.Series, events: pd.Series) -> ErrorMixture:
    """Scaled errors by whether a recession came; of a worst fall the scaled falls of both indices."""
    if target in DRAWDOWN_TARGETS:
        falls = [name for name in DRAWDOWN_TARGETS if name in history.values]
        scaled = pd.concat([history.values[name] / history.scale(name) for name in falls])
    came = events.reindex(scaled.index).to_numpy(dtype=float)
    origins, error = scaled.index.to_numpy(), scaled.to_numpy(dtype=float)
    calm, event = (ErrorSample.of(error[came == state], origins[came == state]) for state in (0.0, 1.0))
    return ErrorMixture(calm, event)


def _usual_volatility(history: ImpactHistory, target: str) -> float:
    """Median of the history; 1 where there is none, and then no error to scale by it."""
    stood = history.volatility[VOLATILITY[target]].dropna() if target in VOLATILITY else pd.Series(dtype=float)
    return float(stood.median()) if len(stood) else 1.0


def _skill(errors: Array, mean_errors: Array) -> float:
    both = np.isfinite(errors) & np.isfinite(mean_errors)
    reference = float(np.sum(mean_errors[both] ** 2))
    return 1.0 - float(np.sum(errors[both] ** 2)) / reference if reference > 0.0 else 0.0


def _beats(errors: Array, mean_errors: Array) -> bool:
    """Whether squared errors are smaller than those of the mean whichever quarter is left out: one-sided tests at 10 %.

    A quarter touches the outcomes of two origins: both are left out together.
    """
    both = np.isfinite(errors) & np.isfinite(mean_errors)
    if both.sum() < 20 + GAP_QUARTERS:
        return False
    test = diebold_mariano_without_any(errors[both] ** 2, mean_errors[both] ** 2, GAP_QUARTERS, GAP_QUARTERS)
    return test.mean_difference < 0.0 and 1.0 - test.p_worse < SIZE


def _errors_of_mean(y: Array) -> Array:
    """Errors of the mean of all outcomes two quarters or more before; missing for the first twenty."""
    errors, first = np.full(len(y), np.nan), FIRST_MEAN + GAP_QUARTERS
    mean = np.cumsum(y) / np.arange(1, len(y) + 1)
    errors[first:] = y[first:] - mean[FIRST_MEAN - 1 : len(y) - GAP_QUARTERS - 1]
    return errors


def _past_errors(method: Regressor, x: Array, y: Array) -> Array:
    """Errors of forecasts made with earlier rows only, two quarters apart; missing for the first 40 %."""
    errors = np.full(len(y), np.nan)
    bounds = np.linspace(int(len(y) * FIRST_SHARE), len(y), FOLDS + 1).astype(int)
    for start, stop in itertools.pairwise(bounds.tolist()):
        train = slice(0, max(start - GAP_QUARTERS, 1))
        errors[start:stop] = y[start:stop] - method.fit(x[train], y[train]).predict(x[start:stop])
    return errors
