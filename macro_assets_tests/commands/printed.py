"""A started command from outside: what it prints up to a line that shows that it is ready, and its processes."""

import subprocess
from pathlib import Path


def lines_until(process: subprocess.Popen[str], ready: str) -> list[str]:
    """Lines of a running command up to the first that holds `ready`, or all of them if it ends before."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if ready in line:
            break
    return lines


def marked(mark: str) -> list[str]:
    """Command lines of the living processes that inherited a variable of the environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue  # ended meanwhile, or another user's
    return found
