"""How likely a recession is within two quarters, by every candidate, trained on what is known now.

Belongs here: the classifier asset. Does not belong here: candidates and training windows (recession/), their evaluation
(evaluation/recession_walk_forward_*). Every candidate is kept as an ONNX graph beside its probabilities.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa
from dagster import AssetIn
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, counts, markdown, picture
from macro_assets.defs.publishing import published, stamp
from macro_assets.defs.resources import LakeResource, RegistryResource
from macro_assets.tables.registry import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from macro_assets.export import Parity
    from macro_assets.recession.candidates import FittedCandidate
    from macro_assets.recession.data import Frequency, RecessionData
    from macro_assets.registry import LoggedModel, Provenance, Registry

PROBABILITIES = "models/recession_probabilities"
INPUTS = ["features/recession_features_monthly", "features/recession_features", "targets/recession_targets"]
PARITY = "onnx_parity"


class RecessionConfig(dg.Config):
    """Which candidates are trained."""

    wide: bool = Field(
        default=True, description="Also train the source document's models on selected quarterly columns."
    )
    recent_months: int = Field(
        default=60, gt=0, description="As-of dates for which today's models state probabilities."
    )


@dg.asset(
    key_prefix="models",
    group_name="models",
    kinds={"xgboost", "scikitlearn", "mlflow"},
    description=__doc__,
    code_version=code_version("macro_assets.recession"),
    pool="training",
    ins={
        "recession_features_monthly": AssetIn(["features", "recession_features_monthly"]),
        "recession_features": AssetIn(["features", "recession_features"]),
        "recession_targets": AssetIn(["targets", "recession_targets"]),
    },
    check_specs=[
        dg.AssetCheckSpec(
            PARITY,
            asset=["models", "recession_classifier"],
            blocking=True,
            description="The exported graphs say what the trained models say, to 1e-5.",
        )
    ],
)
@in_words
def recession_classifier(
    context: dg.AssetExecutionContext,
    config: RecessionConfig,
    recession_features_monthly: pa.Table,
    recession_features: pa.Table,
    recession_targets: pa.Table,
    lake: LakeResource,
    registry: RegistryResource,
) -> dg.MaterializeResult:
    from macro_assets.pictures import recession as plots
    from macro_assets.recession import presets
    from macro_assets.recession.data import RecessionData
    from macro_assets.recession.evaluation.walk_forward import fit_year

    store = lake.get()
    said: list[pa.Table] = []
    logged: list[LoggedModel] = []
    parities: list[Parity] = []
    problems: list[tuple[Frequency, pa.Table | None]] = [
        ("M", None),
        ("Q", recession_features if config.wide else None),
    ]
    for frequency, wide in problems:
        data = RecessionData.from_tables(frequency, "vintage", recession_features_monthly, recession_targets, wide)
        year = fit_year(data, data.index[-1], presets.candidates(wide=wide is not None))
        recent = data.index[-(config.recent_months if frequency == "M" else config.recent_months // 3) :]
        said += [
            probabilities(fitted, data, recent, year.trained_through)
            for fitted in year.fitted.values()
            if fitted.candidate.feature_set != "state"
        ]
        provenance = stamp(store, data.index[-1].date(), INPUTS)
        versions, parity = log(registry.get(), frequency, list(year.fitted.values()), data, provenance)
        logged, parities = logged + versions, parities + parity
        context.log.info(
            f"{frequency}: {len(year.fitted)} candidates on {year.training_rows} rows "
            f"through {year.trained_through:%Y-%m}"
        )
        if frequency == "M":
            champion = year.fitted[presets.CHAMPION]
            drivers = plots.shap_overview(champion, data.compact.tail(3))
            importance = plots.importance(champion)
    table = pa.concat_tables(said)
    store.replace(PROBABILITIES, table)
    newest = table.to_pandas().sort_values("as_of").groupby(["target", "model"]).tail(1)
    worst = max(parities, key=lambda p: p.max_abs_difference)
    now = {f"probability_{row.target}_{row.model}": float(row.probability) for row in newest.itertuples()}
    return dg.MaterializeResult(
        metadata=counts(now)
        | {"newest": markdown(newest), "drivers": picture(drivers), "importance": picture(importance)}
        | published(models=logged),
        check_results=[
            dg.AssetCheckResult(
                check_name=PARITY,
                passed=all(p.passed for p in parities),
                description=worst.summary(),
                metadata={"graphs": len(parities), "largest_difference": worst.max_abs_difference},
            )
        ],
    )


def probabilities(
    fitted: "FittedCandidate", data: "RecessionData", recent: "pd.DatetimeIndex", trained_through: "pd.Timestamp"
) -> pa.Table:
    """Long rows of one candidate's probabilities, by the model of today."""
    import pandas as pd

    from macro_assets.signals.targets import MONTHLY_TARGET, QUARTERLY_TARGET

    frame = pd.DataFrame(
        {
            "as_of": recent.date,
            "target": MONTHLY_TARGET if data.frequency == "M" else QUARTERLY_TARGET,
            "model": fitted.name,
            "trained_through": trained_through.date(),
            "probability": fitted.predict_proba(data.features(fitted.candidate.feature_set).loc[recent]),
        }
    )
    schema = TABLES[PROBABILITIES].schema
    return pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)


def log(
    registry: "Registry",
    frequency: str,
    fitted: "Sequence[FittedCandidate]",
    data: "RecessionData",
    provenance: "Provenance",
) -> "tuple[list[LoggedModel], list[Parity]]":
    """One run a frequency; each candidate that has a graph becomes a model, checked against the original."""
    from macro_assets.errors import InvalidInputError
    from macro_assets.export import compare, run_onnx
    from macro_assets.export.recession import classifier_graph

    versions, parities = [], []
    with registry.run(f"recession_classifier_{frequency}", provenance) as run:
        for candidate in fitted:
            if candidate.candidate.feature_set == "state":
                continue
            try:
                graph = classifier_graph(candidate)
            except InvalidInputError:
                continue  # baselines without a graph are never champions
            features = data.features(candidate.candidate.feature_set)
            rows = candidate.matrix(features).astype("float32")
            answer = run_onnx(graph, rows)["probability"]
            expected = candidate.predict_proba(features.astype("float32").astype("float64"))
            parities.append(compare(candidate.name, expected, answer[:, 0]))
            run.log(params={f"{candidate.name}.{key}": value for key, value in candidate.params.items()})
            versions.append(
                run.log_model(
                    f"recession_{frequency.lower()}_{candidate.name}",
                    graph,
                    "onnx",
                    input_example=rows[-2:],
                    output_example={"probability": answer[-2:]},
                    pip_requirements=["onnxruntime>=1.31"],
                    tags={"columns": ",".join(candidate.columns)[:4900], "threshold": f"{candidate.threshold:.6f}"},
                )
            )
    return versions, parities
