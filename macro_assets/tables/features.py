"""Tables around the models: features, treatments, targets, and what models and evaluations publish.

Belongs here: declarations of model inputs and tabular model outputs; a room that publishes a new table adds it
here. Does not belong here: the models themselves, which live in MLflow.
"""

from __future__ import annotations

from macro_assets.tables.effect_columns import TIER_STATED_BY
from macro_assets.tables.spec import DATE, F64, STRING, TableSpec, column, in_unit, replaced
from macro_assets.tables.units import TARGET_UNITS


def _features(name: str, description: str) -> TableSpec:
    return replaced(
        name,
        description,
        key=("as_of", "feature"),
        columns=[
            column("as_of", DATE, "Day of the view the feature was computed from"),
            column("feature", STRING, "Feature name"),
            in_unit("value", "Feature value"),
            column("unit", STRING, "Unit of value", listed_in="the feature's declaration in signals/"),
            column("known_at", DATE, "Latest day of knowledge among its inputs; never after as_of"),
        ],
    )


CAUSAL_FEATURES = _features(
    "features/causal_features", "Controls and effect modifiers of the causal room at each month end."
)
RECESSION_FEATURES = _features("features/recession_features", "Features of the recession room at each quarter end.")
RECESSION_FEATURES_MONTHLY = _features(
    "features/recession_features_monthly", "Features of the recession room at each month end."
)

RECESSION_FEATURES_REVISED = _features(
    "features/recession_features_revised",
    "The quarterly features from the newest values with true publication lags: right days, later digits.",
)
RECESSION_FEATURES_MONTHLY_REVISED = _features(
    "features/recession_features_monthly_revised",
    "The monthly features from the newest values with true publication lags: right days, later digits.",
)

MACRO_SHOCKS = replaced(
    "treatments/macro_shocks",
    "Macroeconomic shocks by the month in which they became known, with their identification tier.",
    key=("month", "shock"),
    date="month",
    columns=[
        column("month", DATE, "Last day of the month in which the shock became known"),
        column("shock", STRING, "Shock name from the catalogue, e.g. fed_surprise"),
        in_unit("value", "Size of the shock"),
        column("unit", STRING, "Unit of value", listed_in="shocks.yaml"),
        column(
            "tier",
            STRING,
            "T1 high-frequency surprise, T2 published external shock, T3 statistical innovation, T4 raw change",
            allowed=("T1", "T2", "T3", "T4"),
        ),
        TIER_STATED_BY,
        column("known_at", DATE, "Day on which the shock was known"),
    ],
)

RECESSION_TARGETS = replaced(
    "targets/recession_targets",
    "NBER recession labels, and changes of jobs, markets and output over two quarters, by period; each with "
    "the day from which it is known.",
    key=("frequency", "target", "period"),
    date="period",
    columns=[
        column("frequency", STRING, "M monthly, Q quarterly", allowed=("M", "Q")),
        column("period", DATE, "Last day of the period of the origin"),
        column("target", STRING, "Target name, e.g. recession_within_2q, sp500_change_pct"),
        in_unit("value", "Label or change; null while it is not known", nullable=True),
        column("unit", STRING, "Unit of value; a label is 1 in a recession", allowed=TARGET_UNITS),
        column("known_at", DATE, "Day from which the value is known", nullable=True),
        column("known_by", STRING, "Rule by which it is known; empty while it is not"),
        column(
            "volatility",
            F64,
            "Volatility of the index over the last 63 daily closes known on the origin; null for other targets",
            unit="percent a year",
            nullable=True,
        ),
    ],
)

MODELS = (
    CAUSAL_FEATURES,
    RECESSION_FEATURES,
    RECESSION_FEATURES_MONTHLY,
    RECESSION_FEATURES_REVISED,
    RECESSION_FEATURES_MONTHLY_REVISED,
    MACRO_SHOCKS,
    RECESSION_TARGETS,
)
