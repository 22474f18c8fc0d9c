"""A simulated economy with known effects: decades of macro series, prices, vintages and the truth behind them.

Belongs here: the model and its publication. Does not belong here: serving it (the sandbox), estimating it.
`simulate` makes an archive the sandbox can serve; `simulate_monthly` the bare monthly panel, for Monte Carlo.
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "DEFAULT": "parameters",
    "EconomyParameters": "parameters",
    "SimulatedEconomy": "simulation",
    "Truth": "truth",
    "economy_at_a_glance": "plots",
    "MonthlyPanel": "panel",
    "simulate": "simulation",
    "simulate_monthly": "panel",
    "simulate_monthly_many": "panel",
}

__all__ = [
    "DEFAULT",
    "EconomyParameters",
    "MonthlyPanel",
    "SimulatedEconomy",
    "Truth",
    "economy_at_a_glance",
    "simulate",
    "simulate_monthly",
    "simulate_monthly_many",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
