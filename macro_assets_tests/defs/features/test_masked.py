"""A vintage day that is missing hides the features that rest on it, in both data modes alike."""

import shutil
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from macro_assets.catalog import load_catalog
from macro_assets.signals.holes import series_behind
from macro_assets.signals.recession import monthly
from macro_assets_tests.defs.checks import damage
from macro_assets_tests.defs.house import World, metadata

TRUE, REVISED = "features/recession_features_monthly", "features/recession_features_monthly_revised"
LAST_COMPLETE = pa.scalar(date(2014, 6, 30))


@pytest.fixture(scope="module")
def holed(full: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Nothing was answered about payrolls after June 2014, and both tables were built again."""
    home = tmp_path_factory.mktemp("holed")
    shutil.copytree(full.home / "lake", home / "lake")
    spoilt = full.elsewhere(home)
    damage.answer_lost(spoilt.lake)
    return spoilt


@pytest.mark.parametrize("name", [TRUE, REVISED])
def test_what_rests_on_a_missing_day_is_missing_and_nothing_else(full: World, holed: World, name: str) -> None:
    before = full.lake.read(name)
    shown = metadata(holed.run(name, checks=False), name)
    after = holed.lake.read(name)
    one_reads = {each.name: each.reads for each in monthly.FEATURE_SET.features}
    resting = [feature for feature, reads in one_reads.items() if "PAYEMS" in reads]
    rests = pc.and_(pc.is_in(before["feature"], pa.array(resting)), pc.greater(before["as_of"], LAST_COMPLETE))
    assert pc.sum(rests).as_py() >= 5 * len(resting) > 0
    assert after.equals(before.filter(pc.invert(rests)))
    assert "PAYEMS: 2014-07-01" in shown["missing_vintage_days"]
    assert "PAYEMS" in series_behind(monthly.FEATURE_SET, load_catalog())
