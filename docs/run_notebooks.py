"""`make docs`: execute the example notebooks on the home of a demo and keep their outputs.

Belongs here: execution, and outputs that are the same wherever they were made. Does not belong here: what the notebooks
show (docs/notebooks/).
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import sys
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).parent / "notebooks"
KERNEL = "python3"
CELL_SECONDS = 600
LARGEST_BYTES = 400_000
STAMP = "macro_assets_source"
ADDRESS = re.compile(r" at 0x[0-9a-f]+")


def main() -> None:
    """Execute every notebook, or those named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, default=Path("macro_home"), help="home that `macro-assets demo` filled")
    parser.add_argument("notebooks", type=Path, nargs="*", help="default: all of docs/notebooks")
    chosen = parser.parse_args()
    if not (chosen.home / "lake").is_dir():
        sys.exit(f"Home {chosen.home} has no lake. Run `make demo` first, or choose another home with --home.")
    os.environ |= {"MACRO_HOME": str(chosen.home.absolute())}
    os.environ.pop("MPLBACKEND", None)  # the kernel draws into its cells
    for path in chosen.notebooks or sorted(NOTEBOOKS.glob("*.ipynb")):
        print(path, flush=True)
        execute(path, chosen.home.absolute())


def execute(path: Path, home: Path) -> None:
    """Run all cells of a notebook in a kernel of its own and write their outputs into the file.

    Raises
    ------
    CellExecutionError : a cell failed; the file is unchanged. ValueError : the outputs are too large.
    """
    import nbformat
    from nbclient import NotebookClient

    notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(
        notebook, timeout=CELL_SECONDS, kernel_name=KERNEL, extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )  # fmt: skip
    client.execute()
    clean(notebook, home)
    notebook.metadata[STAMP] = source_hash(notebook)
    text = str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]
    if len(text) > LARGEST_BYTES:
        raise ValueError(f"{path.name}: {len(text):,} bytes of outputs. Show fewer rows or smaller pictures.")
    path.write_text(text)


def source_hash(notebook: Any) -> str:
    """Hash of the code cells: equal to the one stored when the outputs belong to the code."""
    code = "\0".join(cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code")
    return hashlib.sha256(code.encode()).hexdigest()[:16]


def clean(notebook: Any, home: Path) -> None:
    """Drop what differs from machine to machine, and what nobody reads: warnings, times, addresses, paths, versions."""
    places = {str(home): "macro_home", str(Path.home()): "~", sys.prefix: "<python>"}
    notebook["metadata"] = {"kernelspec": {"name": KERNEL, "display_name": "Python 3", "language": "python"}}
    for cell in notebook["cells"]:
        cell["metadata"] = {}
        if cell["cell_type"] == "code":
            cell["outputs"] = [_cleaned(output, places) for output in cell["outputs"] if output.get("name") != "stderr"]


def _cleaned(output: Any, places: dict[str, str]) -> Any:
    if "text" in output:
        output["text"] = _portable(output["text"], places)
    data = output.get("data", {})
    if "text/html" in data:
        data.pop("text/plain", None)  # the same again, for a terminal
    for kind, content in data.items():
        if kind.startswith("text/"):
            data[kind] = _portable(content, places)
    return output


def _portable(text: str, places: dict[str, str]) -> str:
    for place, name in places.items():
        text = text.replace(place, name)
    return ADDRESS.sub("", text)


if __name__ == "__main__":
    main()
