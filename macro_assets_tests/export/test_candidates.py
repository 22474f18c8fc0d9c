"""Exports of candidates: parity at its tolerance, examples that are answered, an eligible one is never left out quietly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from macro_assets.errors import RegistryError
from macro_assets.export.parity import compare, run_onnx
from macro_assets.export.recession import ExportedCandidate, NotExported, export_candidate
from macro_assets.recession import presets
from macro_assets_tests.recession import synthetic

ORIGIN = pd.Timestamp("2000-01-31")


def fitted(name: str):
    data = synthetic.monthly_data()
    rows = data.training_rows(ORIGIN)
    return presets.candidate(name).fit(data.compact.loc[rows.as_of], rows.target, rows.recession), data


def test_a_candidate_without_a_graph_is_listed_and_an_eligible_one_is_refused() -> None:
    probit, data = fitted("probit_spread")
    found = export_candidate(probit, data)
    assert isinstance(found, NotExported)
    assert "probit" in found.reason
    eligible = replace(probit, candidate=replace(probit.candidate, eligible=True))
    with pytest.raises(RegistryError, match="may become champion but cannot be exported"):
        export_candidate(eligible, data)


def test_the_example_is_answered_as_stated() -> None:
    model, data = fitted("logit_path")
    found = export_candidate(model, data)
    assert isinstance(found, ExportedCandidate)
    assert np.array_equal(found.answer, run_onnx(found.graph, found.example)["probability"])
    assert len(found.example) == 2
    assert found.answer[0, 0] != found.answer[1, 0]


def test_parity_fails_a_little_above_a_hundred_thousandth() -> None:
    answer = np.linspace(0.1, 0.9, 50)
    assert compare("model", answer, answer + 0.9e-5).passed
    assert not compare("model", answer, answer + 2e-5).passed
