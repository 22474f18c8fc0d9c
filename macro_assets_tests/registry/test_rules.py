"""Rules of the registry that a usual model does not reach: moved classes, missing tags, long histories, infinite metrics."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from macro_assets.errors import RegistryError
from macro_assets.registry import promotion
from macro_assets.registry.loading import _refusing_old_models

ROWS = np.random.default_rng(0).normal(size=(40, 2))


def logged(registry, provenance, name: str = "probe", **options):
    model = LogisticRegression().fit(ROWS, ROWS[:, 0] > 0)
    with registry.run(name, provenance) as run:
        return run.log_model(name, model, "sklearn", input_example=ROWS[:2], output_example=model.predict(ROWS[:2]),
                                pip_requirements=["scikit-learn"], **options)  # fmt: skip


@pytest.mark.parametrize(
    "error",
    [
        ModuleNotFoundError("No module named 'macro_assets.panels'"),
        AttributeError("Can't get attribute 'FittedCandidate' on <module 'macro_assets.recession.evaluation'>"),
    ],
)
def test_a_moved_module_or_class_is_refused_by_name(error: Exception) -> None:
    expected = pytest.raises(RegistryError, match=r"'probe' version 3 was registered by an earlier version")
    with expected as refused, _refusing_old_models("probe", 3):
        raise error
    assert "Train again" in str(refused.value)


def test_another_packages_fault_stays_its_own() -> None:
    with pytest.raises(ModuleNotFoundError, match="torch"), _refusing_old_models("probe", 3):
        raise ModuleNotFoundError("No module named 'torch'")


@pytest.mark.parametrize("tag", ["flavour", "as_of", "data_version"])
def test_a_version_without_its_provenance_is_refused(registry, provenance, tag: str) -> None:
    version = logged(registry, provenance, "bare")
    registry.client.delete_model_version_tag("bare", str(version.version), tag)
    with pytest.raises(RegistryError, match=f"lacks the tags {tag}"):
        registry.load("bare", version=version.version)


def test_a_long_history_keeps_the_newest_changes(registry, provenance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(promotion, "_HISTORY_LENGTH", 2)
    versions = [logged(registry, provenance, "aged") for _ in range(3)]
    for one in versions:
        registry.promote("aged", version=one.version, reason=f"number {one.version}")
    assert [entry["version"] for entry in registry.history("aged")] == [2, 3]


def test_infinite_metrics_are_named_and_not_logged_however_often_a_run_logs(registry, provenance) -> None:
    version = logged(registry, provenance, metrics={"brier": 0.1, "score": float("inf")})
    with registry.run("twice", provenance) as run:
        run.log(metrics={"low": float("-inf")})
        run.log(metrics={"none": float("nan"), "ece": 0.2})
    first, second = (registry.client.get_run(run_id).data for run_id in (version.run_id, run.run_id))
    assert first.metrics == {"brier": 0.1}
    assert first.tags["not_finite"] == "score"
    assert second.metrics == {"ece": 0.2}
    assert second.tags["not_finite"] == "low, none"
