"""Feature selection inside a training window: forest importance, then removal of collinear columns.

Belongs here: importance ranking, variance inflation factors, stability over windows. Does not belong here: the window
itself (evaluation/walk_forward.py cuts it) and estimators.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.recession.scaler import Scaler

Array = NDArray[np.float64]
IMPORTANT = 50
MAX_VIF = 10.0
TREES = 100
_RIDGE = 1e-8

__all__ = ["IMPORTANT", "MAX_VIF", "Selection", "Selector", "drop_collinear", "important_columns", "stability", "stability_of_refits",
           "variance_inflation"]  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """Columns kept, with their positions, importance, and the columns dropped as collinear."""

    positions: NDArray[np.int64]
    names: tuple[str, ...]
    importance: Array
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Selector:
    """Forest importance to `keep` columns, then variance inflation above `max_vif` removed one by one."""

    keep: int = IMPORTANT
    max_vif: float = MAX_VIF
    trees: int = TREES
    seed: int = 42

    def select(self, x: Array, y: Array, names: Sequence[str]) -> Selection:
        """Select on training rows (n, p); medians for missing cells are those of the same rows."""
        filled = Scaler.learn(x).fill(x)
        ranked, importance = important_columns(filled, y, keep=self.keep, trees=self.trees, seed=self.seed)
        kept = ranked[drop_collinear(filled[:, ranked], self.max_vif)]
        dropped = [j for j in ranked if j not in set(kept)]
        return Selection(kept, tuple(names[j] for j in kept), importance[kept], tuple(names[j] for j in dropped))


def important_columns(
    x: Array, y: Array, *, keep: int = IMPORTANT, trees: int = TREES, seed: int = 42
) -> tuple[NDArray[np.int64], Array]:
    """Positions of the `keep` most important columns, best first, and the importance of all columns."""
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(n_estimators=trees, random_state=seed, n_jobs=1)
    importance = forest.fit(x.astype(np.float32), y).feature_importances_
    order = np.argsort(-importance, kind="stable")[:keep]
    return order[importance[order] > 0].astype(np.int64), importance


def variance_inflation(x: Array) -> Array:
    """Variance inflation factor of each column, with an intercept; infinite for exact combinations."""
    inverse = _inverse_correlation(x)
    return np.diag(inverse).copy()


def drop_collinear(x: Array, max_vif: float = MAX_VIF) -> NDArray[np.int64]:
    """Positions left after removing the column of the largest variance inflation until none exceeds `max_vif`.

    One inversion, then the inverse correlation matrix is down-dated: without column m it is
    P - P[:, m] P[m, :] / P[m, m]. Constant columns go first. Singular input (repeated columns, fewer rows than
    columns) gets a ridge of 1e-8, which leaves the order of removal well defined.
    """
    varying = np.flatnonzero(x.std(axis=0) > 1e-12)
    if varying.size < 2:
        return varying.astype(np.int64)
    inverse, keep = _inverse_correlation(x[:, varying]), varying.astype(np.int64)
    while len(keep) > 1:
        diagonal = np.diag(inverse)
        worst = int(diagonal.argmax())
        if diagonal[worst] <= max_vif:
            break
        rest = np.delete(np.arange(len(keep)), worst)
        removed = np.outer(inverse[rest, worst], inverse[worst, rest]) / inverse[worst, worst]
        inverse, keep = inverse[np.ix_(rest, rest)] - removed, keep[rest]
    return keep


def stability(selections: Iterable[Selection]) -> pd.DataFrame:
    """Share of windows that kept each column, and its mean importance there; most stable first."""
    chosen = list(selections)
    rows = [(name, weight) for item in chosen for name, weight in zip(item.names, item.importance, strict=True)]
    frame = pd.DataFrame(rows, columns=["feature", "importance"])
    table = frame.groupby("feature")["importance"].agg(["size", "mean"])
    table = table.rename(columns={"size": "share", "mean": "importance"})
    table["share"] = table["share"] / max(len(chosen), 1)
    return table.sort_values(["share", "importance"], ascending=False)


def stability_of_refits(forecasts: pd.DataFrame, top: int = 20) -> pd.DataFrame:
    """Share of yearly refits that kept each column, from walk-forward rows; the `top` columns of each panel.

    Parameters
    ----------
    forecasts : rows of walk_forward.walk_forward, with the column `selected`.
    """
    rows = forecasts[forecasts["selected"] != ""].drop_duplicates(["frequency", "mode", "selected", "refit"])
    if rows.empty:
        return pd.DataFrame(columns=["frequency", "mode", "feature", "refits", "share"])
    refits = rows.groupby(["frequency", "mode"])["refit"].transform("nunique")
    long = rows.assign(refits=refits, feature=rows["selected"].str.split("|")).explode("feature")
    table = long.groupby(["frequency", "mode", "feature", "refits"])["refit"].nunique().rename("kept").reset_index()
    table["share"] = table["kept"] / table["refits"]
    table = table.sort_values(["frequency", "mode", "share", "feature"], ascending=[True, True, False, True])
    return table.groupby(["frequency", "mode"]).head(top)[["frequency", "mode", "feature", "refits", "share"]]


def _inverse_correlation(x: Array) -> Array:
    correlation = np.atleast_2d(np.corrcoef(x, rowvar=False))
    values = np.linalg.eigvalsh(correlation)
    if len(x) <= x.shape[1] + 1 or values[0] < 1e-10 * values[-1]:
        correlation = correlation + _RIDGE * np.eye(len(correlation))
    return np.asarray(np.linalg.inv(correlation), dtype=np.float64)
