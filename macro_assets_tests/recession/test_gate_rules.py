"""The gate's best candidate is one that could be scored."""

from types import SimpleNamespace
from typing import Any

import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.recession.evaluation.gate import best_candidate


def panel(**brier: float) -> Any:
    return SimpleNamespace(scores=[SimpleNamespace(name=name, brier=value) for name, value in brier.items()])


def test_the_smallest_brier_score_wins_and_a_missing_one_does_not() -> None:
    assert best_candidate(panel(logit_l2=float("nan"), financial_only=0.1, logit_path=0.2)) == "financial_only"
    assert best_candidate(panel(logit_l2=0.05, financial_only=0.1)) == "logit_l2"
    with pytest.raises(InvalidInputError, match="none of the eligible"):
        best_candidate(panel(logit_l2=float("nan"), climatology=0.01))
