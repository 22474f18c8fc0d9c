"""The volatility that stands beside an impact target is of closes known on its origin, and of recent ones."""

import numpy as np
import pandas as pd
import pytest

from macro_assets.signals import impacts
from macro_assets_tests.signals.test_targets import quarter, series_facts, silver


def test_the_volatility_of_an_origin_is_of_the_last_63_changes_known_on_it() -> None:
    days = pd.bdate_range("2000-12-01", "2001-09-28")
    levels = 100.0 * np.exp(np.cumsum(np.random.default_rng(0).normal(0.0, 0.01, len(days))))

    def stood(delay: int, until: str = "2001-09-28") -> list[float]:
        kept = days <= until
        facts = silver(series_facts("SP500", days[kept], levels[kept], delay))
        quarters = np.arange(quarter(2000, 4), quarter(2001, 3) + 1)
        change, fall = impacts.index_impacts(None, facts, quarters, impacts.INDEX_IMPACTS[0])
        assert change.volatility is fall.volatility
        assert change.volatility is not None
        return change.volatility.tolist()

    for delay in (0, 4):
        known = days[days + pd.Timedelta(delay, "D") <= "2001-06-30"]
        changes = np.diff(np.log(levels[: len(known)]))[-63:]
        assert stood(delay)[2] == pytest.approx(100.0 * np.sqrt((changes**2).mean() * 252.0), rel=1e-9)
    assert np.isnan(stood(0)[0]), "21 closes are too few"
    assert stood(0, "2001-06-29")[2] == stood(0)[2], "later closes change nothing"
    assert np.isnan(stood(0, "2001-06-10")[2]), "closes that ended weeks before say nothing of the origin"
