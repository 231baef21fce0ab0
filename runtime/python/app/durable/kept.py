"""Values that are kept under a key, the first of which counts: decisions of people, and events from outside.

Each is a workflow of DBOS with the key as its id, which has nothing to do. So the database itself sees to it that
there is one, whichever instances write at the same time.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from dbos import DBOS, SetWorkflowID

from app.durable.journal import outside

KEPT = "kept"
"""How DBOS calls them."""
STARTED_ONCE = "started-once-"
"""How keys begin under which the ids of runs are kept that callers begin with a key of theirs."""


async def _keep(value: Any) -> None:
    """The value is the input."""


class Keeper:
    """Keeps values, and gives them again."""

    def __init__(self) -> None:
        self._function: Callable[..., Any] | None = None

    def register(self) -> None:
        """Tells DBOS of them, before it begins."""
        self._function = DBOS.workflow(name=KEPT)(_keep)

    async def keep(self, key: str, value: Any) -> Any:
        """The first value that was kept under a key: this one, or one before it."""
        assert self._function is not None  # noqa: S101
        function = self._function

        async def start() -> None:
            with SetWorkflowID(key):
                await DBOS.start_workflow_async(function, value)

        await outside(start())
        return (await self.find([key]))[key]

    async def find(self, keys: Sequence[str]) -> dict[str, Any]:
        """What is kept under these keys, as far as something is."""
        found = await outside(DBOS.list_workflows_async(workflow_ids=list(keys), load_output=False))
        return {each.workflow_id: each.input["args"][0] for each in found if each.input is not None}

    async def latest(self, since: float) -> list[str]:
        """The keys of what was kept since a time in seconds since 1970, by the clock of the database."""
        start = datetime.fromtimestamp(since, UTC).isoformat()
        asking = DBOS.list_workflows_async(name=KEPT, start_time=start, load_input=False, load_output=False)
        return [each.workflow_id for each in await outside(asking)]
