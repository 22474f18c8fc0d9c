"""Small simulated panels as pandas, for the tests of this room."""

import numpy as np
import pandas as pd

from macro_assets.causal import EffectPanel, Outcome, Shock
from macro_assets.causal.validation.simulation import PROCESSES, simulate

ASSET = Outcome("asset", "decimal return")
SHOCK = Shock("shock", "percentage point", "positive = tighter")


def months(n: int) -> pd.DatetimeIndex:
    return pd.date_range("1985-01-31", periods=n, freq="ME")


def panel(process: str = "S2", n: int = 300, *, seed: int = 0, theta: float = 0.5, controls: int = 4):
    """(outcome, shock, controls) of one replication, as plain pandas."""
    drawn = simulate(
        PROCESSES[process], replications=1, n=n, theta=theta, rng=np.random.default_rng(seed), controls=controls
    )
    index = months(n)
    outcome = pd.Series(drawn.outcome[0], index, name="asset")
    shock = pd.Series(drawn.shock[0], index, name="shock")
    columns = [f"x{column}" for column in range(controls)]
    return outcome, shock, pd.DataFrame(drawn.controls[0], index, columns=columns)


def lagged_design(outcome, shock, controls, lags=2):
    """Regressors of the default engine, built the slow way."""
    columns = {"shock": shock}
    for lag in range(lags + 1):
        for name in controls:
            columns[f"{name}-{lag}"] = controls[name].shift(lag)
    for lag in range(1, lags + 1):
        columns[f"t-{lag}"] = shock.shift(lag)
    for lag in range(1, lags + 1):
        columns[f"y-{lag}"] = outcome.shift(lag)
    return pd.DataFrame(columns).assign(constant=1.0)


def cumulative(outcome, horizon):
    return sum(outcome.shift(-step) for step in range(horizon + 1))


TIERS = {"surprise": "T1", "published": "T2", "one_year": "T1", "innovation": "T3", "anticipated": "T2", "raw": "T4"}


def world(n: int = 320) -> EffectPanel:
    """Two outcomes; shocks that are clean, made by one year (2008 of 320 months), anticipated, explained."""
    rng = np.random.default_rng(11)
    index = months(n)
    x = pd.DataFrame(rng.standard_normal((n, 3)), index, ["x0", "x1", "x2"])
    shocks = pd.DataFrame(rng.standard_normal((n, len(TIERS))), index, list(TIERS))
    loud = index[n - 44 : n - 32]
    shocks.loc[loud, "one_year"] *= 6.0
    shocks["raw"] = 0.1 * shocks["raw"] + 3.0 * x["x0"]
    y = 0.5 * shocks["surprise"] - 0.4 * shocks["innovation"] + 0.3 * x["x1"] + rng.standard_normal(n)
    y += 0.6 * shocks["anticipated"].shift(-1).fillna(0.0)
    y.loc[loud] -= 2.0 * shocks.loc[loud, "one_year"]
    bond = 0.3 * shocks["published"] + rng.standard_normal(n)
    outcomes = pd.DataFrame({"sp500": y, "bond": bond})
    return EffectPanel(
        outcomes, shocks, x, {"sp500": Outcome("sp500", "percent", 0.02)},
        {name: Shock(name, "points", "positive = more", tier) for name, tier in TIERS.items()},
    )  # fmt: skip
