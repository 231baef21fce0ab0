"""Runs a module as `python -m` does, or a file by its path, and ends with its parent: standard input closes when that goes, however it goes."""

import os
import runpy
import signal
import sys
import threading
import time

GRACE_SECONDS = 2.0


def end_with_parent() -> None:
    """Waits for the end of standard input, then asks this process to end, and makes it end."""
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os._exit(1)


threading.Thread(target=end_with_parent, daemon=True).start()
sys.argv = sys.argv[1:]
if sys.argv[0].endswith(".py"):
    runpy.run_path(sys.argv[0], run_name="__main__")
else:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
