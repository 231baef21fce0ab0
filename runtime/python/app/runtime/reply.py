"""What a workflow answers."""

from typing import Any


class Reply:
    """The answer of a run: `output` is any JSON value, `status` the HTTP status when it goes out in one piece."""

    __slots__ = ("output", "status")

    def __init__(self, output: Any, status: int = 200) -> None:
        self.output = output
        self.status = status
