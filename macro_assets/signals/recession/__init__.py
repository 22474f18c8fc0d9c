"""Recession features: thousands of quarterly columns, and a compact monthly set.

Belongs here: what each column is (spec.py, monthly_spec.py) and how it is computed from fixed-length slices of the
as-of cube. Does not belong here: the cube itself, targets, selection, models. Import the module you need:
`quarterly` builds features/recession_features, `monthly` builds features/recession_features_monthly.
"""
