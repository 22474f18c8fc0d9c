"""`python -m macro_assets_tests.mutants`: try the listed faults, or some drawn by seed, and write down what was caught.

Belongs here: arguments and the exit code. Does not belong here: faults, trials, tables.
"""

import argparse
import sys
import time

from macro_assets_tests.mutants import report
from macro_assets_tests.mutants.faults import listed, reasons
from macro_assets_tests.mutants.operators import drawn
from macro_assets_tests.mutants.trial import Outcome, try_all

SHARE_CAUGHT = 0.8


def main() -> int:
    """Zero when enough was caught: every listed fault, four of five of those drawn."""
    arguments = _arguments()
    started = time.monotonic()
    faults = drawn(arguments.random, arguments.seed) if arguments.random else list(listed())
    chosen = [f for f in faults if any(word in f"{f.room} {f.file} {f.text}" for word in arguments.only or [""])]
    outcomes = try_all(chosen, workers=arguments.workers)
    red = sum(outcome.is_caught for outcome in outcomes)
    print(f"{red} of {len(outcomes)} caught in {time.monotonic() - started:.0f} s.")
    if arguments.write and not arguments.only:
        _write(outcomes, is_drawn=bool(arguments.random))
    return int(red < (SHARE_CAUGHT if arguments.random else 1.0) * len(outcomes))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="macro_assets_tests.mutants", description=__doc__)
    parser.add_argument("--random", type=int, default=0, metavar="N", help="N faults drawn by seed instead of the list")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", help="faults whose room, file or text holds one of these words")
    parser.add_argument("--write", action="store_true", help="put the table into docs/testing.md")
    return parser.parse_args()


def _write(outcomes: list[Outcome], *, is_drawn: bool) -> None:
    if is_drawn:
        report.put_on_page("drawn faults", report.drawn(outcomes, reasons()))
    else:
        report.put_on_page("listed faults", report.listed(outcomes))


if __name__ == "__main__":
    sys.exit(main())
