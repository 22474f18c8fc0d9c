from .notebook import as_of as as_of
from .notebook import explain_value as explain_value

__version__: str
