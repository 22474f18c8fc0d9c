"""A range of partitions is cut into runs of the size that the asset's policy allows."""

import pytest

from macro_assets.commands.backfill import portions


@pytest.mark.parametrize(
    ("size", "expected"),
    [(2, ["ab", "cd", "e"]), (5, ["abcde"]), (9, ["abcde"]), (1, ["a", "b", "c", "d", "e"]), (None, ["abcde"])],
)
def test_portions_hold_every_key_once_in_order(size: int | None, expected: list[str]) -> None:
    assert portions("abcde", size) == expected
