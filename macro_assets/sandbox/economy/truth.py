"""The true effects of the simulated economy: what a perfect estimator would find.

Belongs here: effects per shock, outcome, regime and horizon, their averages, what one history can and cannot show,
and the file they are kept in. Does not belong here: the simulation (histories.py).

Effects are computed from the model itself: the same months with and without a unit shock, nothing else changed. The
model is linear given the regime in which a shock becomes known, so the difference is exact: it holds the direct effect,
its build-up and all that follows through policy, stress and inflation. Returns are summed over months.

The average a linear model estimates weighs each month by the variance of the shock: E[theta v^2] / E[v^2]. It is
given with the regimes of this history (`weighted_average`) and of the long run (`population_weighted_average`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from macro_assets.errors import InvalidInputError
from macro_assets.sandbox.economy.markets import MARKET_NOISE, simulate_markets
from macro_assets.sandbox.economy.parameters import (
    DEFAULT,
    OUTCOME_UNITS,
    OUTCOMES,
    PLACEBO_OUTCOME,
    REGIMES,
    SHOCK_UNITS,
    SHOCKS,
    EconomyParameters,
)
from macro_assets.sandbox.economy.regimes import CALM, RECOVERY, regime_shares
from macro_assets.sandbox.economy.structure import MACRO_NOISE, simulate_macro

__all__ = ["ALIASES", "HORIZONS", "Truth", "effects_by_regime", "truth_of"]

HORIZONS = (0, 1, 3, 6, 12)
ALIASES = {"fed_surprise_orthogonal": "fed_surprise", "fed_rate_change": "fed_surprise"}
"""Treatments whose unexplained part is the shock named: their true effect is the same."""
_POWER = 2.8  # 5 % two-sided test with 80 % power


@dataclass(frozen=True)
class Truth:
    """True effects and what one history can show of them.

    Attributes
    ----------
    effects : rows of `shock, outcome, regime, horizon, effect`: cumulative from the end of month t-1 to the end of t+h,
        outcome unit per unit of shock, by the regime of the month in which the shock became known.
    averages : rows of `shock, outcome, horizon, time_average, weighted_average, population_time_average,
        population_weighted_average`.
    detectability : rows of `shock, outcome, average, stderr, t, regime_difference, minimum_detectable_difference`
        at horizon 0: expected standard error of the average in one history of this length, the true difference
        between the first two regimes, and the smallest one that a 5 % test finds with 80 % power.
    event_study : true slope of the S&P 500 in the thirty minutes on the surprise, percent per pp, by regime.
    regimes : rows of `month, regime`; turning_points : rows of the archive's nber.csv, announced or not.
    """

    seed: int
    start: str
    end: str
    shock_units: dict[str, str]
    outcome_units: dict[str, str]
    placebo_outcome: str
    aliases: dict[str, str]
    effects: list[dict[str, Any]]
    averages: list[dict[str, Any]]
    detectability: list[dict[str, Any]]
    event_study: dict[str, float]
    regime_shares: dict[str, float]
    regimes: list[dict[str, str]] = field(default_factory=list)
    turning_points: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def effect(self, shock: str, outcome: str, horizon: int = 0, regime: str | None = None) -> float:
        """One true effect; without a regime the variance-weighted average that a linear model estimates.

        Raises
        ------
        InvalidInputError : the economy has no true effect of that name or horizon.
        """
        shock = self.aliases.get(shock, shock)
        rows, column = (self.averages, "weighted_average") if regime is None else (self.effects, "effect")
        for row in rows:
            here = (row["shock"], row["outcome"], row["horizon"]) == (shock, outcome, horizon)
            if here and regime in (None, row.get("regime")):
                return float(row[column])
        shocks = ", ".join([*self.shock_units, *self.aliases])
        raise InvalidInputError(
            f"No true effect of {shock!r} on {outcome!r} at horizon {horizon} (regime {regime}).",
            remedy=f"Shocks: {shocks}. Outcomes: {', '.join(self.outcome_units)}. Horizons: {HORIZONS}.",
        )

    def effects_frame(self) -> pd.DataFrame:
        """`effects` as a table."""
        return pd.DataFrame(self.effects)

    def averages_frame(self) -> pd.DataFrame:
        """`averages` as a table, one row per shock (aliases included), outcome and horizon."""
        frame = pd.DataFrame(self.averages)
        copies = [frame[frame["shock"] == source].assign(shock=name) for name, source in self.aliases.items()]
        return pd.concat([frame, *copies], ignore_index=True)

    def as_dict(self) -> dict[str, Any]:
        """The truth as plain values, as in the file."""
        return asdict(self)

    def write(self, path: Path) -> Path:
        """Write the truth as JSON and return the path."""
        path = Path(path)
        path.write_text(json.dumps(self.as_dict(), indent=1) + "\n")
        return path

    @classmethod
    def read(cls, path: Path) -> Truth:
        """The truth kept in a file.

        Raises
        ------
        InvalidInputError : the file is not a truth written by this package.
        """
        try:
            return cls(**json.loads(Path(path).read_text()))
        except (TypeError, json.JSONDecodeError) as error:
            raise InvalidInputError(
                f"{path} contains no ground truth: {error}.", remedy="Re-run the simulation."
            ) from error


def effects_by_regime(parameters: EconomyParameters = DEFAULT, longest: int = max(HORIZONS)) -> np.ndarray:
    """(shocks, outcomes, regimes, longest + 1) cumulative effects of a unit shock, by the regime it meets."""
    months, at = 40 + longest, 30
    columns = 1 + len(SHOCKS)
    table = np.zeros((len(SHOCKS), len(OUTCOMES), len(REGIMES), longest + 1))
    noise = {name: np.zeros((months, columns)) for name in MACRO_NOISE + MARKET_NOISE}
    impulses = {name: np.zeros((months, columns)) for name in SHOCKS}
    for column, name in enumerate(SHOCKS, start=1):
        known_later = name in ("cpi_innovation", "payrolls_innovation")
        impulses[name][at - known_later, column] = 1.0
    calendar_month = (np.arange(months) - at) % 12 + 1
    for regime, phase in enumerate((1, CALM, RECOVERY)):
        phases = np.full((months, columns), phase)
        macro = simulate_macro(phases, noise, calendar_month, parameters, impulses)
        markets = simulate_markets(macro, noise, parameters)
        for position, outcome in enumerate(OUTCOMES):
            path = markets.outcomes[outcome][at : at + longest + 1]
            table[:, position, regime] = np.cumsum(path[:, 1:] - path[:, :1], axis=0).T
    return table


def truth_of(
    seed: int,
    months: np.ndarray,
    regime: np.ndarray,
    outcomes_sd: dict[str, np.ndarray],
    parameters: EconomyParameters,
    turning_points: Sequence[Mapping[Any, Any]] = (),
    table: np.ndarray | None = None,
) -> Truth:
    """Truth of one history.

    Parameters
    ----------
    months, regime : (n,) first days and regime index of each month.
    outcomes_sd : per outcome (3,) residual standard deviation by regime, in the outcome's unit.
    table : result of `effects_by_regime(parameters)` when at hand, for many histories of one economy.
    """
    table = effects_by_regime(parameters) if table is None else table
    variance = _shock_variance(parameters)
    here = np.bincount(regime, minlength=3) / len(regime)
    averages = _averages(table, variance, {"": here, "population_": regime_shares(parameters)})
    detectable = [
        {"shock": shock, "outcome": outcome}
        | _power(table[i, j, :, 0], here * len(regime), variance[shock], outcomes_sd[outcome])
        for i, shock in enumerate(SHOCKS)
        for j, outcome in enumerate(OUTCOMES)
    ]
    slope = 100.0 * parameters.immediate_share * np.asarray(parameters.impact["fed_surprise"]["sp500"])
    studied = dict(zip(REGIMES, slope.tolist(), strict=True))
    studied["weighted_average"] = float(np.average(slope, weights=here * variance["fed_surprise"]))
    names = months.astype("datetime64[M]").astype(str)
    return Truth(
        seed=seed,
        start=str(months[0]),
        end=str((months[-1].astype("datetime64[M]") + 1).astype("datetime64[D]") - 1),
        shock_units=dict(SHOCK_UNITS),
        outcome_units=dict(OUTCOME_UNITS),
        placebo_outcome=PLACEBO_OUTCOME,
        aliases=dict(ALIASES),
        effects=_effect_rows(table),
        averages=averages,
        detectability=detectable,
        event_study=studied,
        regime_shares=dict(zip(REGIMES, here.tolist(), strict=True)),
        regimes=[{"month": str(m), "regime": REGIMES[r]} for m, r in zip(names, regime, strict=True)],
        turning_points=[dict(point) for point in turning_points],
        notes=list(_NOTES),
    )


def _averages(
    table: np.ndarray, variance: Mapping[str, np.ndarray], shares: Mapping[str, np.ndarray]
) -> list[dict[str, Any]]:
    """Effects averaged over regimes, by months and by what an estimator weighs them with, for each set of shares."""
    averages: list[dict[str, Any]] = []
    for i, shock in enumerate(SHOCKS):
        columns = {f"{who}time_average": share @ table[i] for who, share in shares.items()}
        for who, share in shares.items():
            loud = share * variance[shock]
            columns[f"{who}weighted_average"] = loud @ table[i] / loud.sum()
        for j, outcome in enumerate(OUTCOMES):
            for h in HORIZONS:
                values = {name: float(column[j, h]) for name, column in columns.items()}
                averages.append({"shock": shock, "outcome": outcome, "horizon": h} | values)
    return averages


_NOTES = (
    "fed_rate_change: the effect holds for the unexpected part; the month mean of the rate moves by the share of the "
    "month that follows the meeting, so a slope on the change of month means is larger by its inverse (about 1.1).",
    "cpi, gdp and payrolls: effect of the news as markets see it; a statistical one-step error is a noisy reading of "
    "it, so its slope is smaller (without controls about 0.9, 0.5 and 0.6 of the effect).",
    "sums of monthly returns; compounded returns differ by the factor one plus the return so far.",
)


def _shock_variance(p: EconomyParameters) -> dict[str, np.ndarray]:
    """(3,) variance of each shock by regime, averaged over the calendar."""
    held = len(p.meeting_months) / 12.0
    flat = np.ones(3)
    return {
        "fed_surprise": held * np.asarray(p.surprise_sd) ** 2,
        "cpi_innovation": flat * p.inflation_noise**2,
        "gdp_innovation": flat * p.gdp_news_sd**2 / 3.0,
        "payrolls_innovation": flat * (p.employment_noise**2 + p.cycle_noise**2),
        "oil_supply_news": np.asarray(p.oil_news_sd) ** 2,
    }


def _effect_rows(table: np.ndarray) -> list[dict[str, Any]]:
    return [
        {"shock": shock, "outcome": outcome, "horizon": h, "regime": regime, "effect": float(table[i, j, r, h])}
        for i, shock in enumerate(SHOCKS)
        for j, outcome in enumerate(OUTCOMES)
        for h in HORIZONS
        for r, regime in enumerate(REGIMES)
    ]


def _power(effect: np.ndarray, months: np.ndarray, variance: np.ndarray, sd: np.ndarray) -> dict[str, float]:
    """Expected precision of the average and of the difference between the first two regimes, at horizon 0."""
    average = float(np.average(effect, weights=months * variance))
    stderr = float(np.sqrt((months * variance * sd**2).sum()) / (months * variance).sum())
    own = sd / np.sqrt(np.maximum(months, 1.0) * variance)
    return {
        "average": average,
        "stderr": stderr,
        "t": average / stderr,
        "regime_difference": float(effect[0] - effect[1]),
        "minimum_detectable_difference": float(_POWER * np.hypot(own[0], own[1])),
    }
