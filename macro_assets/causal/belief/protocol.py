"""What a belief check is: the protocol, the cell it looks at, the evidence it may use, and what it answers.

Belongs here: the types every check shares; they load without pandas. Does not belong here: what each check asks
(declarations.py) and computes (checks.py and the modules it lists), the words of a cell (report.py).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from macro_assets.inference.display import Displayed

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

    from macro_assets.causal.engine.design import Rows
    from macro_assets.causal.engine.inputs import Sample
    from macro_assets.causal.engine.linear import LinearCells
    from macro_assets.causal.engine.results import EffectEstimate
    from macro_assets.causal.engine.settings import EffectSettings

__all__ = ["Asked", "Cell", "Check", "CheckResult", "Evidence"]

Shared = TypeVar("Shared")


@dataclass(frozen=True)
class Evidence:
    """What checks may use beside the series of the cell.

    recessions : (k, 2) first and last day of each, for leave-one-recession-out; NaT as last day: it is left in.
    benchmark : control to compare the robustness value with; None takes the strongest.
    """

    recessions: ArrayLike = field(default=(), compare=False)
    benchmark: str | None = None


@dataclass(frozen=True)
class Cell:
    """One estimated cell with everything needed to estimate it again under a change.

    shared : what checks computed that depends on shock, controls and rows alone; cells that have these in common share it.
    """

    sample: Sample
    rows: Rows
    cells: LinearCells
    estimate: EffectEstimate
    settings: EffectSettings
    evidence: Evidence = Evidence()
    shared: dict[Any, Any] = field(default_factory=dict)

    @property
    def lags(self) -> int:
        """Lags of controls, shock and outcome."""
        return self.settings.lags

    @property
    def dates(self) -> pd.DatetimeIndex:
        """(n,) of the shocks used."""
        return self.sample.index[self.rows.positions]

    def once(self, name: str, make: Callable[[], Shared]) -> Shared:
        """The result of `make`, computed once for all cells of the same shock, controls and rows."""
        key = (name, self.sample.index[0], self.rows)
        if key not in self.shared:
            self.shared[key] = make()
        result: Shared = self.shared[key]
        return result


@dataclass(frozen=True)
class CheckResult(Displayed):
    """One reason to believe a cell, or not.

    passed : None when the check could not be run or only informs. value, threshold : what was compared, in `unit`.
    text : one sentence for a reader. table : every value that was looked at, by what was tried, in `unit`.
    """

    name: str
    passed: bool | None
    value: float
    threshold: float
    unit: str
    text: str
    table: pd.Series | None = None

    @property
    def verdict(self) -> str:
        """passed, failed or informs."""
        return "informs" if self.passed is None else ("passed" if self.passed else "failed")

    def to_frame(self) -> pd.DataFrame:
        """One row per value that was looked at."""
        import pandas as pd

        values = pd.Series({self.name: self.value}) if self.table is None else self.table
        frame = values.rename("value").rename_axis("tried").reset_index()
        return frame.assign(threshold=self.threshold, unit=self.unit, verdict=self.verdict)

    def summary(self) -> str:
        """The verdict and its sentence."""
        return f"[{self.verdict}] {self.name}: {self.text}"

    def plot(self, ax: Axes | None = None) -> Axes:
        """Every value that was looked at, against the threshold."""
        from macro_assets.pictures import effects, style

        frame = self.to_frame()
        axes = effects.threshold(list(map(str, frame["tried"])), frame["value"], self.threshold, unit=self.unit, ax=ax)
        style.title(axes, f"{self.name.replace('_', ' ')}: {self.verdict}", self.text)
        return axes


class Asked(Protocol):
    """What a reader is told of a check: reports, asset checks and the documentation are made from it."""

    @property
    def name(self) -> str:
        """Short name, also that of the asset check."""

    @property
    def words(self) -> str:
        """What holds when the check passes, in one sentence with its threshold."""


class Check(Asked, Protocol):
    """A reason to believe an effect, asked of every cell."""

    def run(self, cell: Cell) -> CheckResult:
        """Ask it of one cell."""
