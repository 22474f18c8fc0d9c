"""What each macro shock does to each asset, with intervals, tiers, labels and the reasons to believe them.

Belongs here: the asset, its config, what it shows. Does not belong here: estimation and checks (macro_assets/causal).
The default engine is linear and lag-augmented; econml's LinearDML stands beside it in the same run.
"""

from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
from dagster import AssetIn
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, column_schema, counts, describe, markdown, picture
from macro_assets.defs.publishing import published, stamp
from macro_assets.defs.resources import CatalogResource, LakeResource, RegistryResource
from macro_assets.tables.registry import TABLES

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    from macro_assets.catalog import Catalog
    from macro_assets.causal.belief.answers import CausalAnswers
    from macro_assets.causal.engine.panel import EffectPanel
    from macro_assets.registry import LoggedModel, Provenance, Registry

TABLE = "models/causal_effects"
INPUTS = ["features/causal_features", "treatments/macro_shocks", "gold/asset_returns"]
CHECKS = {
    "lead_placebo": "The outcome of the three months before does not move with the shock.",
    "placebo_shock": "Shocks moved to other months are significant no more often than chance.",
    "placebo_outcome": "An outcome that cannot react does not.",
    "injected_effect": "A known effect added to the real data is recovered inside the interval.",
    "random_common_cause": "Random controls do not move the estimate.",
    "leave_one_recession_out": "No single recession makes the estimate.",
    "trimmed": "The largest shocks do not make the estimate.",
    "overlap": "Controls leave enough of the shock's variance.",
    "unobserved_confounding": "A confounder would have to be strong to bring the estimate to zero (Cinelli-Hazlett).",
    "stability": "The effect is stable over time (sup-Wald, CUSUM).",
    "interval_reliable": "Simulation says that an interval of this persistence, n and horizon covers.",
}


class EffectsConfig(dg.Config):
    """How effects are estimated."""

    horizons: list[int] = Field(default=[0, 1, 3, 6, 12], description="Months after the month of the shock.")
    lags: int = Field(default=2, ge=0, description="Lags of every control, of the shock and of the outcome.")
    alpha: float = Field(default=0.05, gt=0, lt=1, description="One minus the level of the intervals.")
    seed: int = Field(default=0, description="Seed of placebos and folds.")
    comparison_learner: str = Field(
        default="ridge",
        description="Nuisance learner of econml's LinearDML beside the "
        "default engine: lasso, ridge, lightgbm, rf100; empty = none.",
    )


@dg.asset(
    key_prefix="models",
    group_name="models",
    kinds={"econml", "mlflow", "deltalake"},
    description=__doc__,
    code_version=code_version(__name__),
    pool="training",
    ins={
        "causal_features": AssetIn(["features", "causal_features"]),
        "macro_shocks": AssetIn(["treatments", "macro_shocks"]),
        "asset_returns": AssetIn(["gold", "asset_returns"]),
        "observations": AssetIn(["silver", "observations"]),
    },
    check_specs=[
        dg.AssetCheckSpec(
            name,
            asset=["models", "causal_effects"],
            description=f"{words} Of every T1 and T2 cell in the month of the shock.",
        )
        for name, words in CHECKS.items()
    ],
)
@in_words
def causal_effects(
    context: dg.AssetExecutionContext,
    config: EffectsConfig,
    causal_features: pa.Table,
    macro_shocks: pa.Table,
    asset_returns: pa.Table,
    observations: pa.Table,
    catalog: CatalogResource,
    lake: LakeResource,
    registry: RegistryResource,
) -> dg.MaterializeResult:
    import pandas as pd

    from macro_assets.causal.belief import answers
    from macro_assets.causal.engine import panel

    known, store = catalog.get(), lake.get()
    aligned = panel.effect_panel(
        asset_returns, macro_shocks, causal_features, signs={name: shock.sign for name, shock in known.shocks.items()}
    )
    answered = answers.answer(
        aligned,
        {name: shock.tier for name, shock in known.shocks.items()},
        horizons=config.horizons,
        lags=config.lags,
        recessions=recessions(observations, known),
        alpha=config.alpha,
        seed=config.seed,
        transaction_costs={name: outcome.cost_in_unit for name, outcome in known.outcomes.items()},
    )
    context.log.info(answered.grid.summary())
    beside = double_ml(aligned, config)
    frame = pd.concat([answered.to_frame(), *([] if beside is None else [beside])], ignore_index=True)
    heat, path = heat_map(answered), response(answered)
    logged = log(
        registry.get(),
        aligned,
        answered,
        frame,
        config,
        stamp(store, aligned.outcomes.index[-1].date(), INPUTS),
        {"grid": heat, "response": path},
    )
    labels = answered.grid.to_frame()["label"].value_counts()
    cells = table(frame)
    store.replace(TABLE, cells)
    return dg.MaterializeResult(
        metadata=describe(cells)
        | {"dagster/column_schema": column_schema(TABLE), "dagster/table_name": TABLE}
        | counts({f"cells_{label.replace(' ', '_')}": int(number) for label, number in labels.items()})
        | {
            "grid": picture(heat),
            "response": picture(path),
            "belief": markdown(answered.belief().head(40)),
            "in_words": answered.grid.summary(),
            "too_short_to_estimate": ", ".join(aligned.too_short) or "none",
            "months_missing_inside": "; ".join(f"{name}: {said}" for name, said in aligned.cut.items()) or "none",
            **published(models=[logged]),
        },
        check_results=[verdict(name, answered) for name in CHECKS],
    )


