"""Unusable input is refused with an error that says what, where and what to do."""

import numpy as np
import pandas as pd
import pytest

from macro_assets.causal import EffectSettings, estimate_effect
from macro_assets.errors import InvalidInputError
from macro_assets_tests.causal.panels import months, panel


def _broken(kind: str):
    y, t, x = panel(n=120)
    if kind == "unsorted":
        order = np.r_[1, 0, 2:120]
        y, t, x = y.iloc[order], t.iloc[order], x.iloc[order]
    elif kind == "duplicated":
        index = y.index[[0, 0, *range(2, 120)]]
        y, t, x = y.set_axis(index), t.set_axis(index), x.set_axis(index)
    elif kind == "missing":
        t = t.where(t.index != t.index[7])
    elif kind == "infinite":
        x = x.copy()
        x.iloc[7, 0] = np.inf
    elif kind == "short":
        y, t, x = y.iloc[:30], t.iloc[:30], x.iloc[:30]
    elif kind == "misaligned":
        t = t.set_axis(t.index + pd.offsets.MonthEnd(1))
    elif kind == "gapped":
        keep = np.delete(np.arange(120), [50, 51])
        y, t, x = y.iloc[keep], t.iloc[keep], x.iloc[keep]
    elif kind == "constant":
        t = t * 0.0
    elif kind == "numbered":
        y, t, x = y.reset_index(drop=True), t.reset_index(drop=True), x.reset_index(drop=True)
    elif kind == "text":
        x = x.assign(x0="high")
    elif kind == "collinear":
        x = x.assign(copy=t)
    return y, t, x


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("unsorted", "not sorted"),
        ("duplicated", "duplicated dates"),
        ("missing", "missing or infinite"),
        ("infinite", "'x0'"),
        ("short", "too short"),
        ("misaligned", "not on the index"),
        ("gapped", "gap"),
        ("constant", "constant"),
        ("numbered", "DatetimeIndex"),
        ("text", "not numeric"),
        ("collinear", "linear function of the controls"),
    ],
)
def test_unusable_input_is_refused_in_words(kind: str, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words) as caught:
        estimate_effect(*_broken(kind))
    assert isinstance(caught.value, ValueError)


def test_missing_value_is_named_by_date_and_column() -> None:
    y, t, x = panel(n=120)
    x.iloc[33, 2] = np.nan
    with pytest.raises(ValueError, match=rf"{months(120)[33].date()} in 'x2'"):
        estimate_effect(y, t, x)


@pytest.mark.parametrize(
    "options",
    [{"learner": "forest"}, {"inference": "iid"}, {"alpha": 1.5}, {"lags": -1}, {"lags": 1.5}, {"folds": "none"}],
)
def test_unknown_options_are_refused(options: dict) -> None:
    with pytest.raises(ValueError, match=r"Unknown|is "):
        EffectSettings(**options)


def test_a_horizon_is_a_whole_number() -> None:
    with pytest.raises(InvalidInputError, match=r"Horizon 1.5 is not"):
        estimate_effect(*panel(n=120), horizon=1.5)  # type: ignore[arg-type]


def test_inputs_are_left_as_they_were() -> None:
    y, t, x = panel(n=120)
    copies = y.copy(), t.copy(), x.copy()
    estimate_effect(y, t, x, horizon=3)
    pd.testing.assert_series_equal(y, copies[0])
    pd.testing.assert_series_equal(t, copies[1])
    pd.testing.assert_frame_equal(x, copies[2])
