"""Resources: the doors from the shell to settings, catalogue, providers, lake and model registry.

Belongs here: building the floors below from the environment, at run time and not before, so that the definitions
load without network, key or data. Does not belong here: any work with what is built.
"""

from datetime import date
from typing import TYPE_CHECKING, Any

import dagster as dg

from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.lake import Lake
    from macro_assets.registry import Registry
    from macro_assets.sources import FredSource, SurprisesSource, WorldBankSource, YahooSource

    _Resource = dg.ConfigurableResource[Any]
else:
    _Resource = dg.ConfigurableResource


class ClockResource(_Resource):
    """Today: the wall clock in New York, or `MACRO_TODAY` when time is simulated."""

    def today(self) -> date:
        return get_settings().current_day()


class CatalogResource(_Resource):
    """What exists: series, assets, indicators, releases, shocks and turning points."""

    def get(self) -> "Catalog":
        from macro_assets.catalog import load_catalog

        return load_catalog(get_settings().catalog_dir)


class LakeResource(_Resource):
    """The Delta tables under `MACRO_LAKE_URI`."""

    def get(self) -> "Lake":
        from macro_assets.lake import Lake

        return Lake.from_settings(get_settings())


class FredResource(_Resource):
    """FRED and ALFRED at `MACRO_FRED_URL`."""

    def get(self) -> "FredSource":
        from macro_assets.sources import FredSource

        return FredSource(get_settings())

    def at_once(self, seconds: float) -> "FredSource":
        """FRED asked once and with a short wait, for sensors: a tick has a minute, and the next one comes anyway."""
        from macro_assets.sources import FredSource

        settings = get_settings()
        seconds = min(seconds, settings.http_timeout_seconds)
        return FredSource(settings.model_copy(update={"http_retries": 0, "http_timeout_seconds": seconds}))


class YahooResource(_Resource):
    """Yahoo Finance, through `MACRO_YAHOO_URL` when that is set."""

    def get(self) -> "YahooSource":
        from macro_assets.sources import YahooSource

        return YahooSource(get_settings())


class WorldBankResource(_Resource):
    """World Bank indicators at `MACRO_WORLD_BANK_URL`."""

    def get(self) -> "WorldBankSource":
        from macro_assets.sources import WorldBankSource

        return WorldBankSource(get_settings())


class SurprisesResource(_Resource):
    """Published policy and oil surprises at `MACRO_SURPRISES_URL`."""

    def get(self) -> "SurprisesSource":
        from macro_assets.sources import SurprisesSource

        return SurprisesSource(get_settings())


class RegistryResource(_Resource):
    """The MLflow model registry."""

    def get(self) -> "Registry":
        from macro_assets.registry import Registry

        return Registry.from_settings(get_settings())


def resources() -> dict[str, object]:
    """Every resource by the name under which assets ask for it."""
    from macro_assets.defs.io_manager import LakeIOManager

    return {
        "clock": ClockResource(),
        "catalog": CatalogResource(),
        "lake": LakeResource(),
        "fred": FredResource(),
        "yahoo": YahooResource(),
        "world_bank": WorldBankResource(),
        "surprises": SurprisesResource(),
        "registry": RegistryResource(),
        "io_manager": LakeIOManager(),
    }
