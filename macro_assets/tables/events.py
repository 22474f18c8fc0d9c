"""What event days and instruments answer: effects of announcements, effects per move of an instrumented variable.

Belongs here: declarations of those two tables. Does not belong here: months after a shock (`answers.py`).
"""

from __future__ import annotations

from macro_assets.tables.effect_columns import LOWER, OUTCOME, P_VALUE, TIER, UPPER
from macro_assets.tables.effects import FINDINGS, IDENTIFICATIONS
from macro_assets.tables.spec import BOOL, DATE, F64, I16, I32, STRING, TRAINED_THROUGH, column, in_unit, replaced

__all__ = ["EVENTS"]

SAMPLES = ("all", "scheduled", "unscheduled")
EVENT_FINDINGS = (*FINDINGS, "too few events")
_UNIT = "see column unit"

EVENT_EFFECTS = replaced(
    "models/event_effects",
    "What each outcome did around announcements per stated size of the surprise: the day, two days, a week and a "
    "month, all, scheduled and unscheduled events, with the verdict from the days before.",
    key=("shock", "outcome", "window", "sample"),
    columns=[
            column("as_of", DATE, "Last day of the daily closes used"),
            column(TRAINED_THROUGH, DATE, "Last day the estimate was fitted on; never after as_of"),
            column("shock", STRING, "Announcement, by its name in the catalogue (events.yaml)"),
            OUTCOME,
            column("window", STRING, "Trading days from the event, base: the close before the first of them"),
            column("first_day", I16, "First trading day of the window; 0 = the event's day", unit="trading days"),
            column("last_day", I16, "Last trading day of the window", unit="trading days"),
            column("sample", STRING, "Which events: all, those announced beforehand, the others", allowed=SAMPLES),
            column("role", STRING, "placebo: a window before the event", allowed=("effect", "placebo")),
            in_unit("point", "Slope of the window's move on the surprise"),
            in_unit("stderr", "HC2 standard error"),
            column("degrees_of_freedom", F64, "Bell-McCaffrey, of the Student t reference", unit="count"),
            LOWER,
            UPPER,
            P_VALUE,
            column("p_holm", F64, "Holm adjusted over the outcomes of the window and sample", unit="probability"),
            column("p_moved_calendar", F64, "Share of moved calendars with as large a t statistic", unit="probability"),
            column("n", I32, "Events used", unit="count"),
            column("effective_n", F64, "Equally large surprises that would carry as much", unit="count"),
            column("identification", STRING, "Verdict on the announcement", allowed=IDENTIFICATIONS),
            column("identification_reason", STRING, "Why, in words"),
            column("finding", STRING, "What this sample supports; none below 8 effective events", allowed=EVENT_FINDINGS),
            in_unit("minimum_detectable", "Smallest effect found with 80 percent power"),
            column("breakdown", F64, "Multiple of the move seen before the event, day for day, that would bring the interval "
                   "to zero", unit="ratio", nullable=True),
            column("leakage_t", F64, "t statistic of the day before the event", unit="count", nullable=True),
            column("in_words", STRING, "The row in one sentence"),
            column("unit", STRING, "Unit of point", listed_in="assets.yaml, per size of events.yaml"),
            column("sign_convention", STRING, "What a positive surprise is"),
            TIER,
            column("first_event", DATE, "First event used"),
            column("last_event", DATE, "Last event used"),
        ],
)  # fmt: skip

INSTRUMENTED_EFFECTS = replaced(
    "models/instrumented_effects",
    "Published series of one shock side by side: what goes with one size of the variable they move, with the "
    "first stage, sets that hold when it is weak, and the test that they agree.",
    key=("family", "instrument", "outcome", "frequency", "horizon"),
    columns=[
            column("as_of", DATE, "Last month used"),
            column(TRAINED_THROUGH, DATE, "Last month the estimate was fitted on; never after as_of"),
            column("family", STRING, "Family of published series, by its name in the catalogue (events.yaml)"),
            column("instrument", STRING, "Published series, file:column"),
            OUTCOME,
            column("frequency", STRING, "event day, or month of the shock onwards", allowed=("event day", "month")),
            column("horizon", I16, "Months after the month of the shock; 0 = the month, or the event's day", unit="months"),
            column("title", STRING, "Authors of the series"),
            column("part", STRING, "What the paper says it holds", allowed=("policy", "information")),
            column("circular", BOOL, "The series was built from this outcome: shown, never compared"),
            in_unit("point", "Effect per size of the instrumented variable"),
            in_unit("stderr", "Its standard error, first stage taken as strong"),
            in_unit("lower", "Lower end of the 95 percent set; null where unbounded", nullable=True),
            in_unit("upper", "Upper end of the 95 percent set; null where unbounded", nullable=True),
            column("anderson_rubin", STRING, "The set that holds whatever the strength of the instrument"),
            column("first_stage", F64, "Move of the instrumented variable per unit of the series", unit="sizes per unit"),
            column("first_stage_f", F64, "Robust F statistic of the first stage", unit="ratio"),
            column("weak", BOOL, "F below 23.1, and the interval is the Anderson-Rubin set"),
            column("n", I32, "Months or events used", unit="count"),
            column("support", F64, "Largest move of the instrumented variable that the series explains", unit="sizes"),
            column("agreement_p_value", F64, "p-value of one effect for all series of the family", unit="probability",
                   nullable=True),
            column("unit", STRING, "Unit of point", listed_in="assets.yaml, per size of events.yaml"),
            column("moves", STRING, "The instrumented variable"),
            column("first", DATE, "First month or event used"),
            column("last", DATE, "Last month or event used"),
        ],
)  # fmt: skip

EVENTS = (EVENT_EFFECTS, INSTRUMENTED_EFFECTS)
