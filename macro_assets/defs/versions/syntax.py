"""A source file as its top-level statements: what each binds and uses, and how it reads without comments and docstrings.

Belongs here: parsing. Does not belong here: following what is used from file to file (closure.py). Nothing is imported.
"""

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

Dotted = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """What stands in one statement.

    Parameters
    ----------
    digest : hash of its syntax tree without docstrings.
    uses : dotted names as they stand in it, `("cube", "build")`.
    imports : names its own imports bind, each with the dotted name it stands for.
    strings : every string in it.
    arguments : the names of the arguments of its functions.
    attributes : the names of all attributes.
    """

    digest: str
    uses: frozenset[Dotted]
    imports: dict[str, str]
    strings: frozenset[str]
    arguments: frozenset[str]
    attributes: frozenset[str]


@dataclass(eq=False)
class Statement:
    """One top-level statement of a module: the names it binds (none: it is run for its effect), read when needed."""

    module: "SourceFile"
    binds: tuple[str, ...]
    node: ast.stmt | None

    @cached_property
    def reading(self) -> Reading:
        """What stands in it; the tree is let go, since all trees together are large."""
        reader, node = _Reader(self.module.package), self.node
        assert node is not None
        reader.visit(node)
        self.node = None
        return reader.reading()


@dataclass(eq=False)
class SourceFile:
    """One module: its imports, its statements by the names they bind, and those that are run for their effect.

    `exports` are names a package imports on first use, each with the dotted name it stands for (its `__init__.pyi`).
    """

    name: str
    path: Path
    imports: dict[str, str] = field(default_factory=dict)
    bound: dict[str, list[Statement]] = field(default_factory=dict)
    effects: list[Statement] = field(default_factory=list)
    exports: dict[str, str] = field(default_factory=dict)

    @property
    def package(self) -> str:
        """The package that relative imports of the module start from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]

    def statements(self) -> list[Statement]:
        """Every statement, once."""
        return list(dict.fromkeys(each for group in (*self.bound.values(), self.effects) for each in group))


def source_file(path: Path, name: str) -> SourceFile:
    """The parsed module of a file; `name` is its dotted name."""
    module = SourceFile(name, path)
    for node in ast.parse(path.read_bytes()).body:
        if _is_text(node) or _is_for_type_checkers(node):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            module.imports.update(_imported(node, module.package))
        else:
            _add(module, node)
    stub = path.with_suffix(".pyi")
    for node in ast.parse(stub.read_bytes()).body if stub.is_file() else ():
        if isinstance(node, ast.ImportFrom):
            module.exports.update(_imported(node, module.package))
    return module


def _add(module: SourceFile, node: ast.stmt) -> None:
    statement = Statement(module, tuple(dict.fromkeys(_bound(node))), node)
    if statement.binds == ("__all__",):
        return
    for name in statement.binds:
        module.bound.setdefault(name, []).append(statement)
    defines = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign))
    if not statement.binds or not defines:
        module.effects.append(statement)


def _bound(node: ast.AST) -> Iterator[str]:
    """Names a statement binds in its module; for a compound statement those of all its branches."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Name):
        if isinstance(node.ctx, ast.Store):
            yield node.id
    elif not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        for child in ast.iter_child_nodes(node):
            yield from _bound(child)


def _imported(node: ast.Import | ast.ImportFrom, package: str) -> Iterator[tuple[str, str]]:
    """Each name an import binds, with the dotted name it stands for."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield (alias.asname, alias.name) if alias.asname else (first, first)
        return
    parents = package.split(".")[: 1 - node.level or None] if node.level else []
    source = [*parents, *(node.module.split(".") if node.module else [])]
    for alias in node.names:
        yield alias.asname or alias.name, ".".join([*source, alias.name])


def _is_text(node: object) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_for_type_checkers(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


class _Reader:
    """One walk over a statement: the tokens that are hashed, and the names in it."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.tokens: list[str] = []
        self.uses: set[Dotted] = set()
        self.imports: dict[str, str] = {}
        self.strings: set[str] = set()
        self.arguments: set[str] = set()
        self.attributes: set[str] = set()

    def reading(self) -> Reading:
        """What was read."""
        return Reading(
            digest=hashlib.sha256("\0".join(self.tokens).encode()).hexdigest(),
            uses=frozenset(self.uses),
            imports=self.imports,
            strings=frozenset(self.strings),
            arguments=frozenset(self.arguments),
            attributes=frozenset(self.attributes),
        )

    def visit(self, node: ast.AST) -> None:
        """Read a node and all below it."""
        self.tokens.append(type(node).__name__)
        if isinstance(node, ast.Name):
            self.uses.add((node.id,))
        elif isinstance(node, ast.Attribute):
            self.attributes.add(node.attr)
            if self._chain(node):
                return
        elif isinstance(node, ast.Constant):
            self.strings.update([node.value] if isinstance(node.value, str) else [])
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self.imports.update(_imported(node, self.package))
        elif isinstance(node, ast.arg):
            self.arguments.add(node.arg)
        for name in node._fields:
            if name not in ("ctx", "type_comment"):
                self._field(getattr(node, name))

    def _field(self, value: object) -> None:
        if isinstance(value, ast.AST):
            self.visit(value)
        elif isinstance(value, list):
            self.tokens.append("[")
            for item in value:
                if not _is_text(item) and not (isinstance(item, ast.keyword) and item.arg == "code_version"):
                    self._field(item)
            self.tokens.append("]")
        else:
            self.tokens.append(repr(value))

    def _chain(self, node: ast.Attribute) -> bool:
        """Read `a.b.c` as one dotted name; false where it begins with anything but a name."""
        names, base = [node.attr], node.value
        while isinstance(base, ast.Attribute):
            names.append(base.attr)
            base = base.value
        if not isinstance(base, ast.Name):
            return False
        self.attributes.update(names)
        dotted = (base.id, *reversed(names))
        self.uses.add(dotted)
        self.tokens.append(".".join(dotted))
        return True
