"""Stage 1 in the graph: the trained classifiers and the table of their probabilities, from one computation.

Belongs here: the two assets and what they show. Does not belong here: candidates and training windows (recession/), their
evaluation (evaluation/recession_walk_forward_*), graphs (export/recession.py).
"""

from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.publishing import Result, model_out, published, self_check, stamp, table_out
from macro_assets.defs.resources import LakeResource, RegistryResource
from macro_assets.defs.versions import code_version

if TYPE_CHECKING:
    from macro_assets.export.recession import OddsExport
    from macro_assets.recession.data import Frequency
    from macro_assets.recession.odds import FittedOdds
    from macro_assets.registry import Champion, LoggedModel, Provenance, Registry

CLASSIFIER, PROBABILITIES = "models/recession_classifier", "models/recession_probabilities"
INPUTS = ["features/recession_features_monthly", "features/recession_features", "targets/recession_targets"]
PARITY = "onnx_parity"
CODE = code_version(__name__)


class RecessionConfig(dg.Config):
    """Which candidates are trained."""

    wide: bool = Field(
        default=True, description="Also train the source document's models on selected quarterly columns."
    )


@dg.multi_asset(
    name="models__recession_classifier",
    outs={
        "classifier": model_out(
            CLASSIFIER,
            "Classifiers of a recession within two quarters, trained on what is known now: baselines, logits, forests and "
            "boosted trees on monthly and quarterly features. Each with an ONNX graph is a registered version in MLflow, "
            "alias `challenger`; those without one are listed with the reason. Refitted weekly.",
            kinds={"xgboost", "scikitlearn", "mlflow"},
            code=CODE,
        ),
        "probabilities": table_out(
            PROBABILITIES,
            "Probability (0 to 1) of a recession within six months (month ends) and within two quarters (quarter ends), by "
            "each of today's models, on the newest as-of date; what was forecast on an earlier day stands in "
            "evaluation/recession_walk_forward_*. Refitted weekly.",
            kinds={"xgboost", "scikitlearn", "deltalake"},
            code=CODE,
        ),
    },
    ins=reads(*INPUTS),
    check_specs=[
        dg.AssetCheckSpec(
            PARITY,
            asset=CLASSIFIER.split("/"),
            blocking=True,
            description="The exported graphs agree with the trained models to 1e-5 on every row of the features.",
        )
    ],
    pool="training",
)
@in_words
def recession_odds(
    context: dg.AssetExecutionContext,
    config: RecessionConfig,
    recession_features_monthly: pa.Table,
    recession_features: pa.Table,
    recession_targets: pa.Table,
    lake: LakeResource,
    registry: RegistryResource,
) -> tuple[Result, Result]:
    """Train every candidate, register those with a graph, and state their probabilities."""
    from macro_assets.export.recession import export
    from macro_assets.recession import figures, odds
    from macro_assets.recession.data import FeatureTables
    from macro_assets.registry import recession_champion

    tables = FeatureTables(recession_features_monthly, recession_features if config.wide else None)
    fitted = odds.fit(tables, recession_targets)
    table, exports = odds.answer(fitted), export(fitted)
    store, keeper = lake.get(), registry.get()
    logged: list[LoggedModel] = []
    for frequency, year in fitted.years.items():
        logged += log(keeper, frequency, fitted, exports, stamp(store, fitted.as_of(frequency), INPUTS))
        context.log.info(
            f"{frequency}: {len(year.fitted)} candidates on {year.training_rows} rows "
            f"through {year.trained_through:%Y-%m}"
        )
    champion = recession_champion(keeper)
    speaker = fitted.candidate(champion.candidate)
    shown = published(
        words={
            "champion": f"{champion.candidate} ({champion.standing})",
            "not_exported": "; ".join(f"{name}: {reason}" for name, reason in exports.not_exported.items()) or "none",
        },
        figures={
            "drivers": figures.as_figure(figures.driver_dots(speaker, fitted.data["M"].compact.tail(3))),
            "importance": figures.as_figure(speaker.plot()),
        },
        models=logged,
    )
    return (
        dg.MaterializeResult(asset_key=CLASSIFIER.split("/"), metadata=shown, check_results=[parity(exports)]),
        dg.MaterializeResult(asset_key=PROBABILITIES.split("/"), value=table, metadata=newest(table, champion)),
    )


def log(
    registry: "Registry", frequency: "Frequency", odds: "FittedOdds", exports: "OddsExport", provenance: "Provenance"
) -> "list[LoggedModel]":
    """One run a frequency; each candidate that has a graph becomes a registered model."""
    from macro_assets.registry import registered_name

    versions = []
    with registry.run(f"recession_classifier_{frequency}", provenance) as run:
        for one in exports.exported[frequency]:
            candidate = odds.candidate(one.name, frequency)
            run.log(params={f"{one.name}.{key}": value for key, value in candidate.params.items()})
            versions.append(
                run.log_model(
                    registered_name(one.name, frequency),
                    one.graph,
                    "onnx",
                    input_example=one.example,
                    output_example={"probability": one.answer},
                    pip_requirements=["onnxruntime>=1.31"],
                    tags={
                        "candidate": one.name,
                        "columns": ",".join(candidate.columns)[:4900],
                        "threshold": f"{candidate.threshold:.6f}",
                    },
                )
            )
    return versions


def parity(exports: "OddsExport") -> dg.AssetCheckResult:
    """Whether every exported graph agrees with its model."""
    parities = exports.parities
    return self_check(
        PARITY,
        parities[0].summary(),
        passed=all(one.passed for one in parities),
        numbers={"graphs": len(parities), "largest_difference": parities[0].max_abs_difference},
        asset=CLASSIFIER,
    )


def newest(table: pa.Table, champion: "Champion") -> dict[str, Any]:
    """Metadata of the probabilities: the newest of every model, as numbers and as a table."""
    rows = table.to_pandas().sort_values("as_of").groupby(["target", "model"]).tail(1)
    numbers = {f"probability_{row.target}_{row.model}": float(row.probability) for row in rows.itertuples()}
    standing = rows["model"].map({champion.candidate: champion.standing}).fillna("")
    return published(numbers=numbers, tables={"newest": rows.assign(standing=standing)})
