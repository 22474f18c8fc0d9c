"""Run in a copy of the package: the version of every asset, before and after each edit of a file.

Belongs here: the loop that a child process runs. Does not belong here: what must change (test_versions.py). The
definitions are loaded once; an edit asks for the versions again with the arguments that the asset files gave.
"""

import json
import sys
from pathlib import Path
from typing import Any


def main(edits: dict[str, list[tuple[str, str]]]) -> dict[str, list[str]]:
    """For each named set of edits, (file, new text), the assets whose version it changed."""
    from macro_assets.defs import versions

    asked: dict[str, tuple[Any, ...]] = {}
    original = versions.code_version

    def recorded(*arguments: str, **options: Any) -> str:
        version = original(*arguments, **options)
        asked[f"{version}{len(asked)}"] = (arguments, options)
        return f"{version}{len(asked) - 1}"

    versions.code_version = recorded
    from macro_assets.definitions import defs

    of_asset = {spec.key.to_user_string(): spec.code_version for spec in defs().resolve_all_asset_specs()}
    changed = {}
    for name, files in edits.items():
        before = {path: Path(path).read_text() for path, _ in files}
        write(dict(files))
        new = {key: original(*arguments, **options) for key, (arguments, options) in asked.items()}
        write(before)
        changed[name] = [a for a, key in of_asset.items() if key is not None and not key.startswith(new[key])]
    return changed | {"": [asset for asset, key in of_asset.items() if key is not None]}


def write(files: dict[str, str]) -> None:
    """New text of some files; the others stay parsed."""
    from macro_assets.defs.versions.closure import ROOT, _sources

    sources = _sources(ROOT)
    for path, text in files.items():
        Path(path).write_text(text)
        parts = Path(path).relative_to(ROOT.parent).with_suffix("").parts
        sources.files.pop(tuple(part for part in parts if part != "__init__"), None)
    for known in (sources.used, sources.lines, sources.asks_tables):
        known.clear()


if __name__ == "__main__":
    print(json.dumps(main(json.load(sys.stdin))))
