"""`python -m macro_assets_tests.faults`: every fault on every provider, and bodies drawn by hypothesis.

Belongs here: arguments and the exit code. Does not belong here: trials, tables.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from macro_assets_tests.faults import report
from macro_assets_tests.faults.bodies import try_bodies
from macro_assets_tests.faults.matrix import PHASES, SUBJECTS, cells_of


def main() -> int:
    """Zero when nothing was lost, hung, untyped, leaked or stored in silence."""
    arguments = _arguments()
    began = time.monotonic()
    providers = [name for name in SUBJECTS if name in (arguments.only or SUBJECTS)]
    if arguments.bodies:
        with ProcessPoolExecutor(arguments.workers) as pool:
            drawn = report.drawn(list(pool.map(try_bodies, providers, [arguments.bodies] * len(providers))))
        print(drawn)
        if arguments.write:
            report.put_on_page("drawn bodies", drawn)
        return 0
    with ProcessPoolExecutor(arguments.workers) as pool:
        pairs = [(name, phase) for phase in PHASES for name in providers]
        cells = [cell for found in pool.map(cells_of, *zip(*pairs, strict=True)) for cell in found]
    table, summary = report.matrix(cells), report.summary(cells)
    print(f"{table}\n\n{summary} {time.monotonic() - began:.0f} s.")
    if arguments.write:
        report.put_on_page("fault matrix", f"{summary}\n\n{table}")
    return int(any(cell.is_bad for cell in cells))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="macro_assets_tests.faults", description=__doc__)
    parser.add_argument("--bodies", type=int, default=0, metavar="N", help="N drawn bodies a provider, not the matrix")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", nargs="*", help="providers")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/faults.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
