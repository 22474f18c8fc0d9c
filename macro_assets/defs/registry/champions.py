"""The promotion gate: a challenger becomes champion only when its walk-forward says it may.

Belongs here: the asset that applies the decision, and the check of what stands afterwards. Does not belong here: the
conditions (recession/evaluation/gate.py), the evidence (recession/evaluation/decision.py), aliases (registry/).
"""

from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa

from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.publishing import Result, published, self_check
from macro_assets.defs.resources import LakeResource, RegistryResource
from macro_assets.defs.versions import code_version

if TYPE_CHECKING:
    from macro_assets.recession.evaluation.decision import Judgement
    from macro_assets.registry import Registry

CHAMPIONS = "registry/champions"
WALK_FORWARD = "evaluation/recession_walk_forward_monthly"
MISSING = "evaluation/missing_origins"
LOADABLE, UNBEATEN = "champion_can_be_loaded", "champion_is_not_beaten"


@dg.asset(
    key_prefix="registry",
    group_name="registry",
    kinds={"mlflow"},
    description="Decides which recession model speaks. The best eligible candidate of the stored walk-forward becomes "
    "version and champion of `recession_m` in MLflow if its Brier score is at most 0.01 above those of the base rate and of "
    "the mean of simple rivals (whole span, last ten labelled years, last two recessions), no family of inputs moves its "
    "probability by more than 0.35, and it is free of leaks; the findings say which condition failed. A champion that simple "
    "rivals have begun to beat (restarted e-value of 400 or more) is demoted. Until 120 origins are stored the default "
    "model speaks and is called `default, unproven`. Roll back with Registry.rollback('recession_m', reason=...).",
    code_version=code_version(__name__),
    deps=[dg.AssetKey(key.split("/")) for key in ("models/recession_classifier", WALK_FORWARD, MISSING)],
    ins=reads("features/recession_features_monthly", "targets/recession_targets"),
    check_specs=[
        dg.AssetCheckSpec(
            LOADABLE,
            asset=CHAMPIONS.split("/"),
            description="The champion is a candidate that exists and its registered model can be read.",
        ),
        dg.AssetCheckSpec(
            UNBEATEN,
            asset=CHAMPIONS.split("/"),
            description="The model that speaks is not beaten by simple rivals: restarted e-value below 400. A champion that "
            "fails is demoted in the same run.",
        ),
    ],
)
@in_words
def champions(
    context: dg.AssetExecutionContext,
    recession_features_monthly: pa.Table,
    recession_targets: pa.Table,
    lake: LakeResource,
    registry: RegistryResource,
) -> Result:
    """Apply the gate to the stored walk-forward and move the alias when it lets the best candidate through."""
    from macro_assets.recession.evaluation import decision
    from macro_assets.registry import recession_champion

    forecasts, keeper = lake.get().read(WALK_FORWARD, where={"mode": "vintage"}, missing_ok=True), registry.get()
    if not decision.enough_origins(forecasts):
        reason = (
            f"The walk-forward holds {len(forecasts['as_of'].unique())} origins, the gate needs "
            f"{decision.MINIMUM_ORIGINS}. Backfill {WALK_FORWARD}."
        )
        return result(keeper, {"promoted": "no", "reasons": reason})
    judgement = decision.judge(forecasts, recession_features_monthly, recession_targets)
    verdict, speaker = judgement.decision, recession_champion(keeper)
    reasons = "; ".join(verdict.reasons) or "every condition holds"
    unbeaten = not_beaten(judgement, speaker.candidate)
    if verdict.promoted:
        promote(keeper, verdict.candidate, reasons)
        context.log.info(f"Champion: {verdict.candidate}")
    elif speaker.proven and not unbeaten.passed:
        keeper.demote(speaker.title, reason=str(unbeaten.description))
        context.log.warning(f"Demoted: {unbeaten.description}")
    words = {
        "candidate": verdict.candidate,
        "promoted": "yes" if verdict.promoted else "no",
        "test": verdict.test,
        "reasons": reasons,
        "calibration": judgement.calibration,
    }
    shown = published(
        numbers=judgement.numbers(), tables={"findings": judgement.to_frame()}, figures=judgement.figures()
    )
    return result(keeper, words, shown, unbeaten)


def not_beaten(judgement: "Judgement", candidate: str) -> dg.AssetCheckResult:
    """Whether simple rivals have not begun to beat the model that spoke before this run."""
    if candidate not in judgement.evidence:
        return self_check(UNBEATEN, f"{candidate} has no stored forecasts: not tested.", passed=True)
    value = float(judgement.evidence[candidate].restarted[-1])
    beaten = judgement.beaten(candidate)
    text = (
        f"Simple rivals {'have begun to beat' if beaten else 'do not beat'} {candidate}: restarted e-value {value:.3g}."
    )
    return self_check(UNBEATEN, text, passed=not beaten, warn=True, numbers={"restarted_e_value": value})


def promote(registry: "Registry", candidate: str, reason: str) -> None:
    """Enter the candidate's newest version under the title and make it champion."""
    from macro_assets.registry import RECESSION_TITLE, registered_name

    registry.promote(registered_name(candidate), reason=reason, by="gate", title=RECESSION_TITLE)


def result(
    registry: "Registry",
    words: dict[str, str],
    metadata: "dict[str, object] | None" = None,
    unbeaten: dg.AssetCheckResult | None = None,
) -> Result:
    """What was decided, who speaks now, and whether that model can be read."""
    from macro_assets.errors import RegistryError
    from macro_assets.registry import recession_champion

    try:
        champion = recession_champion(registry)
        if champion.proven:
            registry.load(champion.title, version=champion.version)
    except RegistryError as error:
        finding = self_check(LOADABLE, str(error), passed=False)
        speaks = "nobody: see the check"
    else:
        speaks = f"{champion.candidate} ({champion.standing})"
        finding = self_check(LOADABLE, f"{speaks} speaks for {champion.title}.", passed=True)
    shown = published(words=words | {"champion": speaks})
    untested = self_check(UNBEATEN, "Too few origins are stored: not tested.", passed=True)
    return dg.MaterializeResult(metadata=shown | (metadata or {}), check_results=[finding, unbeaten or untested])
