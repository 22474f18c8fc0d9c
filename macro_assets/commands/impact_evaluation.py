"""`macro-assets evaluate impacts`: stage 2 walked forward over a home's own tables, beside the hard split it replaced.

Belongs here: reading the tables, the figures as JSON. Does not belong here: what is measured
(recession/evaluation/impact_scores.py).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from macro_assets.commands.recession_evaluation import SUFFIX
from macro_assets.errors import InvalidInputError
from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from macro_assets.recession.evaluation.impact_scores import ImpactScore


def run(mode: str, first_origin: date | None, jobs: int) -> tuple[ImpactScore, ...]:
    """Walk both stages forward and score the impacts.

    Parameters
    ----------
    mode : "vintage", "revised" or "all".
    first_origin : default 1990-03-31. jobs : processes; the result does not depend on it.

    Raises
    ------
    InvalidInputError : another mode. TableNotFoundError : the features or targets were never built.
    """
    modes = tuple(one for one in SUFFIX if mode in ("all", one))
    if not modes:
        raise InvalidInputError(f"Unknown mode {mode!r}.", remedy="Available: vintage, revised, all.")
    from macro_assets.recession import presets
    from macro_assets.recession.data import RecessionData
    from macro_assets.recession.evaluation.impact_evaluation import START, impact_walk_forward
    from macro_assets.recession.evaluation.impact_scores import score_impacts
    from macro_assets.registry import Registry, recession_champion

    settings = get_settings()
    lake, targets = Lake.from_settings(settings), "targets/recession_targets"
    stage1 = presets.candidate(recession_champion(Registry.from_settings(settings)).candidate)
    found: list[ImpactScore] = []
    for one in modes:
        features = lake.read(f"features/recession_features_monthly{SUFFIX[one]}")
        data = RecessionData.from_tables("M", one, features, lake.read(targets))
        rows = impact_walk_forward(data, stage1, lake.read(targets), start=first_origin or START, n_jobs=jobs)
        found += score_impacts(rows, data.state)
    return tuple(found)


def figures(scores: tuple[ImpactScore, ...]) -> list[dict[str, Any]]:
    """All figures as plain values for JSON, one entry per mode and target."""
    from macro_assets.recession.evaluation.table import plain

    return [dict(plain(asdict(score))) for score in scores]


def shown(scores: tuple[ImpactScore, ...]) -> list[dict[str, Any]]:
    """The figures a person compares, in few columns: errors beside the mean's, cover and score beside the split's."""
    rows = []
    for score in scores:
        mixture, split = (score.intervals[method][0.90] for method in ("mixture", "split"))
        rows.append(
            {
                "target": f"{score.target.rsplit('_change', 1)[0]}, {score.mode[:4]}",
                "R2": f"{score.r2:.2f}",
                "RMSE (mean)": f"{score.rmse:.2f} ({score.rmse_mean:.2f})",
                "cover": f"{mixture.coverage:.2f}",
                "recess.": f"{mixture.coverage_recession:.2f}",
                "score (split)": f"{mixture.paired:.1f} ({split.paired:.1f})",
            }
        )
    return rows
