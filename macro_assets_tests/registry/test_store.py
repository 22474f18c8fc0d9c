"""Round trip of every flavour, provenance on every run, promotion and rollback with history, typed failures."""

import datetime as dt
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression

from macro_assets.errors import InvalidInputError, RegistryError
from macro_assets.export import run_onnx
from macro_assets.registry import (
    CHALLENGER,
    CHAMPION,
    PREVIOUS_CHAMPION,
    Provenance,
    Registry,
    data_version,
    find_git_revision,
)
from macro_assets.settings import Settings

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)


def fitted() -> LogisticRegression:
    return LogisticRegression().fit(X, Y)


def log(registry: Registry, name: str, provenance: Provenance, **options):
    model = fitted()
    return registry.log_model(
        name, model, "sklearn", provenance, input_example=X[:2], output_example=model.predict(X[:2]),
        pip_requirements=["scikit-learn"], **options,
    )  # fmt: skip


def test_a_model_comes_back_with_its_provenance_and_metrics(registry, provenance):
    figure = Figure()
    figure.subplots().plot([1, 2])
    table = pd.DataFrame({"cell": ["a"], "value": [1.5]}, index=pd.DatetimeIndex(["2015-12-31"], name="month"))
    logged = log(
        registry, "round_trip", provenance, metrics={"brier": 0.07, "undefined": float("nan")}, params={"depth": 3},
        tags={"room": "recession"}, figures={"reliability": figure}, tables={"cells": table},
    )  # fmt: skip
    loaded = registry.load("round_trip", CHALLENGER)
    np.testing.assert_array_equal(loaded.model.predict(X), fitted().predict(X))
    assert (loaded.as_of, loaded.data_version) == (dt.date(2015, 12, 31), "abc123")
    assert loaded.metrics == {"brier": 0.07}
    assert loaded.tags["room"] == "recession"
    assert loaded.uri == logged.uri == f"models:/round_trip/{logged.version}"
    run = registry.client.get_run(logged.run_id)
    assert run.data.tags["not_finite"] == "undefined"
    assert run.info.run_name == "round_trip"
    assert run.data.tags["as_of"] == "2015-12-31"
    assert run.data.tags["git_revision"] == find_git_revision()
    assert run.data.params == {"depth": "3"}
    artifacts = {
        item.path for folder in ("figures", "tables") for item in registry.client.list_artifacts(logged.run_id, folder)
    }
    assert artifacts == {"figures/reliability.png", "tables/cells.json"}


def test_the_signature_refuses_wrong_input(registry, provenance):
    import mlflow

    logged = log(registry, "signed", provenance)
    model = mlflow.pyfunc.load_model(logged.uri)
    assert model.predict(X[:2]).shape == (2,)
    with pytest.raises(mlflow.exceptions.MlflowException):
        model.predict(X[:2, :2])


def test_a_network_comes_back_for_any_batch(registry, provenance):
    import torch

    from macro_assets.regimes import AttentionRegimeClassifier

    torch.manual_seed(0)
    net = AttentionRegimeClassifier(5).eval()
    windows = RNG.normal(size=(7, 12, 5)).astype(np.float32)
    expected = net(torch.from_numpy(windows)).detach().numpy()
    registry.log_model(
        "network", net, "pytorch", provenance, input_example=windows[:2], output_example=expected[:2],
        pip_requirements=["torch"],
    )  # fmt: skip
    loaded = registry.load("network", CHALLENGER).model
    np.testing.assert_allclose(loaded(torch.from_numpy(windows)).detach().numpy(), expected, atol=1e-6)
    with pytest.raises(RegistryError, match="two rows"):
        registry.log_model(
            "network", net, "pytorch", provenance, input_example=windows[:1], output_example=expected[:1],
            pip_requirements=["torch"],
        )  # fmt: skip


def test_boosters_and_onnx_come_back(registry, provenance):
    from xgboost import XGBClassifier

    from macro_assets.export import classifier_to_onnx

    booster = XGBClassifier(n_estimators=5, max_depth=2, n_jobs=1).fit(X, Y)
    shared = {"input_example": X[:2].astype(np.float32), "output_example": booster.predict(X[:2])}
    registry.log_model("booster", booster, "xgboost", provenance, pip_requirements=["xgboost"], **shared)
    np.testing.assert_allclose(registry.load("booster", CHALLENGER).model.predict_proba(X), booster.predict_proba(X))
    exported, _ = classifier_to_onnx(booster, X)
    registry.log_model("booster_onnx", exported, "onnx", provenance, pip_requirements=["onnxruntime"], **shared)
    again = registry.load("booster_onnx", CHALLENGER).model
    np.testing.assert_allclose(run_onnx(again, X)["probabilities"], booster.predict_proba(X), atol=1e-5)


