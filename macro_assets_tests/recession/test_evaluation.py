"""The table holds every candidate with intervals and tests, and the gate reads it."""

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import InvalidInputError
from macro_assets.recession import presets
from macro_assets.recession.evaluation import gate, scoring, walk_forward
from macro_assets.recession.evaluation.seed_split import seed_split
from macro_assets.recession.evaluation.table import EvaluationTable
from macro_assets_tests.recession import synthetic

NAMES = ("climatology", "probit_spread", "probit_spread_lag", "logit_l2", "logit_path", "bounded_votes", "nber_state")
CHOSEN = [c for c in presets.candidates() if c.name in NAMES]


@pytest.fixture(scope="module")
def table() -> EvaluationTable:
    data = synthetic.monthly_data()
    rows = walk_forward.walk_forward(data, CHOSEN, start=date(1992, 1, 31))
    panel = scoring.score_panel(data, rows, replications=40)
    split = seed_split(synthetic.quarterly_data(), CHOSEN[:4])
    return EvaluationTable((panel,), split, rows)


def test_every_candidate_has_scores_intervals_tests_and_alarms(table: EvaluationTable) -> None:
    panel = table.panel("M", "vintage")
    assert [score.name for score in panel.scores] == [c.name for c in CHOSEN]
    assert panel.recessions == 2
    for score in panel.scores:
        assert score.intervals["brier"].low <= score.brier <= score.intervals["brier"].high
        assert set(score.tests) == set(presets.BASELINES) - {score.name}
        assert len(score.alarms.leads) == panel.recessions
    assert panel.score("climatology").skill == 0.0


def test_the_champion_warns_and_the_cheat_row_only_knows_where_it_stands(table: EvaluationTable) -> None:
    panel = table.panels[0]
    champion, cheat = panel.score("logit_path"), panel.score("nber_state")
    assert champion.roc_auc > 0.9
    assert champion.alarms.misses == 0
    assert cheat.onset_auc == pytest.approx(0.5, abs=0.35)
    assert champion.onset_auc > cheat.onset_auc + 0.2


def test_json_is_strict_and_complete(table: EvaluationTable) -> None:
    document = json.loads(table.to_json())
    assert {row["name"] for row in document["panels"][0]["scores"]} == set(NAMES)
    assert document["seed_split"]["warning"].endswith(("recession", "recessions"))
    assert len(table.to_frame()) == len(NAMES)
    with pytest.raises(InvalidInputError):
        table.panel("Q", "revised")


def test_the_split_of_the_source_document_says_how_little_it_says(table: EvaluationTable) -> None:
    split = table.split
    assert split is not None
    data = synthetic.quarterly_data()
    quarters = data.index[data.target.notna().to_numpy() & (data.index >= "1980-03-31")]
    assert split.quarters == len(quarters) - int(len(quarters) * 0.85)
    assert split.warning.split(",")[0] == f"{split.positives} positive{'s' if split.positives != 1 else ''}"
    for score in split.scores:
        assert score.recall_interval[1] - score.recall_interval[0] > 0.2 or np.isnan(score.recall)


def test_leaks_are_counted() -> None:
    data = synthetic.monthly_data()
    rows = data.training_rows(pd.Timestamp("1990-01-31"))
    fitted = CHOSEN[3].fit(data.compact.loc[rows.as_of], rows.target, rows.recession)
    known = pd.DataFrame(dict.fromkeys(fitted.columns, data.index), index=data.index)
    assert gate.leaks(fitted, known) == 0
    known.iloc[5, 2] += pd.Timedelta(days=1)
    assert gate.leaks(fitted, known) == 1
    assert gate.leaks(replace(fitted, columns=("USREC_lag_1", *fitted.columns[1:])), None) == 1


def test_nothing_to_score_is_said() -> None:
    data = synthetic.monthly_data()
    unknown = data.index[data.target.isna().to_numpy()][-2:]
    rows = walk_forward.evaluate_origins(data, unknown, CHOSEN[:2])
    with pytest.raises(InvalidInputError, match="known outcome"):
        scoring.score_panel(data, rows)


def test_votes_stay_bounded_under_stress_and_the_unbounded_model_does_not(table: EvaluationTable) -> None:
    panel = table.panels[0]
    votes, path, base = (panel.score(name).stress for name in ("bounded_votes", "logit_path", "climatology"))
    assert votes is not None
    assert path is not None
    assert base is not None
    assert 0.0 < votes.worst <= 0.35
    assert votes.percentile_99 <= votes.worst
    assert path.worst > votes.worst
    assert base.worst == 0.0
    assert panel.score("nber_state").stress is None
    rows = table.forecasts[table.forecasts["candidate"] == "bounded_votes"]
    assert rows["stress_worst"].max() == votes.worst
    assert (rows["leverage"] > 0).all()


def test_the_printed_table_fits_eighty_columns(table: EvaluationTable, capsys: pytest.CaptureFixture[str]) -> None:
    from macro_assets.commands.output import show
    from macro_assets.commands.recession_evaluation import narrow

    ((title, shown),) = narrow(table)
    assert title.startswith("M, vintage: ")
    assert [row["candidate"] for row in shown] == [score.name for score in table.panels[0].scores]
    show(shown, json=False)
    lines = capsys.readouterr().out.splitlines()
    assert max(len(line.rstrip()) for line in [title, *lines]) <= 80
