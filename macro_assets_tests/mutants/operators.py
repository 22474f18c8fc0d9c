"""Faults drawn by seed: a comparison turned, a sign changed, a constant moved, and for or, an argument left out.

Belongs here: where such faults can stand in a file, and the draw over all rooms. Does not belong here: running them
(trial.py). Left out are places that no result depends on: annotations, texts, decorators of data classes and caches.
"""

import ast
import random
from collections.abc import Iterator
from pathlib import Path

from macro_assets_tests.mutants.trial import REPOSITORY, Fault

PACKAGE = REPOSITORY / "macro_assets"
TESTS = {
    "cli.py": ("commands",),
    "definitions.py": ("defs/test_definitions.py",),
    "errors.py": ("catalog", "lake"),
    "notebook.py": ("test_facades.py",),
    "settings.py": ("test_settings.py",),
    "sandbox": ("sandbox", "sandbox_economy"),
}
COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", ">"), ast.Gt: (">", "<"), ast.LtE: ("<=", ">="), ast.GtE: (">=", "<="), ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="), ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"), ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}  # fmt: skip
SIGNS: dict[type[ast.operator], tuple[str, str]] = {ast.Add: ("+", "-"), ast.Sub: ("-", "+")}
NO_RULE = ("dataclass", "lru_cache", "cache")
TEXTS = ("description", "remedy", "help", "title")


class Source:
    """A file, with offsets of its nodes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text()
        self.tree = ast.parse(self.text)
        self.starts = [0]
        for line in self.text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def start(self, node: ast.AST) -> int:
        """Offset of the first character of a node."""
        return self._offset(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def end(self, node: ast.AST) -> int:
        """Offset after the last character of a node."""
        return self._offset(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]

    def _offset(self, line: int, column: int) -> int:
        text = self.text[self.starts[line - 1] : self.starts[line]]
        return self.starts[line - 1] + len(text.encode()[:column].decode())


def faults_of(path: Path) -> list[Fault]:
    """Every simple fault that a file can have."""
    source = Source(path)
    parts = path.relative_to(PACKAGE).parts
    room = parts[0] if len(parts) > 1 else "entry points"
    found = []
    for node in _rules(source.tree):
        for position, old, new, text in _changes(node, source):
            line = source.text.count("\n", 0, position) + 1
            found.append(Fault(
                room, f"line {line}: {text}", str(path.relative_to(PACKAGE)), old, new,
                tests_of(path), position,
            ))  # fmt: skip
    return found


def tests_of(path: Path) -> tuple[str, ...]:
    """The tests of a file's room, those that name the module first."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    module = ".".join(part for part in parts if part != "__init__")
    folders = TESTS.get(path.relative_to(PACKAGE).parts[0], (parts[0],))
    found = [file for name in folders for file in _test_files(REPOSITORY / "macro_assets_tests" / name)]
    first = sorted(found, key=lambda file: f"macro_assets.{module}" not in file.read_text())
    return tuple(str(file.relative_to(REPOSITORY / "macro_assets_tests")) for file in first)


def _test_files(place: Path) -> list[Path]:
    return sorted(place.rglob("test_*.py")) if place.is_dir() else [place]


def drawn(number: int, seed: int) -> list[Fault]:
    """Faults over all rooms, the same number from each and the rest from anywhere."""
    draw = random.Random(seed)
    places: dict[str, list[Fault]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        for fault in faults_of(path):
            places.setdefault(fault.room, []).append(fault)
    share = number // len(places)
    chosen = [fault for room in sorted(places) for fault in draw.sample(places[room], share)]
    rest = [fault for room in sorted(places) for fault in places[room] if fault not in chosen]
    return sorted([*chosen, *draw.sample(rest, number - len(chosen))], key=lambda f: (f.room, f.file, f.position or 0))


def _rules(node: ast.AST) -> Iterator[ast.AST]:
    """Nodes on which results may depend."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_comment"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_no_rule(child):
                yield child
                yield from _rules(child)


def _is_no_rule(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        return True
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", getattr(node.func, "attr", "")) in NO_RULE
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("__all__", "__version__")


def _changes(node: ast.AST, source: Source) -> Iterator[tuple[int, str, str, str]]:
    """Position, old and new text, and words for every way to put a fault into one node."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        old, new = COMPARISONS[type(node.ops[0])]
        yield from _between(node.left, node.comparators[0], old, new, source)
    elif isinstance(node, ast.BinOp) and type(node.op) in SIGNS:
        yield from _between(node.left, node.right, *SIGNS[type(node.op)], source)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        yield source.start(node), "-", "+", "sign of a value"
    elif isinstance(node, ast.BoolOp):
        old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
        yield from _between(node.values[0], node.values[1], old, new, source)
    elif isinstance(node, ast.Constant):
        yield from _constant(node, source)
    elif isinstance(node, ast.Call):
        yield from _dropped(node, source)


def _between(left: ast.AST, right: ast.AST, old: str, new: str, source: Source) -> Iterator[tuple[int, str, str, str]]:
    begin, end = source.end(left), source.start(right)
    position = source.text.find(old, begin, end)
    if position >= 0 and source.text[begin:end].strip(" \n()") == old:
        yield position, old, new, f"`{old}` became `{new}`"


def _constant(node: ast.Constant, source: Source) -> Iterator[tuple[int, str, str, str]]:
    old = source.text[source.start(node) : source.end(node)]
    if isinstance(node.value, bool):
        yield source.start(node), old, str(not node.value), f"`{old}` became `{not node.value}`"
    elif isinstance(node.value, int):
        yield source.start(node), old, str(node.value + 1), f"`{old}` became `{node.value + 1}`"
    elif isinstance(node.value, float):
        new = repr(node.value * 1.5 + (node.value == 0.0))
        yield source.start(node), old, new, f"`{old}` became `{new}`"


def _dropped(node: ast.Call, source: Source) -> Iterator[tuple[int, str, str, str]]:
    """Each named argument left out, with the comma before it."""
    before: list[ast.AST] = [*node.args]
    for keyword in node.keywords:
        if keyword.arg is not None and keyword.arg not in TEXTS and before:
            begin, end = source.end(before[-1]), source.end(keyword)
            old = source.text[begin:end]
            if old.lstrip().startswith(",") and "\n" not in old.strip():
                yield begin, old, "", f"argument `{keyword.arg}` left out"
        before.append(keyword)
