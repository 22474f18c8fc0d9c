"""Which outcomes are searched for variation."""

import numpy as np
import pandas as pd
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.causal.engine.panel import EffectPanel
from macro_assets.defs.models.heterogeneity import searched
from macro_assets.errors import InvalidInputError

MONTHS = pd.date_range("1990-01-31", periods=120, freq="ME")


def panel(*outcomes: str) -> EffectPanel:
    values = pd.DataFrame(np.zeros((120, len(outcomes))), MONTHS, list(outcomes))
    return EffectPanel(values, values.rename(columns=lambda name: f"shock_{name}"), values, ("tlt",))


def test_an_outcome_too_young_to_be_estimated_is_left_out_and_the_rest_goes_on() -> None:
    assert searched(["sp500", "tlt", "us10y"], panel("us10y", "sp500"), load_catalog()) == ["sp500", "us10y"]


@pytest.mark.parametrize(("wanted", "words"), [(["sp500", "sp5000"], "sp5000"), (["tlt"], "Too few months")])
def test_a_name_nobody_knows_or_none_long_enough_is_refused(wanted: list[str], words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        searched(wanted, panel("sp500"), load_catalog())