def test_promotion_keeps_the_champion_before_and_rollback_restores_it(registry, provenance):
    first = log(registry, "title", provenance)
    assert registry.version("title") is None
    registry.promote("title", reason="first model")
    assert registry.version("title") == first.version
    second = log(registry, "title", provenance)
    assert registry.aliases("title") == {CHALLENGER: second.version, CHAMPION: first.version}
    registry.promote("title", reason="better Brier score")
    assert registry.aliases("title")[PREVIOUS_CHAMPION] == first.version
    assert registry.load("title").version == second.version
    registry.promote("title", second.version, reason="again")
    assert len(registry.history("title")) == 2
    registry.rollback("title", reason="drift")
    assert registry.aliases("title")[CHAMPION] == first.version
    assert registry.aliases("title")[PREVIOUS_CHAMPION] == second.version
    assert [(entry["version"], entry["previous"], entry["reason"]) for entry in registry.history("title")] == [
        (first.version, None, "first model"),
        (second.version, first.version, "better Brier score"),
        (first.version, second.version, "drift"),
    ]


def test_failures_are_typed_and_say_what_to_do(registry, provenance):
    with pytest.raises(RegistryError, match="alias 'champion' of model 'nowhere'"):
        registry.load("nowhere")
    assert registry.aliases("nowhere") == {}
    log(registry, "untitled", provenance)
    with pytest.raises(RegistryError, match="no previous champion"):
        registry.rollback("untitled", reason="x")
    with pytest.raises(RegistryError, match="version 99"):
        registry.promote("untitled", 99, reason="x")
    with pytest.raises(RegistryError, match="'bare' has no signature"):
        registry.log_model("bare", fitted(), "sklearn", provenance, input_example=X[:2], pip_requirements=[])
    with pytest.raises(RegistryError, match=r"Unknown flavour 'keras'\. Available: onnx"):
        registry.log_model(
            "odd", fitted(), "keras", provenance, input_example=X[:2], output_example=Y[:2], pip_requirements=[]
        )  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError, match="version of its data"):
        Provenance(dt.date(2020, 1, 1), "")


def test_an_error_inside_a_run_marks_it_failed(registry, provenance):
    with pytest.raises(ZeroDivisionError), registry.run("broken", provenance) as run:
        raise ZeroDivisionError
    assert registry.client.get_run(run.run_id).info.status == "FAILED"


def test_several_models_share_a_run(registry, provenance):
    model = fitted()
    shared = {"input_example": X[:2], "output_example": model.predict(X[:2]), "pip_requirements": ["scikit-learn"]}
    with registry.run("family", provenance, tags={"room": "causal"}) as run:
        run.log(metrics={"cells": 3}, tags={"engine": "linear"})
        one = run.log_model("one", model, "sklearn", **shared)
        two = run.log_model("two", model, "sklearn", alias=None, **shared)
    assert one.run_id == two.run_id == run.run_id
    assert registry.aliases("two") == {}


def test_settings_name_the_registry(tmp_path, monkeypatch):
    monkeypatch.setenv("MACRO_HOME", str(tmp_path / "home"))
    registry = Registry.from_settings(Settings())
    assert registry.tracking_uri == f"sqlite:///{tmp_path / 'home' / 'mlflow.db'}"
    assert registry.artifact_root == str(tmp_path / "home" / "mlflow_artifacts")


def test_a_data_version_depends_on_every_part_and_the_order():
    assert data_version(["a", 1]) == data_version(["a", 1])
    assert len({data_version(["a", 1]), data_version(["a", 2]), data_version([1, "a"])}) == 3


def begin_a_run(home: Path, gate: Barrier) -> str:
    gate.wait()
    registry = Registry(f"sqlite:///{home / 'mlflow.db'}", str(home / "artifacts"))
    with registry.run("first", Provenance(dt.date(2015, 12, 31), "abc123")) as run:
        return run.run_id


def test_two_processes_may_be_the_first_to_use_a_registry(tmp_path: Path) -> None:
    with get_context("fork").Manager() as manager, ProcessPoolExecutor(2, get_context("fork")) as pool:
        gate = manager.Barrier(2)
        runs = [pool.submit(begin_a_run, tmp_path, gate) for _ in range(2)]
        assert len({run.result(timeout=60) for run in runs}) == 2
