"""Every module can be imported: what a module refuses when it is read (a misspelt feature, a contradictory list) is a
failure of this test, and names the module."""

import subprocess
import sys

from macro_assets_tests.house.copies import PACKAGE

IMPORT_ALL = """
import importlib, sys
failed = []
for name in sys.stdin.read().split():
    try:
        importlib.import_module(name)
    except Exception as error:
        failed.append(f"{name}: {error}")
print("\\n".join(failed))
"""


def test_every_module_can_be_imported() -> None:
    paths = sorted(path.relative_to(PACKAGE.parent).with_suffix("") for path in PACKAGE.rglob("*.py"))
    names = [".".join(path.parts).removesuffix(".__init__") for path in paths if path.name != "__main__"]
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", IMPORT_ALL], input="\n".join(names), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
    assert len(names) > 250
