"""The fixture of the models world, for every room's tests."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from macro_assets_tests.world.house import ModelsWorld


@pytest.fixture(scope="session")
def models_world(tmp_path_factory: pytest.TempPathFactory) -> ModelsWorld:
    """One home for all workers of a session."""
    from macro_assets_tests.world.house import ModelsWorld

    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    return ModelsWorld(shared / "models_world" / "home")
