"""The example of docs/causal.md runs as it stands, and its table of checks is the declared one."""

import re
from pathlib import Path

import pytest

from macro_assets.causal.belief.declarations import checks_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "causal.md"


def test_every_block_of_the_page_runs_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), flags=re.DOTALL)
    assert len(blocks) >= 4
    exec(compile("\n".join(blocks), str(PAGE), "exec"), {})
    printed = capsys.readouterr().out
    assert "positive = tighter" in printed
    assert "a causal effect." in printed
    assert "80 % power" in printed


def test_the_table_of_checks_is_the_declared_one() -> None:
    block = PAGE.read_text().split("<!-- checks:", 1)[1].split("<!-- end of checks -->", 1)[0]
    assert block.split("\n", 1)[1].strip() == checks_table(), "run `make docs`"
