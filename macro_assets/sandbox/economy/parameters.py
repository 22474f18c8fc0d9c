"""Every number of the simulated economy, in one frozen place.

Belongs here: coefficients with their units and the reason where it is not obvious. Does not belong here: equations
(structure.py, markets.py), series at their levels (levels.py), publication (releases.py).

Tables by regime are ordered as `REGIMES`: (recession_or_high_stress, low_volatility_expansion, normal).
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "DEFAULT",
    "OUTCOMES",
    "OUTCOME_UNITS",
    "PLACEBO_OUTCOME",
    "REGIMES",
    "SHOCKS",
    "SHOCK_UNITS",
    "EconomyParameters",
]

REGIMES = ("recession_or_high_stress", "low_volatility_expansion", "normal")
PLACEBO_OUTCOME = "usdcny"
OUTCOMES = ("sp500", "tlt", "gld", "uso", "nasdaq", "eurusd", "vix", "us10y", PLACEBO_OUTCOME)
OUTCOME_UNITS = dict.fromkeys(OUTCOMES, "decimal return") | {"vix": "points", "us10y": "basis points"}
SHOCKS = ("fed_surprise", "cpi_innovation", "gdp_innovation", "payrolls_innovation", "oil_supply_news")
SHOCK_UNITS = {
    "fed_surprise": "percentage points of the policy rate",
    "cpi_innovation": "percent of the CPI in one month",
    "gdp_innovation": "percent of real GDP in one quarter, not annualised",
    "payrolls_innovation": "percent of payroll employment in one month",
    "oil_supply_news": "one unit of the published news shock (standard deviation about 0.6)",
}

ByRegime = tuple[float, float, float]


def _impact() -> dict[str, dict[str, ByRegime]]:
    """Effect in the month of the shock, outcome unit per unit of shock (us10y and vix: on top of the common part)."""
    return {
        "fed_surprise": {
            "sp500": (-0.045, -0.018, -0.025),
            "nasdaq": (-0.054, -0.024, -0.032),
            "gld": (-0.050, -0.030, -0.040),
            "uso": (-0.030, -0.010, -0.015),
            "eurusd": (-0.018, -0.010, -0.012),
            "vix": (5.0, 2.0, 3.0),
            "us10y": (-45.0, -35.0, -40.0),
        },
        "cpi_innovation": {
            "sp500": (-0.030, -0.012, -0.018),
            "nasdaq": (-0.035, -0.018, -0.024),
            "gld": (0.030, 0.020, 0.025),
            "uso": (0.015, 0.015, 0.015),
            "eurusd": (-0.010, -0.008, -0.008),
            "vix": (2.5, 1.0, 1.5),
            "us10y": (0.0, 0.0, 0.0),
        },
        "gdp_innovation": {
            "sp500": (0.014, 0.004, 0.008),
            "nasdaq": (0.016, 0.006, 0.010),
            "gld": (-0.004, -0.004, -0.004),
            "uso": (0.010, 0.006, 0.008),
            "eurusd": (-0.003, -0.003, -0.003),
            "vix": (-1.2, -0.4, -0.6),
            "us10y": (8.0, 6.0, 7.0),
        },
        "payrolls_innovation": {
            "sp500": (0.050, -0.015, 0.015),
            "nasdaq": (0.055, -0.020, 0.015),
            "gld": (-0.030, -0.035, -0.030),
            "uso": (0.030, 0.015, 0.020),
            "eurusd": (-0.020, -0.025, -0.020),
            "vix": (-4.0, 0.0, -1.5),
            "us10y": (40.0, 60.0, 50.0),
        },
        "oil_supply_news": {
            "sp500": (-0.010, -0.004, -0.006),
            "nasdaq": (-0.011, -0.004, -0.006),
            "gld": (0.010, 0.006, 0.008),
            "uso": (0.090, 0.070, 0.080),
            "eurusd": (0.003, 0.002, 0.002),
            "vix": (0.8, 0.3, 0.5),
            "us10y": (5.0, 5.0, 5.0),
        },
    }


def _build_up() -> dict[str, tuple[float, ...]]:
    """Share of the impact that arrives k months after the shock (k = 0, 1, ...), by outcome."""
    drift = (1.0, 0.12, 0.08, 0.05, 0.0, 0.0, -0.04, -0.04, -0.04, -0.03)
    return {
        "sp500": drift,
        "nasdaq": drift,
        "gld": (1.0, 0.05),
        "uso": (1.0, 0.10, 0.05, 0.0, -0.05, -0.05, -0.05),
        "eurusd": (1.0, 0.10, 0.05),
        "vix": (1.0,),
        "us10y": (1.0,),
    }


@dataclass(frozen=True)
class EconomyParameters:
    """Coefficients of the simulated economy. Months are the unit of time unless a line says otherwise.

    `pp` = percentage points, `% a month` = percent growth per month, not annualised.
    """

    burn_in_months: int = 180

    # phases of the cycle: recession (three stages), recovery, calm, late cycle (four stages) -> transition, per month
    recession_stage_exit: tuple[float, float, float] = (0.30, 0.30, 0.26)
    recovery_to_calm: float = 0.045
    recovery_to_late: float = 0.012
    calm_to_recovery: float = 0.014
    calm_to_late: float = 0.026
    late_stage_exit: tuple[float, float, float, float] = (0.38, 0.36, 0.34, 0.32)
    late_false_alarm: float = 0.015  # late cycle that dissolves without a recession
    sudden_recession: float = 0.0008  # from recovery or calm, unannounced by the curve

    # activity: employment growth n = trend + c + noise, % a month
    employment_trend: float = 0.135
    cycle_persistence: float = 0.80
    cycle_drift: tuple[float, ...] = (-0.085, -0.100, -0.080, 0.016, 0.010, 0.020, 0.016, 0.006, -0.010)  # by phase
    cycle_noise: float = 0.025
    employment_noise: float = 0.085
    cycle_on_real_rate: float = -0.0025  # % a month per pp of real rate above neutral
    cycle_on_stress: float = -0.008
    unemployment_normal: float = 5.7  # percent
    unemployment_on_cycle: float = -0.62  # pp per % of employment
    unemployment_reversion: float = 0.022
    unemployment_noise: float = 0.05

    # inflation, % a month: pi = tau(-1) + slack + oil + surprise; tau follows the surprise
    inflation_mean: float = 0.27
    inflation_trend_persistence: float = 0.986
    inflation_trend_gain: float = 0.11
    inflation_on_slack: float = 0.006  # per pp of unemployment below normal
    inflation_on_oil: float = 0.004  # per % of oil price
    inflation_noise: float = 0.17

    # policy rule, percent: rate = rate(-1) + speed (target - rate(-1)) + momentum d rate(-1) + surprise
    neutral_real_rate: float = 3.0
    policy_on_inflation: float = 1.15  # pp of target per pp of 12-month inflation
    policy_on_slack: float = 0.5
    policy_on_stress: float = -2.2  # pp of target per pp of credit spread
    policy_speed: float = 0.070
    policy_momentum: float = 0.20
    surprise_sd: ByRegime = (0.42, 0.26, 0.30)  # pp at a meeting
    surprise_on_payrolls: float = 0.20  # the part that news before the meeting predict, pp per %
    surprise_on_stress: float = -0.12  # pp per pp of last month's change of the credit spread
    meeting_months: tuple[int, ...] = (1, 3, 5, 6, 7, 9, 11, 12)

    # financial stress f: credit spread above normal, pp
    credit_spread_normal: float = 1.95
    stress_persistence: float = 0.85
    stress_drift: tuple[float, ...] = (0.42, 0.38, 0.26, -0.050, -0.055, 0.000, 0.020, 0.060, 0.120)  # by phase
    stress_noise: ByRegime = (0.26, 0.09, 0.13)
    stress_on_surprise: float = 0.12  # pp per pp

    # long rates, percent
    long_rate_weight: float = 0.70  # of the policy rate in the ten-year yield
    long_rate_on_inflation_trend: float = 0.45  # pp per pp of annualised trend inflation known
    term_premium_normal: float = 1.10
    term_premium_persistence: float = 0.86
    term_premium_drift: tuple[float, ...] = (0.20, 0.28, 0.28, 0.06, 0.02, -0.40, -0.46, -0.42, -0.30)  # by phase
    term_premium_noise: float = 0.10
    yield_shock_persistence: float = 0.96
    bill_noise: float = 0.06
    bond_duration: float = 14.0  # years, of the 20-year bond fund
    bond_noise: float = 0.010

    # equity premium: mean return moves with last month's stress and the inflation known: the confounder
    equity_mean: float = 0.0095  # decimal a month at zero stress
    equity_on_stress: float = -0.0100  # decimal per pp of credit spread: investors move slowly
    equity_on_inflation: float = 0.0022  # decimal per pp of 12-month inflation above its mean
    equity_noise: ByRegime = (0.052, 0.027, 0.035)
    equity_on_stress_news: float = -0.011  # decimal per sd of the news in f, times regime loudness
    nasdaq_beta: float = 1.12
    nasdaq_extra: float = 0.0010
    nasdaq_reversion: float = 0.015  # of its price relative to the broad index
    nasdaq_noise: ByRegime = (0.034, 0.020, 0.024)

    # other markets
    vix_normal: float = 19.0
    vix_on_stress: float = 3.2  # points per pp
    vix_persistence: float = 0.78
    vix_drift: ByRegime = (1.3, -0.40, 0.0)
    vix_noise: ByRegime = (2.5, 0.8, 1.3)
    vix_on_equity: float = -42.0  # points per unit of unexpected return
    gold_mean: float = 0.0040
    gold_on_inflation: float = 0.0010
    gold_noise: ByRegime = (0.052, 0.036, 0.040)
    oil_noise: ByRegime = (0.095, 0.060, 0.070)
    oil_reversion: float = 0.020
    oil_fund_noise: float = 0.006
    oil_fund_roll: float = -0.0015
    euro_reversion: float = 0.015
    euro_noise: ByRegime = (0.028, 0.021, 0.023)
    yuan_reversion: float = 0.020
    yuan_noise: float = 0.006  # the placebo: reacts to nothing

    # news that markets learn on release days
    gdp_news_sd: float = 0.42  # % a quarter
    oil_news_sd: ByRegime = (0.75, 0.52, 0.56)

    impact: dict[str, dict[str, ByRegime]] = field(default_factory=_impact)
    build_up: dict[str, tuple[float, ...]] = field(default_factory=_build_up)
    immediate_share: float = 0.8  # of the Fed effect of the meeting month: the thirty minutes around the statement


DEFAULT = EconomyParameters()
