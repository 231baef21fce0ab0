"""Beginning a coroutine outside its task, where most such coroutines have nothing to wait for.

What arrives on a socket is handled in a callback of the event loop. Waking a task for it costs more than handling it.
"""

import asyncio
import contextvars
import types
from collections.abc import Awaitable, Coroutine, Generator
from typing import Any

# Documented for those who write tasks of their own: https://docs.python.org/3/library/asyncio-extending.html
from asyncio.tasks import _enter_task, _leave_task  # pyright: ignore[reportPrivateUsage]  # isort: skip


class EagerSteps:
    """Begins coroutines on behalf of the task that makes this object, while that task waits for something else.

    What it does per coroutine is little on purpose: it is done for every token, with cold caches more often than not.
    """

    __slots__ = ("_context", "_loop", "_task")

    def __init__(self) -> None:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("There is no task to begin coroutines for.")
        self._task = task
        self._loop = task.get_loop()
        self._context = contextvars.copy_context()

    def begin(self, awaitable: Awaitable[None]) -> Awaitable[None] | None:
        """Runs a coroutine up to its first wait, in the task's name and context; to be called outside any task.

        Gives what the task still has to await: None, in the usual case, when the coroutine has come to its end. An
        awaitable that is no coroutine is given back as it is.
        """
        coroutine: Any = awaitable
        if type(awaitable) is not types.CoroutineType:
            return awaitable
        _enter_task(self._loop, self._task)
        try:
            waits_for = self._context.run(coroutine.send, None)
        except StopIteration:
            return None
        finally:
            _leave_task(self._loop, self._task)
        return _rest(coroutine, waits_for)


@types.coroutine
def _rest(coroutine: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """Goes on with a coroutine that has been begun and waits for a future."""
    try:
        yield waits_for
    except BaseException:
        coroutine.close()
        raise
    yield from coroutine.__await__()
