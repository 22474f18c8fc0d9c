"""Publishers of shock series as a provider: terms, table, asset.

Belongs here: the declaration. Does not belong here: reading the files (source.py), which files there are (files.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from macro_assets.sources.provider import Provider
from macro_assets.tables.bronze import POLICY_SURPRISES

if TYPE_CHECKING:
    from macro_assets.sources.policy_surprises.source import SurprisesSource

__all__ = ["SURPRISES"]


SURPRISES: Provider[SurprisesSource] = Provider(
    name="policy_surprises",
    title="Published shock series",
    about="Shock series published by the authors of papers: policy surprises, narrative shocks, oil supply news.",
    terms="Cite the paper; licences differ (Jarocinski and Karadi: CC BY 4.0).",
    link="https://github.com/marekjarocinski/jkshocks_update_fed",
    kind="csv",
    description="Published shock series as their authors give them: intraday policy surprises, narrative shocks, oil "
    "supply news. They were estimated on full samples: instruments for study, not data known on the day.",
    table=POLICY_SURPRISES,
    setting="surprises_url",
    adapter="SurprisesSource",
    history=lambda source, query: source.fetch(query.stored()),
    refresh="weekly",
    cadence="week",
    checks=("whole_files",),
    cumulative=True,
)
