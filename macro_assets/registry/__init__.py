"""The model registry: MLflow with provenance, aliases and typed failures.

Belongs here: keeping models. Does not belong here: training, conversion (export/), deciding on promotion.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
