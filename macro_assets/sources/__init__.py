"""How to fetch what the providers publish: one folder each, listed in providers.py.

Belongs here: adapters over the real clients, each a triad of query, extract and a pure transform to the bronze columns.
Does not belong here: keeping what was fetched (lake) and scheduling (defs). Clients are imported when first used.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
