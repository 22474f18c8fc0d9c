"""What the causal room answers: effects with their words and intervals, and their variation over states.

Belongs here: declarations of those two tables and the words they use. Does not belong here: columns that every table of
effects has (`effect_columns.py`), event days and instruments (`events.py`).
"""

from __future__ import annotations

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
from macro_assets.tables.spec import BOOL, DATE, F64, I32, STRING, TRAINED_THROUGH, column, in_unit, replaced

__all__ = ["EFFECTS", "FINDINGS", "HETEROGENEITY_METHODS", "IDENTIFICATIONS", "LABELS", "SPECIFICATIONS"]

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

EFFECTS = (CAUSAL_EFFECTS, EFFECT_HETEROGENEITY)
