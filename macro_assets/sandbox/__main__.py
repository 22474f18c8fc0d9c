"""`python -m macro_assets.sandbox`: the same as `macro-assets sandbox`."""

import sys

from macro_assets.errors import MacroAssetsError
from macro_assets.sandbox.command import main, parse

if __name__ == "__main__":
    try:
        main(**parse())
    except MacroAssetsError as error:
        sys.exit(str(error))
