"""The gate in the graph: it moves the champion's alias when, and only when, every condition holds.

Walk-forwards with a known verdict are written into a home of their own; registered versions are the world's.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from macro_assets.lake import Lake
from macro_assets.recession import presets
from macro_assets.registry import CHAMPION, Registry
from macro_assets_tests.world.house import ModelsWorld, RunResult, materialise

ASSET, WALK_FORWARD = "registry/champions", "evaluation/recession_walk_forward_monthly"
READ = ("features/recession_features_monthly", "targets/recession_targets")
BEST = presets.DEFAULT
ELIGIBLE = (BEST, presets.LOGIT_L2, "random_forest", "boosting_shallow", "financial_only")
BASELINES = (presets.CLIMATOLOGY, presets.PROBIT, presets.PROBIT_LAG)
SHARP, HIGH = (0.97, 0.02), (0.95, 0.60)
"""Probabilities stated before events and otherwise: right; and ordered right but far too high."""


class Gate:
    """A home with the world's features, targets and registered versions, and a walk-forward of one's own."""

    def __init__(self, world: ModelsWorld, home: Path) -> None:
        world.require("models/recession_classifier")
        self.home, self.lake = home, Lake(home / "lake")
        for name in READ:
            world.require(name) if name.startswith("features") else None
            shutil.copytree(world.home / "lake" / name, home / "lake" / name)
        with sqlite3.connect(world.home / "mlflow.db") as source, sqlite3.connect(home / "mlflow.db") as copy:
            source.backup(copy)
        self.registry = Registry(f"sqlite:///{home / 'mlflow.db'}", str(home / "mlflow_artifacts"))

    def judge(
        self, stated: Mapping[str, tuple[float, float]], *, origins: int | None = None, unsteady: str = ""
    ) -> RunResult:
        """Run the asset on forecasts (before an event, otherwise) of some candidates; others state the base rate."""
        targets = self.lake.read(READ[1], where={"frequency": "M", "target": "recession_within_6m"}).to_pandas()
        outcomes = targets[targets["value"].notna() & (pd.to_datetime(targets["period"]) >= "1975-01-31")]
        outcomes = outcomes.tail(origins) if origins else outcomes
        event = outcomes["value"].to_numpy() == 1
        parts = []
        for name in (*ELIGIBLE, *BASELINES):
            moved = 0.9 if name == unsteady else 0.2
            before, otherwise = stated.get(name, (event.mean(), event.mean()))
            probability = np.full(len(event), otherwise) + event * (before - otherwise)
            parts.append(rows(name, outcomes["period"], probability, event).assign(leverage=1.0, stress_worst=moved))
        self.lake.replace(WALK_FORWARD, pd.concat(parts))
        return materialise(self.home, ASSET)[ASSET]

    def crown(self, candidate: str) -> None:
        self.registry.promote(f"recession_m_{candidate}", reason="before the test", by="test", title="recession_m")

    def champions(self) -> dict[str, tuple[int, str]]:
        """Registered models that have a champion: its version, and the candidate it is."""
        client = self.registry.client
        found = {}
        for model in client.search_registered_models(max_results=1000):
            if CHAMPION in model.aliases:
                version = client.get_model_version(model.name, model.aliases[CHAMPION])
                found[model.name] = (int(version.version), version.tags["candidate"])
        return found


def rows(name: str, origins: pd.Series, probability: np.ndarray, event: np.ndarray) -> pd.DataFrame:
    """Rows of one candidate; no two are alike, and in the order of a constant forecast events are spread evenly."""
    place = np.where(event, event.cumsum() / event.sum(), (~event).cumsum() / (~event).sum())
    jitter = (place - 0.5) * (1 + len(name) / 10) / 100
    return pd.DataFrame(
        {"as_of": origins, "frequency": "M", "mode": "vintage", "candidate": name,
         "probability": probability + jitter, "threshold": 0.25, "refit": origins,
         "trained_through": origins, "training_rows": 200, "training_events": 20}
    )  # fmt: skip


@pytest.fixture
def gate(models_world: ModelsWorld, tmp_path: Path) -> Gate:
    return Gate(models_world, tmp_path)


def shown(result: RunResult, name: str) -> str:
    assert not result.failure, result.failure
    return str(result.metadata[name])


def promoted(result: RunResult) -> bool:
    return shown(result, "promoted") == "yes"


def test_the_best_candidate_that_meets_every_condition_becomes_champion(gate: Gate) -> None:
    assert gate.champions() == {}
    result = gate.judge({BEST: SHARP})
    assert (shown(result, "candidate"), promoted(result)) == (BEST, True)
    assert shown(result, "reasons") == "every condition holds"
    assert gate.champions() == {"recession_m": (1, BEST)}
    findings = shown(result, "findings")
    words = ("Brier regret against climatology, whole span", "restarted e-value", "under stress", "leaks")
    assert [word in findings for word in words] == [True] * 4


def test_one_that_stress_can_move_is_passed_by(gate: Gate) -> None:
    result = gate.judge({BEST: SHARP, presets.LOGIT_L2: (0.9, 0.05)}, unsteady=BEST)
    assert (shown(result, "candidate"), promoted(result)) == (presets.LOGIT_L2, True)


def test_a_better_one_takes_the_title_and_the_former_is_kept(gate: Gate) -> None:
    gate.crown(BEST)
    result = gate.judge({presets.LOGIT_L2: SHARP})
    assert (shown(result, "candidate"), promoted(result)) == (presets.LOGIT_L2, True)
    assert gate.champions() == {"recession_m": (2, presets.LOGIT_L2)}
    assert gate.registry.aliases("recession_m") == {"champion": 2, "previous_champion": 1}


def test_a_refusal_moves_no_alias(gate: Gate) -> None:
    gate.crown("random_forest")
    before = gate.champions()
    assert before == {"recession_m": (1, "random_forest")}
    result = gate.judge(dict.fromkeys(ELIGIBLE, HIGH) | {"random_forest": SHARP}, unsteady="random_forest")
    assert not promoted(result)
    assert shown(result, "candidate") == "random_forest"
    assert shown(result, "reasons") == "largest movement under stress: 0.9 against a limit of 0.35"
    assert gate.champions() == before


def test_a_champion_that_alarms_for_years_is_demoted(gate: Gate) -> None:
    gate.crown(BEST)
    result = gate.judge(dict.fromkeys(ELIGIBLE, (0.95, 0.9)))
    assert not promoted(result)
    assert "Brier regret" in shown(result, "reasons")
    assert gate.champions() == {}
    assert shown(result, "champion") == f"{BEST} (default, unproven)"


def test_too_few_origins_decide_nothing(gate: Gate) -> None:
    result = gate.judge({BEST: SHARP}, origins=119)
    assert not promoted(result)
    assert "119 origins" in shown(result, "reasons")
    assert gate.champions() == {}


def test_without_a_walk_forward_the_world_has_no_champion(models_world: ModelsWorld) -> None:
    result = models_world.require(ASSET)
    assert not promoted(result)
    assert "walk-forward" in shown(result, "reasons")
