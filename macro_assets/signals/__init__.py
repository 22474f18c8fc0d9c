"""What is made of the values known: features, shocks, outcomes, targets, turning points.

Belongs here: pure functions of fixed-length slices and facts. Does not belong here: when a value counts as known
(`vintage/`), estimators, storage, Dagster. Import the module you need (`from macro_assets.signals import shocks`).
"""
