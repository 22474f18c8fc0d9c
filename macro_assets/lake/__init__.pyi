from .as_of import snapshot as snapshot
from .load import LoadReport as LoadReport
from .store import Lake as Lake
from .upkeep import TableInfo as TableInfo
from .windows import LoadWindow as LoadWindow
