"""The providers there are. To add one: its folder, and one line here.

Belongs here: the list. Does not belong here: what is derived from it (defs/bronze, defs/checks, defs/automation, doctor).
"""

from __future__ import annotations

from typing import Any

from macro_assets.sources.fred.provider import FRED
from macro_assets.sources.own_data.provider import OWN
from macro_assets.sources.policy_surprises.provider import SURPRISES
from macro_assets.sources.provider import Provider
from macro_assets.sources.world_bank.provider import WORLD_BANK
from macro_assets.sources.yahoo.provider import YAHOO

__all__ = ["PROVIDERS"]

PROVIDERS: tuple[Provider[Any], ...] = (FRED, YAHOO, WORLD_BANK, SURPRISES, OWN)
