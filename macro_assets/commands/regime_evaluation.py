"""`macro-assets evaluate regimes`: the two factors beside their rivals on a home's own tables.

Belongs here: reading the tables. Does not belong here: what is measured (regimes/validation.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from macro_assets.regimes import RegimeValidation

NARROW = {
    "model": "model", "balanced_accuracy": "accuracy", "mean_duration_months": "months", "switches_per_decade": "switches",
    "revision_rate": "revised", "detection_lag_days": "lag", "density_gain": "density",
}  # fmt: skip


def run() -> RegimeValidation:
    """Publish every rival's labels and score them.

    Raises
    ------
    TableNotFoundError : the tables were never built.
    """
    from macro_assets.recession import nowcast_history
    from macro_assets.regimes import validate_regimes

    lake = Lake.from_settings(get_settings())
    nowcast = nowcast_history(lake.read("features/recession_features_monthly"), lake.read("targets/recession_targets"))
    return validate_regimes(lake.read("gold/monthly_cube"), lake.read("silver/prices"), nowcast)


def narrow(found: RegimeValidation) -> list[dict[str, Any]]:
    """The table in 80 columns; what a model does not have is empty."""
    rows = found.to_frame()[list(NARROW)].rename(columns=NARROW).to_dict("records")
    return [{name: _shown(value) for name, value in row.items()} for row in rows]


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None or value != value else f"{value:.0f}" if abs(value) >= 10 else f"{value:.3f}"
