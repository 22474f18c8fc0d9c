"""What the models answer: effects with their intervals and labels, regimes, recession probabilities.

Belongs here: declarations of tabular answers that people, the API and later assets read. Does not belong here: the
models themselves (MLflow) and their inputs (`features.py`).
"""

from __future__ import annotations

import pyarrow as pa

from macro_assets.tables.effect_columns import (
    HORIZON,
    LOWER,
    OUTCOME,
    P_VALUE,
    SHOCK,
    SIGN,
    TIER,
    TIER_STATED_BY,
    UPPER,
)
from macro_assets.tables.spec import BOOL, DATE, F64, I32, STRING, TableSpec, column, in_unit, replaced
from macro_assets.tables.units import TARGET_UNITS

TRAINED_THROUGH = "trained_through"
"""Column of every table with `as_of`: the last month that the model behind a row was fitted on; never after `as_of`."""
REGIMES = ("recession_or_high_stress", "low_volatility_expansion", "normal")
TWO_FACTORS, ATTENTION = "two_factors", "attention"
LABELS = ("causal", "association", "not identified")
IDENTIFICATIONS = ("identified", "association", "not identified")
FINDINGS = ("effect found", "nothing found")
SPECIFICATIONS = ("stable", "fragile")
HETEROGENEITY_METHODS = ("by_regime", "causal_forest", "x_learner")

CAUSAL_EFFECTS = replaced(
    "models/causal_effects",
    "Effects of every shock on every outcome at every horizon, with interval, sample and tier, the identification of the "
    "shock, the finding of the cell, its specification, and a sentence.",
    key=("learner", "shock", "outcome", "horizon"),
    columns=[
        column("as_of", DATE, "Last month of the panel: the day whose knowledge the effect rests on"),
        column(TRAINED_THROUGH, DATE, "Last month of the panel the estimate was fitted on; never after as_of"),
        column("learner", STRING, "Nuisance learner: linear is the default engine"),
        SHOCK,
        OUTCOME,
        HORIZON,
        in_unit("point", "Outcome accumulated from the end of t-1 to the end of t+h, per unit of shock"),
        in_unit("stderr", "Standard error of point"),
        column("degrees_of_freedom", F64, "Of the Student t reference", unit="count"),
        LOWER,
        UPPER,
        in_unit("band_lower", "Lower end of the simultaneous band over horizons", nullable=True),
        in_unit("band_upper", "Upper end of the simultaneous band over horizons", nullable=True),
        P_VALUE,
        column("p_bh", F64, "Benjamini-Hochberg adjusted over the grid", unit="probability", nullable=True),
        column(
            "p_romano_wolf",
            F64,
            "Romano-Wolf step-down adjusted over the grid",
            unit="probability",
            nullable=True,
        ),
        column("n", I32, "Months used", unit="months"),
        column("sample_start", DATE, "First month of a shock used"),
        column("sample_end", DATE, "Last month of a shock used"),
        column("unit", STRING, "Unit of point", listed_in="assets.yaml, per unit of shocks.yaml"),
        SIGN,
        TIER,
        TIER_STATED_BY,
        column("identification", STRING, "Verdict on the shock in this design", allowed=IDENTIFICATIONS),
        column("identification_reason", STRING, "Why, in words"),
        column("finding", STRING, "What the cell supports, adjusted over the whole grid", allowed=FINDINGS),
        in_unit("minimum_detectable", "Smallest effect found with 80 percent power", nullable=True),
        column(
            "specification",
            STRING,
            "fragile: the estimate moves by more than a standard error with six lags, squares "
            "and trends of the controls, or without the pandemic; null where not asked",
            allowed=SPECIFICATIONS,
            nullable=True,
        ),
        column("worst_move", F64, "Largest such move, in standard errors", unit="standard errors", nullable=True),
        column("causal", BOOL, "The word may be said: the shock is identified and the cell found an effect"),
        column("in_words", STRING, "The cell in one sentence"),
        column(
            "typical_shock", F64, "One standard deviation of the shocks that are not zero", unit="unit of the shock"
        ),
        column("typical_effect", F64, "Effect of a typical shock; returns compounded, in percent", unit="typical_unit"),
        column("typical_lower", F64, "Lower end of its interval", unit="typical_unit"),
        column("typical_upper", F64, "Upper end of its interval", unit="typical_unit"),
        column(
            "per_25bp",
            F64,
            "Effect of 25 basis points, for shocks in percentage points",
            unit="typical_unit",
            nullable=True,
        ),
        column("typical_unit", STRING, "Unit of the effect of a typical shock"),
        column("interval_unreliable", BOOL, "The cell's own simulation covers less than 90 percent"),
        column(
            "expected_coverage",
            F64,
            "Coverage of the cell simulated from its own dynamics",
            unit="share",
            nullable=True,
        ),
        column("overlap", F64, "1 - R2 of the shock on controls and lags", unit="share", nullable=True),
        column("effective_n", F64, "(sum v^2)^2 / sum v^4 of the residual shock", unit="count", nullable=True),
    ],
)

