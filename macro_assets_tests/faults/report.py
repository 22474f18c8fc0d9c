"""The outcomes as tables, and the page that keeps them.

Belongs here: text. Does not belong here: trials (matrix.py, bodies.py).
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from macro_assets_tests.faults.bodies import Drawn
from macro_assets_tests.faults.matrix import FAULTS, PHASES, SUBJECTS, Cell

PAGE = Path(__file__).parents[2] / "docs" / "faults.md"


def matrix(cells: Sequence[Cell]) -> str:
    """A table for each provider: faults by phases, the outcome once and for ever."""
    return "\n\n".join(_of_provider(name, [cell for cell in cells if cell.provider == name]) for name in SUBJECTS)


def _of_provider(name: str, cells: Sequence[Cell]) -> str:
    phases = [phase for phase in PHASES if any(cell.phase == phase for cell in cells)]
    found = {(cell.fault, cell.phase, cell.times): cell.outcome for cell in cells}
    heads = [f"{phase}, {times}" for phase in phases for times in ("once", "for ever")]
    lines = [f"### {name}", "", f"| fault | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    for fault in FAULTS:
        outcomes = [found.get((fault, phase, times), "") for phase in phases for times in (1, None)]
        lines.append(f"| {fault} | {' | '.join(outcomes)} |")
    return "\n".join(lines)


def summary(cells: Sequence[Cell]) -> str:
    """One line: how many trials ended how."""
    counts = Counter(cell.outcome.split(":")[0] for cell in cells)
    return f"{len(cells)} trials: {', '.join(f'{number} {outcome}' for outcome, number in counts.most_common())}."


def drawn(results: Sequence[Drawn]) -> str:
    """A table of the drawn bodies."""
    lines = ["| provider | bodies | refused by a typed error | loaded, all rows inside the request | slowest, s |",
             "|---|---|---|---|---|"]  # fmt: skip
    lines += [
        f"| {one.provider} | {one.bodies} | {one.refused} | {one.loaded} | {one.slowest:.2f} |" for one in results
    ]
    return "\n".join(lines)


def put_on_page(section: str, text: str) -> None:
    """Replace the text between the markers of a section of docs/faults.md."""
    begin, end = f"<!-- {section} -->", f"<!-- end of {section} -->"
    page = PAGE.read_text()
    head, rest = page.split(begin)
    PAGE.write_text(f"{head}{begin}\n{text}\n{end}{rest.split(end)[1]}")
