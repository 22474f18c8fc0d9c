"""The table of belief checks in docs/causal.md, from their declarations: `python docs/write_checks.py`.

Belongs here: replacing the marked block. Does not belong here: the checks (macro_assets/causal/belief/declarations.py).
"""

from pathlib import Path

from macro_assets.causal.belief.declarations import checks_table

PAGE = Path(__file__).resolve().parent / "causal.md"
BEGIN, END = "<!-- checks:", "<!-- end of checks -->"


def rendered(text: str) -> str:
    """The page with the table of today's declarations."""
    before, rest = text.split(BEGIN, 1)
    marker, _ = rest.split("\n", 1)
    return f"{before}{BEGIN}{marker}\n{checks_table()}\n{END}{rest.split(END, 1)[1]}"


if __name__ == "__main__":
    PAGE.write_text(rendered(PAGE.read_text()))
