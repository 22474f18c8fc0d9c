"""One simulated economy for all tests of this room."""

from datetime import date

import pandas as pd
import pytest

from macro_assets.sandbox.economy import SimulatedEconomy, simulate


@pytest.fixture(scope="package")
def economy() -> SimulatedEconomy:
    return simulate()


@pytest.fixture(scope="package")
def short() -> SimulatedEconomy:
    """The first quarter of the same history."""
    return simulate(end=date(1984, 6, 15))


@pytest.fixture(scope="package")
def facts(economy: SimulatedEconomy) -> pd.DataFrame:
    frame = economy.archive.observations.to_pandas()
    for name in ("date", "realtime_start"):
        frame[name] = pd.to_datetime(frame[name])
    frame["current"] = frame["realtime_end"].astype(str) == "9999-12-31"
    return frame.drop(columns="realtime_end")
