"""The asset `models/effect_heterogeneity`: whether effects vary by regime, state of the economy or sign of the shock.

Belongs here: the asset, its config, what it shows. Does not belong here: the search, estimators and their nulls
(macro_assets/causal).
"""

from typing import TYPE_CHECKING

import dagster as dg
import pyarrow as pa
from pydantic import Field

from macro_assets.defs.failures import in_words
from macro_assets.defs.io_manager import reads
from macro_assets.defs.models.causal import ECONML
from macro_assets.defs.publishing import Result, published, stamp
from macro_assets.defs.resources import CatalogResource, LakeResource, RegistryResource
from macro_assets.defs.versions import code_version

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from macro_assets.catalog import Catalog
    from macro_assets.causal import EffectPanel, Heterogeneity
    from macro_assets.causal.estimators import Variation
    from macro_assets.causal.heterogeneity import Cells
    from macro_assets.registry import LoggedModel, Provenance, Registry

INPUTS = ["features/causal_features", "treatments/macro_shocks", "gold/asset_returns", "models/regime_probabilities"]
DESCRIPTION = """\
Whether the effect of a shock varies: by market regime of the month before, by month (causal forest), and for strong
tightening or easing against neutral months (X-learner). Column `reported` is what to read: the regime's own effect,
and one common effect wherever a forest varies no more than forests do under one common effect. Column
`minimum_detectable` says how large a difference this sample could have found."""
"""What the reader of the UI is told."""


class HeterogeneityConfig(dg.Config):
    """Which cells are searched for variation."""

    shock: str = Field(
        default="fed_surprise", description="Shock; the first T1 or T2 shock stands in when it is absent."
    )
    outcomes: list[str] = Field(default=["sp500", "tlt", "gld", "us10y"], description="Outcomes of the regime effects.")
    forest_outcome: str = Field(
        default="sp500", description="Outcome of the causal forest and of the X-learner; the first one stands in."
    )
    preset: str = Field(default="regularised", description="Forest preset: regularised, or seed (source document).")
    null_draws: int = Field(default=19, ge=19, description="Forests grown under one common effect.")
    bootstrap_draws: int = Field(default=99, ge=19, description="Block-bootstrap refits of the X-learner.")
    seed: int = Field(default=0, description="Seed of forests and draws.")

    def cells(self, panel: "EffectPanel", catalog: "Catalog") -> "Cells":
        """The cells asked for whose history is long enough."""
        from macro_assets.causal.heterogeneity import cells_to_search

        return cells_to_search(
            panel, catalog, shock=self.shock, outcomes=self.outcomes, headline_outcome=self.forest_outcome
        )

    def estimators(self) -> "tuple[Variation, ...]":
        """The estimators, with the effort asked for."""
        from macro_assets.causal.estimators import variation_estimators

        return variation_estimators(
            preset=self.preset, null_draws=self.null_draws, bootstrap_draws=self.bootstrap_draws
        )


@dg.asset(
    key_prefix="models",
    group_name="models",
    kinds={"econml", "mlflow", "deltalake"},
    description=DESCRIPTION,
    code_version=code_version(__name__),
    pool="training",
    dagster_type=pa.Table,
    ins=reads(
        "features/causal_features", "treatments/macro_shocks", "gold/asset_returns", "models/regime_probabilities"
    ),
)
@in_words
def effect_heterogeneity(
    context: dg.AssetExecutionContext,
    config: HeterogeneityConfig,
    causal_features: pa.Table,
    macro_shocks: pa.Table,
    asset_returns: pa.Table,
    regime_probabilities: pa.Table,
    catalog: CatalogResource,
    lake: LakeResource,
    registry: RegistryResource,
) -> Result:
    """Align, search, log, describe."""
    from macro_assets.causal import EffectSettings, effect_panel, search_variation
    from macro_assets.causal.variation.states import known_before

    entries = catalog.get()
    panel = effect_panel(asset_returns, macro_shocks, causal_features, entries)
    found = search_variation(
        panel,
        known_before(regime_probabilities),
        config.cells(panel, entries),
        estimators=config.estimators(),
        settings=EffectSettings(seed=config.seed),
    )
    context.log.info(found.summary())
    figures = {"by_regime": found.regimes[0].figure(), "by_state": found.forests[0].figure()}
    models = log(registry.get(), found, config, stamp(lake.get(), found.as_of.date(), INPUTS), figures)
    return dg.MaterializeResult(
        value=found.to_table(),
        metadata=published(
            numbers=numbers(found),
            words={"in_words": found.summary(), **found.absences()},
            figures=figures,
            models=models,
        ),
    )


def numbers(found: "Heterogeneity") -> dict[str, float]:
    """What a person would plot over time."""
    forest = found.forests[0]
    return {
        "forest_p_value": forest.heterogeneity_p_value,
        "constant_effect": forest.constant,
        "regimes_that_differ": sum(one.differs for one in found.regimes),
    }


def log(
    registry: "Registry",
    found: "Heterogeneity",
    config: HeterogeneityConfig,
    provenance: "Provenance",
    figures: "dict[str, Figure]",
) -> "list[LoggedModel]":
    """One run for the search: its table, the forest, and the X-learner of every identified arm."""
    with registry.run("effect_heterogeneity", provenance) as run:
        run.log(
            params=config.model_dump(), figures=figures, metrics=numbers(found), tables={"effects": found.to_frame()}
        )
        return [
            run.log_model(
                name, model, "sklearn", input_example=example, output_example=model.effect(example.to_numpy()),
                pip_requirements=ECONML,
            )
            for name, model, example in found.models()
        ]  # fmt: skip
