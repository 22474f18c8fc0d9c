"""Regimes in the graph: the trained network and the table of probabilities, from one computation.

Belongs here: the two assets, their config, what they show, and the nowcast handed from recession/ to regimes/. Does not
belong here: factors, labels and network (macro_assets/regimes), drawing (pictures/regimes.py).
"""

from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.publishing import Result, model_out, published, stamp, table_out
from macro_assets.defs.resources import CatalogResource, LakeResource, RegistryResource
from macro_assets.defs.versions import code_version

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from macro_assets.regimes import RegimeAnswer
    from macro_assets.registry import LoggedModel, Provenance, Registry

CLASSIFIER, PROBABILITIES = "models/regime_classifier", "models/regime_probabilities"
INPUTS = ["gold/monthly_cube", "silver/prices", "features/recession_features_monthly", "targets/recession_targets"]
CODE = code_version(__name__)


class RegimeConfig(dg.Config):
    """How the regimes are fitted."""

    seed: int = Field(default=0, description="Seed of the network.")
    refit_month: int = Field(default=12, ge=1, le=12, description="Calendar month after which the nowcast is refitted.")
    minimum_months: int = Field(default=240, ge=120, description="Complete months before the nowcast's first fit.")
    epochs: int = Field(default=300, gt=0, description="Training epochs of the attention network.")
    years: int = Field(
        default=10,
        ge=0,
        description="Years of the network's history: one training for each, on outcomes known that day.",
    )


@dg.multi_asset(
    name="models__regime_classifier",
    outs={
        "classifier": model_out(
            CLASSIFIER,
            "Attention network that forecasts the regime a quarter ahead from the raw columns of twelve months: recession or "
            "high stress where the NBER dates that month in a recession, else calm or normal by volatility. A registered "
            "version in MLflow, alias `challenger`; `promoted` in its tags only where its yearly forecasts beat the two "
            "factors moved a quarter ahead beyond the standard error. Refitted weekly.",
            kinds={"pytorch", "mlflow"},
            code=CODE,
        ),
        "probabilities": table_out(
            PROBABILITIES,
            "Probability (0 to 1) of each regime at every month end, with the label. Model `two_factors`: recession or high "
            "stress has the probability of a recession now (the nowcast, refitted each December on what was known then) and "
            "is called above 30 % until below 15 %; of the rest, low-volatility expansion is called when six-month "
            "volatility of the S&P 500 is 15 % below its mean of all months known then, until above that mean. Model "
            "`attention` is a quarter ahead (`months_ahead`): the newest month by today's network, the years before by yearly "
            "fits carried forward, promoted only where the metadata of the classifier say so. No row is "
            "fitted on months after its own (`trained_through`). Computed weekly; the regime columns of one month add up to "
            "one.",
            kinds={"pytorch", "deltalake"},
            code=CODE,
        ),
    },
    ins=reads(*INPUTS, "silver/observations"),
    pool="training",
)
@in_words
def market_regimes(
    context: dg.AssetExecutionContext,
    config: RegimeConfig,
    monthly_cube: pa.Table,
    prices: pa.Table,
    recession_features_monthly: pa.Table,
    recession_targets: pa.Table,
    observations: pa.Table,
    catalog: CatalogResource,
    lake: LakeResource,
    registry: RegistryResource,
) -> tuple[Result, Result]:
    """Label every month as known then, train the network on the labels, and store the probabilities of both."""
    from macro_assets.pictures.style import figure_of
    from macro_assets.recession import nowcast_history, nowcast_inputs
    from macro_assets.regimes import answer
    from macro_assets.signals.turning_points import recession_spans, turning_points

    nowcast = nowcast_history(
        recession_features_monthly,
        recession_targets,
        refit_month=config.refit_month,
        minimum_months=config.minimum_months,
    )
    blocks = nowcast_inputs(recession_features_monthly)
    found = answer(monthly_cube, prices, nowcast, blocks, seed=config.seed, epochs=config.epochs, years=config.years)
    context.log.info(found.summary())
    ribbon = figure_of(found.plot(recessions=recession_spans(turning_points(observations, catalog.get()))))
    as_of = found.history.labels.index[-1].date()
    logged = log(registry.get(), found, ribbon, stamp(lake.get(), as_of, INPUTS))
    judged = published(
        numbers=found.report.numbers(),
        words={"in_words": found.report.summary(), "verdict": found.report.verdict},
        tables={"quarter_ahead": found.report.to_frame()},
        models=[logged],
    )
    return (
        dg.MaterializeResult(asset_key=CLASSIFIER.split("/"), metadata=judged),
        dg.MaterializeResult(asset_key=PROBABILITIES.split("/"), value=found.table(), metadata=shown(found, ribbon)),
    )


def shown(found: "RegimeAnswer", ribbon: "Figure") -> dict[str, Any]:
    """Metadata of the probabilities: the newest month with its odds, and how good such labels were."""
    history, newest = found.history, found.history.labels.iloc[-1]
    numbers = {f"probability_{name}": float(newest[name]) for name in found.quality.share}
    return published(
        numbers=numbers | found.quality.numbers() | {"months": len(history.labels), "refits": len(history.refits)},
        words={
            "current_regime": str(newest["label"]),
            "as_of": str(history.labels.index[-1].date()),
            "in_words": history.summary(),
            "quality": found.quality.summary(),
        },
        figures={"ribbon": ribbon},
    )


def log(registry: "Registry", found: "RegimeAnswer", ribbon: "Figure", provenance: "Provenance") -> "LoggedModel":
    """The network as a model and, in the same run, the history of labels and its scores."""
    report, network = found.report, found.network
    example, output = network.example(found.inputs)
    scores = {f"log_score_{s.model.replace(' ', '_')}": s.log_score for s in report.scores}
    with registry.run("regime_classifier", provenance) as run:
        run.log(
            metrics=scores | report.numbers() | found.quality.numbers(),
            figures={"ribbon": ribbon},
            tables={"labels": found.history.to_frame(), "quarter_ahead": report.to_frame()},
        )
        return run.log_model(
            "regime_classifier",
            network.network,
            "pytorch",
            input_example=example,
            output_example=output,
            pip_requirements=["torch==2.13.0"],
            tags={"columns": ",".join(network.columns), "promoted": str(report.wins), "verdict": report.verdict},
        )
