"""What the operating system says that another process has used."""

import re
import subprocess
import sys
import time
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """CPU time of a process with all its threads, user and system."""
    if sys.platform == "linux":
        # The process's own CPU clock, to the nanosecond; the number is made as clock_getcpuclockid(3) makes it.
        return time.clock_gettime_ns((~pid << 3) | 2) / 1e9
    minutes, _, seconds = _ps(pid, "cputime").rpartition(":")
    hours, _, minutes = minutes.rpartition(":")
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds)


def memory_bytes(pid: int) -> int:
    """Resident memory of a process."""
    if sys.platform == "linux":
        found = re.search(r"^VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
        return int(found[1]) * 1024 if found else 0
    return int(_ps(pid, "rss")) * 1024


def _ps(pid: int, field: str) -> str:
    answer = subprocess.run(["ps", "-o", f"{field}=", "-p", str(pid)], capture_output=True, text=True, check=True)  # noqa: S607
    return answer.stdout.strip()
