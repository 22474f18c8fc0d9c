"""The fixed rule that names the states of a hidden Markov model.

Belongs here: the naming rule. Does not belong here: estimation. Outcome returns never take part in naming: splitting
effects by a regime that was named by returns would select on the outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from macro_assets.errors import InvalidInputError
from macro_assets.tables.regimes import REGIMES

__all__ = ["ORIENTATION", "name_states"]

VOLATILITY = "log_volatility_3m"

ORIENTATION: Mapping[str, float] = {
    "activity": 1.0,
    "credit_gap": -1.0,
    "log_volatility_3m": -1.0,
    "log_volatility_6m": -1.0,
}
"""Sign of each feature in the score of good times: +1 where high values are good, -1 where low ones are."""


def name_states(
    means: np.ndarray, columns: Sequence[str], orientation: Mapping[str, float] = ORIENTATION
) -> tuple[str, ...]:
    """Name of each state by its training means: worst score = recession, of the others the quieter = calm expansion.

    Parameters
    ----------
    means : (3, features) means of the states in training standard deviations.
    columns : feature names; those without an orientation do not count.
    orientation : sign of each feature in the score.

    Returns
    -------
    Three names, in the order of the states.

    Raises
    ------
    InvalidInputError : not three states, or no feature has an orientation.
    """
    weights = np.array([orientation.get(name, 0.0) for name in columns])
    if len(means) != len(REGIMES):
        raise InvalidInputError(f"{len(means)} states cannot take {len(REGIMES)} names.", remedy="Fit three states.")
    if not weights.any():
        raise InvalidInputError(
            f"None of the features {list(columns)} has an orientation, so the states cannot be named.",
            remedy=f"Use some of {list(orientation)}, or pass an orientation.",
        )
    score = (means * weights).sum(axis=1)
    recession = int(score.argmin())
    others = [state for state in range(len(REGIMES)) if state != recession]
    # The calm one is calm by its volatility; by its score only where no feature measures volatility.
    calm = means[:, list(columns).index(VOLATILITY)] if VOLATILITY in columns else -score
    quiet = min(others, key=lambda state: (calm[state], state))
    return tuple(
        REGIMES[0] if state == recession else REGIMES[1] if state == quiet else REGIMES[2] for state in range(3)
    )
