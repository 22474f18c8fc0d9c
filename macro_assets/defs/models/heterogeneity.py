"""Whether effects vary: by regime, by the state of the economy, by the sign of the shock; each beside a constant effect.

Belongs here: the asset, its config, what it shows. Does not belong here: estimators and their nulls (macro_assets/causal).
Variation is reported only where it beats a forest grown under one common effect, and never without its power.
"""

from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
from dagster import AssetIn
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.metadata import code_version, counts, markdown, picture
from macro_assets.defs.publishing import published, stamp
from macro_assets.defs.resources import CatalogResource, LakeResource, RegistryResource
from macro_assets.errors import InvalidInputError

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.causal.engine.panel import EffectPanel

INPUTS = ["features/causal_features", "treatments/macro_shocks", "gold/asset_returns", "models/regime_probabilities"]
ECONML = ["econml>=0.17,<0.18", "scikit-learn>=1.9,<1.10"]


class HeterogeneityConfig(dg.Config):
    """Which cells are searched for variation."""

    shock: str = Field(default="fed_surprise", description="Treatment.")
    outcomes: list[str] = Field(default=["sp500", "tlt", "gld", "us10y"], description="Outcomes of the regime effects.")
    forest_outcome: str = Field(default="sp500", description="Outcome of the causal forest and of the X-learner.")
    preset: str = Field(default="regularised", description="Forest preset: regularised, or seed (source document).")
    null_draws: int = Field(default=19, ge=19, description="Forests grown under one common effect.")
    bootstrap_draws: int = Field(default=99, ge=19, description="Block-bootstrap refits of the X-learner.")
    seed: int = Field(default=0, description="Seed of forests and draws.")


@dg.asset(
    key_prefix="models",
    group_name="models",
    kinds={"econml", "mlflow"},
    description=__doc__,
    code_version=code_version(__name__),
    pool="training",
    deps=[dg.AssetKey(["models", "regime_classifier"])],
    ins={
        "causal_features": AssetIn(["features", "causal_features"]),
        "macro_shocks": AssetIn(["treatments", "macro_shocks"]),
        "asset_returns": AssetIn(["gold", "asset_returns"]),
    },
)
@in_words
def effect_heterogeneity(
    context: dg.AssetExecutionContext,
    config: HeterogeneityConfig,
    causal_features: pa.Table,
    macro_shocks: pa.Table,
    asset_returns: pa.Table,
    catalog: CatalogResource,
    lake: LakeResource,
    registry: RegistryResource,
) -> dg.MaterializeResult:
    import matplotlib.pyplot as plt
    import pandas as pd

    from macro_assets.causal import forest_effects, x_learner_contrast
    from macro_assets.causal.engine.panel import effect_panel

    store = lake.get()
    panel = effect_panel(asset_returns, macro_shocks, causal_features)
    outcomes = searched(config.outcomes, panel, catalog.get())
    regimes = [by_regime(panel, config.shock, outcome, store.read("models/regime_probabilities"))
               for outcome in outcomes]  # fmt: skip
    y, t, w = panel.pair(config.forest_outcome, config.shock)
    forest = forest_effects(y, t, w, preset=config.preset, null_draws=config.null_draws, seed=config.seed)
    arms = [x_learner_contrast(y, t, w, arm=arm, draws=config.bootstrap_draws, seed=config.seed)
            for arm in ("tightening", "easing")]  # fmt: skip
    words = "\n\n".join([*(r.summary() for r in regimes), forest.summary(), *(a.summary() for a in arms)])
    context.log.info(words)
    figures = {}
    for name, drawn in (("regimes", regimes[0]), ("forest", forest)):
        figures[name], axes = plt.subplots(figsize=(7, 3.4))
        drawn.plot(axes)
    with registry.get().run("effect_heterogeneity", stamp(store, y.index[-1].date(), INPUTS)) as run:
        run.log(params=config.model_dump(), figures=figures, metrics={"forest_p_value": forest.heterogeneity_p_value},
                tables={"regimes": pd.concat([r.to_frame() for r in regimes]),
                        "arms": pd.concat([a.to_frame() for a in arms])})  # fmt: skip
        logged = [run.log_model("causal_forest", forest.model, "sklearn", input_example=w.tail(3),
                                output_example=forest.model.effect(w.tail(3).to_numpy()), pip_requirements=ECONML)]  # fmt: skip
        logged += [run.log_model(f"x_learner_{a.arm}", a.model, "sklearn", input_example=w.tail(3),
                                 output_example=forest.effects.tail(3), pip_requirements=ECONML)
                   for a in arms if a.identified]  # fmt: skip
    return dg.MaterializeResult(
        metadata=counts({"forest_p_value": forest.heterogeneity_p_value, "constant_effect": forest.constant,
                         "regimes_that_differ": sum(r.differs for r in regimes)})
        | {"regimes": markdown(pd.concat([r.to_frame() for r in regimes])), "by_regime": picture(figures["regimes"]),
           "by_state": picture(figures["forest"]), "in_words": words, **published(models=logged),
           "without_enough_months": ", ".join(name for name in config.outcomes if name not in outcomes) or "none"},
    )  # fmt: skip


def searched(wanted: list[str], panel: "EffectPanel", catalog: "Catalog") -> list[str]:
    """Those of the wanted outcomes whose history is long enough by now.

    Raises
    ------
    InvalidInputError : the catalogue knows no such outcome, or the history of none is long enough.
    """
    unknown = sorted(set(wanted) - set(catalog.outcomes))
    if unknown:
        raise InvalidInputError(
            f"There is no outcome {', '.join(unknown)}.", remedy=f"Choose among {', '.join(catalog.outcomes)}."
        )
    found = [name for name in wanted if name in panel.outcomes]
    if not found:
        raise InvalidInputError(
            f"Too few months are known of {', '.join(wanted) or 'no outcome'}.",
            remedy=f"Long enough are {', '.join(map(str, panel.outcomes))}.",
        )
    return found


def by_regime(panel: "EffectPanel", shock: str, outcome: str, probabilities: pa.Table) -> Any:
    """Effects by the filtered regime of the month before, on the months for which it is known."""
    import pandas as pd
    import pyarrow.compute as pc

    from macro_assets.causal import regime_effects
    from macro_assets.vintage.frames import wide

    filtered = probabilities.filter(pc.equal(probabilities["model"], "filter"))
    known = wide(filtered, values="probability", columns="regime").dropna()
    known.index = known.index + pd.offsets.MonthEnd(1)
    y, t, w = panel.pair(outcome, shock)
    months = y.index.intersection(known.index)
    units = (y.attrs, t.attrs)
    y, t = y.loc[months], t.loc[months]
    y.attrs, t.attrs = units
    return regime_effects(y, t, w.loc[months], known.loc[months])
