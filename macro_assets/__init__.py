"""Point-in-time macro data, causal effects, market regimes and recession odds.

Belongs here: the version, and the names a notebook starts with, imported when they are first used (`__init__.pyi` says
where each lives; every room with such names has one). Does not belong here: anything that imports a heavy library.
"""

import os

import lazy_loader as lazy

# One thread per library: processes do the parallel work, and OpenMP's spinning costs more than it gives.
# Set before the first import of numpy, torch or xgboost; a value from outside wins.
for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

__version__ = "0.1.0"
__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)
