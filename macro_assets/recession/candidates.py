"""A candidate: which columns, which estimator, whether selected and calibrated; and what it is once fitted.

Belongs here: the one interface of all stage-1 classifiers (`fit`, `predict_proba`, `name`, `params`).
Does not belong here: the list of candidates (presets.py), estimators, the training window (evaluation/walk_forward.py).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from macro_assets.errors import InvalidInputError
from macro_assets.inference.display import Displayed
from macro_assets.inference.logistic import Sigmoid, expit, fit_sigmoid, log_odds
from macro_assets.recession.calibration import COST_RATIO, cycles, fold_groups, threshold
from macro_assets.recession.columns import absent, known_matrix, matrix
from macro_assets.recession.data import complete_rows
from macro_assets.recession.estimators import IMPORTANCE_LABELS, Boosting, Estimator, Model, importance
from macro_assets.recession.nested import NestedVotes, SettledVotes
from macro_assets.recession.selection import Selection, Selector
from macro_assets.recession.votes import VoteModel, bounded_sigmoid

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Array = NDArray[np.float64]
FeatureSet = Literal["compact", "wide", "state"]

__all__ = ["Candidate", "FeatureSet", "FittedCandidate", "Selections"]

_IMPORTANCE_LABELS = IMPORTANCE_LABELS | {VoteModel: "size of the standardised weight, by its share in the votes"}
Selections = dict[tuple[Selector, bytes], Selection]


@dataclass(frozen=True)
class Candidate:
    """A stage-1 classifier before training.

    Attributes
    ----------
    name, description : for tables and people.
    estimator : see estimators.py.
    feature_set : compact = monthly stationary columns; wide = the thousands of quarterly ones; state = the NBER state.
    columns : the columns of the set that it reads; all when empty.
    selector : selection inside the training window, or None.
    calibrated : sigmoid calibration on out-of-fold predictions.
    bounded : the calibration's slope is at most 1, for votes at most what they are independent for (votes.py).
    folds : groups of business cycles left out in turn; None = one cycle each.
    cost_ratio : cost of a missed event in false alarms; sets the threshold.
    eligible : whether the gate may make it champion; such a candidate must have an ONNX graph (export/recession.py).
    """

    name: str
    description: str
    estimator: Estimator
    feature_set: FeatureSet = "compact"
    columns: tuple[str, ...] = ()
    selector: Selector | None = None
    calibrated: bool = False
    bounded: bool = False
    folds: int | None = None
    cost_ratio: float = COST_RATIO
    eligible: bool = False

    def __post_init__(self) -> None:
        weighted = isinstance(self.estimator, Boosting) and "scale_pos_weight" in self.estimator.parameters
        if self.calibrated and weighted:
            raise InvalidInputError(
                f"Candidate {self.name!r}: class weights distort the probabilities that calibration is to repair.",
                remedy="Leave out scale_pos_weight, or set calibrated=False.",
            )

    @property
    def params(self) -> dict[str, Any]:
        """Settings as plain values, for a registry."""
        settings = {f"estimator.{key}": value for key, value in _settings(self.estimator).items()}
        return settings | {
            "estimator": type(self.estimator).__name__,
            "feature_set": self.feature_set,
            "selected": self.selector is not None,
            "calibrated": self.calibrated,
            "cost_ratio": self.cost_ratio,
        }

    def fit(
        self, features: pd.DataFrame, target: Array, recession: Array, selections: Selections | None = None
    ) -> FittedCandidate:
        """Train on the rows given, and on nothing else.

        Parameters
        ----------
        features : (n, p) training rows in time order; columns this candidate does not read are ignored.
        target : (n,) 0 or 1.
        recession : (n,) state of the cycle at each row; delimits the cycles left out in turn.
        selections : selections already made, shared between candidates; found again by selector, rows and outcomes.

        Raises
        ------
        InvalidInputError : a column it reads is unknown, lengths differ, or one class only.
        """
        names = [str(name) for name in self.columns or features.columns]
        x = known_matrix(features, names, f"Candidate {self.name!r}")
        y, recession = np.asarray(target, dtype=float), np.asarray(recession, dtype=float)
        if not len(x) == len(y) == len(recession) or y.min() == y.max():
            raise InvalidInputError(
                f"Candidate {self.name!r}: training needs equal lengths and both classes; got {len(x)} rows.",
                remedy="Begin with a later origin, or load a longer history.",
            )
        keep = complete_rows(x, y)
        x, y, cycle = x[keep], y[keep], cycles(recession)[keep]
        shared: Selections = {} if selections is None else selections
        index = pd.DatetimeIndex(features.index[keep])
        one = self._settled(x, y, recession[keep], index)
        held_out, sigmoid = one._calibrate(x, y, cycle, names, shared)
        scored = ~np.isnan(held_out)
        chosen = threshold(expit(held_out[scored]), y[scored], self.cost_ratio)
        model, selection = one._fit_once(x, y, names, shared)
        columns = names if selection is None else list(selection.names)
        return FittedCandidate(one, tuple(columns), model, sigmoid, chosen, pd.Series(held_out, index), selection)

    def _settled(self, x: Array, y: Array, recession: Array, index: pd.DatetimeIndex) -> Candidate:
        """This candidate with the design that its rules choose on the training rows."""
        if not isinstance(self.estimator, NestedVotes):
            return self
        return replace(self, estimator=self.estimator.settle(x, y, recession, index))

    def _calibrate(
        self, x: Array, y: Array, cycle: NDArray[np.int64], names: list[str], shared: Selections
    ) -> tuple[Array, Sigmoid]:
        """Calibrated log-odds of rows left out, and the calibration."""
        parts = self._out_of_fold(x, y, cycle, names, shared)
        held_out, base = np.full(len(y), np.nan), np.full(len(y), np.nan)
        for part in parts:
            held_out[part.rows], base[part.rows] = part.log_odds, part.base
        scored = ~np.isnan(held_out)
        if not self.calibrated or not scored.any() or not 0 < y[scored].sum() < scored.sum():
            return held_out, Sigmoid()
        if not self.bounded:
            sigmoid = fit_sigmoid(held_out[scored], y[scored])
            return sigmoid.apply(held_out), sigmoid
        on_distance, held_out[scored] = bounded_sigmoid(held_out[scored], base[scored], y[scored], _slope_limit(parts))
        whole = float(log_odds(y.mean()))
        return held_out, Sigmoid(on_distance.intercept + whole * (1.0 - on_distance.slope), on_distance.slope)

    def _fit_once(self, x: Array, y: Array, names: list[str], shared: Selections) -> tuple[Model, Selection | None]:
        if self.selector is None:
            return self.estimator.fit(x, y), None
        key = (self.selector, _fingerprint(x, y, names))
        if key not in shared:
            shared[key] = self.selector.select(x, y, names)
        selection = shared[key]
        return self.estimator.fit(x[:, selection.positions], y), selection

    def _out_of_fold(
        self, x: Array, y: Array, cycle: NDArray[np.int64], names: list[str], shared: Selections
    ) -> list[_LeftOut]:
        """Each business cycle forecast by a model that never saw it; selection is redone each time."""
        out = []
        for left_out in fold_groups(cycle, y, self.folds):
            model, selection = self._fit_once(x[~left_out], y[~left_out], names, shared)
            rows = x[left_out] if selection is None else x[left_out][:, selection.positions]
            share = float(log_odds(y[~left_out].mean()))
            out.append(_LeftOut(left_out, model, rows, model.log_odds(rows), share))
        return out


@dataclass(frozen=True)
class _LeftOut:
    """Rows of a left-out group, their forecast, and the base log-odds of the model's training."""

    rows: NDArray[np.bool_]
    model: Model
    inputs: Array
    log_odds: Array
    base: float


