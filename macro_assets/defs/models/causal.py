"""The asset `models/causal_effects`: every shock on every outcome at every horizon, labelled, with the reasons.

Belongs here: the asset, its config, what it shows. Does not belong here: panels, estimation, checks, labels, tables and
drawings of effects (macro_assets/causal).
"""

from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa
from pydantic import Field

from macro_assets.causal.belief.declarations import DECLARATIONS
from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.metadata import words
from macro_assets.defs.publishing import Result, published, stamp
from macro_assets.defs.resources import CatalogResource, LakeResource, RegistryResource
from macro_assets.defs.versions import code_version

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from macro_assets.catalog import Catalog
    from macro_assets.causal import CausalAnswers
    from macro_assets.causal.belief.answers import CheckSummary
    from macro_assets.causal.events.identification import EventIdentification
    from macro_assets.registry import LoggedModel, Provenance, Registry

KEY = dg.AssetKey(["models", "causal_effects"])
INPUTS = ["features/causal_features", "treatments/macro_shocks", "gold/asset_returns"]
DAILY = ("bronze/policy_surprises", "silver/prices", "silver/observations")
ECONML = ["econml>=0.17,<0.18", "scikit-learn>=1.9,<1.10"]
DESCRIPTION = """\
What each macro shock does to each outcome, month of the shock to a year later: the effect with its 95 percent interval and
sample, and three words. `identification` belongs to the shock in this design (is it news to the past, and to the days before
its events?), `finding` to the cell (effect found, or nothing found and the smallest effect that would have been),
`specification` to the estimate (stable or fragile). `causal` is true only where the shock is identified and an effect was
found; `in_words` says it in a sentence, per typical shock. The default engine is a lag-augmented linear local projection;
double machine learning stands beside it (column `learner`). What happens on the day itself is in `models/event_effects`."""
SHOCKS_IDENTIFIED, CELLS_STABLE = "shocks_identified", "causal_cells_stable"
"""What the reader of the UI is told."""


class EffectsConfig(dg.Config):
    """How effects are estimated."""

    horizons: list[int] = Field(default=[0, 1, 3, 6, 12], description="Months after the month of the shock.")
    lags: int = Field(default=2, ge=0, description="Lags of every control, of the shock and of the outcome.")
    alpha: float = Field(default=0.05, gt=0, lt=1, description="One minus the level of the intervals.")
    seed: int = Field(default=0, description="Seed of placebos and folds.")
    controls: list[str] = Field(
        default=[],
        description="Features to control for, those of your own files among them; empty = the nine of the package.",
    )
    comparison_learner: str = Field(
        default="ridge",
        description="Nuisance learner of double machine learning beside the default engine: lasso, ridge, lightgbm, "
        "rf100; empty = none.",
    )


