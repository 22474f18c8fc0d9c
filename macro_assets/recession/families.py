"""Families of columns that move together, each with one vote; and the designs among which a training window chooses.

Belongs here: the declarations, written before any of them was scored. Does not belong here: votes (votes.py), the choice
(nested.py).
"""

from __future__ import annotations

from dataclasses import dataclass

from macro_assets.signals.recession import monthly_spec
from macro_assets.signals.recession.monthly_spec import CLASSIC, MonthlyFeature

HORIZON_MONTHS = 6
PROBITS = (("term_spread",), ("term_spread", "term_spread_lag_6m"))

__all__ = ["DESIGNS", "FAMILIES", "HORIZON_MONTHS", "PROBITS", "Design", "Family", "family_of"]


@dataclass(frozen=True)
class Family:
    """Columns with one vote.

    Attributes
    ----------
    columns : logit of these. probits : columns of each textbook probit that shares the vote.
    """

    name: str
    columns: tuple[str, ...]
    probits: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Design:
    """What a vote may read, and how far it may go.

    Attributes
    ----------
    name : for tables. families : one vote each. clip : largest distance of a vote from the base rate, in log-odds.
    """

    name: str
    families: tuple[Family, ...]
    clip: float


def _names(features: tuple[MonthlyFeature, ...]) -> tuple[str, ...]:
    return tuple(feature.name for feature in features)


FAMILIES = (
    Family("curve and policy", _names(monthly_spec.RATES), PROBITS),
    Family("credit and equity", _names(monthly_spec.CREDIT_AND_EQUITY)),
    Family("labour", _names(monthly_spec.LABOUR)),
    Family("activity and housing", _names(monthly_spec.ACTIVITY)),
    Family("money and prices", _names(monthly_spec.MONEY_AND_PRICES)),
)


def _reduced(kept: tuple[str, ...]) -> tuple[Family, ...]:
    return tuple(Family(one.name, tuple(name for name in one.columns if name in kept), one.probits) for one in FAMILIES)


# A change over a span longer than the horizon still holds the recession that ended: it answers late in a recovery. The
# curve leads by a year and keeps its lags.
_FRESH = tuple(
    feature.name
    for feature in monthly_spec.FEATURES
    if feature.months <= HORIZON_MONTHS or feature in monthly_spec.RATES
)
# The components of the Conference Board's Leading Economic Index that are among the inputs, with money and loans.
_LEADING_SOURCES = ("initial_claims", "weekly_hours", "building_permits", "housing_starts", "consumer_sentiment", "real_money",
                    "business_loans")  # fmt: skip
_LEADING = tuple(
    feature.name
    for feature in monthly_spec.FEATURES
    if feature.source in _LEADING_SOURCES or feature in monthly_spec.RATES + monthly_spec.CREDIT_AND_EQUITY
)
_SETS = {
    "all": FAMILIES,
    "fresh": _reduced(_FRESH),
    "leading": _reduced(_LEADING),
    "classic": _reduced(CLASSIC),
}
# Everything first, as far as a vote may go: it stays unless another design is clearly better (nested.py).
DESIGNS = tuple(Design(f"{name} {clip}", families, clip) for name, families in _SETS.items() for clip in (2.0, 1.5))


def family_of(column: str) -> str:
    """Name of the family of a monthly column."""
    return next(family.name for family in FAMILIES if column in family.columns)
