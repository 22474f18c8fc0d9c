"""What a started command prints, up to a line that shows that it is ready."""

import subprocess


def lines_until(process: subprocess.Popen[str], ready: str) -> list[str]:
    """Lines of a running command up to the first that holds `ready`, or all of them if it ends before."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if ready in line:
            break
    return lines
