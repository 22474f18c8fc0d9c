"""A simulated economy with known effects: decades of macro series, prices, vintages and the truth behind them.

Belongs here: the model and its publication. Does not belong here: serving it (the sandbox), estimating it.
`simulate` makes an archive the sandbox can serve; `simulate_monthly` the bare monthly panel, for Monte Carlo.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
