"""Errors of a run as a person wants to read them: the frames of the project's own files, and the nodes these are."""

import linecache
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from .steps import WorkflowModule
from .values import Secrets

MOST_FRAMES = 60
MOST_MESSAGE = 10_000
OWN = ("app/workflows", "app/functions")
"""The folders of what its author wrote, whose frames come first."""


def chain_of(error: BaseException) -> list[BaseException]:
    """The error, what it is a group of, and what caused that; the outermost first."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and all(current is not each for each in chain):
        chain.append(current)
        if isinstance(current, BaseExceptionGroup):
            current = cast("BaseExceptionGroup[BaseException]", current).exceptions[0]
        else:
            current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return chain


class Failures:
    """Knows the project's files."""

    def __init__(self, project: Path, modules: dict[str, WorkflowModule]) -> None:
        self._project = project
        self._modules = modules

    def relative(self, file: str) -> str:
        """The path of one of the project's files within it."""
        return Path(file).relative_to(self._project).as_posix()

    def describe(self, error: BaseException, chain: list[BaseException], secrets: Secrets) -> dict[str, Any]:
        """Type, message and frames of what a run failed with; of a group, of its first error."""
        shown = next((each for each in chain if not isinstance(each, BaseExceptionGroup)), error)
        frames: dict[tuple[str, int], dict[str, Any]] = {}
        for each in chain:
            for frame in self._frames(each):
                frames.setdefault((frame["file"], frame["line"]), frame)
        listed = sorted(frames.values(), key=lambda frame: not frame["file"].startswith(OWN))
        try:
            message = str(shown)
        except Exception:  # an error of the project's own may not even have a text
            message = ""
        return {
            "type": type(shown).__name__,
            "message": secrets.mask(message[:MOST_MESSAGE]),
            "frames": listed[:MOST_FRAMES],
        }

    def node_of(self, chain: list[BaseException]) -> str | None:
        """The node whose lines the error came through last."""
        nodes = [frame["node"] for each in chain for frame in self._frames(each) if "node" in frame]
        return nodes[-1] if nodes else None

    def _frames(self, error: BaseException) -> Iterator[dict[str, Any]]:
        for frame, line in traceback.walk_tb(error.__traceback__):
            file = Path(frame.f_code.co_filename)
            if not file.is_relative_to(self._project):
                continue
            relative = file.relative_to(self._project).as_posix()
            if not relative.startswith("app/"):
                continue
            text = linecache.getline(str(file), line).strip()
            module = self._modules.get(str(file))
            node = module.nodes.get(line) if module is not None else None
            yield {"file": relative, "line": line, "text": text, **({} if node is None else {"node": node})}
