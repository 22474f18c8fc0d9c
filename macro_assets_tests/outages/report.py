"""The outcomes as a table, and the page that keeps it.

Belongs here: text. Does not belong here: the study.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from macro_assets_tests.outages.study import Outcome

PAGE = Path(__file__).parents[2] / "docs" / "outages.md"
FIGURES = PAGE.with_suffix(".json")
BEGIN, END = "<!-- outages -->", "<!-- end of outages -->"


def table(outcomes: Sequence[Outcome]) -> str:
    """One line an episode."""
    heads = [
        "episode", "failed runs", "missing at worst: facts and values, vintage days", "healed at",
        "FRED facts missing or other", "values missing or other", "restated early", "restated late, days",
        "vintage days missing", "set aside",
    ]  # fmt: skip
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for one in outcomes:
        left = one.left
        late = ", ".join(map(str, left.late)) or "none"
        lines.append(
            f"| {one.episode} | {one.failed_runs} | {one.worst}, {one.days_missing} | {one.healed_at or 'NOT HEALED'} | "
            f"{left.fred_missing + left.fred_other} | {left.values_missing + left.values_other} | {left.early} | {late} | "
            f"{one.holes} | {one.set_aside} |"
        )
    return "\n".join(lines)


def put_on_page(text: str, outcomes: Sequence[Outcome]) -> None:
    """Replace the table of docs/outages.md, and write the figures beside it."""
    head, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}")
    FIGURES.write_text(json.dumps([one.as_dict() for one in outcomes], indent=1) + "\n")
