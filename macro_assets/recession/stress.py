"""Stress of a forecast: one family of inputs goes wrong, the rest stays.

Belongs here: the scenarios and how far they move a probability. Does not belong here: which families there are
(families.py), judging by them (evaluation/gate.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from macro_assets.recession.families import FAMILIES

Array = NDArray[np.float64]
SHIFT = 6.0
FROZEN_MONTHS = 6
KINDS = ("shift up", "shift down", "missing", "frozen")
ORDER = tuple((family.name, kind) for family in FAMILIES for kind in KINDS)

__all__ = ["FROZEN_MONTHS", "KINDS", "ORDER", "SHIFT", "Scenario", "movements", "scenarios"]


@dataclass(frozen=True)
class Scenario:
    """One family gone wrong. rows : (n, p) inputs as they would arrive."""

    family: str
    kind: str
    rows: Array


def scenarios(rows: Array, earlier: Array, names: Sequence[str], spread: Array) -> Iterator[Scenario]:
    """Each family in turn shifted by six robust standard deviations up and down, missing, and frozen for six months.

    Parameters
    ----------
    rows : (n, p) inputs of the named columns. earlier : (n, p) those of six months before.
    spread : (p,) robust standard deviation of each column in training.
    """
    for family in FAMILIES:
        inside = np.isin(names, family.columns)
        if inside.any():
            wrong = {
                "shift up": rows + SHIFT * spread,
                "shift down": rows - SHIFT * spread,
                "missing": np.full_like(rows, np.nan),
                "frozen": earlier,
            }
            for kind in KINDS:
                yield Scenario(family.name, kind, np.where(inside, wrong[kind], rows))


def movements(
    probability: Callable[[Array], Array], rows: Array, earlier: Array, names: Sequence[str], spread: Array
) -> dict[tuple[str, str], Array]:
    """Movement (n,) of the probability in each scenario, by (family, kind), in the order of `ORDER`; see `scenarios`."""
    usual = probability(rows)
    return {(one.family, one.kind): probability(one.rows) - usual for one in scenarios(rows, earlier, names, spread)}
