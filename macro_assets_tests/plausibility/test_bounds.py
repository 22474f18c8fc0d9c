"""Bounds from a history: wide enough for what followed, narrower than a factor of a thousand."""

import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.plausibility.bounds import bounds_of_history

GROWING = [100.0 + at for at in range(40)]


def test_levels_get_a_factor_of_a_hundred_and_rates_three_times_their_range() -> None:
    assert bounds_of_history(GROWING, "millions of dollars", "M") == (1.0, 13900.0)
    assert bounds_of_history([1.0] * 11 + [9.0], "percent", "M") == (-23.0, 33.0)
    assert bounds_of_history([1.0] * 12, "percent", "M") == (-4.0, 6.0)


def test_a_level_that_was_negative_is_bounded_on_both_sides() -> None:
    assert bounds_of_history([-3.0, 2.0] * 6, "billions of dollars", "M") == (-300.0, 300.0)


def test_a_short_history_tells_no_magnitude() -> None:
    with pytest.raises(InvalidInputError, match="A history of 11 values gives no bounds"):
        bounds_of_history(GROWING[:11], "percent", "M")
