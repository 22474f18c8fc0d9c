"""What a macro shock does to an asset, and why to believe it: estimators, placebos and typed results.

Belongs here: pure functions over pandas and numpy. Does not belong here: Dagster, the lake, data sources.
Everything is imported on first use, so the package loads without pandas or econml.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
