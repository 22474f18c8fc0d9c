"""Resources: the doors from the shell to settings, catalogue, providers, lake and model registry.

Belongs here: building the floors below from the environment, at run time and not before, so that the definitions
load without network, key or data. Does not belong here: any work with what is built.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import dagster as dg

from macro_assets.settings import get_settings
from macro_assets.sources.provider import Provider
from macro_assets.sources.providers import PROVIDERS

if TYPE_CHECKING:
    from macro_assets.catalog import Catalog
    from macro_assets.lake import Lake
    from macro_assets.registry import Registry

    _Resource = dg.ConfigurableResource[Any]
else:
    _Resource = dg.ConfigurableResource


class ClockResource(_Resource):
    """Today: the wall clock in New York, or the simulated one: of the sandbox, or `MACRO_TODAY`."""

    def today(self) -> date:
        return get_settings().current_day()

    def now(self) -> datetime:
        """The instant in UTC: of the wall clock, or on the simulated day."""
        return get_settings().current_instant()


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


class ProviderResource(_Resource):
    """The adapter of one provider at the address of its setting."""

    provider: str

    def get(self) -> Any:
        """The adapter as the settings have it."""
        return self._declared.open(get_settings())

    def at_once(self, seconds: float) -> Any:
        """The adapter that asks once and waits briefly, for sensors: a tick has a minute, and the next one comes anyway."""
        settings = get_settings()
        seconds = min(seconds, settings.http_timeout_seconds)
        limits = {"http_retries": 0, "http_timeout_seconds": seconds, "http_request_seconds": seconds}
        return self._declared.open(settings.model_copy(update=limits | {"http_load_seconds": 2 * seconds}))

    @property
    def _declared(self) -> Provider[Any]:
        return next(declared for declared in PROVIDERS if declared.name == self.provider)


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
        **{provider.name: ProviderResource(provider=provider.name) for provider in PROVIDERS},
        "registry": RegistryResource(),
        "io_manager": LakeIOManager(),
    }
