"""A result prints its summary, and shows it with its table in a notebook."""

from dataclasses import dataclass
from typing import Any, ClassVar

import pandas as pd
import pytest

from macro_assets.inference.display import HTML_ROWS, Displayed, Result


@dataclass(frozen=True)
class Forecast(Displayed):
    """A result with one column too many for a notebook."""

    html_columns: ClassVar[tuple[str, ...]] = ("month", "value")
    rows: int = 3

    def summary(self) -> str:
        return "P(recession) < 5 %\n  at <b>all</b> horizons"

    def to_frame(self) -> pd.DataFrame:
        return pd.DataFrame({"month": range(self.rows), "value": 1 / 3, "internal": 7})

    def plot(self, ax: Any = None) -> Any:
        return ax


def test_a_result_prints_its_summary_and_keeps_its_repr() -> None:
    assert str(Forecast()) == Forecast().summary()
    assert repr(Forecast()) == "Forecast(rows=3)"
    assert isinstance(Forecast(), Result)


def test_a_notebook_shows_the_finding_first_then_the_chosen_columns() -> None:
    html = Forecast()._repr_html_()
    assert html.index("<strong>P(recession) &lt; 5 %</strong>") < html.index("<table")
    assert "&lt;b&gt;all&lt;/b&gt;" in html
    assert "0.3333" in html
    assert "internal" not in html


def test_a_long_table_is_cut_in_the_notebook() -> None:
    assert Forecast(rows=500)._repr_html_().count("<tr") < HTML_ROWS + 10


def test_a_result_without_words_of_its_own_is_refused_by_name() -> None:
    class Silent(Displayed):
        pass

    with pytest.raises(NotImplementedError, match="Silent"):
        str(Silent())
