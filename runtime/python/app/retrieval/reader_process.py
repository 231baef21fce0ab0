"""The process in which documents are read that others have made: what one of them can do to it, the service survives.

It is started by `app.retrieval.reading`, takes documents from its standard input and gives their pages to its standard
output, each behind its length in four bytes.
"""

import importlib
import logging
import os
import struct
import sys

import msgspec

from app.retrieval.formats import Page, Reading, Unreadable

_MOST_MEMORY = 1 << 30
_LENGTH = struct.Struct(">I")


class Task(msgspec.Struct):
    """A document that is to be read, and the function of the project that reads such."""

    module: str
    function: str
    content: bytes
    reading: Reading


class Outcome(msgspec.Struct):
    """Its pages, or why it cannot be read."""

    pages: list[Page] = []
    problem: str | None = None


def outcome_of(task: Task) -> Outcome:
    """Reads a document."""
    try:
        read = getattr(importlib.import_module(task.module), task.function)
        pages: list[Page] = read(task.content, task.reading)
    except Unreadable as problem:
        return Outcome(problem=str(problem))
    except MemoryError:
        return Outcome(problem="it takes more memory than a document may")
    except RecursionError:
        return Outcome(problem="it is nested too deeply")
    except Exception as error:  # whatever a library does not expect of a document
        return Outcome(problem=f"it is not sound ({type(error).__name__})")
    if sum(len(page.text) for page in pages) > task.reading.most_characters:
        return Outcome(problem=f"it has more than {task.reading.most_characters:,} characters")
    return Outcome(pages)


def _limit_memory() -> None:
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415  # Windows has none

    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = _MOST_MEMORY if most == resource.RLIM_INFINITY else min(most, _MOST_MEMORY)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, most))
    except (ValueError, OSError):  # macOS takes no such limit
        return


def main() -> None:
    """Reads documents until nobody gives any more."""
    _limit_memory()
    logging.disable()
    given, answers = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Nothing that a library prints gets among the answers.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    decoder = msgspec.msgpack.Decoder(Task)
    while head := given.read(_LENGTH.size):
        task = decoder.decode(given.read(_LENGTH.unpack(head)[0]))
        answer = msgspec.msgpack.encode(outcome_of(task))
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


if __name__ == "__main__":
    main()
