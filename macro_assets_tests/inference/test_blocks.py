"""Block draws: whole blocks that run on, every row as likely as another, refused where they cannot be."""

import numpy as np
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference.blocks import block_counts, circular_indices, stationary_indices


def test_circular_blocks_run_on_and_over_the_end() -> None:
    rows = circular_indices(11, 4, 300, np.random.default_rng(0))
    assert rows.shape == (300, 11)
    steps = (rows[:, 1:] - rows[:, :-1]) % 11
    inside = np.arange(1, 11) % 4 != 0
    assert (steps[:, inside] == 1).all()
    assert (steps[:, ~inside] != 1).mean() > 0.8
    shares = np.bincount(rows.ravel(), minlength=11) / rows.size
    assert shares == pytest.approx(np.full(11, 1 / 11), abs=0.015)


def test_counts_are_those_of_the_drawn_rows() -> None:
    rows = circular_indices(30, 7, 20, np.random.default_rng(5))
    counts = block_counts(30, 7, 20, np.random.default_rng(5))
    np.testing.assert_array_equal(counts, [np.bincount(draw, minlength=30) for draw in rows])


def test_stationary_blocks_have_the_mean_length_that_was_asked_for() -> None:
    rows = stationary_indices(400, 8, 100, seed=2)
    continued = ((rows[:, 1:] - rows[:, :-1]) % 400 == 1).mean()
    assert 1.0 / (1.0 - continued) == pytest.approx(8.0, rel=0.1)


@pytest.mark.parametrize(("n", "length"), [(1, 3), (10, 0)])
def test_blocks_that_cannot_be_drawn_are_refused(n: int, length: int) -> None:
    with pytest.raises(InvalidInputError, match="Cannot draw blocks"):
        circular_indices(n, length, 1, np.random.default_rng(0))
    with pytest.raises(InvalidInputError, match="Cannot draw blocks"):
        stationary_indices(n, length, 1, 0)
