"""Every declared table: its columns with units, its key and how it is written.

Belongs here: declarations, the registry of them, the data dictionary. Does not belong here: storage (`lake/`) and how
a table is computed. Sources, lake, checks, column schemas of the UI and the dictionary are derived from these.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
