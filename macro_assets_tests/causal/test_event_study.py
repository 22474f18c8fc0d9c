"""Event studies, on simulated events and on the published FOMC surprises."""

import numpy as np
import pandas as pd
import pytest

from macro_assets.causal import Shock, event_study
from macro_assets.errors import InvalidInputError


def _events(n: int = 200):
    rng = np.random.default_rng(0)
    index = pd.DatetimeIndex(np.sort(rng.choice(pd.date_range("1990", "2015", freq="B"), n)))
    surprise = pd.Series(0.06 * rng.standard_normal(n), index, name="FF4")
    return pd.Series(-5.0 * surprise.to_numpy() + 0.4 * rng.standard_normal(n), index, name="SP500"), surprise


def test_slope_is_stated_per_the_surprise_asked_for() -> None:
    reaction, surprise = _events()
    measured = Shock("FF4", "percentage points").observed(surprise)
    one, quarter = event_study(reaction, measured), event_study(reaction, measured, per=0.25)
    assert quarter.point == pytest.approx(one.point / 4)
    assert (quarter.shock.unit, quarter.shock.tier) == ("0.25 percentage points", "T1")
    assert one.confidence_interval[0] < -5.0 < one.confidence_interval[1]
    assert one.point == pytest.approx(np.polyfit(surprise, reaction, 1)[0])


def test_incomplete_events_are_left_out_and_counted() -> None:
    reaction, surprise = _events()
    surprise.iloc[:6] = np.nan
    assert event_study(reaction, surprise).n == 194
    with pytest.raises(InvalidInputError, match="different dates"):
        event_study(reaction.iloc[1:], surprise)
    with pytest.raises(InvalidInputError, match="Only 20 events"):
        event_study(reaction.iloc[6:26], surprise.iloc[6:26])


def test_published_surprises_give_the_published_reaction(archive_dir) -> None:
    """S&P 500 in thirty minutes per +25 bp of FF4, 1990-02 to 2015-12: -1.24 % over 236 announcements."""
    events = pd.read_csv(archive_dir / "shocks" / "fomc_surprises_30min.csv", parse_dates=["date"], index_col="date")
    events = events.loc["1990-02":"2015-12"]
    found = event_study(events["SP500"], events["FF4"], per=0.25)
    assert found.n == 236
    assert found.point == pytest.approx(-1.24, abs=0.01)
    assert found.confidence_interval[1] < -0.5
    wide = event_study(events["SP500"], events["FF4"], per=0.25, inference="block_bootstrap")
    assert wide.confidence_interval[1] < 0.0
