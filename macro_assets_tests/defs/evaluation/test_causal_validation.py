"""Coverage of the default engine on known truths, as the asset shows it."""

from __future__ import annotations

import pytest

from macro_assets_tests.world.house import ModelsWorld

ASSET = "evaluation/causal_validation"


def test_every_criterion_holds_on_the_quick_plan(models_world: ModelsWorld) -> None:
    found = models_world.require(ASSET).checks["coverage"]
    assert found.passed, found.words


def test_coverage_is_shown_with_the_number_of_its_cells(models_world: ModelsWorld) -> None:
    shown = models_world.require(ASSET).metadata
    lines = [line for line in shown["coverage"].splitlines() if line.startswith("| ")]
    names, cells = columns(lines[0]), [columns(line) for line in lines[1:] if not line.startswith("|:")]
    coverage = [float(cell[names.index("coverage")]) for cell in cells]
    assert len(coverage) == shown["cells"] >= 12
    assert shown["mean_coverage"] == pytest.approx(sum(coverage) / len(coverage), abs=1e-4)
    assert 0.935 <= shown["mean_coverage"] <= 0.97


def columns(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("| \n").split("|")]
