"""The scaler's clip points are numpy's own, bit for bit, whatever is missing."""

import numpy as np
import pytest

from macro_assets.recession.scaler import CLIP_QUANTILES, Scaler, clip_points


@pytest.mark.parametrize("rows", [1, 2, 3, 40, 137])
def test_clip_points_are_those_of_numpy(rows: int) -> None:
    rng = np.random.default_rng(rows)
    x = rng.standard_normal((rows, 60)) * rng.choice([1e-9, 1.0, 1e6], 60)
    x[rng.random(x.shape) < 0.2] = np.nan
    x[:, 0], x[:, 1] = np.nan, 2.0
    known = ~np.isnan(x).all(axis=0)
    low, high, median = clip_points(x)
    expected = [*np.nanquantile(x[:, known], CLIP_QUANTILES, axis=0), np.nanmedian(x[:, known], axis=0)]
    for found, wanted in zip((low, high, median), expected, strict=True):
        assert np.array_equal(found[known], wanted)
        assert not found[~known].any()


def test_a_column_never_seen_stays_zero() -> None:
    x = np.column_stack([np.arange(9.0), np.full(9, np.nan)])
    assert not Scaler.learn(x).apply(np.array([[3.0, 5.0]]))[0, 1]
