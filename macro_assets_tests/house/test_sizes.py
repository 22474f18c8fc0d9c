"""Files and functions stay small enough to be read at once; what is longer says why beside its name."""

import ast
from pathlib import Path

import pytest

from macro_assets_tests.house.copies import PACKAGE, REPOSITORY

LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 50
REASON = "# long: "
FOLDERS = (PACKAGE, REPOSITORY / "macro_assets_tests", REPOSITORY / "benchmarks", REPOSITORY / "docs")


def sources() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in folder.rglob("*.py"))


def long_functions(source: str) -> list[str]:
    """Functions of too many lines, docstring included and decorators left out, that state no reason."""
    lines, found = source.splitlines(), []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            head = lines[node.lineno - 1 : node.body[0].lineno - 1]
            if length > LINES_OF_A_FUNCTION and not any(REASON in line for line in head):
                found.append(f"{node.name}: {length} lines")
    return found


def test_no_file_is_longer_than_a_person_reads_at_once() -> None:
    lengths = {str(path.relative_to(REPOSITORY)): len(path.read_text().splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > LINES_OF_A_FILE} == {}


def test_no_function_is_longer_without_a_reason() -> None:
    found = {str(path.relative_to(REPOSITORY)): long_functions(path.read_text()) for path in sources()}
    assert {name: functions for name, functions in found.items() if functions} == {}


@pytest.mark.parametrize(("head", "found"), [("", ["f: 51 lines"]), ("  # long: one table, row by row", [])])
def test_a_long_function_is_found_unless_it_says_why(head: str, found: list[str]) -> None:
    body = "\n".join(f"    x = {number}" for number in range(49))
    assert long_functions(f'def f():{head}\n    """Counts."""\n{body}\n') == found
