"""What a process does that writes of a run which another has taken over meanwhile."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from dbos import error as dbos_errors

from app.durable import journal as journals
from app.durable.journal import Journal
from app.durable.records import Entry


class TakenPlace:
    """A place among the steps of a run in which another process has written."""

    step_id = 1

    def __init__(self, name: str) -> None:
        self._name = name

    async def run_async(self, options: dict[str, Any], write: Callable[[], Entry]) -> Entry:
        """DBOS gives what stands there where its name is the same, whoever asks."""
        if options["name"] != self._name:
            raise dbos_errors.DBOSUnexpectedStepError("run", self.step_id, options["name"], self._name)
        return msgspec.convert(msgspec.to_builtins(write()), Entry)


@pytest.mark.parametrize("there", ["ask (begun)", "(restart)"])
def test_a_step_does_not_begin_where_another_process_has_the_run(monkeypatch: pytest.MonkeyPatch, there: str) -> None:
    monkeypatch.setattr(journals.DBOS, "reserve_step", lambda: TakenPlace(there))
    begun: list[str] = []

    async def run() -> None:
        task = asyncio.current_task()
        assert task is not None
        await Journal("run", "seed", task, 2).begin("ask", "")
        begun.append("ask")

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())
    assert not begun
