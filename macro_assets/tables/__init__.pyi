from .registry import TABLES as TABLES
from .spec import TableSpec as TableSpec
