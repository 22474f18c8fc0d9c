"""What a macro shock does to an asset, and why to believe it: estimators, placebos and typed results.

Belongs here: pure functions over pandas and numpy. Does not belong here: Dagster, the lake, data sources.
Everything is imported on first use, so the package loads without pandas or econml.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "BeliefReport": "belief",
    "ContrastEffects": "contrast",
    "EffectEstimate": "results",
    "EffectGrid": "results",
    "ForestEffects": "forest",
    "RegimeEffects": "by_regime",
    "belief_grid": "belief",
    "belief_report": "belief",
    "belief_table": "belief",
    "estimate_effect": "effects",
    "estimate_grid": "grid",
    "event_study": "events",
    "forest_effects": "forest",
    "regime_effects": "by_regime",
    "x_learner_contrast": "contrast",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
