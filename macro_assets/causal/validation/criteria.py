"""What must hold of the engine, as numbers with their Monte Carlo error, measured and judged.

Belongs here: the pass rules and their report. Does not belong here: simulation (coverage.py), running (run.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

__all__ = ["Criterion", "judge_benchmarks", "judge_coverage"]

NORMAL_99 = 2.5758


@dataclass(frozen=True)
class Criterion:
    """One requirement: what was asked, what was measured, whether it holds. failing : cells that break it."""

    name: str
    target: str
    measured: str
    passed: bool
    failing: tuple[str, ...] = ()


def _cells(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(f"{r.process} n={r.n} h={r.horizon}: {r.coverage:.3f}" for r in frame.itertuples())


def _rule(name: str, target: str, measured: str, broken: pd.DataFrame) -> Criterion:
    return Criterion(name, target, measured, broken.empty, _cells(broken))


def judge_coverage(table: pd.DataFrame) -> list[Criterion]:
    """Criteria of the coverage table: rows of CellScore with estimators `default` and `oracle`, theta > 0 and 0."""
    effect = table[table["theta"] != 0.0]
    ours = effect[effect["estimator"] == "default"].reset_index(drop=True)
    oracle = effect[effect["estimator"] == "oracle"].reset_index(drop=True)
    short = ours[ours["horizon"].isin((0, 1))]
    middle, long = ours[ours["horizon"] == 3], ours[ours["horizon"].isin((6, 12))]
    band = NORMAL_99 * short["coverage_mc_error"]
    outside = short[(short["coverage"] + band < 0.92) | (short["coverage"] - band > 0.97)]
    pooled = float(short["coverage"].mean())
    paired = ours.merge(oracle, on=["process", "n", "horizon"], suffixes=("", "_oracle"))
    paired = paired.assign(ratio=paired["width"] / paired["width_oracle"])
    narrow = paired[paired["horizon"] <= 3]
    far = paired[paired["horizon"].isin((6, 12))]
    low = ours[ours["coverage"] < 0.90]
    criteria = [
        _rule("cells at h = 0, 1", "99 % Monte Carlo interval meets [0.92, 0.97]", _range(short), outside),
        Criterion("pooled coverage at h = 0, 1", "[0.935, 0.965]", f"{pooled:.4f}", 0.935 <= pooled <= 0.965),
        _rule("cells at h = 3", "at least 0.90", _range(middle), middle[middle["coverage"] < 0.90]),
        _rule("cells at h = 6, 12", "at most 0.02 below the oracle of the cell", _range(long),
              far[far["coverage"] < far["coverage_oracle"] - 0.02]),
        _rule("cells covering less than 0.90 are flagged", "flagged in more than half of the replications",
              f"{len(low)} cells below 0.90", low[low["flagged"] <= 0.5]),
        Criterion("width at h <= 3", "at most 1.15 times the oracle's", f"largest ratio {narrow['ratio'].max():.3f}",
                  bool(narrow["ratio"].max() <= 1.15)),
    ]  # fmt: skip
    null = table[(table["theta"] == 0.0) & (table["estimator"] == "default") & table["horizon"].isin((0, 1))]
    if len(null):
        size = 1.0 - float(null["coverage"].mean())
        criteria.append(Criterion("pooled size at theta = 0, h = 0, 1", "[0.035, 0.065]", f"{size:.4f}",
                                  0.035 <= size <= 0.065))  # fmt: skip
    others = table[table["estimator"].str.startswith("econml")]
    if len(others):
        worst = others.groupby("estimator")["coverage"].agg(["min", "max"])
        text = "; ".join(f"{name}: {row['min']:.2f} to {row['max']:.2f}" for name, row in worst.iterrows())
        linear = others[others["estimator"] == "econml LinearDML default"]
        criteria.append(Criterion("econml defaults fail in the same run", "some cell below 0.90", text,
                                  bool(len(linear) and linear["coverage"].min() < 0.90)))  # fmt: skip
    return criteria


def _range(frame: pd.DataFrame) -> str:
    if frame.empty:
        return "no cells"
    return f"{len(frame)} cells, {frame['coverage'].min():.3f} to {frame['coverage'].max():.3f}"


def judge_benchmarks(
    plr: pd.DataFrame | None, ihdp: pd.DataFrame | None, lalonde: pd.DataFrame | None, experiment_usd: float
) -> list[Criterion]:
    """Criteria of the cross-section benchmarks that were run."""
    criteria = []
    if plr is not None:
        rmse = plr.set_index("estimator")["rmse"]
        ours = rmse[rmse.index.str.startswith("ours")]
        criteria.append(Criterion("PLR, n = 500", "RMSE at most DoubleML's in the same run",
                                  f"{ours.min():.4f} ({ours.idxmin()}) and {rmse['DoubleML, lasso']:.4f}",
                                  bool(ours.min() <= rmse["DoubleML, lasso"])))  # fmt: skip
    if ihdp is not None:
        pehe = ihdp["root_pehe"]
        others = pehe[["seed forest", "best constant effect"]]
        criteria.append(Criterion("IHDP surface B", "root PEHE below the seed's forest and the best constant",
                                  f"{pehe.iloc[0]:.3f}; {others.round(3).to_dict()}",
                                  bool(pehe.iloc[0] < others.min())))  # fmt: skip
    if lalonde is not None:
        row = lalonde.loc["ours, doubly robust, CPS"]
        distance = abs(float(row["effect_usd"]) - experiment_usd)
        criteria.append(Criterion("LaLonde", f"within one standard error of {experiment_usd:.0f} dollars",
                                  f"{row['effect_usd']:.0f} (standard error {row['stderr_usd']:.0f})",
                                  bool(distance <= float(row["stderr_usd"]))))  # fmt: skip
    return criteria
