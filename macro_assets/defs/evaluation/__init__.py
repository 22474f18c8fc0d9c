"""Evaluation: why a model may be believed, on data it has not seen."""
