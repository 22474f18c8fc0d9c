"""Prices, rates and published surprises agree with the monthly model and with each other."""

import numpy as np
import pandas as pd
import pytest
from dateutil.easter import easter

from macro_assets.sandbox.economy import SimulatedEconomy
from macro_assets.sandbox.economy.calendar import business_days, holidays, release_days
from macro_assets.sandbox.economy.parameters import EconomyParameters


def _month_end_returns(bars: pd.DataFrame, column: str = "Close") -> pd.Series:
    return bars.set_index("Date")[column].resample("ME").last().pct_change().dropna()


@pytest.mark.parametrize(
    ("symbol", "outcome"), [("^GSPC", "sp500"), ("^IXIC", "nasdaq"), ("GLD", "gld"), ("USO", "uso")]
)
def test_month_end_returns_are_those_of_the_model(economy: SimulatedEconomy, symbol: str, outcome: str) -> None:
    returns = _month_end_returns(economy.archive.bars[symbol])
    model = economy.histories.markets.outcomes[outcome][1 : len(returns) + 1, 0]
    np.testing.assert_allclose(returns, model, atol=1e-5)


def test_bond_fund_returns_its_dividends(economy: SimulatedEconomy) -> None:
    bars = economy.archive.bars["TLT"]
    before = bars["Close"].shift()
    total = ((bars["Close"] + bars["Dividends"]) / before).fillna(1.0)
    monthly = pd.Series(np.log(total.to_numpy()), index=bars["Date"]).resample("ME").sum().iloc[1:]
    model = economy.histories.markets.outcomes["tlt"][1 : len(monthly) + 1, 0]
    np.testing.assert_allclose(np.expm1(monthly), model, atol=1e-5)
    np.testing.assert_allclose(_month_end_returns(bars, "Adj Close"), np.expm1(monthly), atol=3e-4)


def test_yields_and_volatility_change_as_the_model_says(economy: SimulatedEconomy, facts: pd.DataFrame) -> None:
    for series, outcome, scale, tolerance in (("DGS10", "us10y", 100.0, 1.1), ("VIXCLS", "vix", 1.0, 0.011)):
        level = facts[facts["series_id"] == series].set_index("date")["value"].dropna().resample("ME").last()
        change = scale * level.diff().iloc[1:-1].to_numpy()
        model = economy.histories.markets.outcomes[outcome][1 : len(change) + 1, 0]
        assert np.mean(np.abs(change - model) <= tolerance) > 0.99


def test_exactly_one_split_and_continuous_prices(economy: SimulatedEconomy) -> None:
    splits = {symbol: bars.loc[bars["Stock Splits"] > 0] for symbol, bars in economy.archive.bars.items()}
    assert {symbol for symbol, rows in splits.items() if len(rows)} == {"SPY"}
    assert splits["SPY"]["Stock Splits"].tolist() == [2.0]
    for symbol, bars in economy.archive.bars.items():
        assert np.abs(np.diff(np.log(bars["Close"]))).max() < (1.0 if symbol == "^VIX" else 0.35)
        assert (bars["Low"] <= bars[["Open", "Close"]].min(axis=1) + 1e-9).all()
        assert (bars["High"] >= bars[["Open", "Close"]].max(axis=1) - 1e-9).all()
        assert bars["Adj Close"].iloc[-1] == bars["Close"].iloc[-1]
    assert (economy.archive.bars["SPY"]["Dividends"] > 0).sum() == 4 * 57


def test_equity_volatility_is_realistic_and_louder_in_recessions(economy: SimulatedEconomy) -> None:
    returns = economy.histories.markets.outcomes["sp500"][:, 0]
    recession = economy.histories.macro.regime[:, 0] == 0
    assert 0.033 < returns.std() < 0.047
    assert returns[recession].std() > 1.3 * returns[~recession].std()


def test_policy_rate_moves_on_the_day_after_the_meeting(economy: SimulatedEconomy, facts: pd.DataFrame) -> None:
    rate = facts[facts["series_id"] == "DFF"].set_index("date")["value"]
    surprises = economy.archive.surprises["ff4_surprises"].set_index("date")["ff4"]
    largest = surprises.abs().nlargest(10).index
    for day in largest:
        step = rate[day + pd.Timedelta(days=1)] - rate[day]
        assert abs(step - surprises[day]) < 0.6
        assert np.sign(step) == np.sign(surprises[day])


def test_the_day_of_a_surprise_moves_yields_and_bonds_as_the_month_does(
    economy: SimulatedEconomy, facts: pd.DataFrame
) -> None:
    """Per percentage point: the direct effect and the policy rate's weight in the ten-year yield, the immediate share of it."""
    ff4 = economy.archive.surprises["ff4_surprises"]
    surprise = pd.Series(ff4["ff4"].to_numpy(), pd.DatetimeIndex(ff4["date"])).groupby(level=0).sum()
    ten_year = facts[facts["series_id"] == "DGS10"].set_index("date")["value"].dropna().diff()
    bars = economy.archive.bars["TLT"]
    bonds = pd.Series(np.log(bars["Adj Close"].to_numpy()), pd.DatetimeIndex(bars["Date"])).diff()
    slopes = {}
    for name, moves in (("ten_year", ten_year), ("bonds", bonds)):
        days = surprise.index.intersection(moves.dropna().index)
        slopes[name] = np.polyfit(surprise[days], moves[days], 1)[0]
    truth = economy.truth.effect("fed_surprise", "us10y", 0) / 100.0
    assert slopes["ten_year"] == pytest.approx(EconomyParameters().immediate_share * truth, abs=0.05)
    assert slopes["bonds"] < 0


def test_event_study_finds_the_immediate_effect(economy: SimulatedEconomy) -> None:
    events = economy.archive.surprises["fomc_surprises_30min"]
    slope = np.polyfit(events["FF4"], events["SP500"], 1)[0]
    assert slope == pytest.approx(economy.truth.event_study["weighted_average"], abs=0.4)
    assert set(pd.to_datetime(events["date"]).dt.weekday) <= {2, 3}
    monthly = economy.archive.surprises["bauer_swanson_monthly"]
    assert (monthly["mps_orth"] == 0.0).mean() == pytest.approx(4 / 12, abs=0.01)


def test_holidays_follow_the_exchange() -> None:
    closed = set(holidays(1990, 2030).tolist())
    for year in range(1990, 2031):
        good_friday = pd.Timestamp(easter(year)) - pd.Timedelta(days=2)
        assert good_friday.date() in closed
    for day in ("2024-01-01", "2024-01-15", "2024-05-27", "2024-06-19", "2024-07-04", "2024-09-02", "2024-11-28"):
        assert pd.Timestamp(day).date() in closed
    days = business_days(pd.Timestamp("2024-01-01").date(), pd.Timestamp("2024-12-31").date())
    assert len(days) == 252


def test_release_days_stay_in_their_month() -> None:
    ends = (np.datetime64("1970-02") + np.arange(600)).astype("datetime64[D]") - 1
    days = release_days(ends, 28, holidays(1969, 2022))
    assert ((days - ends).astype(int) > 0).all()
    assert (days.astype("datetime64[M]") == (ends + 28).astype("datetime64[M]")).all()
