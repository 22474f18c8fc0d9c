"""The example notebooks: their code fits the package, their outputs belong to their code and to no machine.

Belongs here: what is checked without running them. Does not belong here: execution (`make docs`).
"""

import ast
import importlib
import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

from macro_assets_tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "docs" / "notebooks"
NOTEBOOKS = {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.ipynb"))}
RUNNER = runpy.run_path(str(REPOSITORY / "docs" / "run_notebooks.py"))
EXPECTED = {"point_in_time", "effects", "regimes", "recession_odds"}


def _code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _tree(notebook: dict[str, Any]) -> ast.Module:
    return ast.parse("\n".join("".join(cell["source"]) for cell in _code(notebook)))


def test_the_notebooks_are_those_that_the_documents_name() -> None:
    index = (REPOSITORY / "docs" / "index.md").read_text()
    assert set(NOTEBOOKS) == EXPECTED
    assert set(re.findall(r"notebooks/(\w+)\.ipynb", index)) == EXPECTED


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_name_a_notebook_imports_exists(name: str) -> None:
    imported = [node for node in ast.walk(_tree(NOTEBOOKS[name])) if isinstance(node, ast.ImportFrom)]
    assert imported
    for node in imported:
        module = importlib.import_module(str(node.module))
        for alias in node.names:
            if not hasattr(module, alias.name):
                importlib.import_module(f"{node.module}.{alias.name}")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_attribute_of_an_imported_module_exists(name: str) -> None:
    tree = _tree(NOTEBOOKS[name])
    modules: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules |= {a.asname or a.name: importlib.import_module(a.name) for a in node.names if "." not in a.name}
        elif isinstance(node, ast.ImportFrom):
            home = importlib.import_module(str(node.module))
            modules |= {a.asname or a.name: getattr(home, a.name, None) for a in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            assert hasattr(modules[node.value.id], node.attr), f"{node.value.id}.{node.attr}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_belong_to_the_code_above_them(name: str) -> None:
    notebook = {"cells": [cell | {"source": "".join(cell["source"])} for cell in NOTEBOOKS[name]["cells"]]}
    stored = NOTEBOOKS[name]["metadata"][RUNNER["STAMP"]]
    assert stored == RUNNER["source_hash"](notebook), "run `make docs`"
    assert [cell["execution_count"] for cell in _code(notebook)] == list(range(1, len(_code(notebook)) + 1))
    outputs = [output for cell in _code(notebook) for output in cell["outputs"]]
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert any("image/png" in output.get("data", {}) for output in outputs), "a notebook shows a picture"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_outputs_are_small_and_name_no_machine(name: str) -> None:
    text = (FOLDER / f"{name}.ipynb").read_text()
    assert len(text) < RUNNER["LARGEST_BYTES"]
    without_pictures = re.sub(r'"image/png": "[^"]*"', "", text)
    assert not re.findall(r"(?<![\w.])/(?:home|root|tmp|work|usr|Users|opt|var)/\S*| at 0x[0-9a-f]+", without_pictures)


def test_make_docs_executes_them() -> None:
    makefile = (REPOSITORY / "Makefile").read_text()
    recipe = makefile.split("\ndocs:")[1].split("\n\n")[0]
    assert "docs/run_notebooks.py --home $(HOME_DIR)" in recipe
    assert RUNNER["NOTEBOOKS"] == FOLDER


def test_what_differs_between_machines_is_removed() -> None:
    home = Path("/somewhere/macro_home")
    notebook: dict[str, Any] = {"metadata": {"language_info": {"version": "3.11"}}, "cells": [
        {"cell_type": "code", "source": "f()", "metadata": {"execution": {"iopub.status": "now"}}, "outputs": [
            {"output_type": "stream", "name": "stderr", "text": "a warning"},
            {"output_type": "stream", "name": "stdout", "text": f"{home}/lake and <f at 0x7f00aa>"},
            {"output_type": "execute_result", "data": {"text/plain": f"'{home}'", "image/png": "aGk="}},
            {"output_type": "execute_result", "data": {"text/plain": "Result(...)", "text/html": f"<p>{home}</p>"}},
        ]},
    ]}  # fmt: skip
    RUNNER["clean"](notebook, home)
    (cell,) = notebook["cells"]
    assert cell["metadata"] == {}
    assert "language_info" not in notebook["metadata"]
    assert [output.get("text") for output in cell["outputs"]] == ["macro_home/lake and <f>", None, None]
    assert cell["outputs"][1]["data"] == {"text/plain": "'macro_home'", "image/png": "aGk="}
    assert cell["outputs"][2]["data"] == {"text/html": "<p>macro_home</p>"}
