"""What models are told to read is spelt right: lists of columns are checked when they are loaded, here by a test.

The modules are imported inside the test: a misspelt name is then a failed test that names it, beside the many that
cannot be collected.
"""

from __future__ import annotations

from importlib import import_module

import pytest

from macro_assets.errors import InvalidInputError

LISTS = {
    "classic and financial indicators": "macro_assets.signals.recession.monthly_spec",
    "inputs of stage two": "macro_assets.recession.impacts",
    "columns of the candidates": "macro_assets.recession.presets",
}


@pytest.mark.parametrize("what", LISTS)
def test_every_listed_column_exists(what: str) -> None:
    try:
        import_module(LISTS[what])
    except InvalidInputError as error:
        pytest.fail(f"{what}: {error}")
