"""The tables of docs/testing.md: what became of each fault.

Belongs here: Markdown. Does not belong here: running anything (trial.py).
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from macro_assets_tests.mutants.trial import REPOSITORY, Outcome

PAGE = REPOSITORY / "docs" / "testing.md"


def listed(outcomes: Iterable[Outcome]) -> str:
    """One row a fault of the list: what is wrong, and which test turned red."""
    rows = [f"| {o.fault.room} | {o.fault.text} | `{o.fault.file}` | {_by(o)} |" for o in outcomes]
    return "\n".join(["| room | the line now ... | file | caught by |", "|---|---|---|---|", *rows])


def drawn(outcomes: list[Outcome], reasons: Mapping[tuple[str, str], str]) -> str:
    """Counts by room, then the faults that nothing caught, each with the reason."""
    rooms = sorted({o.fault.room for o in outcomes})
    counts = [
        "| room | faults | failed assertion | exception in a test or fixture | not caught |",
        "|---|---|---|---|---|",
    ]
    for name in [*rooms, "all"]:
        of = [o for o in outcomes if name in (o.fault.room, "all")]
        asserted, red = sum(o.verdict == "caught" for o in of), sum(o.is_caught for o in of)
        counts.append(f"| {name} | {len(of)} | {asserted} | {red - asserted} | {len(of) - red} |")
    missed = ["| file | fault | verdict | reason |", "|---|---|---|---|"]
    for o in outcomes:
        if not o.is_caught:
            reason = reasons.get((o.fault.file, o.fault.text.split(": ", 1)[1]), "")
            missed.append(f"| `{o.fault.file}` | {o.fault.text} | {o.verdict} | {reason} |")
    return "\n".join([*counts, "", *missed])


def put_on_page(name: str, table: str, page: Path = PAGE) -> None:
    """Replace what stands between the markers of a table."""
    begin, end = f"<!-- {name} -->\n", f"\n<!-- end of {name} -->"
    before, rest = page.read_text().split(begin)
    page.write_text(f"{before}{begin}{table}{end}{rest.split(end)[1]}")


def _by(outcome: Outcome) -> str:
    return f"`{outcome.by}`" if outcome.is_caught else f"**{outcome.verdict}**"