@dg.asset(
    key=KEY,
    group_name="models",
    kinds={"econml", "mlflow", "deltalake"},
    description=DESCRIPTION,
    code_version=code_version(__name__),
    pool="training",
    dagster_type=pa.Table,
    ins=reads(*INPUTS, *DAILY),
    check_specs=[
        dg.AssetCheckSpec(
            check.name, asset=KEY, description=f"{check.words} Asked of every T1 and T2 cell in the month of the shock."
        )
        for check in DECLARATIONS
    ]
    + [
        dg.AssetCheckSpec(
            SHOCKS_IDENTIFIED, asset=KEY, description="No surprise or published shock is explained by the past or by the days "
            "before its events, and controls leave enough of each.",
        ),
        dg.AssetCheckSpec(
            CELLS_STABLE, asset=KEY, description="Causal cells move by at most one standard error with six lags, with squares "
            "and trends of the controls, and without the pandemic.",
        ),
    ],
)  # fmt: skip
@in_words
def causal_effects(
    context: dg.AssetExecutionContext,
    config: EffectsConfig,
    causal_features: pa.Table,
    macro_shocks: pa.Table,
    asset_returns: pa.Table,
    policy_surprises: pa.Table,
    prices: pa.Table,
    observations: pa.Table,
    catalog: CatalogResource,
    lake: LakeResource,
    registry: RegistryResource,
) -> Result:
    """Align, answer, log, describe."""
    from macro_assets.causal import EffectSettings, Evidence, answer, effect_panel
    from macro_assets.causal.engine.alignment import CONTROLS
    from macro_assets.signals.turning_points import recession_spans, turning_points

    entries = catalog.get()
    panel = effect_panel(asset_returns, macro_shocks, causal_features, entries, controls=config.controls or CONTROLS)
    answers = answer(
        panel,
        horizons=config.horizons,
        evidence=Evidence(recessions=recession_spans(turning_points(observations, entries))),
        days=days_before(policy_surprises, prices, observations, entries, config.seed),
        settings=EffectSettings(lags=config.lags, alpha=config.alpha, seed=config.seed),
        comparison_learner=config.comparison_learner,
    )
    context.log.info(answers.summary())
    figures = {"grid": answers.figure(), "response": answers.plot_responses()}
    model = log(registry.get(), answers, config, stamp(lake.get(), answers.as_of.date(), INPUTS), figures)
    return dg.MaterializeResult(
        value=answers.to_table(),
        metadata=published(
            numbers={f"cells_{label.replace(' ', '_')}": number for label, number in answers.labels().items()},
            words={"in_words": answers.summary(), "shocks": answers.verdicts(), **answers.absences()},
            tables={"belief": answers.belief().head(40)},
            figures=figures,
            models=[model],
        ),
        check_results=[
            verdict(found)
            for found in (*(answers.check(one.name) for one in DECLARATIONS), answers.identified(), answers.stable())
        ],
    )


def days_before(
    policy_surprises: pa.Table, prices: pa.Table, observations: pa.Table, catalog: "Catalog", seed: int
) -> "dict[str, EventIdentification]":
    """Verdicts of the days before announcements, by the monthly shock they belong to."""
    from macro_assets.causal.events.identification import verdicts_by_shock
    from macro_assets.causal.events.inputs import daily_closes, event_shocks

    closes = list(daily_closes(prices, observations, catalog).values())
    shocks = {name: event.shock for name, event in catalog.events.items()}
    return verdicts_by_shock(event_shocks(policy_surprises, catalog), closes, shocks, seed=seed)


def verdict(summary: "CheckSummary") -> dg.AssetCheckResult:
    """One belief check over many cells; a failure is an answer too, so it warns."""
    return dg.AssetCheckResult(
        check_name=summary.name,
        passed=not summary.failed,
        severity=dg.AssetCheckSeverity.WARN,
        description=summary.text,
        metadata={
            "cells": summary.cells, "failed": len(summary.failed), "which": words("\n".join(summary.failed) or "none")
        },
    )  # fmt: skip


def log(
    registry: "Registry",
    answers: "CausalAnswers",
    config: EffectsConfig,
    provenance: "Provenance",
    figures: "dict[str, Figure]",
) -> "LoggedModel":
    """One run for the grid: cells as a table, and econml's LinearDML of the headline cell as a model."""
    from macro_assets.causal.variation.linear_dml import fit_linear_dml

    frame, first = answers.to_frame(), answers.headline
    labels = frame["label"].value_counts()
    fitted = fit_linear_dml(answers.panel, first.shock, first.outcome)
    with registry.run("causal_effects", provenance) as run:
        run.log(
            metrics={f"cells_{name.replace(' ', '_')}": float(count) for name, count in labels.items()},
            params=config.model_dump(),
            figures=figures,
            tables={"cells": frame, "belief": answers.belief()},
        )
        return run.log_model(
            first.name,
            fitted.model,
            "sklearn",
            input_example=fitted.example,
            output_example=fitted.effect,
            pip_requirements=ECONML,
        )
