"""Small simulated panels as pandas, for the tests of this room."""

import numpy as np
import pandas as pd

from macro_assets.causal.validation.simulation import PROCESSES, simulate


def months(n: int) -> pd.DatetimeIndex:
    return pd.date_range("1985-01-31", periods=n, freq="ME")


def panel(process: str = "S2", n: int = 300, *, seed: int = 0, theta: float = 0.5, controls: int = 4):
    """(outcome, treatment, controls) of one replication."""
    drawn = simulate(
        PROCESSES[process], replications=1, n=n, theta=theta, rng=np.random.default_rng(seed), controls=controls
    )
    index = months(n)
    outcome = pd.Series(drawn.outcome[0], index, name="asset")
    treatment = pd.Series(drawn.treatment[0], index, name="shock")
    outcome.attrs["unit"], treatment.attrs["unit"] = "decimal return", "percentage point"
    treatment.attrs["sign"] = "positive = tighter"
    columns = [f"x{column}" for column in range(controls)]
    return outcome, treatment, pd.DataFrame(drawn.controls[0], index, columns=columns)


def lagged_design(outcome, treatment, controls, lags=2):
    """Regressors of the default engine, built the slow way."""
    columns = {"treatment": treatment}
    for lag in range(lags + 1):
        for name in controls:
            columns[f"{name}-{lag}"] = controls[name].shift(lag)
    for lag in range(1, lags + 1):
        columns[f"t-{lag}"] = treatment.shift(lag)
    for lag in range(1, lags + 1):
        columns[f"y-{lag}"] = outcome.shift(lag)
    return pd.DataFrame(columns).assign(constant=1.0)


def cumulative(outcome, horizon):
    return sum(outcome.shift(-step) for step in range(horizon + 1))
