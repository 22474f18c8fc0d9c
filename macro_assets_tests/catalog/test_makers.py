"""A shock that could not be made is refused when the catalogue loads, by name."""

from pathlib import Path

import pytest

from macro_assets.catalog import load_catalog
from macro_assets.catalog.makers import MAKERS
from macro_assets.errors import CatalogError

ENTRY = "shocks:\n  - {{name: mine, title: a, definition: b, unit: c, tier: T3, sign: d, citation: e, {rest}}}\n"
INNOVATION = "maker: {name: innovation, series: %s, lags: %d, window: %d, minimum: %d}, inputs: [PAYEMS]"


@pytest.mark.parametrize(
    ("rest", "message"),
    [
        ("inputs: [PAYEMS]", r"shocks\.yaml.*'mine': field maker: Field required"),
        (
            "maker: {name: luck}, inputs: [PAYEMS]",
            "'mine'.*Unknown maker 'luck'. Available: event_sum, gap, innovation",
        ),
        ("maker: luck, inputs: [PAYEMS]", "Unknown maker 'luck'"),
        ("maker: {series: PAYEMS}, inputs: [PAYEMS]", "Unknown maker None"),
        ("maker: {name: gap, series: PAYEMS}, inputs: [PAYEMS]", "'mine': field maker.gap.span: Field required"),
        ("maker: {name: gap, series: PAYEMS, span: 12, lag: 1}, inputs: [PAYEMS]", "lag: Extra inputs"),
        (
            "maker: {name: gap, series: PAYROLLS, span: 12}, inputs: [PAYEMS]",
            "'mine'.*maker.series.*no series 'PAYROLLS'",
        ),
        ("maker: {name: gap, series: DGS10, span: 12}, inputs: [PAYEMS]", "'mine'.*'DGS10' has frequency D.*monthly"),
        ("maker: {name: spread_change, splice: spread}, inputs: [T10Y3M]", "Unknown splice 'spread'.*term_spread"),
        ("maker: {name: event_sum}, inputs: [PAYEMS]", "'mine'.*'event_sum' needs an input `file:column`"),
        ("maker: {name: gap, series: PAYEMS, span: 12}, inputs: [PAYEMZ]", "'mine'.*Unknown id 'PAYEMZ'.*PAYEMS"),
        ("maker: {name: stated_series, series: EPU}, inputs: [PAYEMS]", "'mine'.*maker.series.*no series 'EPU'"),
        (INNOVATION % ("PAYEMS", 12, 120, 20), "minimum 20 must be above"),
        (INNOVATION % ("PAYEMS", 3, 50, 60), "within window"),
    ],
)
def test_a_shock_that_cannot_be_made_is_refused_by_name(tmp_path: Path, rest: str, message: str) -> None:
    (tmp_path / "shocks.yaml").write_text(ENTRY.format(rest=rest))
    with pytest.raises(CatalogError, match=message):
        load_catalog(tmp_path)


def test_the_embedded_shocks_use_every_kind_of_maker_but_that_of_own_files() -> None:
    assert {shock.maker.name for shock in load_catalog().shocks.values()} == set(MAKERS) - {"stated_series"}
