"""The effect engine: validated inputs, lag-augmented design, linear and learned residuals, grids, typed results.

Belongs here: estimation and its inference. Does not belong here: reasons to believe an estimate (belief/), variation over
time and states (variation/).
"""

__all__: list[str] = []
