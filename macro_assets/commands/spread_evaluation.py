"""`macro-assets evaluate spread`: predictive intervals of the next month, the network beside its honest rival.

Belongs here: reading the tables, the figures as JSON. Does not belong here: what is measured (uncertainty/scores.py).
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from macro_assets.uncertainty.scores import SpreadReport


def run(first_year: int, seed: int) -> SpreadReport:
    """Walk network and rival forward over a home's own tables and score them.

    Raises
    ------
    TableNotFoundError : a table was never built. InvalidInputError : no month can be scored.
    """
    from macro_assets.catalog import load_catalog
    from macro_assets.uncertainty import answers, panel

    settings = get_settings()
    lake = Lake.from_settings(settings)
    rows = panel.build(
        lake.read("gold/asset_returns"),
        lake.read("silver/prices"),
        lake.read("silver/observations"),
        lake.read("treatments/macro_shocks"),
        panel.states_of(lake.read("features/recession_features_monthly")),
        load_catalog(settings.catalog_dir),
    )
    states = panel.recession_months(lake.read("targets/recession_targets"))
    return answers.answer(rows, states, first_year=first_year, seed=seed).report


def figures(report: SpreadReport) -> dict[str, Any]:
    """All figures, the rule's verdict and its reasons, as plain values for JSON."""
    whole = asdict(report) | {"served": report.served, "reasons": list(report.reasons)}
    return whole | {"first": str(report.first.date()), "last": str(report.last.date())}


def shown(report: SpreadReport) -> list[dict[str, Any]]:
    """One row per method: cover overall and where it matters."""
    return [
        {
            "method": one.method,
            "cover": round(one.coverage, 3),
            "recessions": round(one.coverage_recession, 3),
            "high volatility": round(one.coverage_high_volatility, 3),
        }
        for one in (report.network, report.ewma)
    ]
