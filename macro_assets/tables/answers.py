"""What the models answer: regimes, recession probabilities and impacts, and what they would have answered.

Belongs here: declarations of tabular answers that people, the API and later assets read. Does not belong here:
effects (`effects.py`), the models themselves (MLflow) and their inputs (`features.py`).
"""

from __future__ import annotations

import pyarrow as pa

from macro_assets.tables.regimes import REGIME_PROBABILITIES, REGIME_VALIDATION
from macro_assets.tables.spec import BOOL, DATE, F64, I32, STRING, TRAINED_THROUGH, TableSpec, column, in_unit, replaced
from macro_assets.tables.units import OUTCOME_UNITS, TARGET_UNITS

RECESSION_PROBABILITIES = replaced(
    "models/recession_probabilities",
    "Probability of a recession by each of today's models on the newest as-of date; what was forecast on earlier "
    "days stands in evaluation/recession_walk_forward_*.",
    key=("target", "model", "as_of"),
    columns=[
        column("as_of", DATE, "Day of the view"),
        column(
            "target",
            STRING,
            "recession_within_6m at month ends, recession_within_2q at quarter ends",
            allowed=("recession_within_6m", "recession_within_2q"),
        ),
        column("model", STRING, "Name of the candidate"),
        column("probability", F64, "Probability of the target", unit="probability"),
        column("trained_through", DATE, "Last month whose label was in the training set"),
    ],
)


def _end(side: str, level: int, of: str = "the impact") -> pa.Field:
    """One end of an interval."""
    text = f"{side.capitalize()} end of the {level} percent interval of {of}; null where past errors are too few for it"
    return in_unit(f"{side}_{level}", text, nullable=True)


RECESSION_IMPACTS = replaced(
    "models/recession_impacts",
    "Changes over two quarters of jobs, markets and output, with intervals mixed of past errors by the probability of "
    "recession; the historical mean and the words no skill where no method beat it out of sample.",
    key=("target", "as_of"),
    columns=[
        column("as_of", DATE, "Day of the view"),
        column("target", STRING, "Impact target, with its unit"),
        in_unit("value", "Forecast change; the historical mean where there is no skill"),
        column("unit", STRING, "Unit of value", allowed=TARGET_UNITS),
        *(_end(side, level) for level in (80, 90) for side in ("lower", "upper")),
        *(
            column(
                f"rule_{level}",
                STRING,
                f"How the {level} percent interval was made: two tails of their own, absolute errors, or not attainable",
                allowed=("two tails", "absolute errors", "not attainable"),
            )
            for level in (80, 90)
        ),
        column("errors", I32, "Number of past errors that the weighted samples amount to", unit="count"),
        column("widest_level", F64, "Largest level that these errors support", unit="share"),
        column(
            "skill",
            BOOL,
            "Whether past out-of-sample errors were smaller than the historical mean's, whichever quarter is left out",
        ),
        column(
            "probability", F64, "Probability of recession that weighs errors with and without one", unit="probability"
        ),
        column(
            "joint_limit",
            F64,
            "Fall of the index in the joint event; null for other targets",
            unit="percent",
            nullable=True,
        ),
        column(
            "joint_probability",
            F64,
            "Probability of a recession together with a change at or below joint_limit: middle of its bounds",
            unit="probability",
            nullable=True,
        ),
        *(
            column(
                f"joint_{side}",
                F64,
                f"The {word} that finitely many recessions allow",
                unit="probability",
                nullable=True,
            )
            for side, word in (("low", "least"), ("high", "most"))
        ),
        column("method", STRING, "Regressor that was chosen, or no skill"),
        column(TRAINED_THROUGH, DATE, "Last as-of date among the training rows; never after as_of"),
    ],
)


PREDICTIVE_SPREAD = replaced(
    "models/predictive_spread",
    "Intervals of the next month's return or change of every outcome, by the network where it beat its rival, else by "
    "quantiles scaled with recent volatility; and where today's spread stands in its own history.",
    key=("outcome", "as_of"),
    columns=[
        column("as_of", DATE, "Month end from which the next month is forecast"),
        column("outcome", STRING, "Outcome of the catalogue, e.g. sp500"),
        column("unit", STRING, "Unit of the ends and of volatility", allowed=OUTCOME_UNITS),
        column(
            "method",
            STRING,
            "What is served: network, or ewma where the network did not win",
            allowed=("network", "ewma"),
        ),
        *(_end(side, level, of="the next month's change") for level in (80, 90) for side in ("lower", "upper")),
        in_unit(
            "volatility",
            "Standard deviation of a month's change by exponentially weighted daily changes known at as_of",
        ),
        column("errors", I32, "Past errors out of sample that the intervals rest on", unit="count"),
        column("widest_level", F64, "Largest level that these errors support", unit="share"),
        column("rank", F64, "Share of the outcome's earlier months with a narrower 90 percent interval", unit="share"),
        column("level", STRING, "The rank in words: lower, middle or upper third", allowed=("low", "medium", "high")),
        column(TRAINED_THROUGH, DATE, "Last month end whose next month taught the method; before as_of"),
    ],
)


def _walk_forward(frequency: str, period: str) -> TableSpec:
    return replaced(
        f"evaluation/recession_walk_forward_{frequency}",
        f"Forecasts of every candidate at each {period} end, each trained on what was known by then.",
        key=("mode", "candidate", "as_of"),
        columns=[
            column("as_of", DATE, "Origin of the forecast"),
            column("frequency", STRING, "M monthly, Q quarterly", allowed=("M", "Q")),
            column(
                "mode",
                STRING,
                "vintage = values as known then; revised = newest values with publication lags",
                allowed=("vintage", "revised"),
            ),
            column("candidate", STRING, "Name of the candidate"),
            column("probability", F64, "Probability of the target", unit="probability"),
            column("threshold", F64, "Alarm threshold fixed in training", unit="probability"),
            column("refit", DATE, "Day whose knowledge the model was trained on"),
            column("trained_through", DATE, "Last as-of date among the training rows"),
            column("training_rows", I32, "Training rows", unit="count"),
            column("training_events", I32, "Training rows with a recession ahead", unit="count"),
            column(
                "leverage",
                F64,
                "Ridge Mahalanobis distance of the monthly columns over its mean in training; 1 is a usual month",
                unit="times training",
            ),
            column(
                "stress_worst",
                F64,
                "Largest movement of the probability when one family of columns is shifted by six robust standard "
                "deviations, missing, or frozen for six months; null for candidates on other columns",
                unit="probability",
                nullable=True,
            ),
        ],
    )


WALK_FORWARD_MONTHLY = _walk_forward("monthly", "month")
WALK_FORWARD_QUARTERLY = _walk_forward("quarterly", "quarter")

ANSWERS = (
    REGIME_PROBABILITIES, REGIME_VALIDATION, RECESSION_PROBABILITIES, RECESSION_IMPACTS, PREDICTIVE_SPREAD,
    WALK_FORWARD_MONTHLY, WALK_FORWARD_QUARTERLY,
)  # fmt: skip
