"""Which market state we are in: filtered probabilities with labels frozen as first published, and an attention network.

Belongs here: the asset, its config and what it shows. Does not belong here: filter and network (macro_assets/regimes).
The network is compared with the filter on months after its training and is called better only when it is.
"""

from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa
from dagster import AssetIn
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, counts, markdown, picture
from macro_assets.defs.publishing import published, stamp
from macro_assets.defs.resources import CatalogResource, LakeResource, RegistryResource

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from macro_assets.regimes import LabelHistory, RegimeReport, TrainedClassifier
    from macro_assets.registry import LoggedModel, Provenance, Registry

PROBABILITIES = "models/regime_probabilities"
MODEL_NAME = "regime_classifier"


class RegimeConfig(dg.Config):
    """How the regimes are fitted."""

    seed: int = Field(default=0, description="Seed of the filter's starts and of the network.")
    refit_month: int = Field(default=12, ge=1, le=12, description="Calendar month after which the filter is refitted.")
    minimum_months: int = Field(default=240, ge=120, description="Complete months before the first fit.")
    epochs: int = Field(default=300, gt=0, description="Training epochs of the attention network.")


@dg.asset(
    key_prefix="models",
    group_name="models",
    kinds={"pytorch", "mlflow"},
    description=__doc__,
    code_version=code_version(__name__),
    pool="training",
    ins={
        "monthly_cube": AssetIn(["gold", "monthly_cube"]),
        "prices": AssetIn(["silver", "prices"]),
        "observations": AssetIn(["silver", "observations"]),
    },
)
@in_words
def regime_classifier(
    context: dg.AssetExecutionContext,
    config: RegimeConfig,
    monthly_cube: pa.Table,
    prices: pa.Table,
    observations: pa.Table,
    catalog: CatalogResource,
    lake: LakeResource,
    registry: RegistryResource,
) -> dg.MaterializeResult:
    from macro_assets import regimes
    from macro_assets.pictures import regimes as plots
    from macro_assets.signals import regime_features
    from macro_assets.signals.turning_points import turning_points

    features = regime_features.regime_features(monthly_cube, prices)
    history = regimes.label_history(
        features, seed=config.seed, refit_month=config.refit_month, minimum_months=config.minimum_months
    )
    report, _ = regimes.evaluate_classifier(features, history.labels, seed=config.seed)
    inputs = regimes.classifier_inputs(features, history.labels)
    network = regimes.train(inputs, history.labels, seed=config.seed, epochs=config.epochs)
    said = network.predict(inputs)
    lake.get().replace(
        PROBABILITIES,
        pa.concat_tables(
            [
                probabilities(history.labels, "filter"),
                probabilities(said.assign(label=said.idxmax(axis=1)), "attention"),
            ]
        ),
    )
    newest = history.labels.iloc[-1]
    scores = report.to_frame()
    ribbon = plots.probability_ribbon(history.labels, turning_points(observations, catalog.get()))
    logged = _log(
        registry.get(),
        network,
        features,
        history,
        report,
        ribbon,
        stamp(lake.get(), history.labels.index[-1].date(), ["gold/monthly_cube", "silver/prices"]),
    )
    numbers = {f"probability_{name}": float(newest[name]) for name in regimes.REGIMES}
    return dg.MaterializeResult(
        metadata=counts(numbers | {"months": len(history.labels), "refits": len(history.fits)})
        | {
            "current_regime": str(newest["label"]),
            "as_of": str(history.labels.index[-1].date()),
            "ribbon": picture(ribbon),
            "hold_out": markdown(scores),
            "in_words": report.summary(),
            "quality": regimes.label_quality(history, features).summary(),
        }
        | published(models=[logged]),
    )


def _log(
    registry: "Registry",
    network: "TrainedClassifier",
    features: "pd.DataFrame",
    history: "LabelHistory",
    report: "RegimeReport",
    ribbon: "Figure",
    provenance: "Provenance",
) -> "LoggedModel":
    """The network as a model and, in the same run, the filter's history and the hold-out scores."""
    import torch

    from macro_assets.regimes import classifier_inputs, windows

    inputs = classifier_inputs(features, history.labels)[list(network.columns)].dropna()
    example = windows(inputs)[0][-2:]
    with torch.no_grad():
        answer = network.network.eval()(torch.from_numpy(example)).numpy()
    scores = {f"log_score_{s.model.replace(' ', '_')}": s.log_score for s in report.scores}
    with registry.run(MODEL_NAME, provenance) as run:
        run.log(
            metrics=scores | {"beats_filter": float(report.beats_filter)},
            figures={"ribbon": ribbon},
            tables={"labels": history.labels.reset_index(), "hold_out": report.to_frame()},
        )
        return run.log_model(
            MODEL_NAME,
            network.network,
            "pytorch",
            input_example=example,
            output_example=answer,
            pip_requirements=["torch==2.13.0"],
            tags={"columns": ",".join(network.columns)},
        )


def probabilities(labels: "pd.DataFrame", model: str) -> pa.Table:
    """Long table of one model's probabilities, with the label of each month."""
    from macro_assets.regimes import REGIMES
    from macro_assets.tables.registry import TABLES

    frame = labels.rename_axis("as_of").reset_index()
    long = frame.melt(
        id_vars=["as_of", "label"], value_vars=list(REGIMES), var_name="regime", value_name="probability"
    ).dropna(subset=["probability"])
    long["as_of"] = long["as_of"].dt.date
    schema = TABLES[PROBABILITIES].schema
    return pa.Table.from_pandas(long.assign(model=model)[schema.names], schema=schema, preserve_index=False)
