"""The regime before a shock is the one of the month before, as it was known then."""

import numpy as np
import pandas as pd
import pyarrow as pa

from macro_assets.causal.variation.states import known_before
from macro_assets.tables.regimes import REGIMES
from macro_assets.tables.rows import table_of

STRESS_NAME, CALM_NAME, *_ = REGIMES
MONTHS = pd.date_range("2007-10-31", "2008-04-30", freq="ME")
CALM = [0.9, 0.8, 0.7, 0.2, 0.1, 0.3, 0.6]


def table(model: str = "two_factors", calm: list[float] = CALM) -> pa.Table:
    rows = [
        {
            "as_of": month,
            "months_ahead": 0,
            "regime": regime,
            "probability": p,
            "label": CALM_NAME,
            "model": model,
            "trained_through": month,
        }
        for month, share in zip(MONTHS, calm, strict=True)
        for regime, p in ((CALM_NAME, share), (STRESS_NAME, 1.0 - share))
    ]
    return table_of(pd.DataFrame(rows), "models/regime_probabilities")


def test_a_month_holds_what_was_known_at_the_end_of_the_month_before() -> None:
    found = known_before(table())
    assert found.loc["2008-02-29", CALM_NAME] == 0.2  # as known on 31 January
    assert found.index[0] == pd.Timestamp("2007-11-30")
    assert found.index[-1] == pd.Timestamp("2008-05-31")
    assert found[CALM_NAME].tolist() == CALM
    assert np.allclose(found.sum(axis=1), 1.0)


def test_what_a_month_itself_showed_is_not_known_before_it() -> None:
    """A jump in February reaches no shock before March."""
    jump = [*CALM]
    jump[MONTHS.get_loc("2008-02-29")] = 0.99
    one, other = known_before(table()), known_before(table(calm=jump))
    assert one.loc[:"2008-02-29"].equals(other.loc[:"2008-02-29"])
    assert other.loc["2008-03-31", CALM_NAME] == 0.99


def test_only_the_filter_is_asked_and_months_without_all_regimes_are_left_out() -> None:
    both = pa.concat_tables([table(), table("attention", [0.5] * 7)])
    assert known_before(both).equals(known_before(table()))
    assert known_before(both, model="attention")[CALM_NAME].tolist() == [0.5] * 7
    short = both.filter(pa.array([not (row["as_of"].year == 2008 and row["as_of"].month == 2 and row["regime"] == CALM_NAME)
                                  for row in both.to_pylist()]))  # fmt: skip
    assert pd.Timestamp("2008-03-31") not in known_before(short).index
