"""Quick ground truth: coverage where plain methods fail, the flag, resumption and the pass rules."""

import json

import numpy as np
import pandas as pd
import pytest

from macro_assets.causal.engine.effects import estimate_effect
from macro_assets.causal.engine.linear import linear_stderr
from macro_assets.causal.validation.coverage import batched_cells, coverage_cell
from macro_assets.causal.validation.criteria import judge_coverage
from macro_assets.causal.validation.cross_section import LALONDE_EXPERIMENT_USD, lalonde_scores, plr_scores
from macro_assets.causal.validation.economy import score_economy
from macro_assets.causal.validation.run import Plan, run_validation
from macro_assets.causal.validation.simulation import PROCESSES, simulate
from macro_assets.inference.longrun import student_quantile
from macro_assets_tests.causal.panels import months


def test_replications_run_the_lines_of_the_public_function() -> None:
    drawn = simulate(PROCESSES["S2"], replications=3, n=200, rng=np.random.default_rng(1))
    for horizon in (0, 3, 12):
        cells = batched_cells(drawn, horizon)
        stderr, degrees = linear_stderr(cells, horizon)
        half = student_quantile(0.05, degrees) * stderr
        for number in range(3):
            y, t = (pd.Series(values[number], months(200)) for values in (drawn.outcome, drawn.shock))
            alone = estimate_effect(y, t, pd.DataFrame(drawn.controls[number], months(200)), horizon=horizon)
            assert alone.point == pytest.approx(cells.point[number], rel=1e-9)
            assert alone.confidence_interval[1] == pytest.approx(cells.point[number] + half[number], rel=1e-9)


@pytest.mark.parametrize(("process", "horizon"), [("S1", 0), ("S2", 1), ("S3", 3), ("S3", 12)])
def test_intervals_cover_where_the_series_persist(process: str, horizon: int) -> None:
    ours, oracle = coverage_cell(process, 300, horizon, replications=300)
    assert ours.coverage >= 0.90
    assert ours.coverage >= oracle.coverage - 0.02
    assert horizon > 3 or ours.width <= 1.15 * oracle.width


def test_bias_correction_removes_most_of_the_bias_of_long_horizons() -> None:
    drawn = simulate(PROCESSES["S3"], replications=250, n=300, rng=np.random.default_rng(2))
    truth = drawn.response(6)
    plain = batched_cells(drawn, 6, bias_correction=False).point.mean() - truth
    corrected = batched_cells(drawn, 6).point.mean() - truth
    assert plain < -0.25
    assert abs(corrected) < 0.5 * abs(plain)


def test_effects_that_follow_the_shocks_size_are_averaged_by_variance() -> None:
    drawn = simulate(PROCESSES["regime_effects"], replications=150, n=500, rng=np.random.default_rng(3))
    assert drawn.response(0) == pytest.approx(0.6)
    assert batched_cells(drawn, 0).point.mean() == pytest.approx(0.6, abs=0.03)


def test_lalonde_lies_within_one_standard_error_of_the_experiment() -> None:
    row = lalonde_scores().loc["ours, doubly robust, CPS"]
    assert abs(row["effect_usd"] - LALONDE_EXPERIMENT_USD) <= row["stderr_usd"]
    assert row["overlap"] < 0.1


def test_partially_linear_benchmark_recovers_its_effect() -> None:
    ours = next(score for score in plr_scores(2, learners=("linear",)) if score.estimator == "ours, linear")
    assert abs(ours.bias) < 0.15


def test_a_second_run_resumes_and_repeats(tmp_path) -> None:
    plan = Plan(replications=60, sizes=(300,), horizons=(0, 3), processes=("S1",), comparator_replications=0,
                plr_replications=0, irm_replications=0, ihdp_replications=0, lalonde=False, economy_histories=0,
                world_draws=0, flag_draws=0, family_runs=0)  # fmt: skip
    first = run_validation(plan, resume_from=tmp_path)
    files = sorted(tmp_path.iterdir())
    stamps = [file.stat().st_mtime_ns for file in files]
    second = run_validation(plan, resume_from=tmp_path)
    assert [file.stat().st_mtime_ns for file in sorted(tmp_path.iterdir())] == stamps
    pd.testing.assert_frame_equal(first.coverage, second.coverage)
    written = json.loads(json.dumps(first.to_dict(), allow_nan=False))
    assert {criterion["name"] for criterion in written["criteria"]} >= {"cells at h = 0, 1", "width at h <= 3"}
    assert "target" in first.summary()


def test_pass_rules_name_the_cells_that_break_them() -> None:
    base = {"process": "S9", "n": 300, "theta": 0.5, "coverage_mc_error": 0.005, "width": 1.0, "flagged": 0.0}
    rows = [base | {"estimator": "default", "horizon": h, "coverage": c} for h, c in ((0, 0.95), (3, 0.88), (12, 0.85))]
    rows += [base | {"estimator": "oracle", "horizon": h, "coverage": c} for h, c in ((0, 0.95), (3, 0.95), (12, 0.86))]
    found = {criterion.name: criterion for criterion in judge_coverage(pd.DataFrame(rows))}
    assert found["cells at h = 0, 1"].passed
    assert found["cells at h = 3"].failing == ("S9 n=300 h=3: 0.880",)
    assert found["cells at h = 6, 12"].passed
    assert len(found["cells covering less than 0.90 are flagged"].failing) == 2


def test_the_simulated_economy_is_recovered() -> None:
    from macro_assets.sandbox.economy.panel import simulate_monthly_many

    table = score_economy(simulate_monthly_many, range(6), months=300, horizons=(0,))
    assert table["replications"].eq(6).all()
    assert table["coverage"].mean() > 0.88
