"""Monitoring: what is broken, as records, and how people are told. Does not belong here: Dagster (defs/monitoring)."""
