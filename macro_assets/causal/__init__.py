"""What a macro shock does to an asset, and why to believe it: estimators, placebos and typed results.

Belongs here: pure functions over pandas and numpy. Does not belong here: Dagster, the lake, data sources.
Everything is imported on first use, so the package loads without pandas or econml.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "BeliefReport": "belief.report",
    "ContrastEffects": "variation.contrast",
    "EffectEstimate": "engine.results",
    "EffectGrid": "engine.results",
    "ForestEffects": "variation.forest",
    "RegimeEffects": "variation.by_regime",
    "belief_grid": "belief.report",
    "belief_report": "belief.report",
    "belief_table": "belief.report",
    "estimate_effect": "engine.effects",
    "estimate_grid": "engine.grid",
    "event_study": "events.event_study",
    "forest_effects": "variation.forest",
    "regime_effects": "variation.by_regime",
    "x_learner_contrast": "variation.contrast",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
