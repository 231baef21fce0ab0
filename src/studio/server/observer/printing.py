"""What code of the project prints during an observed run."""

import sys
from collections.abc import Iterable
from typing import Any, TextIO

from .runs import NODE, RUN


class Printing:
    """Stands for `sys.stdout`, and tells runs what is written to it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """As the stream's."""
        run = RUN.get()
        if run is not None:
            run.print(text, NODE.get())
        return self._stream.write(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """As the stream's."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def listen_to_printing() -> None:
    """Begins it; `print` looks for the stream each time."""
    stream: Any = Printing(sys.stdout)
    sys.stdout = stream
