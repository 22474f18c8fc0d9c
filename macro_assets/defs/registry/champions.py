"""The promotion gate: a challenger becomes champion only when its walk-forward says it may.

Belongs here: the asset that applies the decision. Does not belong here: the conditions (recession/evaluation/gate.py). Not worse
than the L2 logit and the lagged probit, calibrated, free of leaks; the L2 logit itself may be champion.
"""

from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
from dagster import AssetIn

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, markdown, picture
from macro_assets.defs.resources import LakeResource, RegistryResource

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from macro_assets.recession.evaluation.gate import GateDecision

WALK_FORWARD = "evaluation/recession_walk_forward_monthly"
MINIMUM_ORIGINS = 120


@dg.asset(
    key_prefix="registry",
    group_name="registry",
    kinds={"mlflow"},
    description=__doc__,
    code_version=code_version("macro_assets.recession.evaluation.gate", "macro_assets.recession.evaluation.scoring"),
    deps=[dg.AssetKey(["models", "recession_classifier"]), dg.AssetKey(WALK_FORWARD.split("/"))],
    ins={
        "recession_features_monthly": AssetIn(["features", "recession_features_monthly"]),
        "recession_targets": AssetIn(["targets", "recession_targets"]),
    },
)
@in_words
def champions(
    context: dg.AssetExecutionContext,
    recession_features_monthly: pa.Table,
    recession_targets: pa.Table,
    lake: LakeResource,
    registry: RegistryResource,
) -> dg.MaterializeResult:
    import pandas as pd

    rows = lake.get().read(WALK_FORWARD, where={"mode": "vintage"}, missing_ok=True).to_pandas()
    if rows["as_of"].nunique() < MINIMUM_ORIGINS:
        return _undecided(
            f"the walk-forward holds {rows['as_of'].nunique()} origins, the gate asks for {MINIMUM_ORIGINS}: "
            f"backfill {WALK_FORWARD}"
        )
    decision, figures = decide(rows, recession_features_monthly, recession_targets)
    findings = pd.DataFrame([vars(finding) for finding in decision.findings])
    why = "; ".join(decision.reasons) or "every condition holds"
    metadata: dict[str, Any] = {
        "candidate": decision.candidate,
        "promoted": decision.promoted,
        "test": decision.test,
        "findings": markdown(findings),
        "reasons": why,
    } | {name: picture(figure) for name, figure in figures.items()}
    if not decision.promoted:
        return dg.MaterializeResult(metadata=metadata)
    crowned = registry.get().promote(f"recession_m_{decision.candidate}", reason=why, by="gate")
    context.log.info(f"champion: {crowned.uri}")
    return dg.MaterializeResult(metadata=metadata | {"champion": crowned.uri})


def decide(rows: "pd.DataFrame", features: pa.Table, targets: pa.Table) -> "tuple[GateDecision, dict[str, Figure]]":
    """Score the stored walk-forward, ask the gate about its best candidate, and draw what it was judged by."""
    import pandas as pd

    from macro_assets.pictures import recession as plots
    from macro_assets.recession import presets
    from macro_assets.recession.data import RecessionData
    from macro_assets.recession.evaluation import gate, scoring
    from macro_assets.recession.evaluation.walk_forward import fit_year
    from macro_assets.vintage.frames import wide

    data = RecessionData.from_tables("M", "vintage", features, targets)
    rows = rows.assign(as_of=pd.to_datetime(rows["as_of"]))
    panel = scoring.score_panel(data, rows)
    name = gate.best_candidate(panel)
    candidate = next(c for c in presets.fast_candidates() if c.name == name)
    fitted = fit_year(data, data.index[-1], [candidate]).fitted[name]
    sample = scoring.Sample.join(data, rows)
    probability = sample.probability[name].to_numpy()
    figures = {
        "probability_through_time": plots.probability_path(rows, data.state, [name, presets.PROBIT_LAG]),
        "reliability": plots.reliability_diagram(sample.y, probability, name=name),
        "roc_and_precision": plots.roc_and_precision(sample.y, probability, name=name),
    }
    return gate.decide(panel, name, leak_count=gate.leaks(fitted, wide(features, values="known_at"))), figures


def _undecided(reason: str) -> dg.MaterializeResult:
    return dg.MaterializeResult(metadata={"promoted": False, "reasons": reason})
