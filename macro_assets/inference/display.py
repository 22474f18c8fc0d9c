"""How a result shows itself: `print(result)` gives its summary, a notebook cell the summary and its table.

Belongs here: the two presentations every public result shares, and the protocol that results of all rooms follow.
Does not belong here: what a summary says, which columns a table has, pictures (pictures/).

A result class inherits `Displayed` and defines `summary() -> str` (several lines, the first one the finding),
`to_frame() -> DataFrame` and `plot(ax=None) -> Axes`.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["HTML_ROWS", "Displayed", "DisplayedNumbers", "Result"]

HTML_ROWS = 20


@runtime_checkable
class Result(Protocol):
    """What every public result answers to."""

    def summary(self) -> str:
        """A few lines for a reader."""

    def to_frame(self) -> pd.DataFrame:
        """The result as a table."""

    def plot(self, ax: Any = None) -> Any:
        """The result as a picture, on `ax` when one is passed."""

    def _repr_html_(self) -> str: ...


class Displayed:
    """Mixin of result objects: `__str__`, `_repr_html_` and `figure` from `summary`, `to_frame` and `plot`.

    html_columns : columns of `to_frame()` that a notebook shows; empty shows all of them.
    """

    html_columns: ClassVar[tuple[str, ...]] = ()

    def summary(self) -> str:
        """A few lines for a reader; each result writes its own."""
        raise NotImplementedError(f"{type(self).__name__} does not define summary().")

    def to_frame(self) -> pd.DataFrame:
        """The result as a table; each result writes its own."""
        raise NotImplementedError(f"{type(self).__name__} does not define to_frame().")

    def plot(self, ax: Any = None) -> Any:
        """The result as a picture; each result draws its own."""
        raise NotImplementedError(f"{type(self).__name__} does not define plot().")

    def figure(self) -> Figure:
        """The picture as a figure of its own."""
        figure: Figure = self.plot().get_figure()
        return figure

    def __str__(self) -> str:
        return self.summary()

    def _repr_html_(self) -> str:
        """The summary, then at most `HTML_ROWS` rows of the table; all text escaped."""
        headline, *rest = self.summary().splitlines()
        frame = self.to_frame()
        if self.html_columns:
            frame = frame[[name for name in self.html_columns if name in frame]]
        table = frame.to_html(max_rows=HTML_ROWS, border=0, escape=True, float_format=lambda value: f"{value:.4g}")
        body = "\n".join(rest)
        details = f"<pre>{escape(body)}</pre>" if body else ""
        return f"<div><p><strong>{escape(headline)}</strong></p>{details}{table}</div>"


class DisplayedNumbers(Displayed):
    """Mixin of results that are a dataclass of a few numbers: one line, one row, one bar a number."""

    def summary(self) -> str:
        """Each number by its name."""
        return f"{type(self).__name__}: {', '.join(f'{name} {value:.4g}' for name, value in self._numbers().items())}."

    def to_frame(self) -> pd.DataFrame:
        """One row, one column a number."""
        import pandas as pd

        return pd.DataFrame([self._numbers()])

    def plot(self, ax: Any = None) -> Any:
        """One bar a number."""
        from macro_assets.pictures.statistics import number_bars

        numbers = self._numbers()
        return number_bars(list(numbers), list(numbers.values()), self.summary().splitlines()[0], ax=ax)

    def _numbers(self) -> dict[str, float]:
        return {name: value for name, value in vars(self).items() if isinstance(value, int | float)}
