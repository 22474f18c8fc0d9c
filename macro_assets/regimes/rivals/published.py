"""What every rival answers: labels as published, and what its newest fit would call the same months.

Belongs here: the type, and the months of refits. Does not belong here: rivals themselves, scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from macro_assets.errors import InvalidInputError

__all__ = ["Published", "refit_rows"]


@dataclass(frozen=True)
class Published:
    """Labels by month, in time order.

    Attributes
    ----------
    labels : regime of each month by the fit that was current then. newest : by the newest fit, of at least these months.
    """

    labels: pd.Series
    newest: pd.Series


def refit_rows(months: pd.DatetimeIndex, refit_month: int, minimum: int) -> list[int]:
    """Positions of the fits: the month with which there are `minimum`, then every month of that name.

    Raises
    ------
    InvalidInputError : fewer months.
    """
    if len(months) < minimum:
        raise InvalidInputError(
            f"{len(months)} complete months; labels need {minimum}.",
            remedy="Load more history, or lower minimum_months.",
        )
    first = minimum - 1
    return [first, *(row for row in range(first + 1, len(months)) if months[row].month == refit_month)]