def _slope_limit(parts: list[_LeftOut]) -> float:
    """One for a single model; for votes see `VoteModel.slope_limit`."""
    votes = [part.model.votes(part.inputs) for part in parts if isinstance(part.model, VoteModel)]
    last = parts[-1].model
    return last.slope_limit(np.concatenate(votes)) if isinstance(last, VoteModel) else 1.0


@dataclass(frozen=True)
class FittedCandidate(Displayed):
    """A trained classifier.

    Attributes
    ----------
    columns : the inputs of the model, in order.
    sigmoid : calibration; the identity when the candidate is not calibrated.
    threshold : fixed in training from the cost ratio.
    out_of_fold : calibrated log-odds of the training rows, each from a model that did not see its cycle.
    """

    candidate: Candidate
    columns: tuple[str, ...]
    model: Model
    sigmoid: Sigmoid
    threshold: float
    out_of_fold: pd.Series
    selection: Selection | None = field(default=None)

    @property
    def name(self) -> str:
        """Name of the candidate."""
        return self.candidate.name

    @property
    def params(self) -> dict[str, Any]:
        """Settings and what training fixed."""
        return self.candidate.params | {
            "threshold": self.threshold,
            "calibration.intercept": self.sigmoid.intercept,
            "calibration.slope": self.sigmoid.slope,
            "columns": len(self.columns),
            "training_rows": len(self.out_of_fold),
        }

    def importance(self) -> pd.DataFrame:
        """Inputs by size: standardised weight of linear models, impurity importance of trees; largest first."""
        model = self.model
        sizes = model.importance() if isinstance(model, VoteModel) else importance(model, len(self.columns))
        frame = pd.DataFrame({"feature": self.columns, "importance": sizes})
        return frame.sort_values("importance", ascending=False, kind="stable", ignore_index=True)

    def summary(self) -> str:
        """What it rests on, and what training fixed."""
        rows = self.out_of_fold.index
        return (
            f"{self.name}: {self.candidate.description}.\n"
            f"{len(self.columns)} inputs, {len(rows)} training rows to {rows[-1]:%Y-%m-%d}; alarm above "
            f"{self.threshold:.0%}; calibration slope {self.sigmoid.slope:.2f}."
        )

    def to_frame(self) -> pd.DataFrame:
        """As `importance`."""
        return self.importance()

    def plot(self, ax: Axes | None = None, *, top: int = 20) -> Axes:
        """The largest inputs."""
        from macro_assets.pictures import recession as pictures

        shown = self.importance().head(top)
        return pictures.importance_bars(
            shown["feature"].tolist(),
            shown["importance"].to_numpy(),
            label=_IMPORTANCE_LABELS.get(type(self.model), "no inputs"),
            finding=f"{self.name} rests most on {shown['feature'].iloc[0]}",
            ax=ax,
        )

    def matrix(self, features: pd.DataFrame) -> Array:
        """Inputs (n, p) in the model's order; absent columns are missing, see `missing`."""
        return matrix(features, self.columns)

    def missing(self, features: pd.DataFrame) -> tuple[str, ...]:
        """Inputs that are unknown in the last row and so stand at their training medians."""
        return absent(features, self.columns)

    def log_odds(self, features: pd.DataFrame) -> Array:
        """(n,) calibrated log-odds; rows with missing indicators are scored with training medians."""
        return self.sigmoid.apply(self.model.log_odds(self.matrix(features)))

    def predict_proba(self, features: pd.DataFrame) -> Array:
        """(n,) probability of recession."""
        return expit(self.log_odds(features))


def _settings(estimator: Estimator) -> dict[str, Any]:
    if isinstance(estimator, NestedVotes):
        return {"designs": len(estimator.designs)}
    if isinstance(estimator, SettledVotes):
        skills = {f"skill.{trial.design}": trial.skill for trial in estimator.trials}
        return {
            "design": estimator.design.name,
            "steps_back": estimator.steps_back,
            "slope_cap": estimator.slope_cap,
            **skills,
        }
    values: dict[str, Any] = asdict(estimator)  # type: ignore[call-overload]
    return values


def _fingerprint(x: Array, y: Array, names: list[str]) -> bytes:
    digest = blake2b(repr((x.shape, names)).encode(), digest_size=16)
    digest.update(np.ascontiguousarray(x).data)
    digest.update(np.ascontiguousarray(y).data)
    return digest.digest()
