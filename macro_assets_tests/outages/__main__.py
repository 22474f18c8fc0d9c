"""`python -m macro_assets_tests.outages`: the real daemon on bad days, compared with a lake that had none.

Belongs here: arguments and the exit code. Does not belong here: the study, its table.
"""

import argparse
import sys
import time
from pathlib import Path

from macro_assets_tests.outages import report, study


def main() -> int:
    """Zero when every episode healed without a hand."""
    arguments = _arguments()
    began = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - began:7.0f} s  {text}", flush=True)

    outcomes = study.run(arguments.folder.absolute(), say, arguments.only)
    table = report.table(outcomes)
    print(table)
    if arguments.write:
        report.put_on_page(table, outcomes)
    return int(not study.passed(outcomes))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="macro_assets_tests.outages", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=Path("build/outages"), help="for both homes; the undisturbed stays"
    )
    parser.add_argument("--only", nargs="*", help="episodes, in their order")
    parser.add_argument(
        "--write", action="store_true", help="put the table into docs/outages.md, figures into its JSON"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
