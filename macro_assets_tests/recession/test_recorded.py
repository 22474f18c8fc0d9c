"""On recorded data the champion reaches what it promises, and a longer lake changes no past forecast."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from macro_assets.inference import metrics
from macro_assets.recession import presets
from macro_assets.recession.data import Mode, RecessionData
from macro_assets.recession.evaluation import walk_forward
from macro_assets.recession.evaluation.events import alarm_record
from macro_assets.recession.evaluation.scoring import Sample
from macro_assets_tests.recession import recorded

CANDIDATES = {candidate.name: candidate for candidate in presets.candidates()}
CHAMPION = CANDIDATES[presets.DEFAULT]


@pytest.fixture(scope="module")
def tables(archive_dir) -> recorded.Recorded:
    return recorded.load(archive_dir)


def panel(tables: recorded.Recorded, mode: Mode) -> RecessionData:
    return RecessionData.from_tables("M", mode, tables.features[mode], tables.targets)


def test_the_champion_warns_of_every_recession_since_1980(tables: recorded.Recorded) -> None:
    data = panel(tables, "revised")
    rows = walk_forward.walk_forward(data, [CHAMPION], start=date(1980, 1, 31))
    sample = Sample.join(data, rows)
    y, p = sample.y, sample.probability[CHAMPION.name].to_numpy()
    assert len(y) > 400
    assert metrics.brier(y, p) <= 0.055
    assert metrics.roc_auc(y, p) >= 0.975
    assert metrics.roc_auc(y[sample.onset], p[sample.onset]) >= 0.965
    assert metrics.ece(y, p) <= 0.03
    alarms = alarm_record(sample.probability[CHAMPION.name], sample.threshold[CHAMPION.name], data.state)
    assert [lead.peak for lead in alarms.leads] == ["1980-01", "1981-07", "1990-07", "2001-03", "2007-12"]
    assert alarms.misses == 0
    assert len(alarms.false_episodes) <= 2


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
        first = walk_forward.evaluate_origins(earlier, part, [CHAMPION, CANDIDATES["boosting_shallow"]])
        again = walk_forward.evaluate_origins(later, part, [CHAMPION, CANDIDATES["boosting_shallow"]])
        assert np.abs(first["probability"] - again["probability"]).max() < 1e-12
        assert (first["threshold"] == again["threshold"]).all()
