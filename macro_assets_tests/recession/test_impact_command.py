"""`macro-assets evaluate impacts` scores a home's own tables and shows the mixture beside the split."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from macro_assets.commands import impact_evaluation
from macro_assets.commands.output import as_json
from macro_assets.errors import InvalidInputError
from macro_assets_tests.world import tables
from macro_assets_tests.world.house import ModelsWorld

START = tables.TODAY - dt.timedelta(550)


def test_the_command_scores_a_home_and_its_figures_are_json(models_world: ModelsWorld) -> None:
    models_world.require("features/recession_features_monthly")
    with models_world.entered():
        scores = impact_evaluation.run("vintage", START, 1)
        with pytest.raises(InvalidInputError, match="Unknown mode 'weekly'"):
            impact_evaluation.run("weekly", None, 1)
    assert {score.mode for score in scores} == {"vintage"}
    assert scores
    assert {score.origins for score in scores} == {4, 5}, (
        "on the last day of 1999 the half-year from June is over for markets alone"
    )
    rows = impact_evaluation.shown(scores)
    assert [row["target"] for row in rows] == [f"{s.target.rsplit('_change', 1)[0]}, vint" for s in scores]
    figures = json.loads(as_json(impact_evaluation.figures(scores)))
    first = figures[0]["intervals"]["mixture"]["0.9"]
    assert set(first) == {"supported", "coverage", "coverage_recession", "recession_origins", "score", "paired"}
    assert figures[0]["rmse"] == scores[0].rmse
