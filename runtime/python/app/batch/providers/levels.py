"""Rows whose model calls go through their providers' batches, level by level.

All rows run until they wait for a model; what they ask is sent in batches, and with the answers they run again, until
each has come to its end.
"""

import asyncio
import secrets
import tempfile
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Any, TypeVar

from msgspec import structs

from app.batch.batch import Batch
from app.batch.direct import opened_process
from app.batch.errors import FAILED, BatchError
from app.batch.progress import money
from app.batch.providers.call_cap import CallCap
from app.batch.providers.calls import Answered, CallStore, Sent
from app.batch.providers.errors import RowNotRepeatable
from app.batch.providers.parked import RowCalls, row_pools
from app.batch.providers.remote import Limits, RemoteBatches, RemoteTrouble
from app.batch.row_runs import RowRuns, StopBatch
from app.batch.rows import Row
from app.batch.workflow import KeptSteps
from app.runtime.context import Asked, ExecutionContext

_SETTLED_TURNS = 30
_SETTLED_SECONDS = 0.005
_ANSWERS_AT_ONCE = 500
_LONGEST_TROUBLE_SECONDS = 300.0
_SECONDS_BEFORE_SENT_AGAIN = 2.0

Given = TypeVar("Given")

MakeBatches = Mapping[str, Callable[[], RemoteBatches]]


