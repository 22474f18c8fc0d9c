"""The three regimes, in the order in which they are named everywhere: stress, calm, in between.

Belongs here: names. Does not belong here: the rules that give them (factors.py).
"""

from macro_assets.tables.regimes import REGIMES

__all__ = ["REGIMES"]
