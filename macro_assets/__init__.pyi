from .notebook import as_of as as_of

__version__: str
