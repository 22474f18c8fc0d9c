"""The providers, as external nodes: lineage starts where the data come from.

Belongs here: one asset spec a provider, with its terms. Does not belong here: how to fetch from it.
"""

import dagster as dg

fred = dg.AssetSpec(
    "fred",
    group_name="providers",
    kinds={"api"},
    description="FRED and ALFRED of the Federal Reserve Bank of St. Louis: series with every published vintage. "
    "Some series belong to third parties (S&P, ICE BofA, University of Michigan) and may not be passed on.",
)
yahoo = dg.AssetSpec(
    "yahoo",
    group_name="providers",
    kinds={"api"},
    description="Yahoo Finance daily bars and actions. Terms: personal use, no redistribution.",
)
world_bank = dg.AssetSpec(
    "world_bank",
    group_name="providers",
    kinds={"api"},
    description="World Bank Indicators API (CC BY 4.0).",
)
surprises = dg.AssetSpec(
    "policy_surprises",
    group_name="providers",
    kinds={"api"},
    description="Shock series published by their authors (cite the paper; licences differ).",
)
PROVIDERS = [fred, yahoo, world_bank, surprises]
