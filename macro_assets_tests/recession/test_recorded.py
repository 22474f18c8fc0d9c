"""On recorded data the machinery holds its bounds, and a longer lake changes no past forecast."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from macro_assets.recession import presets
from macro_assets.recession.data import Mode, RecessionData
from macro_assets.recession.evaluation import walk_forward
from macro_assets.recession.training import fit_year
from macro_assets_tests.recession import recorded

CANDIDATES = {candidate.name: candidate for candidate in presets.candidates()}
VOTES = CANDIDATES["bounded_votes"]


@pytest.fixture(scope="module")
def tables(archive_dir) -> recorded.Recorded:
    return recorded.load(archive_dir)


def panel(tables: recorded.Recorded, mode: Mode) -> RecessionData:
    return RecessionData.from_tables("M", mode, tables.features[mode], tables.targets)


def test_on_recorded_data_votes_stay_within_their_bounds(tables: recorded.Recorded) -> None:
    """Mechanics alone: no skill is asserted on data that took part in a choice."""
    data = panel(tables, "vintage")
    origins = data.index[(data.index >= "2008-01-31") & (data.index <= "2008-12-31")]
    rows = walk_forward.evaluate_origins(data, origins, [VOTES])
    assert rows["probability"].between(0.0, 1.0, inclusive="neither").all()
    assert 0.0 < rows["stress_worst"].max() <= 0.35
    assert (rows["leverage"] > 0.0).all()
    fitted = fit_year(data, pd.Timestamp("2008-01-31"), [VOTES]).fitted[VOTES.name]
    votes = fitted.model.votes(fitted.matrix(data.compact.loc[origins]))  # type: ignore[attr-defined]
    assert votes.shape == (12, 5)
    assert np.abs(votes).max() <= 2.0


def test_a_longer_lake_changes_no_feature_and_no_forecast(archive_dir, tables: recorded.Recorded) -> None:
    through = date(2006, 6, 30)
    short = recorded.load(archive_dir, through=through, modes=("vintage",))
    earlier, later = panel(short, "vintage"), panel(tables, "vintage")
    index = earlier.index[earlier.index <= pd.Timestamp(through)]
    assert np.array_equal(earlier.compact.loc[index].to_numpy(), later.compact.loc[index].to_numpy(), equal_nan=True)
    assert earlier.known_at.dropna().equals(later.known_at.loc[earlier.known_at.dropna().index])
    origins = index[index >= "2005-01-31"]
    for year in (2005, 2006):
        part = origins[origins.year == year]
        first = walk_forward.evaluate_origins(earlier, part, [VOTES, CANDIDATES["boosting_shallow"]])
        again = walk_forward.evaluate_origins(later, part, [VOTES, CANDIDATES["boosting_shallow"]])
        assert np.abs(first["probability"] - again["probability"]).max() < 1e-12
        assert (first["threshold"] == again["threshold"]).all()
