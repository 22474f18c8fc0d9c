"""Columns that every table of effects has, declared once.

Belongs here: what an effect is of, on what, when, and how sure. Does not belong here: columns of one table.
"""

from __future__ import annotations

from macro_assets.tables.spec import F64, I16, STRING, column, in_unit

__all__ = ["HORIZON", "LOWER", "OUTCOME", "P_VALUE", "SHOCK", "SIGN", "TIER", "TIER_STATED_BY", "UPPER"]

SHOCK = column("shock", STRING, "Shock, by its name in the catalogue")
OUTCOME = column("outcome", STRING, "Outcome, by its name in the catalogue")
HORIZON = column("horizon", I16, "Months after the month of the shock; 0 = the month itself", unit="months")
LOWER = in_unit("lower", "Lower end of the 95 percent interval")
UPPER = in_unit("upper", "Upper end of the 95 percent interval")
P_VALUE = column("p_value", F64, "Two-sided p-value of a zero effect", unit="probability")
SIGN = column("sign_convention", STRING, "What a positive shock is")
TIER_STATED_BY = column(
    "tier_stated_by", STRING, "Who states the tier: the catalogue, or the user whose own file the shock is",
    allowed=("catalogue", "user"),
)  # fmt: skip
TIER = column("tier", STRING, "T1 high-frequency surprise, T2 published shock, T3 innovation, T4 raw change")
