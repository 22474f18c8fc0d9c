"""Ground truth: how well the engine covers, beside an oracle and other people's estimators.

Belongs here: simulations, benchmarks and their pass rules. Does not belong here: estimators of the product.
"""

from importlib import import_module
from typing import Any

_HOMES = {"FULL": "run", "QUICK": "run", "Plan": "run", "ValidationReport": "run", "run_validation": "run"}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
