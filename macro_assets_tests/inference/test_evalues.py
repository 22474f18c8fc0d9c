"""E-processes hold their promise under the null, notice a rival that wins, and equal their definition."""

import numpy as np
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.inference.evalues import BETS, e_process, interleaved, shiryaev_roberts


def test_both_forms_equal_their_definitions() -> None:
    d = np.array([0.3, -0.2, 0.05, 0.4])
    wealth = [np.mean([np.prod(1 + b * d[: t + 1]) for b in BETS]) for t in range(4)]
    restarted = [np.mean([sum(np.prod(1 + b * d[s : t + 1]) for s in range(t + 1)) for b in BETS]) for t in range(4)]
    assert e_process(d) == pytest.approx(wealth, rel=1e-12)
    assert shiryaev_roberts(d) == pytest.approx(restarted, rel=1e-12)


def test_while_the_null_holds_wealth_rarely_passes_and_the_sum_grows_no_faster_than_time() -> None:
    rng = np.random.default_rng(3)
    fair = rng.choice([-0.4, 0.4], size=(600, 80))
    assert np.mean([e_process(row).max() >= 20.0 for row in fair]) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 600)
    ends = np.array([shiryaev_roberts(row, bets=(0.2,))[-1] for row in fair])
    assert ends.mean() == pytest.approx(80.0, abs=3 * ends.std() / np.sqrt(600))


def test_a_change_late_in_a_good_record_is_noticed_by_the_restarted_form_only() -> None:
    d = np.concatenate([np.full(60, -0.1), np.full(12, 0.6)])
    assert e_process(d)[-1] < 400.0 <= shiryaev_roberts(d)[-1]
    assert shiryaev_roberts(d)[59] < 25.0


def test_overlapping_outcomes_are_bet_on_in_streams_that_share_none() -> None:
    d = np.linspace(-0.2, 0.5, 15)
    wealth, restarted = interleaved(d, 6)
    streams = [d[o::6] for o in range(6)]
    assert wealth[-1] == pytest.approx(np.mean([e_process(s)[-1] for s in streams]), rel=1e-12)
    assert restarted[-1] == pytest.approx(np.mean([shiryaev_roberts(s)[-1] for s in streams]), rel=1e-12)
    assert wealth[0] == pytest.approx((e_process(d[:1])[0] + 5.0) / 6.0)
    assert interleaved(d, 1)[0] == pytest.approx(e_process(d))
    twice = np.repeat(0.3, 12)
    assert interleaved(twice, 6)[0][-1] < e_process(twice)[-1]


def test_differences_out_of_bounds_are_refused() -> None:
    for bad in (np.array([0.1, 1.2]), np.array([np.nan])):
        with pytest.raises(InvalidInputError, match="within"):
            e_process(bad)
