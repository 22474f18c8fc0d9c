"""Quarterly columns as features: from a name to its unit, its words and the series it reads.

Belongs here: the declaration that a name of `spec.py` implies. Does not belong here: the grammar (spec.py), the values
(quarterly.py).
"""

from __future__ import annotations

from macro_assets.signals.recession import spec

__all__ = ["reads_of", "unit_of", "words_of"]

INPUTS = {each.name: each for each in spec.INPUTS}
RATIOS = {ratio.name: ratio for ratio in spec.RATIOS}
CHANGES = {"qoq": ", change in percent over one quarter", "yoy": ", change in percent over four quarters"}


def reads_of(column: spec.ColumnName) -> tuple[str, ...]:
    """Series of the cube that can change a column."""
    inputs = {
        "ratio": lambda: RATIOS[column.operands[0]].inputs,
        "technical": lambda: column.operands[:1],
    }.get(column.kind, lambda: column.operands)()
    return tuple(dict.fromkeys(series for name in inputs for series in INPUTS[name].reads))


def unit_of(column: spec.ColumnName) -> str:
    """Unit of a column: of its input, or what a change, a square, a product or a quotient makes of it."""
    if column.kind == "ratio":
        return RATIOS[column.operands[0]].unit
    if column.kind == "technical":
        return spec.TECHNICALS[column.operands[1]]
    if column.change != "level":
        return "percent"
    one, other = (INPUTS[name].unit for name in (column.operands[0], column.operands[-1]))
    return {
        "compound": one,
        "square": f"{one}, squared",
        "product": f"{one} times {other}",
        "quotient": "ratio" if one == other else f"{one} per {other}",
    }[column.kind]


def words_of(column: spec.ColumnName) -> str:
    """A column in one sentence."""
    one, other = (name.replace("_", " ") for name in (column.operands[0], column.operands[-1]))
    if column.kind == "compound":
        window = f"{column.statistic} over {column.window} quarters of " if column.statistic else ""
        lag = f", lagged by {column.lag} quarter{'s' * (column.lag > 1)}" if column.lag else ""
        return f"Quarterly {window}{one}{lag}{CHANGES.get(column.change, '')}."
    return {
        "ratio": f"Ratio {one}.",
        "technical": f"Technical indicator {other} of the {one}.",
        "square": f"Square of {one}.",
        "product": f"{one} times {other}.".capitalize(),
        "quotient": f"{one} over {other}.".capitalize(),
    }[column.kind]
