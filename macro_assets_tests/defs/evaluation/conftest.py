"""A lake with drawn features and targets, and the candidates that a test names in `few`."""

from pathlib import Path

import pytest

from macro_assets.lake import Lake
from macro_assets.recession import presets
from macro_assets_tests.recession import synthetic

MONTHLY, QUARTERLY = "features/recession_features_monthly", "features/recession_features"
TARGETS = "targets/recession_targets"
RANGE = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")


@pytest.fixture
def few() -> tuple[str, ...]:
    """Names of the candidates."""
    return ("climatology", "probit_spread_lag", "logit_l2")


@pytest.fixture
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: tuple[str, ...]) -> Lake:
    monkeypatch.setenv("MACRO_HOME", str(tmp_path))
    monkeypatch.setattr(presets, "CANDIDATES", tuple(presets.candidate(name) for name in few))
    loaded = Lake(tmp_path / "lake")
    for name in (MONTHLY, QUARTERLY):
        loaded.replace(name, synthetic.feature_table())
        loaded.replace(f"{name}_revised", synthetic.feature_table(missing=0.02))
    loaded.replace(TARGETS, synthetic.target_table())
    return loaded
