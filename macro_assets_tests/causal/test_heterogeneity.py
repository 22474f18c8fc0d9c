"""Regimes, forests and contrasts: found where they are, not where they are not, and never from too few months."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from macro_assets.causal import EffectSettings, forest_effects, regime_effects, x_learner_contrast
from macro_assets.errors import InvalidInputError
from macro_assets_tests.causal.panels import months


def _world(difference: float, n: int = 360, seed: int = 0):
    """Effect 0.3 in one state and 0.3 + difference in the other."""
    rng = np.random.default_rng(seed)
    index = months(n)
    x = pd.DataFrame(rng.standard_normal((n, 3)), index, columns=["state", "a", "b"])
    calm = (x["state"] > 0).astype(float)
    t = pd.Series(rng.standard_normal(n) + 0.3 * x["a"], index, name="shock")
    y = pd.Series((0.3 + difference * calm) * t + 0.4 * x["a"] + rng.standard_normal(n), index, name="asset")
    return y, t, x, pd.DataFrame({"calm": calm, "stress": 1.0 - calm})


def test_regimes_are_told_apart_only_where_they_differ() -> None:
    y, t, x, p = _world(0.0)
    same = regime_effects(y, t, x, p)
    assert not same.differs
    y, t, x, p = _world(1.2)
    apart = regime_effects(y, t, x, p)
    assert apart.differs
    assert apart.frame.set_index("regime")["effect"].to_dict() == pytest.approx({"calm": 1.5, "stress": 0.3}, abs=0.25)
    assert apart.regime_loss < apart.constant_loss < apart.zero_loss
    assert "smallest difference this sample could detect" in apart.summary()
    assert len(apart.plot().get_xticklabels()) == 2


def test_regimes_differ_only_where_the_test_rejects_and_prediction_improves() -> None:
    found = regime_effects(*_world(1.2))
    assert found.differs
    assert not replace(found, difference_p_value=0.2).differs, "the test does not reject"
    assert not replace(found, regime_loss=1.01 * found.constant_loss).differs, "one effect predicts as well"
    assert not replace(found, regime_loss=1.5, constant_loss=2.0, zero_loss=1.0).differs, "no effect predicts better"


def test_minimum_detectable_difference_is_the_one_found_four_times_in_five() -> None:
    size = float(np.mean([regime_effects(*_world(0.0, seed=s)).minimum_detectable_difference for s in range(10)]))
    found = [regime_effects(*_world(size, seed=seed)).difference_p_value < 0.05 for seed in range(300)]
    assert np.mean(found) == pytest.approx(0.80, abs=0.05), "two standard errors of 300 histories"


def test_probabilities_that_are_none_are_refused() -> None:
    y, t, x, p = _world(0.0)
    with pytest.raises(InvalidInputError, match="sum to one"):
        regime_effects(y, t, x, p * 0.9)


def test_contrast_is_not_identified_below_25_months() -> None:
    y, t, x, _ = _world(0.0)
    sparse = t.where(np.arange(len(t)) % 12 == 0, 0.0)
    found = x_learner_contrast(y, sparse, x)
    assert not found.identified
    assert found.treated < 25
    assert "NOT IDENTIFIED" in found.summary()
    assert np.isnan(found.average)


@pytest.mark.parametrize(("option", "words"), [({"arm": "both"}, "arm"), ({"threshold_sd": 0.0}, "positive")])
def test_contrast_refuses_what_has_no_meaning(option: dict, words: str) -> None:
    y, t, x, _ = _world(0.0)
    with pytest.raises(InvalidInputError, match=words):
        x_learner_contrast(y, t, x, **option)


def test_contrast_finds_a_known_gap_beside_its_baselines() -> None:
    y, t, x, _ = _world(0.0, n=480)
    found = x_learner_contrast(y, t, x, arm="easing", draws=30)
    low, high = found.interval
    # months below -1 sd average about -1.55 sd against a neutral mean of 0
    assert low < -0.3 * 1.6 < high
    assert found.difference_in_means < found.constant_effect < 0.0
    assert found.overlap > 0.8


def test_forest_reports_heterogeneity_only_against_its_null() -> None:
    y, t, x, _ = _world(0.0, n=200)
    flat = forest_effects(y, t, x, null_draws=12, settings=EffectSettings(alpha=0.1))
    assert not flat.heterogeneous
    assert flat.to_frame()["reported"].nunique() == 1
    y, t, x, _ = _world(1.5, n=200)
    varied = forest_effects(y, t, x, modifiers=["state", "b"], null_draws=12, settings=EffectSettings(alpha=0.1))
    assert varied.heterogeneous
    assert varied.forest_loss < varied.constant_loss < 1.0
    assert max(varied.importances, key=lambda name: varied.importances[name]) == "state"
