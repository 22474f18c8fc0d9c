"""Features are functions of one slice and a fixed number of daily returns."""

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from macro_assets.signals.regime_features import FEATURE_SET, regime_features
from macro_assets.vintage.layout import CELLS
from macro_assets_tests.vintage.states import as_states

DATES = [dt.date(2010, 1, 31), dt.date(2010, 2, 28)]


def features_of(cells: pa.Table, bars: pa.Table) -> pd.DataFrame:
    return regime_features(as_states(cells), bars)


def cube(values: dict[str, np.ndarray], lag: int = 1) -> pa.Table:
    """Slices of 48 lags per series; `values[name]` by lag, the newest first, shifted by the publication lag."""
    rows = [
        {
            "as_of": day,
            "series_id": name,
            "lag": lag + step,
            "value": float(value),
            "complete": True,
            "period": day,
            "known_at": day,
            "n_obs": 1,
        }
        for day in DATES
        for name, path in values.items()
        for step, value in enumerate(path[: 48 - lag])
    ]
    return pa.Table.from_pylist(rows, schema=CELLS)


def prices(returns: np.ndarray, last: dt.date = dt.date(2010, 2, 26)) -> pa.Table:
    days = pd.bdate_range(end=last, periods=len(returns)).date
    columns = {"symbol": ["^GSPC"] * len(returns), "date": days, "known_from": days, "total_return": returns}
    return pa.table(columns)


def base() -> dict[str, np.ndarray]:
    steps = np.arange(48)
    return {
        "INDPRO": 100 * np.exp(-0.01 * steps),
        "PAYEMS": np.full(48, 1000.0),
        "UNRATE": 5.0 - 0.1 * steps,
        "BAA": np.full(48, 7.0),
        "GS10": np.full(48, 4.0),
    }


def test_known_values():
    frame = features_of(cube(base()), prices(np.full(200, 0.01)))
    assert list(frame.columns) == list(FEATURE_SET.names)
    row = frame.iloc[-1]
    assert row["activity"] == pytest.approx(6.0 / 3.5 - 0.6 / 0.9)
    assert row["credit_gap"] == 0
    assert row["log_volatility_3m"] == pytest.approx(np.log(0.01 * np.sqrt(252)))
    assert row["log_volatility_6m"] == pytest.approx(np.log(0.01 * np.sqrt(252)))


def test_the_error_of_a_volatility_is_that_of_a_mean_of_dependent_squares():
    import statsmodels.api as sm

    returns = np.random.default_rng(4).standard_t(4, 200) * 0.01
    row = features_of(cube(base()), prices(returns)).iloc[-1]
    squares = returns[-126:] ** 2
    fit = sm.OLS(squares, np.ones(126)).fit(cov_type="HAC", cov_kwds={"maxlags": 21})
    assert row["log_volatility_6m"] == pytest.approx(0.5 * np.log(squares.mean() * 252))
    assert row["log_volatility_6m_stderr"] == pytest.approx(0.5 * fit.bse[0] / squares.mean())
    assert features_of(cube(base()), prices(np.full(200, 0.01)))["log_volatility_6m_stderr"].iloc[-1] < 1e-6


def test_the_rise_of_unemployment_is_from_its_low_of_the_year_before():
    path = np.r_[5.0, 4.8, 4.6, 4.3, 4.0, 3.9, 4.0, 4.2, np.full(7, 4.4), np.full(33, 3.0)]
    rise = features_of(cube(base() | {"UNRATE": path}), prices(np.full(200, 0.01)))["unemployment_rise_pp"]
    assert rise.iloc[0] == pytest.approx((5.0 + 4.8 + 4.6) / 3 - (4.0 + 3.9 + 4.0) / 3)


def test_the_daily_spread_comes_first_where_it_exists():
    values = base() | {"BAA10Y": np.r_[5.0, np.full(5, 3.0)]}
    frame = features_of(cube(values), prices(np.full(200, 0.01)))
    assert frame["credit_gap"].iloc[0] == pytest.approx(2.0)


def test_a_daily_spread_of_a_running_month_counts():
    table = cube(base() | {"BAA10Y": np.r_[5.0, np.full(40, 3.0)]}).to_pandas()
    table.loc[(table["series_id"] == "BAA10Y") & (table["lag"] == 1), "complete"] = False
    frame = features_of(pa.Table.from_pandas(table, schema=CELLS), prices(np.full(200, 0.01)))
    assert frame["credit_gap"].iloc[0] == pytest.approx(2.0)


def test_old_values_and_running_averages_do_not_count():
    assert features_of(cube(base(), lag=5), prices(np.full(200, 0.01)))["activity"].isna().all()
    running = cube(base()).to_pandas()
    running.loc[(running["lag"] == 1) & (running["series_id"] == "INDPRO"), ["value", "complete"]] = [999.0, False]
    frame = features_of(pa.Table.from_pandas(running, schema=CELLS), prices(np.full(200, 0.01)))
    assert frame["activity"].iloc[0] == pytest.approx(6.0 / 3.5 - 0.6 / 0.9)


def test_returns_after_the_date_do_not_count_and_stale_ones_neither():
    returns = np.r_[np.full(180, 0.01), np.full(20, 0.2)]
    frame = features_of(cube(base()), prices(returns))
    assert frame["log_volatility_3m"].iloc[0] == pytest.approx(np.log(0.01 * np.sqrt(252)))
    assert frame["log_volatility_3m"].iloc[1] > frame["log_volatility_6m"].iloc[1] > frame["log_volatility_3m"].iloc[0]
    stale = features_of(cube(base()), prices(np.full(200, 0.01), last=dt.date(2010, 1, 5)))
    assert stale["log_volatility_3m"].isna().all()


def test_the_gap_is_measured_from_the_mean_of_the_thirty_six_months_before():
    spread = np.r_[5.0, np.full(30, 3.0), np.full(6, 1.0), np.full(11, 90.0)]
    frame = features_of(cube(base() | {"BAA": 4.0 + spread}), prices(np.full(200, 0.01)))
    assert frame["credit_gap"].iloc[0] == pytest.approx(5.0 - (30 * 3.0 + 6 * 1.0) / 36)


def test_an_average_of_a_running_month_gives_no_spread():
    table = cube(base() | {"BAA": np.r_[9.0, np.full(47, 7.0)]}).to_pandas()
    newest = (table["series_id"] == "GS10") & (table["lag"] == 1)
    table.loc[newest, "complete"] = False
    frame = features_of(pa.Table.from_pandas(table, schema=CELLS), prices(np.full(200, 0.01)))
    assert frame["credit_gap"].iloc[0] == pytest.approx(0.0), "the month before is the newest whole one"
