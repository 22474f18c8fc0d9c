"""Facts aligned in time: knowledge days, as-of cubes, prices, outcomes, features, shocks, targets.

Belongs here: pure functions from tables to tables. Does not belong here: providers, storage, estimators, Dagster.
Import the module you need (`from macro_assets.panels import cube`): nothing is loaded before it is used.
"""

__all__: list[str] = []
