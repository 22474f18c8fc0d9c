"""Regimes: their names, their probabilities by month, and the scores of all ways to find them.

Belongs here: declarations of the tables that the rooms regimes/ and causal/variation/ share. Does not belong here: the rules
that give a month its regime (regimes/factors.py), other answers (answers.py).
"""

from __future__ import annotations

import pyarrow as pa

from macro_assets.tables.spec import BOOL, DATE, F64, I32, STRING, TRAINED_THROUGH, column, replaced

REGIMES = ("recession_or_high_stress", "low_volatility_expansion", "normal")
TWO_FACTORS, ATTENTION = "two_factors", "attention"
ONE_STATE, EWMA = "one_state", "ewma_volatility"
REGIME_RIVALS = ("hmm", "jump_model", "markov_switching", "unemployment_rule")

REGIME_PROBABILITIES = replaced(
    "models/regime_probabilities",
    "Probability of each market regime at each month end, with the label, by models fitted on months up to then: "
    "the two factors' as published, the network's by yearly fits that are carried forward.",
    key=("as_of", "regime", "model"),
    columns=[
        column("as_of", DATE, "Month end whose view the probability rests on"),
        column(
            "months_ahead", I32, "Whose regime: 0 = of the month itself, 3 = of the third month after it", unit="months"
        ),
        column("regime", STRING, "Regime of activity and volatility", allowed=REGIMES),
        column("probability", F64, "Probability of the regime given the months up to as_of", unit="probability"),
        column(
            "label", STRING, "Regime the model calls the month; that of the two factors never changes", allowed=REGIMES
        ),
        column(
            "model",
            STRING,
            "two_factors = activity and volatility, attention = network (a quarter ahead)",
            allowed=(TWO_FACTORS, ATTENTION),
        ),
        column(TRAINED_THROUGH, DATE, "Last month the model was fitted on; never after as_of"),
    ],
)


def _measure(name: str, text: str, unit: str) -> pa.Field:
    """A measure of labels; null for models without any."""
    return column(name, F64, text, unit=unit, nullable=True)


REGIME_VALIDATION = replaced(
    "evaluation/regime_validation",
    "Every way to find regimes on the same months, each refitted once a year on what was known then: against NBER "
    "recessions, in persistence, in what later fits would change, and in the density of next month's return.",
    key=("model",),
    date="last_month",
    columns=[
        column(
            "model",
            STRING,
            "Who gives the labels, or the density",
            allowed=(TWO_FACTORS, *REGIME_RIVALS, ONE_STATE, EWMA),
        ),
        column("served", BOOL, "Whether models/regime_probabilities holds its labels"),
        column("first_month", DATE, "First month scored, the same for all"),
        column("last_month", DATE, "Last month scored"),
        column("months", I32, "Months scored", unit="count"),
        _measure("balanced_accuracy", "Mean of recall and specificity", "share"),
        _measure("recall", "Share of NBER recession months called recession or high stress", "share"),
        _measure("specificity", "Share of other months not called so", "share"),
        _measure("stress_share", "Share of all months called recession or high stress", "share"),
        _measure("mean_duration_months", "Mean length of a regime", "months"),
        _measure("switches_per_decade", "Changes of regime in ten years", "count"),
        _measure("revision_rate", "Share of labels that the newest fit would give otherwise", "share"),
        _measure(
            "detection_lag_days",
            "Median over recessions of the days from the end of the first month to the first month end called so",
            "days",
        ),
        _measure("missed_recessions", "Recessions in which no month was called", "count"),
        _measure("recessions", "Recessions that began and ended in the span", "count"),
        column(
            "density_gain", F64, "Log density of next month's S&P 500 return over that of one state, mean", unit="nats"
        ),
        column("density_stderr", F64, "Its standard error, robust to dependence over twelve months", unit="nats"),
    ],
)
