"""Faults drawn by seed: a comparison turned, a sign changed, a constant moved, and for or, an argument left out.

Belongs here: where such faults can stand in a file, and the draw over all rooms. Does not belong here: running them
(trial.py). Left out are places that no result depends on: annotations; texts, errors and log lines; the layout of pictures
and of the terminal; decorators of data classes and caches; the parameters of the simulated economy.

A place is drawn by the hash of its seed, file, definition and line, so a change elsewhere leaves the draw as it is.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from macro_assets_tests.mutants.trial import REPOSITORY, Fault

PACKAGE, TESTS_FOLDER = REPOSITORY / "macro_assets", REPOSITORY / "macro_assets_tests"
TESTS = {
    "__init__.py": ("test_facades.py",),
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
NO_RULE = ("dataclass", "lru_cache", "cache", "info", "warning", "debug", "print", "echo", "Console", "Table", "add_column",
           "Option", "Argument", "Typer", "command", "add_typer")  # fmt: skip
TEXTS = ("description", "remedy", "help", "title", "unit_text", "metavar")
GUARDS = ("strict", "dtype")  # they refuse what is wrong already, or state the default
TOLERANCE = 1e-6  # below it a constant is one
LAYOUT = (
    "alpha", "bottom", "capsize", "color", "columns", "dpi", "figsize", "fontsize", "fontweight", "ha", "height", "hspace",
    "indent", "justify", "labelpad", "left", "linestyle", "linewidth", "loc", "ls", "lw", "marker", "markersize", "ms", "ncol",
    "overflow", "pad", "right", "rotation", "s", "size", "style", "textcoords", "title_justify", "top", "va", "weight", "width",
    "wspace", "xytext", "zorder",
)  # fmt: skip
PLACED = (
    "annotate",
    "legend",
    "margins",
    "new_figure",
    "subplots",
    "subplots_adjust",
    "text",
    "tick_params",
    "tight_layout",
)
DRAWING = ("pictures", "commands")
PARAMETERS = ("sandbox/economy/parameters.py", "pictures/style.py")


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
    file = path.relative_to(PACKAGE)
    if str(file) in PARAMETERS:
        return []
    source, tests = Source(path), tests_of(path)
    room = file.parts[0] if len(file.parts) > 1 else "entry points"
    found = []
    for top in source.tree.body:
        for node in _rules(top, drawing=room in DRAWING):
            for position, old, new, text in _changes(node, source):
                line = source.text.count("\n", 0, position) + 1
                name = getattr(top, "name", "<module>")
                found.append(Fault(room, f"line {line}: {text}", str(file), old, new, tests, position, name))
    return found


def tests_of(path: Path) -> tuple[str, ...]:
    """The tests that name the module, of its room or another, then the rest of its room."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    module = ".".join(("macro_assets", *(part for part in parts if part != "__init__")))
    folders = TESTS.get(path.relative_to(PACKAGE).parts[0], (parts[0],))
    room = [file for name in folders for file in _test_files(TESTS_FOLDER / name)]
    naming = [file for file, text in _texts().items() if f"{module} " in text or f"{module}\n" in text]
    ordered = dict.fromkeys([*(file for file in naming if file in room), *naming, *room])
    return tuple(str(file.relative_to(TESTS_FOLDER)) for file in ordered)


@cache
def _texts() -> dict[Path, str]:
    return {file: file.read_text() for file in _test_files(TESTS_FOLDER)}


def _test_files(place: Path) -> list[Path]:
    return sorted(place.rglob("test_*.py")) if place.is_dir() else [place]


def drawn(number: int, seed: int) -> list[Fault]:
    """Faults over all rooms, the same number from each and the rest from anywhere."""
    rooms: dict[str, dict[str, Fault]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        lines = path.read_text().splitlines()
        for fault in faults_of(path):
            rooms.setdefault(fault.room, {}).setdefault(_rank(fault, lines, seed), fault)  # one of equals in a line
    ranked = {room: sorted(places.items(), key=lambda place: place[0]) for room, places in sorted(rooms.items())}
    share = number // len(ranked)
    chosen = [fault for places in ranked.values() for _, fault in places[:share]]
    rest = sorted((place for places in ranked.values() for place in places[share:]), key=lambda place: place[0])
    chosen += [fault for _, fault in rest[: number - len(chosen)]]
    return sorted(chosen, key=lambda fault: (fault.room, fault.file, fault.position or 0))


def _rank(fault: Fault, lines: list[str], seed: int) -> str:
    line, text = fault.text.removeprefix("line ").split(": ", 1)
    key = f"{seed} {fault.file} {fault.definition} {lines[int(line) - 1].strip()} {text}"
    return hashlib.sha256(key.encode()).hexdigest()


def _rules(node: ast.AST, *, drawing: bool) -> Iterator[ast.AST]:
    """Nodes on which results may depend."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "type_comment"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_no_rule(child, drawing=drawing):
                yield child
                yield from _rules(child, drawing=drawing)


def _is_no_rule(node: ast.AST, *, drawing: bool) -> bool:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        return name in NO_RULE or (drawing and name in PLACED)
    if isinstance(node, ast.keyword):
        return node.arg in TEXTS or (drawing and node.arg in LAYOUT)
    if isinstance(node, ast.If):
        return isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    if isinstance(node, ast.Assign):
        return getattr(node.targets[0], "id", "") in ("__all__", "__version__")
    return isinstance(node, (ast.JoinedStr, ast.Raise))


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
    elif isinstance(node.value, float) and not 0.0 < abs(node.value) < TOLERANCE:
        new = repr(node.value * 1.5 + (node.value == 0.0))
        yield source.start(node), old, new, f"`{old}` became `{new}`"


def _dropped(node: ast.Call, source: Source) -> Iterator[tuple[int, str, str, str]]:
    """Each named argument left out, with the comma before it."""
    before: list[ast.AST] = [*node.args]
    for keyword in node.keywords:
        if keyword.arg is not None and keyword.arg not in (*TEXTS, *LAYOUT, *GUARDS) and before:
            begin, end = source.end(before[-1]), source.end(keyword)
            old = source.text[begin:end]
            if old.lstrip().startswith(",") and "\n" not in old.strip():
                yield begin, old, "", f"argument `{keyword.arg}` left out"
        before.append(keyword)
