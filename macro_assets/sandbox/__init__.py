"""A local stand-in for the data providers, speaking their wire formats.

Belongs here: the archive it serves, the HTTP server, faults, and (in `economy/`) the simulated economy.
Does not belong here: clients, the lake, Dagster. Heavy imports happen on first use.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
