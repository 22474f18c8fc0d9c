"""Texts people read: errors, identifiers, documents, in plain professional English.

Belongs here: what holds for every room alike. Does not belong here: what an error is raised for (its room's tests).
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import macro_assets
from macro_assets import errors
from macro_assets_tests.conftest import REPOSITORY

ROOT = Path(macro_assets.__file__).parent
ROOMS = sorted(path for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists())
DOCUMENTS = [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").glob("*.md"))]
TYPED = {name for name in dir(errors) if name.endswith("Error") and name != "MacroAssetsError"}
NARRATOR = {"told", "said", "beside", "made", "known"}
PHRASES = (
    r"\b(?:is|are|was) no (?:number|date|archive|valid|recession|vintage|series|folder|file|month)\b",
    r"\bthere (?:is|are) no\b.*\bMake\b", r"\bis there twice\b", r"\bcannot be\.", r"\bChoose among\b", r"\bPassed over\b",
    r"\bcannot become\b", r"\bholds no truth\b", r"\banew\b", r"\basked for beside\b", r"\bmend(?:ing)?\b", r"\bof his own\b",
)  # fmt: skip


def _trees(room: Path) -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(room.rglob("*.py")) if room.is_dir() else [room]:
        yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def _raised(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls that make a typed error with a text of their own."""
    for node in ast.walk(tree):
        name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
        if isinstance(node, ast.Call) and name in TYPED and node.args:
            yield node


def _text(node: ast.expr) -> str | None:
    """A message as a reader sees it, each computed part a capital X; None when all of it is computed elsewhere."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return f"{left or 'X'}{right or 'X'}"
    return None


def _identifiers(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.stem)
def test_errors_begin_with_a_capital_end_with_a_full_stop_and_carry_a_remedy(room: Path) -> None:
    assert not [f"{name}:{call.lineno} {fault}" for name, tree in _trees(room) for call in _raised(tree)
                for fault in _faults(call)]  # fmt: skip


def _faults(call: ast.Call) -> Iterator[str]:
    message = _text(call.args[0])
    if message is None:
        return
    if not re.match(r"[A-Z'`\"(]", message):
        yield f"no capital: {message}"
    if not message.endswith((".", "?", "X")):
        yield f"no full stop: {message}"
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    given = any(keyword.arg in ("remedy", None) for keyword in call.keywords)
    if not given and getattr(errors, name).usual_remedy is None and len(re.split(r"(?<=[.?])\s", message)) == 1:
        yield f"no remedy: {message}"


def test_a_fault_of_an_error_is_seen() -> None:
    wrong = ast.parse("raise InvalidInputError(f'mode {mode} is wrong')").body[0]
    assert isinstance(wrong, ast.Raise)
    assert [fault.partition(":")[0] for fault in _faults(next(_raised(ast.Module([wrong], []))))] == [
        "no capital",
        "no full stop",
        "no remedy",
    ]
    assert [*_identifiers(ast.parse("def told(said):\n    made = 1"))] == ["told", "said", "made"]


@pytest.mark.parametrize("room", ROOMS, ids=lambda path: path.stem)
def test_identifiers_are_terms_of_the_field(room: Path) -> None:
    assert not [(name, word) for name, tree in _trees(room) for word in NARRATOR & set(_identifiers(tree))]


@pytest.mark.parametrize("place", [*ROOMS, *DOCUMENTS], ids=lambda path: path.stem)
def test_texts_are_plain_english(place: Path) -> None:
    texts = {path: path.read_text() for path in (sorted(place.rglob("*.py")) if place.is_dir() else [place])}
    assert not [f"{path.name}: {match.group()}" for path, text in texts.items() for phrase in PHRASES
                for match in re.finditer(phrase, text)]  # fmt: skip
