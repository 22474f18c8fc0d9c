"""Shocks: what each is, the month it belongs to, the day it is known, and that the future changes none of it."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from macro_assets.lake.as_of import snapshot
from macro_assets.signals import shocks
from macro_assets.signals.release_news import Autoregression, innovations, releases, trend_gap
from macro_assets.vintage import cube
from macro_assets.vintage.frames import wide
from macro_assets_tests.signals.shock_world import (
    CATALOG,
    END,
    REBASED,
    World,
    change_over_three_months,
    naive_innovations,
    surprises,
    world,
)
from macro_assets_tests.vintage.facts import bronze, observed

RECORDED_UNTIL = dt.date(2015, 12, 31)  # the biases below are those of calmer decades: 2020 is unlike any of them
EVENT_SHOCKS = ("fed_surprise", "fed_surprise_orthogonal")


@pytest.fixture(scope="module")
def whole() -> World:
    return world()


@pytest.fixture(scope="module")
def table(whole: World) -> pa.Table:
    return whole.build()


def rows(table: pa.Table, shock: str) -> pd.DataFrame:
    part = table.filter(pc.equal(table["shock"], shock)).to_pandas()
    return part.set_index("month")


def newest_levels(world: World, series: str, day: dt.date, count: int) -> np.ndarray:
    observations = world.observations()
    view = snapshot(observations.filter(pc.equal(observations["series_id"], series)), day)
    return view["value"].to_numpy()[-count:]


def month_end(day: dt.date) -> dt.date:
    return (pd.Timestamp(day) + pd.offsets.MonthEnd(0)).date()


def test_all_ten_are_made_with_the_catalogues_units_and_tiers(table: pa.Table) -> None:
    assert table["shock"].unique().to_pylist() == list(CATALOG.shocks)
    about = table.select(["shock", "unit", "tier"]).to_pandas().drop_duplicates()
    assert {(r.shock, r.unit, r.tier) for r in about.itertuples()} == {
        (name, shock.unit, shock.tier) for name, shock in CATALOG.shocks.items()
    }
    assert not shocks.absent(table, CATALOG)
    assert table.select(["month", "shock"]).group_by(["month", "shock"]).aggregate([]).num_rows == table.num_rows


@pytest.mark.parametrize("day", [dt.date(1999, 5, 31), dt.date(1999, 6, 30), dt.date(2001, 9, 17)])
def test_nothing_that_follows_changes_a_bit(whole: World, table: pa.Table, day: dt.date) -> None:
    early = whole.until(day).build()
    last = max(early["month"].to_pylist())
    for name in CATALOG.shocks:
        then, later = rows(early, name), rows(table, name)
        # months after the last event of a file that ends are unknown; of one that goes on they are without event
        upto = then.index.max() if name in EVENT_SHOCKS else last
        later = later[(later.index <= upto) & (later.known_at <= day)]
        assert then.index.tolist() == later.index.tolist(), name
        assert then.value.to_numpy().tobytes() == later.value.to_numpy().tobytes(), name
        assert then.known_at.tolist() == later.known_at.tolist(), name


@pytest.mark.parametrize(
    ("series", "shock", "model", "every"),
    [("CPIAUCSL", "cpi_innovation", Autoregression(12, 120, 60), 1),
     ("PAYEMS", "payrolls_innovation", Autoregression(3, 120, 60), 1),
     ("GDPC1", "gdp_innovation", Autoregression(2, 80, 30), 3)],
)  # fmt: skip
def test_innovations_match_a_loop_over_release_days(
    whole: World, table: pa.Table, series: str, shock: str, model: Autoregression, every: int
) -> None:
    loaded = rows(table, shock)
    first, last = (dt.date(1999, 1, 1), dt.date(2000, 6, 30)) if every == 1 else (dt.date(1994, 1, 1), END)
    expected = naive_innovations(whole.observations(), series, model, every, first, last)
    assert len(expected) > 15
    for day, error in expected.items():
        found = loaded.loc[month_end(day)]
        assert found.value == pytest.approx(error, abs=1e-9), day
        assert found.known_at == day


def test_a_month_without_a_release_has_no_news_but_a_level_stands(whole: World, table: pa.Table) -> None:
    output, gap = rows(table, "gdp_innovation"), rows(table, "gdp_trend_gap")
    released = output.index[output.value != 0.0]
    assert {month.month for month in released} == {1, 4, 7, 10}
    january, march = dt.date(2002, 1, 31), dt.date(2002, 3, 31)
    assert output.value[march] == 0.0
    assert output.known_at[march] == march
    assert gap.value[march] == gap.value[january]
    assert gap.known_at[march] == gap.known_at[january] <= january
    levels = newest_levels(whole, "GDPC1", gap.known_at[january], 8)
    assert gap.value[january] == pytest.approx(100 * (levels[-1] / levels.mean() - 1), rel=1e-12)


def test_october_prices_published_in_november_belong_to_november(whole: World, table: pa.Table) -> None:
    october = next(fact for fact in whole.facts if fact[0] == "CPIAUCSL" and fact[1] == dt.date(2001, 10, 1))
    for shock in ("cpi_trend_gap", "cpi_innovation"):
        assert rows(table, shock).known_at[dt.date(2001, 11, 30)] == october[2]
    levels = newest_levels(whole, "CPIAUCSL", october[2], 12)
    gap = 100 * (levels[-1] / levels.mean() - 1)
    assert rows(table, "cpi_trend_gap").value[dt.date(2001, 11, 30)] == pytest.approx(gap, rel=1e-12)


def test_a_change_of_base_is_no_news(table: pa.Table) -> None:
    month = month_end(REBASED)
    for shock, most in (("cpi_innovation", 1.0), ("payrolls_innovation", 0.6), ("gdp_innovation", 3.0),
                        ("cpi_trend_gap", 6.0), ("gdp_trend_gap", 12.0)):  # fmt: skip
        values = rows(table, shock).value
        assert values.loc[month:].abs().max() < most


def test_a_month_never_published_is_bridged_by_the_next_release() -> None:
    months = pd.date_range("1990-01-01", "1996-12-01", freq="MS")
    skipped = dt.date(1996, 3, 1)
    facts = [("CPIAUCSL", m.date(), m.date() + dt.timedelta(45), 100.0 * 1.002**i, "published")
             for i, m in enumerate(months) if m.date() != skipped]  # fmt: skip
    series = releases(observed(bronze(facts), CATALOG), "CPIAUCSL")
    ends = pd.date_range("1990-01-31", "1996-12-31", freq="ME").to_numpy().astype("datetime64[D]")
    news, gap = innovations(series, ends, Autoregression(1, 36, 24)), trend_gap(series, ends, span=12)
    assert np.nanmax(np.abs(news.value[-8:])) < 1e-2
    assert np.isfinite(gap.value[-8:]).all()
    assert np.ptp(gap.value[-8:]) < 1e-2
    april, may = ends == np.datetime64("1996-04-30"), ends == np.datetime64("1996-05-31")
    assert np.isnan(news.value[april]), "a month without a print is not a month without news"
    assert news.known_at[may] == np.datetime64("1996-05-16")


def test_a_level_last_published_long_ago_is_not_known(whole: World) -> None:
    series = releases(whole.until(dt.date(2003, 1, 20)).observations(), "CPIAUCSL")
    ends = pd.date_range("2002-12-31", "2004-06-30", freq="ME").to_numpy().astype("datetime64[D]")
    assert np.isfinite(trend_gap(series, ends, span=12).value).sum() == 8


def test_events_are_summed_in_their_month_and_zero_between(whole: World) -> None:
    events = [("fomc_surprises_30min", "FF4", dt.date(2001, 1, 3), 0, -0.3),
              ("fomc_surprises_30min", "FF4", dt.date(2001, 1, 31), 0, 0.1),
              ("fomc_surprises_30min", "FF4", dt.date(2001, 3, 20), 0, 0.0),
              ("fomc_surprises_30min", "FF4", dt.date(2001, 5, 15), 0, 0.02)]  # fmt: skip
    small = World([fact for fact in whole.facts if fact[0] == "T10Y3M"], [], events)
    found = rows(small.build(), "fed_surprise")
    assert found.value.tolist() == pytest.approx([-0.2, 0.0, 0.0, 0.0, 0.02])
    assert found.known_at.tolist() == [dt.date(2001, 1, 31), dt.date(2001, 2, 28), dt.date(2001, 3, 20),
                                       dt.date(2001, 4, 30), dt.date(2001, 5, 15)]  # fmt: skip
    preferred = World(small.facts, [], [*events, ("ff4_surprises", "ff4", dt.date(2001, 5, 15), 0, 0.07)])
    assert rows(preferred.build(), "fed_surprise").value.tolist() == [0.07]


def test_a_missing_source_leaves_its_shocks_out_and_the_others_in(whole: World) -> None:
    part = World(whole.without("GDPC1", "T10Y3M").facts, [], [e for e in whole.events if e[0] != "ff4_surprises"])
    table = part.build()
    assert set(shocks.absent(table, CATALOG)) == {
        "fed_surprise", "fed_surprise_orthogonal", "gdp_trend_gap", "gdp_innovation", "term_spread_change",
    }  # fmt: skip
    assert shocks.absent(table, CATALOG)["gdp_innovation"] == "GDPC1"
    nothing = shocks.build(part.observations(), cube.SCHEMA.empty_table(), surprises([]), pa.table({}), CATALOG)
    assert nothing.num_rows == 0
    assert nothing.schema == table.schema


def test_the_orthogonal_surprise_loses_what_earlier_news_foretold(whole: World, table: pa.Table) -> None:
    frame = wide(table.select(["month", "shock", "value"]))
    raw, clean = frame["fed_surprise"], frame["fed_surprise_orthogonal"]
    daily = pd.Series({pd.Timestamp(f[1]): f[3] for f in whole.facts if f[0] == "T10Y3M"})
    foretold = change_over_three_months(daily).shift(1)
    both = clean.dropna().index[clean.dropna() != 0.0]
    assert both[0] >= raw[raw != 0.0].index[36]
    assert abs(raw[both].corr(foretold[both])) > 0.6
    assert abs(clean[both].corr(foretold[both])) < 0.25
    assert (clean.dropna()[raw[clean.dropna().index] == 0.0] == 0.0).all()


def test_rates_change_between_month_means_and_the_spread_between_month_ends(whole: World, table: pa.Table) -> None:
    funds, spread = ({f[1]: f[3] for f in whole.facts if f[0] == name} for name in ("DFF", "T10Y3M"))
    march, april = ([float(v or 0.0) for d, v in funds.items() if (d.year, d.month) == (2003, m)] for m in (3, 4))
    loaded = rows(table, "fed_rate_change")
    assert loaded.value[dt.date(2003, 4, 30)] == pytest.approx(np.mean(april[:-1]) - np.mean(march), rel=1e-9)
    assert loaded.known_at[dt.date(2003, 4, 30)] == dt.date(2003, 4, 30)
    slope = rows(table, "term_spread_change")
    last, before = spread[dt.date(2003, 4, 30)], spread[dt.date(2003, 3, 31)]
    assert last is not None
    assert before is not None
    expected = last - before
    assert slope.value[dt.date(2003, 4, 30)] == pytest.approx(expected, rel=1e-12)
    assert slope.known_at[dt.date(2003, 4, 30)] == dt.date(2003, 5, 1)


def test_monthly_averages_stand_in_before_the_daily_rate_and_never_mix_with_it(whole: World) -> None:
    averages = [("FEDFUNDS", m.date(), m.date() + dt.timedelta(35), 10.0 + 0.5 * i, "published")
                for i, m in enumerate(pd.date_range("2000-01-01", "2002-12-01", freq="MS"))]  # fmt: skip
    daily = [f for f in whole.facts if f[0] == "DFF" and dt.date(2002, 1, 20) <= f[1] <= dt.date(2002, 12, 30)]
    loaded = rows(World(averages + daily, [], []).build(), "fed_rate_change").value
    assert (loaded.loc[dt.date(2000, 3, 31) : dt.date(2002, 2, 28)] == 0.5).all()
    assert loaded.loc[dt.date(2002, 3, 31) : dt.date(2002, 12, 31)].abs().max() < 0.4


def test_diagnostics_tell_a_trend_from_a_surprise() -> None:
    rng = np.random.default_rng(1)
    n = 400
    months = pd.date_range("1980-01-31", periods=n, freq="ME").date
    trend = np.zeros(n)
    for at in range(1, n):
        trend[at] = 0.95 * trend[at - 1] + rng.normal()
    spike = np.where(np.arange(n) == 200, 50.0, 0.0)
    follower = np.append(0.0, trend[:-1]) + rng.normal(size=n)
    parts = [("slow", trend + 9), ("spike", spike), ("follower", follower), ("noise", rng.normal(size=n))]
    table = pa.concat_tables(
        pa.table([pa.array(months), pa.repeat(name, n), pa.array(values), pa.repeat("percent", n), pa.repeat("T4", n),
                  pa.repeat("catalogue", n),
                  pa.array(months)], schema=shocks.SCHEMA) for name, values in parts
    )  # fmt: skip
    found = shocks.diagnostics(table).set_index("shock")
    assert found.acf1["slow"] > 0.9
    assert found.r2_own_past["slow"] > 0.8
    assert found.share_positive["slow"] > 0.95
    assert found.r2_other_past["follower"] > 0.7
    assert abs(found.r2_own_past["noise"]) < 0.05
    assert found.n["spike"] == n
    assert found.n_nonzero["spike"] == 1
    assert found.effective_n["spike"] < 1.1
    assert found.top_five_share["spike"] > 0.99
    assert 100 < found.effective_n["noise"] < 200
    assert found.loc["slow", ["tier", "unit"]].tolist() == ["T4", "percent"]
    squares = np.sort((parts[3][1] - parts[3][1].mean()) ** 2)[::-1]
    assert found.top_five_share["noise"] == pytest.approx(squares[:5].sum() / squares.sum())


def test_predictability_is_adjusted_for_the_number_of_lags() -> None:
    values = np.random.default_rng(2).normal(size=60)
    months = pd.date_range("1990-01-31", periods=60, freq="ME").date
    columns = [pa.array(months), pa.repeat("noise", 60), pa.array(values), pa.repeat("percent", 60), pa.repeat("T4", 60),
               pa.repeat("catalogue", 60),
               pa.array(months)]  # fmt: skip
    found = shocks.diagnostics(pa.table(columns, schema=shocks.SCHEMA)).r2_own_past.iloc[0]
    design = np.column_stack([np.ones(57), values[2:-1], values[1:-2], values[:-3]])
    residual = values[3:] - design @ np.linalg.lstsq(design, values[3:], rcond=None)[0]
    plain = 1.0 - residual @ residual / np.sum((values[3:] - values[3:].mean()) ** 2)
    assert found == pytest.approx(1.0 - (1.0 - plain) * 56 / 53)


def test_recorded_history_shows_the_known_biases(archive_dir) -> None:
    wanted = ["CPIAUCSL", "GDPC1", "PAYEMS", "DFF", "FEDFUNDS", "T10Y3M", "DCOILWTICO"]
    facts = pq.read_table(archive_dir / "fred" / "observations.parquet", filters=[("series_id", "in", wanted)])
    known = pc.less_equal(facts["realtime_start"], pa.scalar(RECORDED_UNTIL))
    facts = facts.filter(pc.and_(pc.is_valid(facts["value"]), known))
    n = facts.num_rows
    order = ["series_id", "observation_date", "realtime_start", "value"]
    columns = dict(zip(order, (facts[c] for c in ("series_id", "date", "realtime_start", "value")), strict=True))
    columns |= {"status": pa.repeat("published", n)}
    schema = bronze([]).schema
    silver = observed(pa.table({k: columns[k] for k in schema.names}).cast(schema), CATALOG)
    ff4 = pd.read_csv(archive_dir / "shocks" / "ff4_surprises.csv", parse_dates=["date"])
    number = ff4.groupby("date").cumcount()
    events = [("ff4_surprises", "ff4", day.date(), int(at), float(value))
              for day, at, value in zip(ff4.date, number, ff4.ff4, strict=True) if np.isfinite(value)]  # fmt: skip
    months = cube.build(silver, CATALOG, start=dt.date(1985, 1, 1), end=RECORDED_UNTIL)
    no_prices = pa.table({"symbol": pa.array([], pa.string()), "date": pa.array([], pa.date32()),
                          "known_from": pa.array([], pa.date32()), "close": pa.array([], pa.float64())})  # fmt: skip
    loaded = shocks.build(silver, months, surprises(events), no_prices, CATALOG)
    loaded = loaded.filter(pc.greater_equal(loaded["month"], pa.scalar(dt.date(1990, 1, 1))))
    found = shocks.diagnostics(loaded).set_index("shock")
    assert found.share_positive["cpi_trend_gap"] == pytest.approx(0.96, abs=0.02)
    assert found.acf1["cpi_trend_gap"] == pytest.approx(0.95, abs=0.04)
    assert found.r2_own_past["cpi_trend_gap"] > 0.8
    assert found.acf1["fed_rate_change"] == pytest.approx(0.63, abs=0.06)
    assert abs(found.acf1["cpi_innovation"]) < 0.15
    assert found.share_positive["cpi_innovation"] < 0.55
    assert found.n["fed_surprise"] == 311
    assert 150 < found.n_nonzero["fed_surprise"] < 200
    assert dt.date(2015, 10, 31) <= max(loaded["month"].to_pylist()) <= RECORDED_UNTIL


def test_months_left_out_are_missing_and_no_other() -> None:
    months = [dt.date(2020, month, 28) for month in range(1, 13)]
    table = pa.table({"month": months, "value": [float(month) for month in range(1, 13)]})
    kept = shocks.without_months(table, (dt.date(2020, 3, 1), dt.date(2020, 9, 1)))
    assert kept["value"].to_pylist() == [1.0, 2.0, 10.0, 11.0, 12.0]
    assert shocks.without_months(table, None) is table