EFFECT_HETEROGENEITY = replaced(
    "models/effect_heterogeneity",
    "Effects of a shock by regime, by month (causal forest) and by sign of the shock (X-learner), each with "
    "what should be read and the one effect that all states may share.",
    key=("method", "shock", "outcome", "horizon", "state"),
    columns=[
        column("as_of", DATE, "Last month of the panel: the day whose knowledge the effects rest on"),
        column(TRAINED_THROUGH, DATE, "Last month of the panel the estimate was fitted on; never after as_of"),
        column("method", STRING, "How variation was searched for", allowed=HETEROGENEITY_METHODS),
        SHOCK,
        OUTCOME,
        HORIZON,
        column("state", STRING, "Regime of the month before, month, or sign of the shock"),
        column("month", DATE, "The month, where the state is one", nullable=True),
        in_unit("effect", "Effect estimated in this state alone", nullable=True),
        in_unit("lower", "Lower end of its 95 percent interval", nullable=True),
        in_unit("upper", "Upper end of its 95 percent interval", nullable=True),
        in_unit(
            "reported",
            "Effect to be read: that of the regime; the one common effect where a forest does not "
            "vary more than chance",
            nullable=True,
        ),
        in_unit(
            "reported_lower",
            "Lower end of its 95 percent interval; null where the common effect is reported",
            nullable=True,
        ),
        in_unit("reported_upper", "Upper end of its 95 percent interval", nullable=True),
        in_unit("common_effect", "One effect for all states", nullable=True),
        column("varies", BOOL, "Whether the data support different effects; null where not tested", nullable=True),
        column("p_value", F64, "p-value of one effect for all states", unit="probability", nullable=True),
        in_unit(
            "minimum_detectable",
            "Smallest difference between states that this sample would find with 80 percent power",
            nullable=True,
        ),
        column("months", F64, "Months behind the state (sum of probabilities by regime)", unit="months"),
        column("identified", BOOL, "Whether the state has enough months to say anything"),
        column("label", STRING, "What the row may be called", allowed=LABELS),
        column("unit", STRING, "Unit of the effects", listed_in="assets.yaml, per unit of shocks.yaml"),
        SIGN,
        TIER,
        column("n", I32, "Months used", unit="months"),
        column("sample_start", DATE, "First month of a shock used"),
        column("sample_end", DATE, "Last month of a shock used"),
    ],
)

REGIME_PROBABILITIES = replaced(
    "models/regime_probabilities",
    "Probability of each market regime at each month end, with the label, by models fitted on months up to then: "
    "the two factors' as published, the network's by yearly fits that are carried forward.",
    key=("as_of", "regime", "model"),
    columns=[
        column("as_of", DATE, "Month end whose view the probability rests on"),
        column("regime", STRING, "Regime of activity and volatility", allowed=REGIMES),
        column("probability", F64, "Probability of the regime given the months up to as_of", unit="probability"),
        column(
            "label", STRING, "Regime the model calls the month; that of the two factors never changes", allowed=REGIMES
        ),
        column(
            "model",
            STRING,
            "two_factors = activity and volatility, attention = network",
            allowed=(TWO_FACTORS, ATTENTION),
        ),
        column(TRAINED_THROUGH, DATE, "Last month the model was fitted on; never after as_of"),
    ],
)

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


def _end(side: str, level: int) -> pa.Field:
    """One end of an interval of an impact."""
    text = f"{side.capitalize()} end of the {level} percent interval; null where past errors are too few for it"
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
    CAUSAL_EFFECTS, EFFECT_HETEROGENEITY, REGIME_PROBABILITIES, RECESSION_PROBABILITIES, RECESSION_IMPACTS,
    WALK_FORWARD_MONTHLY, WALK_FORWARD_QUARTERLY,
)  # fmt: skip
