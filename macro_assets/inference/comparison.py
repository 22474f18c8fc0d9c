"""Is one forecaster better than another? Tests on loss differences that overlap in time.

Belongs here: Diebold-Mariano and Giacomini-White tests, exact intervals for tiny samples.
Does not belong here: scores themselves (metrics.py, scores.py), the long-run variance (longrun.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.inference.longrun import hac_variance

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
BANDWIDTH = {"M": 24, "Q": 8}
SIZE = 0.05
SMALLEST_STATED = 0.001

__all__ = ["BANDWIDTH", "LossTest", "auc_interval", "diebold_mariano",
           "diebold_mariano_without_any", "giacomini_white", "proportion_interval"]  # fmt: skip


@dataclass(frozen=True)
class LossTest(Displayed):
    """Result of a test of equal predictive ability.

    Attributes
    ----------
    name : of the test.
    mean_difference : mean loss of the first minus the second forecaster; negative favours the first.
    statistic, p_value : p_value is two-sided.
    p_worse : one-sided probability of so large a difference if the first were not worse (missing for a chi-square).
    bandwidth, n : lags of the Bartlett kernel, rows.
    stderr : of the mean difference; zero where all differences are equal.
    """

    name: str
    mean_difference: float
    statistic: float
    p_value: float
    p_worse: float
    bandwidth: int
    n: int
    stderr: float = 0.0

    def summary(self) -> str:
        """Who loses less, by how much, and whether chance would do that."""
        better = "first" if self.mean_difference < 0.0 else "second"
        verdict = f"The {better} forecaster loses less" if self.p_value < SIZE else "No difference in loss is found"
        chance = f"p = {self.p_value:.3f}" if self.p_value >= SMALLEST_STATED else f"p < {SMALLEST_STATED}"
        return (
            f"{verdict}: {self.mean_difference:+.4g} a row (standard error {self.stderr:.2g}, {chance}).\n"
            f"{self.name} test on {self.n} rows, Bartlett kernel with {self.bandwidth} lags."
        )

    def to_frame(self) -> pd.DataFrame:
        """One row: mean difference, standard error, statistic, p-values, bandwidth, rows."""
        import pandas as pd

        return pd.DataFrame([vars(self)])

    def plot(self, ax: Axes | None = None) -> Axes:
        """The mean difference with its 95 % interval beside zero."""
        from scipy.stats import t as student

        from macro_assets.pictures.statistics import difference

        half = float(student.ppf(1.0 - SIZE / 2.0, self.n - 1)) * self.stderr
        low, high = self.mean_difference - half, self.mean_difference + half
        finding, method = self.summary().splitlines()
        label = "loss of the first minus loss of the second forecaster, mean of a row"
        return difference(self.mean_difference, low, high, finding, method, label=label, ax=ax)


def diebold_mariano(loss_a: Array, loss_b: Array, bandwidth: int) -> LossTest:
    """Diebold-Mariano test with Student t reference; equals the unconditional Giacomini-White test.

    Source: Diebold and Mariano (1995); Harvey, Leybourne and Newbold (1997) for the reference distribution.
    """
    from scipy.stats import t as student

    difference = _difference(loss_a, loss_b)
    n, mean = len(difference), float(difference.mean())
    variance = float(hac_variance(difference, bandwidth)[0, 0])
    if variance <= 0.0:
        return LossTest("Diebold-Mariano", mean, 0.0, 1.0, 0.5, bandwidth, n)
    stderr = float(np.sqrt(variance))
    statistic = mean / stderr
    return LossTest(
        name="Diebold-Mariano",
        mean_difference=mean,
        statistic=statistic,
        p_value=float(2.0 * student.sf(abs(statistic), n - 1)),
        p_worse=float(student.sf(statistic, n - 1)),
        bandwidth=bandwidth,
        n=n,
        stderr=stderr,
    )


def diebold_mariano_without_any(loss_a: Array, loss_b: Array, bandwidth: int, neighbours: int) -> LossTest:
    """The Diebold-Mariano test least in favour of the first forecaster when `neighbours` rows in a row are left out.

    One period, however large, cannot make a forecaster look better: a verdict that hangs on it is gone without it.
    """
    _difference(loss_a, loss_b)
    rows = np.arange(len(loss_a))
    tests = [
        diebold_mariano(loss_a[keep], loss_b[keep], bandwidth)
        for start in range(len(rows) - neighbours + 1)
        for keep in ((rows < start) | (rows >= start + neighbours),)
    ]
    return min(tests, key=lambda test: test.p_worse)


def giacomini_white(loss_a: Array, loss_b: Array, bandwidth: int, horizon: int) -> LossTest:
    """Conditional test: can the loss difference be predicted by a constant and its value one horizon ago?

    Source: Giacomini and White (2006), Econometrica 74(6).
    """
    from scipy.stats import chi2

    difference = _difference(loss_a, loss_b)
    ahead, before = difference[horizon:], difference[:-horizon]
    moments = np.column_stack([ahead, ahead * before])
    variance = hac_variance(moments, bandwidth)
    mean = moments.mean(axis=0)
    if np.linalg.matrix_rank(variance, tol=1e-18) < 2:
        return LossTest("Giacomini-White", float(difference.mean()), 0.0, 1.0, float("nan"), bandwidth, len(ahead))
    statistic = float(mean @ np.linalg.solve(variance, mean))
    return LossTest(
        name="Giacomini-White",
        mean_difference=float(difference.mean()),
        statistic=statistic,
        p_value=float(chi2.sf(statistic, 2)),
        p_worse=float("nan"),
        bandwidth=bandwidth,
        n=len(ahead),
        stderr=float(np.sqrt(variance[0, 0])),
    )


def proportion_interval(successes: int, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Exact interval of a proportion. Source: Clopper and Pearson (1934)."""
    from scipy.stats import beta

    if not 0 <= successes <= trials or trials == 0:
        raise InvalidInputError(
            f"{successes} successes of {trials} trials are not a proportion.", remedy="Pass 0 <= successes <= trials."
        )
    tail = (1.0 - level) / 2.0
    low = 0.0 if successes == 0 else float(beta.ppf(tail, successes, trials - successes + 1))
    high = 1.0 if successes == trials else float(beta.ppf(1.0 - tail, successes + 1, trials - successes))
    return low, high


def auc_interval(auc: float, positives: int, negatives: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of an area under the ROC curve, cut at 0 and 1. Source: Hanley and McNeil (1982), Radiology 143.

    A perfect or wholly wrong ranking has no estimated error; its interval is then the exact binomial one with the
    smaller class as the number of trials, the bound of Birnbaum (1956).
    """
    from scipy.stats import norm

    if auc in (0.0, 1.0):
        trials = min(positives, negatives)
        return proportion_interval(round(auc * trials), trials, level)
    q1, q2 = auc / (2.0 - auc), 2.0 * auc**2 / (1.0 + auc)
    variance = auc * (1 - auc) + (positives - 1) * (q1 - auc**2) + (negatives - 1) * (q2 - auc**2)
    half = norm.ppf(0.5 + level / 2.0) * np.sqrt(max(variance, 0.0) / (positives * negatives))
    return float(max(0.0, auc - half)), float(min(1.0, auc + half))


def _difference(loss_a: Array, loss_b: Array) -> Array:
    a, b = np.asarray(loss_a, dtype=float), np.asarray(loss_b, dtype=float)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 20:
        raise InvalidInputError(
            f"A loss test needs two series of one length and at least 20 losses, not {a.shape} and {b.shape}.",
            remedy="Score both forecasters on the same origins.",
        )
    difference: Array = a - b
    return difference
