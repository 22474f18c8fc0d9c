"""The gate in the graph: it moves the alias only when every condition holds, and says who speaks in every case."""

from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest

from macro_assets.defs.registry.champions import champions
from macro_assets.defs.resources import resources
from macro_assets.lake import Lake
from macro_assets.recession import presets
from macro_assets.recession.evaluation import decision, gate, scoring
from macro_assets.recession.evaluation.walk_forward import walk_forward
from macro_assets.registry import Provenance, Registry, recession_champion
from macro_assets.settings import get_settings
from macro_assets.tables.registry import spec
from macro_assets.tables.rows import table_of
from macro_assets_tests.recession import synthetic

FEATURES, TARGETS = "features/recession_features_monthly", "targets/recession_targets"
UPSTREAM = [dg.AssetSpec(name.split("/")) for name in (FEATURES, TARGETS)]
COMPETING = ("climatology", "probit_spread_lag", "logit_l2", "logit_path", "bounded_votes")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Features, targets, a walk-forward of 144 origins, and one registered version of each eligible candidate."""
    home = tmp_path_factory.mktemp("gate")
    lake, registry = Lake(home / "lake"), Registry(f"sqlite:///{home / 'mlflow.db'}", str(home / "mlflow_artifacts"))
    lake.replace(FEATURES, synthetic.feature_table())
    lake.replace(TARGETS, synthetic.target_table())
    chosen = [presets.candidate(name) for name in COMPETING]
    rows = walk_forward(synthetic.monthly_data(), chosen, start=date(1991, 1, 31), end=date(2002, 12, 31))
    name = decision_table()
    lake.replace(name, table_of(rows[spec(name).schema.names], name))
    for name in ("logit_l2", "logit_path", "bounded_votes"):
        registry.log_model(
            f"recession_m_{name}", Answer(), "sklearn", Provenance(date(2004, 12, 31), "data"), tags={"candidate": name},
            input_example=np.zeros((2, 1)), output_example=np.zeros(2), pip_requirements=["numpy"],
        )  # fmt: skip
    return home


class Answer:
    """Stands for a registered model."""

    def predict(self, x: np.ndarray) -> np.ndarray:
        return np.zeros(len(x))


def decision_table() -> str:
    return "evaluation/recession_walk_forward_monthly"


@pytest.fixture
def registry(home: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setenv("MACRO_HOME", str(home))
    return Registry.from_settings(get_settings())


def run() -> tuple[dict[str, Any], dict[str, dg.AssetCheckEvaluation]]:
    result = dg.materialize([*UPSTREAM, champions], resources=resources())
    (event,) = result.get_asset_materialization_events()
    checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
    return {name: entry.value for name, entry in event.materialization.metadata.items()}, checks


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    real = scoring.score_panel
    monkeypatch.setattr(decision, "score_panel", lambda *args, **options: real(*args, **options, replications=20))


def test_a_gate_that_refuses_moves_no_alias(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "MAX_REGRET", -1.0)
    shown, checks = run()
    assert shown["promoted"] == "no"
    assert "Brier regret against climatology, whole span" in shown["reasons"]
    assert shown["champion"] == "bounded_votes (default, unproven)"
    assert all(check.passed for check in checks.values())
    assert registry.aliases("recession_m") == {}
    assert all(set(registry.aliases(f"recession_m_{name}")) == {"challenger"} for name in ("logit_l2", "logit_path"))


def test_a_gate_that_is_satisfied_promotes_the_best_candidate_that_stress_cannot_move(registry: Registry) -> None:
    shown, checks = run()
    assert (shown["promoted"], shown["candidate"], shown["reasons"]) == (
        "yes", "bounded_votes", "every condition holds")  # fmt: skip
    assert shown["champion"] == "bounded_votes (champion)"
    assert checks["champion_can_be_loaded"].passed
    assert "do not beat bounded_votes" in str(checks["champion_is_not_beaten"].description)
    assert 0.0 < shown["brier"] < 0.15
    assert 0.0 < shown["largest_movement_under_stress"] <= 0.35
    assert {"log_score", "roc_auc", "alarm_months", "largest_leverage", "restarted_e_value"} <= set(shown)
    assert shown["calibration"].startswith("Expected calibration error")
    assert recession_champion(registry).candidate == "bounded_votes"
    (entry,) = registry.history("recession_m")
    assert (entry["reason"], entry["by"]) == ("every condition holds", "gate")
    assert {"findings", "probability_through_time", "reliability", "roc_and_precision"} <= set(shown)
    assert {key for key in shown if str(shown[key]).startswith("![picture](data:image/png")} == {
        "probability_through_time", "reliability", "roc_and_precision"}  # fmt: skip


def test_a_beaten_champion_is_demoted_and_the_default_speaks(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gate, "MAX_REGRET", -1.0)
    monkeypatch.setattr(gate, "MAX_EVIDENCE", 0.0)
    before = registry.aliases("recession_m")["champion"]
    shown, checks = run()
    beaten = checks["champion_is_not_beaten"]
    assert not beaten.passed
    assert beaten.severity == dg.AssetCheckSeverity.WARN
    assert shown["champion"] == "bounded_votes (default, unproven)"
    assert registry.aliases("recession_m") == {"previous_champion": before}
    last = registry.history("recession_m")[-1]
    assert (last["version"], last["previous"]) == (None, before)
    assert "have begun to beat bounded_votes" in last["reason"]


def test_a_champion_that_cannot_be_read_fails_the_check(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.promote("recession_m_logit_l2", reason="by hand", by="operator", title="recession_m")
    monkeypatch.setattr(presets, "CANDIDATES", tuple(c for c in presets.CANDIDATES if c.name != "logit_l2"))
    monkeypatch.setattr(decision, "enough_origins", lambda _: False)
    shown, checks = run()
    check = checks["champion_can_be_loaded"]
    assert not check.passed
    assert "Unknown candidate 'logit_l2'" in str(check.description)
    assert shown["champion"] == "nobody: see the check"


def test_too_few_origins_decide_nothing(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decision, "MINIMUM_ORIGINS", 145)
    before = registry.aliases("recession_m")
    shown, _ = run()
    assert shown["promoted"] == "no"
    assert "The walk-forward holds 144 origins, the gate needs 145" in shown["reasons"]
    assert registry.aliases("recession_m") == before
    few = Lake(get_settings().home / "lake").read(decision_table()).slice(0, 10)
    with pytest.raises(ValueError, match="needs 145"):
        decision.judge(few, synthetic.feature_table(), synthetic.target_table())


def test_a_leak_stops_the_best_candidate(home: Path) -> None:
    """A cell known a day after its as-of date, in a column that the candidate reads."""
    features = synthetic.feature_table().to_pandas()
    row = features[(features["feature"] == "term_spread") & (features["as_of"] == date(1999, 6, 30))].index[0]
    features.loc[row, "known_at"] = date(1999, 7, 1)
    rows = Lake(home / "lake").read(decision_table())
    leaking = table_of(features, FEATURES)
    judged = decision.judge(rows, leaking, synthetic.target_table()).decision
    assert not judged.promoted
    assert "leaks: 1 against a limit of 0" in judged.reasons