def recessions(observations: pa.Table, catalog: "Catalog") -> list[tuple["pd.Timestamp", "pd.Timestamp"]]:
    """First and last month of each recession that the facts date."""
    import pandas as pd

    from macro_assets.signals.turning_points import turning_points

    points = turning_points(observations, catalog)
    peaks = [p.month for p in points if p.kind == "peak"]
    spans = [(peak, next((p.month for p in points if p.kind == "trough" and p.month > peak), None)) for peak in peaks]
    month = pd.offsets.MonthEnd
    return [(pd.Timestamp(first) + month(2), pd.Timestamp(last) + month(1)) for first, last in spans if last]


def double_ml(aligned: "EffectPanel", config: EffectsConfig) -> "pd.DataFrame | None":
    """The month of the shock by double machine learning, beside the default engine; an association whatever it says."""
    from macro_assets.causal import estimate_grid

    if not config.comparison_learner:
        return None
    grid = estimate_grid(
        aligned.outcomes,
        aligned.treatments,
        aligned.controls,
        horizons=(0,),
        lags=config.lags,
        learner=config.comparison_learner,
        alpha=config.alpha,
        seed=config.seed,
        joint=False,
    )
    return grid.to_frame().assign(reason="For comparison with the default engine, which carries the label.")


def table(frame: "pd.DataFrame") -> pa.Table:
    """Rows of the table of answers."""
    import pandas as pd

    schema = TABLES[TABLE].schema
    named = frame.rename(columns={"treatment": "shock"}).assign(
        sample_start=frame["sample_start"].dt.date, sample_end=frame["sample_end"].dt.date
    )
    named = named.reindex(columns=schema.names)
    return pa.Table.from_pandas(named.astype(object).where(pd.notna(named), None), schema=schema, preserve_index=False)


def heat_map(answered: "CausalAnswers") -> "Figure":
    """t-statistics of every shock and outcome in the month of the shock."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8, 4))
    answered.grid.plot(axes)
    return figure


def response(answered: "CausalAnswers") -> "Figure":
    """Response paths of the S&P 500 to the T1 and T2 shocks, with simultaneous bands."""
    import matplotlib.pyplot as plt

    shown = answered.grid.to_frame().query("outcome == 'sp500' and tier in ('T1', 'T2')")
    figure, axes = plt.subplots(1, max(1, shown["treatment"].nunique()), figsize=(9, 2.8), squeeze=False)
    for axis, (shock, part) in zip(axes[0], shown.groupby("treatment")):
        axis.plot(part["horizon"], part["point"], marker="o")
        axis.fill_between(part["horizon"], part["band_lower"], part["band_upper"], alpha=0.2)
        axis.axhline(0, color="grey", lw=0.6)
        axis.set(title=f"{shock} ({part['label'].iloc[0]})", xlabel="months after the month of the shock")
    axes[0][0].set_ylabel("S&P 500, per unit of shock")
    return figure


def verdict(name: str, answered: "CausalAnswers") -> dg.AssetCheckResult:
    """One belief check over the T1 and T2 cells of the month of the shock."""
    cells = [
        (r.estimate, r.check(name))
        for r in answered.reports
        if r.estimate.tier in ("T1", "T2") and r.estimate.horizon == 0
    ]
    failed = [f"{e.treatment} on {e.outcome}: {check.explanation}" for e, check in cells if check.passed is False]
    words = f"{len(failed)} of {len(cells)} cells fail" if failed else f"no cell of {len(cells)} fails"
    by_chance = sum(
        check.threshold for _, check in cells if check.unit.endswith("p-value") and check.passed is not None
    )
    if failed and by_chance:
        words += f"; about {by_chance:.1f} would by chance, and cells of one shock fail together"
    return dg.AssetCheckResult(
        check_name=name,
        passed=not failed,
        severity=dg.AssetCheckSeverity.WARN,
        description=words,
        metadata={"cells": len(cells), "failed": len(failed), "which": "\n".join(failed) or "none"},
    )


def log(
    registry: "Registry",
    aligned: "EffectPanel",
    answered: "CausalAnswers",
    frame: "pd.DataFrame",
    config: EffectsConfig,
    provenance: "Provenance",
    figures: "dict[str, Figure]",
) -> "LoggedModel":
    """One run for the grid: cells as a table, and econml's LinearDML of the headline cell as a model."""
    labels = frame["label"].value_counts()
    with registry.run("causal_effects", provenance) as run:
        run.log(
            metrics={f"cells_{name.replace(' ', '_')}": float(count) for name, count in labels.items()},
            params=config.model_dump(),
            figures=figures,
            tables={"cells": frame, "belief": answered.belief()},
        )
        model, example, effect = linear_dml(aligned)
        return run.log_model(
            "fed_surprise_on_sp500",
            model,
            "sklearn",
            input_example=example,
            output_example=effect,
            pip_requirements=["econml>=0.17,<0.18", "scikit-learn>=1.9,<1.10"],
        )


def linear_dml(aligned: "EffectPanel") -> "tuple[Any, pd.DataFrame, np.ndarray]":
    """econml's LinearDML of the S&P 500 on the Fed surprise, effect by the state of the economy."""
    import pandas as pd
    from econml.dml import LinearDML

    from macro_assets.causal.engine.learners import make_learner
    from macro_assets.inference.folds import make_folds

    together = pd.concat(
        [aligned.outcomes["sp500"], aligned.treatments["fed_surprise"], aligned.controls], axis=1
    ).dropna()
    state = together[list(aligned.controls.columns)]
    model = LinearDML(
        model_y=make_learner("lasso"),
        model_t=make_learner("lasso"),
        cv=make_folds(len(together), count=10),
        random_state=0,
    )
    model.fit(together["sp500"].to_numpy(), together["fed_surprise"].to_numpy(), X=state.to_numpy())
    return model, state.tail(3), model.effect(state.tail(3).to_numpy())
