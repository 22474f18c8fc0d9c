from .run import FULL as FULL
from .run import QUICK as QUICK
from .run import Plan as Plan
from .run import ValidationReport as ValidationReport
from .run import run_validation as run_validation
