"""Ground truth: how well the engine covers, beside an oracle and other people's estimators.

Belongs here: simulations, benchmarks and their pass rules. Does not belong here: estimators of the product.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
