from .as_of import snapshot as snapshot
from .load import LoadReport as LoadReport
from .load import LoadWindow as LoadWindow
from .store import Lake as Lake
from .upkeep import TableInfo as TableInfo
