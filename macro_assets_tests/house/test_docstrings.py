"""Files that docstrings of the package send a reader to exist."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import macro_assets

ROOT = Path(macro_assets.__file__).parent
FILES = {path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py")}
# A name after `>` is a part of a placeholder such as `<provider>/source.py`.
MENTION = re.compile(r"(?<![\w>/])(?:\w+/)*\w+\.py\b")


def mentions(source: str) -> Iterator[str]:
    """Names of Python files in the docstrings of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield from MENTION.findall(ast.get_docstring(node) or "")


def leads_somewhere(mention: str, folder: PurePosixPath) -> bool:
    """Whether a name is a file of the folder, of one around it, or of the package."""
    return any((place / mention).as_posix() in FILES for place in (folder, *folder.parents))


def test_every_file_that_a_docstring_names_exists_where_a_reader_would_look() -> None:
    missing = []
    for name in sorted(FILES):
        text = (ROOT / name).read_text()
        folder = PurePosixPath(name).parent
        missing += [f"{name}: {one}" for one in mentions(text) if not leads_somewhere(one, folder)]
    assert missing == []


def test_a_file_that_does_not_exist_or_stands_in_another_room_is_found() -> None:
    source = '"""See residual_learners.py, linear.py and `<provider>/source.py`."""\ndef f():\n    """hmm.py"""\n'
    found = list(mentions(source))
    assert found == ["residual_learners.py", "linear.py", "hmm.py"]
    assert [leads_somewhere(one, PurePosixPath("causal/engine")) for one in found] == [False, True, False]
    assert leads_somewhere("inference/longrun.py", PurePosixPath("causal/engine"))
