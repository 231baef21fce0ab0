"""The steps of a durable workflow's row that go through its providers' batches: taken once, however often it is run."""

import time

import msgspec

from app.batch.providers.calls import CallStore
from app.durable.journal import Journal
from app.durable.lanes import LANE, Lane
from app.durable.records import Entry
from app.runtime.context import ExecutionContext

_read_entry = msgspec.json.Decoder(Entry).decode


class RowSteps(Journal):
    """What the steps of a row gave, in the place of a run's journal. `outside` are those of `nodes` that go on."""

    def __init__(self, store: CallStore, row: int, ctx: ExecutionContext, nodes: tuple[str, ...]) -> None:
        self.run = ctx.execution_id
        self._store = store
        self._row = row
        # Those of called workflows are told with their workflow's name.
        self._nodes = {node.rpartition(".")[2] for node in nodes}
        entries = [_read_entry(entry) for entry in store.steps(row)]
        self._ended = {entry.step: entry for entry in entries}
        begun = self._ended.get("")
        if begun is None:
            begun = Entry("begun", "", time.time(), value=ctx.execution_id)
            store.keep_step(row, "", msgspec.json.encode(begun))
        self.seed = str(begun.value)
        self._at = begun.at
        self._outside = set[str]()

    @property
    def outside(self) -> bool:
        """Whether a step goes on that does something besides asking a model."""
        return bool(self._outside)

    def enter(self) -> None:
        """Has the current task's steps be kept here."""
        LANE.set(Lane(self, "", self._at))

    def is_exhausted(self, name: str) -> bool:
        """As in Journal; how often a row is begun is for whoever begins the batch."""
        return False

    async def begin(self, name: str, within: str) -> int:
        """As in Journal; a model that was asked is asked in the same call again, so that nothing is taken twice."""
        if name.rpartition("/")[2].partition("#")[0] in self._nodes:
            self._outside.add(name)
        return 1

    async def end(self, entry: Entry, *, waits: bool = False) -> None:
        """As in Journal."""
        self._ended[entry.step] = entry
        self._outside.discard(entry.step)
        self._store.keep_step(self._row, entry.step, msgspec.json.encode(entry))

    def tell(self, events: list[bytes]) -> None:
        """Nobody listens."""

    def tell_once(self, events: list[bytes]) -> None:
        """Nobody listens."""
