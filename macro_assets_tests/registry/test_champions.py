"""One alias says who speaks: titles, rollback, the default, and models that this version cannot read."""

import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from macro_assets.errors import RegistryError
from macro_assets.recession import presets
from macro_assets.registry import CHALLENGER, CHAMPION, PREVIOUS_CHAMPION, UNPROVEN, Provenance, Registry
from macro_assets.registry import champions as recession

X = np.linspace(-1.0, 1.0, 12).reshape(-1, 2)


class Doubler:
    """A model whose predictions say which one it is."""

    def __init__(self, factor: float) -> None:
        self.factor = factor

    def predict(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(x)[:, 0] * self.factor


def log(registry: Registry, provenance: Provenance, name: str, factor: float, **tags: str):
    model = Doubler(factor)
    return registry.log_model(
        name, model, "sklearn", provenance, input_example=X[:2], output_example=model.predict(X[:2]),
        pip_requirements=["numpy"], tags=tags,
    )  # fmt: skip


def test_one_title_for_many_candidates(registry: Registry, provenance: Provenance) -> None:
    assert registry.champion("race", default="tortoise").standing == UNPROVEN == "default, unproven"
    for factor, name in ((2.0, "tortoise"), (3.0, "hare")):
        log(registry, provenance, f"race_{name}", factor, candidate=name)
    promoted = registry.promote("race_hare", reason="faster", title="race")
    assert (promoted.name, promoted.uri) == ("race", f"models:/race/{promoted.version}")
    champion = registry.champion("race", default="tortoise")
    assert (champion.candidate, champion.version, champion.standing, champion.proven) == ("hare", 1, CHAMPION, True)
    loaded = registry.load("race")
    assert loaded.model.predict(X).tolist() == (X[:, 0] * 3.0).tolist()
    assert (loaded.as_of, loaded.tags["candidate"]) == (provenance.as_of, "hare")
    assert loaded.tags["promoted_from"] == "models:/race_hare/1"
    assert CHAMPION not in registry.aliases("race_hare")
    assert registry.promote("race_hare", reason="again", title="race").version == 1
    assert [entry["reason"] for entry in registry.history("race")] == ["faster"]


def test_rollback_of_a_title_gives_it_back_to_the_candidate_before(registry: Registry, provenance: Provenance) -> None:
    for factor, name in ((2.0, "first"), (3.0, "second")):
        log(registry, provenance, f"seat_{name}", factor, candidate=name)
        registry.promote(f"seat_{name}", reason=f"{name} wins", title="seat")
    assert registry.champion("seat", default="none").candidate == "second"
    with pytest.raises(RegistryError, match="Model 'seat_first' has no previous champion"):
        registry.rollback("seat_first", reason="wrong model")
    registry.rollback("seat", reason="drift", by="operator")
    assert registry.champion("seat", default="none").candidate == "first"
    assert registry.load("seat").model.predict(X).tolist() == (X[:, 0] * 2.0).tolist()
    assert registry.load("seat", PREVIOUS_CHAMPION).tags["candidate"] == "second"
    assert [(e["version"], e["previous"], e["by"]) for e in registry.history("seat")] == [
        (1, None, "gate"), (2, 1, "gate"), (1, 2, "operator")]  # fmt: skip


def test_a_newer_version_of_the_champion_is_entered_anew(registry: Registry, provenance: Provenance) -> None:
    log(registry, provenance, "post_only", 2.0, candidate="only")
    registry.promote("post_only", reason="first", title="post")
    log(registry, provenance, "post_only", 4.0, candidate="only")
    assert registry.promote("post_only", reason="refitted", title="post").version == 2
    assert registry.load("post").model.predict(X).tolist() == (X[:, 0] * 4.0).tolist()


def test_asking_makes_no_registry(tmp_path: Path) -> None:
    nobody = Registry(f"sqlite:///{tmp_path / 'mlflow.db'}", str(tmp_path / "artifacts"))
    champion = recession.recession_champion(nobody)
    assert (champion.candidate, champion.standing) == (presets.DEFAULT, UNPROVEN)
    assert list(tmp_path.iterdir()) == []


def test_the_recession_champion_must_be_a_candidate_that_exists(registry: Registry, provenance: Provenance) -> None:
    name = recession.registered_name("logit_l2")
    assert (name, recession.registered_name("logit_l2", "Q")) == ("recession_m_logit_l2", "recession_q_logit_l2")
    log(registry, provenance, name, 1.0, candidate="logit_l2")
    registry.promote(name, reason="gate", title=recession.RECESSION_TITLE)
    assert recession.recession_champion(registry).candidate == "logit_l2"
    log(registry, provenance, name, 1.0, candidate="logit_of_old")
    registry.promote(name, reason="gate", title=recession.RECESSION_TITLE)
    with pytest.raises(
        RegistryError, match=r"Champion recession_m version 2: Unknown candidate 'logit_of_old'.*Roll back"
    ):
        recession.recession_champion(registry)
    registry.rollback(recession.RECESSION_TITLE, reason="no such candidate")
    assert recession.recession_champion(registry).candidate == "logit_l2"


@pytest.mark.parametrize("gone", ["module", "class"])
def test_a_model_of_an_earlier_version_is_refused_by_name(
    registry: Registry, provenance: Provenance, monkeypatch: pytest.MonkeyPatch, gone: str
) -> None:
    """Logged for real from a module of this package that then moves, as every module of the first version did."""
    old = ModuleType("macro_assets.recession.onnx_graph_of_old")
    exec("class Odds:\n    def predict(self, x):\n        return x[:, 0]\n", old.__dict__)
    old.Odds.__module__ = old.__name__
    monkeypatch.setitem(sys.modules, old.__name__, old)
    name = f"earlier_{gone}"
    registry.log_model(
        name,
        old.Odds(),
        "sklearn",
        provenance,
        input_example=X[:2],
        output_example=X[:2, 0],
        pip_requirements=["numpy"],
    )
    assert registry.load(name, CHALLENGER).model.predict(X).tolist() == X[:, 0].tolist()
    if gone == "module":
        monkeypatch.delitem(sys.modules, old.__name__)
    else:
        monkeypatch.delattr(old, "Odds")
    with pytest.raises(
        RegistryError, match=rf"Model '{name}' version 1 was registered by an earlier version.*Train again"
    ):
        registry.load(name, CHALLENGER)


def test_a_fault_elsewhere_is_not_called_an_old_model(
    registry: Registry, provenance: Provenance, monkeypatch: pytest.MonkeyPatch
) -> None:
    log(registry, provenance, "fine", 1.0)

    def broken(*_: object) -> None:
        raise ImportError("No module named 'skops'")

    monkeypatch.setattr("macro_assets.registry.loading.load_model", broken)
    with pytest.raises(ImportError, match="skops"):
        registry.load("fine", CHALLENGER)


def test_a_version_that_others_registered_is_refused_with_what_it_lacks(
    registry: Registry, provenance: Provenance
) -> None:
    log(registry, provenance, "own", 1.0)
    registry.client.create_registered_model("foreign")
    registry.client.create_model_version("foreign", "models:/own/1", None, tags={"as_of": "2015-12-31"})
    with pytest.raises(RegistryError, match="Model 'foreign' version 1 lacks the tags flavour, data_version"):
        registry.load("foreign", version=1)
