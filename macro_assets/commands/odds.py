"""`macro-assets odds`: the recession odds of a home as known on a day.

Belongs here: reading the tables and who speaks. Does not belong here: the answer itself (recession/odds_answer.py).
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from macro_assets.lake import Lake
from macro_assets.settings import get_settings

if TYPE_CHECKING:
    from macro_assets.recession.odds_answer import OddsAnswer

WALK_FORWARD = "evaluation/recession_walk_forward_monthly"


def run(as_of: date | None) -> OddsAnswer:
    """The answer of the registry's champion, else of the default.

    Raises
    ------
    TableNotFoundError : the features were never built.
    """
    from macro_assets.recession import presets
    from macro_assets.recession.odds_answer import answer_odds
    from macro_assets.registry import Registry, recession_champion

    settings = get_settings()
    lake, champion = Lake.from_settings(settings), recession_champion(Registry.from_settings(settings))
    return answer_odds(
        lake.read("features/recession_features_monthly"),
        lake.read("targets/recession_targets"),
        presets.candidate(champion.candidate),
        champion.standing,
        lake.read(WALK_FORWARD, where={"mode": "vintage"}, missing_ok=True),
        as_of=as_of,
    )
