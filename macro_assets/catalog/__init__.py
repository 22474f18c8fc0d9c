"""The catalogue: every series, ticker, indicator, release, shock and turning point that exists.

Belongs here: validated YAML and its typed loader. Does not belong here: anything that imports another room.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