class ProviderRows:
    """Asks the rows of a batch by `remotes`, which are the batches of providers by their names."""

    def __init__(
        self, batch: Batch, env: Iterable[str], servers: Sequence[Asked], remotes: MakeBatches, poll_seconds: float
    ) -> None:
        self._batch = batch
        self._process, _ = opened_process(env, servers)
        self._remotes = {name: make() for name, make in remotes.items()}
        self._poll_seconds = poll_seconds
        self._runs = RowRuns(batch.wanted.workflow)
        out = batch.wanted.out
        self._store = CallStore(out.with_name(f"{out.name}.calls.db"))
        self._most: dict[int, int] = {}
        """Of a group that its provider has no room for: how many calls one batch may hold."""
        self._cap = CallCap(batch)
        self._note = ""

    async def run(self) -> None:
        """Runs rows and sends what they ask until all are done, or the batch is to stop."""
        batch = self._batch
        async with aclosing(self._process.pools):
            synced = asyncio.create_task(self._keep_told())
            try:
                await self._look_for_lost()
                while batch.stop.reason is None:
                    if not self._store.sent():
                        await self._run_rows()
                        if batch.stop.reason is not None or not self._store.unsent_groups():
                            break
                    await self._send_level()
                    await self._fetch_level()
            finally:
                synced.cancel()
                with suppress(asyncio.CancelledError):
                    await synced
                for remote in self._remotes.values():
                    await remote.aclose()
                self._store.close(remove=batch.results.totals.rows == batch.rows)

    async def _keep_told(self) -> None:
        while True:
            await asyncio.sleep(0.2)
            self._batch.tell(self._note)

    async def _run_rows(self) -> None:
        """Runs every row that has no result, as far as the answers reach."""
        batch, tasks = self._batch, set[asyncio.Task[None]]()
        self._note = "running rows"
        for row in batch.remaining():
            if batch.stop.reason is not None:
                break
            task = asyncio.create_task(self._run_row(row))
            tasks.add(task)
            if len(tasks) >= batch.wanted.concurrency:
                _, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        while tasks:
            done, tasks = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        await asyncio.to_thread(batch.results.sync)
        self._store.commit()

    async def _run_row(self, row: Row[Any]) -> None:
        """Runs a row to its result, or until it waits for answers."""
        calls = RowCalls(self._store, row.number)
        ctx = structs.replace(self._process.context(), pools=row_pools(self._process.pools, calls))
        workflow = self._batch.wanted.workflow
        kept = None if workflow.keeps is None else workflow.keeps(self._store, row.number, ctx, workflow.repeats)
        task = asyncio.create_task(self._line(ctx, row, kept))
        try:
            line = await _until_parked(task, calls, kept)
        except StopBatch as stopped:
            self._batch.stop.now(stopped.error.code, stopped.error)
            return
        if line is None and kept is None and calls.leaves_answers():
            error = RowNotRepeatable("The row did not ask again for what it had been answered.")
            line = self._runs.failed(ctx, row, error)
        self._cap.count(row.number, ctx.usage.total()["cost_usd"], len(calls.consumed), done=line is not None)
        if line is not None:
            await self._batch.results.add(row.number, line)
            self._store.drop_row(row.number)

    async def _line(self, ctx: ExecutionContext, row: Row[Any], kept: KeptSteps | None) -> bytes:
        if kept is not None:
            kept.enter()
        return await self._runs.line(ctx, row)

    async def _look_for_lost(self) -> None:
        """Finds the batches that were begun when a process died before it could note their id."""
        for sent in self._store.sent():
            if sent.state == "sending":
                found = await self._found(sent)
                if found is None:
                    await self._send(sent)
                else:
                    self._store.set_sent(sent, found)

    async def _found(self, sent: Sent) -> str | None:
        known = {each.provider_id for each in self._store.sent() if each.provider_id is not None}
        return await self._patiently(lambda: self._remote(sent).find(sent, known))

    async def _send_level(self) -> None:
        """Sends what rows ask, as far as it may cost."""
        left = self._cap.calls_left()
        if left == 0:
            self._batch.stop.now("max_cost")
            if self._cap.kept_usd:
                kept = money(self._cap.kept_usd)
                self._batch.progress.note(f"Answers of rows that are not done are kept; they have cost {kept} besides.")
        for group in self._store.unsent_groups():
            limits = self._limits(group.id, self._remote_of(group.provider).limits)
            while left > 0 and any(each.id == group.id for each in self._store.unsent_groups()):
                token = secrets.token_hex(12)
                calls = min(limits.calls, left)
                sent = self._store.begin_sending(group, token, calls=calls, size=limits.bytes, inputs=limits.inputs)
                left -= sent.calls
                await self._send(sent)
                if group.id in self._most:
                    break  # one after the other, where the provider has room for no more

    def _limits(self, group: int, limits: Limits) -> Limits:
        return replace(limits, calls=min(limits.calls, self._most.get(group, limits.calls)))

    async def _send(self, sent: Sent) -> None:
        remote = self._remote(sent)

        async def once() -> str:
            with tempfile.TemporaryFile(dir=self._batch.wanted.out.parent) as file:
                remote.write(file, sent, self._store.bodies(sent))
                file.seek(0)
                return await remote.send(sent, file)

        self._note = f"sending {sent.calls:,} calls"
        found = None
        while found is None:
            try:
                found = await once()
            except RemoteTrouble as trouble:
                # It may have been taken although no answer came: it is looked for before it is sent again.
                await self._wait_for(trouble, _SECONDS_BEFORE_SENT_AGAIN)
                found = await self._found(sent)
        self._store.set_sent(sent, found)
        self._batch.progress.note(f"Sent {sent.calls:,} calls to {sent.group.provider} as {found}.")

    async def _fetch_level(self) -> None:
        """Waits until all batches have ended, and keeps what came of them."""
        waiting = self._store.sent()
        while waiting and self._batch.stop.reason is None:
            done = 0
            for sent in waiting:
                state = await self._patiently(lambda sent=sent: self._remote(sent).state(sent))
                done += state.done
                if state.full:
                    self._make_room(sent)
                elif state.ended is not None:
                    await self._fetch(sent, state.ended, state.detail)
            waiting = self._store.sent()
            calls = sum(each.calls for each in waiting)
            self._note = f"{done:,} of {calls:,} calls answered by {len(waiting)} batches"
            if waiting:
                await self._is_to_stop(self._poll_seconds)
        if self._most:
            await self._is_to_stop(self._poll_seconds)

    def _make_room(self, sent: Sent) -> None:
        """Has the calls of a batch that its provider had no room for be sent in smaller ones."""
        if sent.calls == 1:
            hint = "Raise the limit of tokens that may wait in batches at the provider."
            raise BatchError("The provider has no room for a batch of one call.", hint=hint, exit_code=FAILED)
        self._most[sent.group.id] = max(1, sent.calls // 2)
        self._store.take_back(sent)

    async def _fetch(self, sent: Sent, ended: str, detail: str | None) -> None:
        remote = self._remote(sent)
        if detail is not None:
            self._batch.progress.note(f"{sent.group.provider} says of {sent.provider_id}: {detail}")

        async def once() -> bool:
            known = 0
            kept: list[tuple[str, Answered]] = []
            async for answer in remote.answers(sent):
                kept.append(answer)
                if len(kept) == _ANSWERS_AT_ONCE:
                    known += self._store.keep_answers(sent, kept)
                    kept = []
                    await asyncio.sleep(0)
                    if not known:
                        return False
            known += self._store.keep_answers(sent, kept)
            return known > 0 or ended != "completed"

        if await self._patiently(once):
            self._store.end(sent, "failed" if ended == "completed" else ended)
        else:
            # It is another's, found where ours was looked for.
            self._store.take_back(sent)

    def _remote(self, sent: Sent) -> RemoteBatches:
        return self._remote_of(sent.group.provider)

    def _remote_of(self, provider: str) -> RemoteBatches:
        remote = self._remotes.get(provider)
        if remote is None:
            hint = "Ask without --provider-batch."
            raise BatchError(f"{provider} cannot be asked by batches.", hint=hint)
        return remote

    async def _patiently(self, work: Callable[[], Awaitable[Given]]) -> Given:
        """What a provider gives, however long it is in trouble; a batch that is to stop does not wait for it."""
        wait = 1.0
        while True:
            try:
                return await work()
            except RemoteTrouble as trouble:
                await self._wait_for(trouble, wait)
                wait = min(wait * 2, _LONGEST_TROUBLE_SECONDS)

    async def _wait_for(self, trouble: RemoteTrouble, seconds: float) -> None:
        self._batch.progress.note(f"{trouble} Trying again in {seconds:g} s.")
        if await self._is_to_stop(seconds):
            raise BatchError(str(trouble), hint="The same command goes on.", exit_code=FAILED) from trouble

    async def _is_to_stop(self, seconds: float) -> bool:
        """Waits for so long, unless the batch is to stop before."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._batch.stop.heard.wait(), seconds)
        return self._batch.stop.reason is not None


async def _until_parked(task: asyncio.Task[bytes], calls: RowCalls, kept: KeptSteps | None) -> bytes | None:
    """What a row gives; None where it waits for nothing but answers, and was ended."""
    while not task.done():
        changed = asyncio.create_task(calls.changed.wait())
        await asyncio.wait((task, changed), return_when=asyncio.FIRST_COMPLETED)
        changed.cancel()
        if not task.done() and await _is_settled(task, calls, kept):
            task.cancel()
            await asyncio.wait((task,))
            return None if task.cancelled() else task.result()
    return task.result()


async def _is_settled(task: asyncio.Task[bytes], calls: RowCalls, kept: KeptSteps | None) -> bool:
    """Whether nothing of a row goes on any more but what waits for answers."""
    calls.changed.clear()
    for _ in range(_SETTLED_TURNS):
        await asyncio.sleep(0)
        if task.done() or calls.changed.is_set():
            return False
    while kept is not None and kept.outside:
        await asyncio.sleep(_SETTLED_SECONDS)
        if task.done() or calls.changed.is_set():
            return False
    await asyncio.sleep(_SETTLED_SECONDS)
    return not task.done() and not calls.changed.is_set()
