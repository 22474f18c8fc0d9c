"""The listed faults can be put in: each names a line that stands once in its file, and tests that exist."""

from pathlib import Path

from macro_assets_tests.conftest import REPOSITORY
from macro_assets_tests.mutants.faults import listed

PACKAGE, TESTS = REPOSITORY / "macro_assets", REPOSITORY / "macro_assets_tests"


def source(file: str) -> str:
    path = PACKAGE / file
    return path.read_text() if path.is_file() else ""


def test_every_listed_fault_names_one_place_and_tests_that_exist() -> None:
    faults = list(listed())
    assert len(faults) > 200
    assert [(one.file, one.text) for one in faults if source(one.file).count(one.old) != 1] == []
    assert [(one.text, name) for one in faults for name in one.tests if not (TESTS / Path(name)).exists()] == []
    assert [one.text for one in faults if one.old == one.new or not one.tests] == []
