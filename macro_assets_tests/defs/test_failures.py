"""A run that waits before it tries again ends when it is told to."""

import signal
import subprocess
import sys
import time

PROGRAM = """
import dagster as dg
from dagster._utils.interrupts import capture_interrupts, setup_interrupt_handlers
from macro_assets.defs import failures
from macro_assets.errors import TransientSourceError

failures.FIRST_WAIT_SECONDS = 600.0

@dg.asset
def waiting(context: dg.AssetExecutionContext) -> None:
    with failures.typed_failures(context):
        print("waits", flush=True)
        raise TransientSourceError("down")

setup_interrupt_handlers()
with capture_interrupts():
    dg.materialize([waiting], raise_on_error=False)
"""


def test_sigterm_ends_a_run_while_it_waits() -> None:
    """As in a run's own process: Dagster captures the signal, and raises it inside the asset only."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "waits\n"
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=120.0)
        assert time.monotonic() - began < 120.0
    finally:
        process.kill()
        process.stdout.close()
