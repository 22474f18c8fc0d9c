"""Every declared table: its columns with units, its key and how it is written.

Belongs here: declarations, the registry of them, the data dictionary. Does not belong here: storage (`lake/`) and how
a table is computed. Sources, lake, checks, column schemas of the UI and the dictionary are derived from these.
"""

from macro_assets.tables.registry import TABLES
from macro_assets.tables.spec import TableSpec

__all__ = ["TABLES", "TableSpec"]
