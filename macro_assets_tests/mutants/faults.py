"""The listed faults, and the reasons of drawn faults that stand.

Belongs here: reading `faults.yaml` and `reasons.yaml`. Does not belong here: running a fault (trial.py), drawing one
(operators.py).
"""

from pathlib import Path

import yaml

from macro_assets_tests.mutants.trial import Fault

FOLDER = Path(__file__).parent


def listed() -> tuple[Fault, ...]:
    """Every fault of the list, room by room."""
    rooms = yaml.safe_load((FOLDER / "faults.yaml").read_text())
    return tuple(
        Fault(room, one["fault"], one["file"], one["old"], one["new"], tuple(one["tests"]))
        for room, faults in rooms.items()
        for one in faults
    )


def reasons() -> dict[tuple[str, str], str]:
    """(file, change) -> why a drawn fault there is let stand."""
    files = yaml.safe_load((FOLDER / "reasons.yaml").read_text())
    return {(file, one["change"]): one["reason"] for file, ones in files.items() for one in ones}
