"""Child processes that announce themselves with one line of JSON, each kept on the core that it belongs to."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

_READY_SECONDS = 60


class StartFailed(Exception):
    """A process ended before it was ready; the text shows what it said."""


class Child:
    """A process that runs until `stop()`."""

    def __init__(self, command: list[str], *, log: Path, cwd: Path, env: Mapping[str, str], core: int | None) -> None:
        self._log = log.open("ab")
        self._log_path = log
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self.pid = self._process.pid
        if core is not None and sys.platform == "linux":
            os.sched_setaffinity(self.pid, {core})

    def ask(self, line: str | None = None, *, seconds: float = _READY_SECONDS) -> Any:
        """Writes a line, if there is one, and gives the next line that comes back, as JSON.

        Raises:
            StartFailed: the process has ended, or nothing came in time.
        """
        if line is not None:
            writer: IO[bytes] | None = self._process.stdin
            assert writer is not None  # noqa: S101
            writer.write(line.encode() + b"\n")
            writer.flush()
        overdue = threading.Timer(seconds, self._process.kill)
        overdue.start()
        try:
            reader: IO[bytes] | None = self._process.stdout
            assert reader is not None  # noqa: S101
            answer = reader.readline()
        finally:
            overdue.cancel()
        if not answer:
            raise StartFailed(f"{' '.join(map(str, self._process.args))}\n{self._last_words()}")  # pyright: ignore[reportArgumentType, reportUnknownArgumentType]
        return json.loads(answer)

    def stop(self) -> None:
        """Ends the process, by its id; with force when it takes longer than ten seconds."""
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            if pipe is not None:
                pipe.close()

    def _last_words(self) -> str:
        self._log.flush()
        return self._log_path.read_text(errors="replace")[-2000:]


def cores() -> tuple[int | None, int | None]:
    """A core for the service, and one for upstream and load; None where processes cannot be kept on a core."""
    if sys.platform != "linux":
        return None, None
    usable = sorted(os.sched_getaffinity(0))
    return (usable[0], usable[1]) if len(usable) > 1 else (None, None)
