"""Recession odds and what follows, judged as a referee would.

Belongs here: classifiers, regressors, their selection, calibration, walk-forward evaluation and typed results. Pure:
frames and Arrow tables in, results out. Does not belong here: features and targets (signals/), storage, MLflow, Dagster.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
