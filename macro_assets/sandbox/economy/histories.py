"""Monthly histories: the whole structural model run for one seed or many.

Belongs here: wiring phases, noise, macro block and markets, and cutting the burn-in. Does not belong here: equations
(structure.py, markets.py), panels for estimation (panel.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np

from macro_assets.sandbox.economy.calendar import month_starts
from macro_assets.sandbox.economy.markets import MARKET_NOISE, MarketPaths, known_news, simulate_markets
from macro_assets.sandbox.economy.noise import normals, stream
from macro_assets.sandbox.economy.parameters import DEFAULT, EconomyParameters
from macro_assets.sandbox.economy.regimes import simulate_phases
from macro_assets.sandbox.economy.structure import MACRO_NOISE, MacroPaths, simulate_macro

__all__ = ["Histories", "simulate_histories"]


@dataclass(frozen=True)
class Histories:
    """Monthly paths of one or more seeds, burn-in removed.

    `months` holds the first day of each month; every path is (months, seeds). `news` are the shocks dated by the
    month in which they became known.
    """

    months: np.ndarray
    macro: MacroPaths
    markets: MarketPaths
    news: dict[str, np.ndarray]

    @property
    def rate_change_pp(self) -> np.ndarray:
        """Change of the policy rate within each month."""
        rate = self.macro.policy_rate_pct
        return np.diff(rate, axis=0, prepend=rate[:1])


def simulate_histories(
    seeds: Sequence[int],
    months: int,
    *,
    start: date = date(1970, 1, 1),
    parameters: EconomyParameters = DEFAULT,
) -> Histories:
    """Run the structural model for each seed. The first n months do not depend on `months`."""
    total = months + parameters.burn_in_months
    calendar_month = (start.month - 1 + np.arange(total) - parameters.burn_in_months) % 12 + 1
    noise = normals(seeds, MACRO_NOISE + MARKET_NOISE, total)
    uniforms = np.column_stack([stream(seed, "phase").random(total) for seed in seeds])
    macro = simulate_macro(simulate_phases(uniforms, parameters), noise, calendar_month, parameters)
    markets = simulate_markets(macro, noise, parameters)
    burn = parameters.burn_in_months
    return Histories(
        months=month_starts(start, months),
        macro=_cut(macro, burn),
        markets=_cut(markets, burn),
        news={name: path[burn:] for name, path in known_news(macro).items()},
    )


def _cut(paths: Any, burn: int) -> Any:
    def tail(value: Any) -> Any:
        return {key: item[burn:] for key, item in value.items()} if isinstance(value, Mapping) else value[burn:]

    return type(paths)(**{field.name: tail(getattr(paths, field.name)) for field in fields(paths)})
