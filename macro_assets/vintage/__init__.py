"""The point-in-time engine: when a value counts as known, as-of cubes, revisions, prices, leakage.

Belongs here: pure functions from tables to tables. Does not belong here: what is made of the values (`signals/`),
providers, storage, Dagster. Import the module you need (`from macro_assets.vintage import cube`).
"""
