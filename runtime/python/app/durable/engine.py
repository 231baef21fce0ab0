"""Durable runs in this process: DBOS, what starts and takes up runs, and those that go on here."""

import asyncio
import fcntl
import hashlib
import logging
import math
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from sqlite3 import connect
from typing import IO, Any

import msgspec
from dbos import DBOS, DBOSConfig, EnqueueOptions, SetWorkflowID
from dbos import error as dbos_errors
from msgspec.structs import replace
from pydantic import BaseModel

from app.durable.fleet import Fleet, Member, executor_name, postgres_timeouts, say_left_alone
from app.durable.guarding import Guard
from app.durable.journal import Journal, outside
from app.durable.kept import STARTED_ONCE, Keeper
from app.durable.lanes import LANE, Lane
from app.durable.outcomes import Run, raw_record
from app.durable.parts import Part
from app.durable.records import JsonSerializer, RunFailed
from app.durable.retention import keep_tidy
from app.durable.settings import DurableSettings
from app.durable.sink import JournalSink
from app.durable.turns import Turns
from app.runtime.context import Environment, ExecutionContext, Process, Reply
from app.runtime.errors import ServiceError
from app.runtime.events import encode, frame
from app.runtime.log import log_event
from app.runtime.problems import as_service_error, public_problem, told_to_operator
from app.runtime.program import program_digest

_MOST_TAKEN_UP = 100
_LOOK_SECONDS = 0.5
_OF_ANOTHER = re.compile(r"^(?:DBOS Error: )?Application version '.*' is already registered by application '([^']*)'")
"""What DBOS says where it knows the version as another service's."""
OPEN = ["PENDING", "ENQUEUED", "DELAYED"]
"""How DBOS calls runs that have not ended."""


@dataclass(frozen=True, slots=True)
class DurableWorkflow:
    """A workflow whose runs are kept."""

    name: str
    run: Callable[[ExecutionContext, Any], Awaitable[Reply]]
    input_model: type[BaseModel]
    guard: Guard | None = None
    """What stands before its endpoint."""


class _Fresh(dict[str, Any]):
    """What is told of a run to its first execution; later ones read it from the database."""


@dataclass(slots=True, eq=False)
class LocalRun:
    """A run that goes on in this process."""

    journal: Journal
    task: asyncio.Task[Any]


class Engine:
    """Runs durable workflows, from `start` to `stop`."""

    def __init__(self, process: Process, settings: DurableSettings, name: str) -> None:
        self.process = process
        self.settings = settings
        self.runs: dict[str, LocalRun] = {}
        """Those that go on here."""
        self._name = name
        self._functions: dict[str, Callable[..., Any]] = {}
        self._guards: dict[str, Guard | None] = {}
        self._inputs: dict[str, type[BaseModel]] = {}
        self.keeper = Keeper()
        """What is kept beside runs."""
        self._starting: set[asyncio.Task[Any]] = set()
        self._lock: IO[bytes] | None = None
        self._fleet: Fleet | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._steps_end = math.inf
        """When steps that are under way are left, in the time of the loop; known once the service is to end."""
        self._parts: Sequence[Part] = ()
        self._turns = Turns(settings.durable_resume_steps)
        self._stopping = False

    @property
    def names(self) -> list[str]:
        """The workflows."""
        return list(self._functions)

    def guard(self, workflow: str) -> Guard | None:
        """What stands before the endpoint of a workflow."""
        return self._guards.get(workflow)

    @property
    def versions(self) -> set[str]:
        """Those of the workflows that some process runs."""
        return {DBOS.application_version} if self._fleet is None else self._fleet.versions

    async def start(self, workflows: Sequence[DurableWorkflow], parts: Sequence[Part] = ()) -> None:
        """Opens the database, makes its tables where they are missing, and takes up what this instance has left.

        Raises:
            ValueError: another process has the file, or another service the version.
        """
        version = self.settings.durable_version or program_digest()
        member = Member(self._name, version, executor_name())
        config: DBOSConfig = {
            "name": self._name,
            "serializer": JsonSerializer(),
            "application_version": version,
            **self._database(member.executor),
            "log_level": "WARNING",
            "max_executor_threads": 32,
            # Nothing waits for DBOS's own messages: a look for them costs nothing, and the end waits for the next one.
            "notification_listener_polling_interval_sec": 0.05,
        }
        _pass_on_logging()
        DBOS(config=config)
        self.keeper.register()
        for workflow in workflows:
            self._guards[workflow.name] = workflow.guard
            self._inputs[workflow.name] = workflow.input_model
            self._functions[workflow.name] = DBOS.workflow(name=workflow.name, max_recovery_attempts=_MOST_TAKEN_UP)(
                self._function(workflow)
            )
        self._parts = parts
        for part in parts:
            part.register(self)
        self._launch(version)
        if self.settings.durable_database_url is not None:
            url = self.settings.durable_database_url.get_secret_value()
            self._fleet = Fleet(url, member, self.settings.durable_takeover_seconds, self._drop_all)
            await self._fleet.join()
        await self._say_what_is_left()
        for part in parts:
            await part.start()
        self._tasks.append(asyncio.create_task(self._watch()))
        days, seconds = self.settings.durable_keep_days, self.settings.durable_tidy_seconds
        if days:
            self._tasks.append(asyncio.create_task(keep_tidy(lambda: self.names, days=days, seconds=seconds)))

    def _launch(self, version: str) -> None:
        try:
            DBOS.launch()
        except dbos_errors.DBOSException as error:
            other = _OF_ANOTHER.search(str(error))
            if other is None:
                raise
            raise ValueError(
                f"The database of durable runs knows the version {version} as one of another service, {other[1]}, and "
                f"each version is one service's. Set DURABLE_VERSION of {self._name} to what no other service has, "
                f"such as {self._name}-{version}, or leave it out; or give {self._name} a database of its own."
            ) from error

    async def stop(self) -> None:
        """Leaves the runs that go on to another process, or to the next start."""
        loop = asyncio.get_running_loop()
        for task in self._tasks:
            task.cancel()
        await self._wait_for_runs(loop.time() + self.settings.durable_drain_seconds)
        for part in self._parts:
            await part.stop()
        # What DBOS takes from a queue from now on stays this process's, and is handed over or found by the next start.
        self._stopping = True
        left = list(self.runs.values())
        for run in left:
            run.journal.retire()
        if left:
            # An answer that is paid for already is kept, if it comes in time.
            most = min(self._steps_end, loop.time() + self.process.settings.drain_seconds) - loop.time()
            await asyncio.wait([run.task for run in left], timeout=max(most, 0))
        self._drop_all()
        await asyncio.gather(*(run.task for run in left), return_exceptions=True)
        if self._fleet is not None:
            await self._fleet.pause()
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        handed_over = None if self._fleet is None else await self._fleet.leave()
        if left or handed_over:
            log_event("runs_left", open_runs=len(left), handed_over=handed_over)
        if self._lock is not None:
            self._lock.close()

    async def _wait_for_runs(self, end: float) -> None:
        """Goes on with runs that nobody else would go on with, until then."""
        loop = asyncio.get_running_loop()
        while self.runs and loop.time() < end and (self._fleet is None or await self._fleet.is_last_of_its_version()):
            await asyncio.wait([run.task for run in self.runs.values()], timeout=min(1.0, end - loop.time()))

    async def begin(
        self,
        workflow: str,
        inputs: BaseModel,
        run_id: str | None = None,
        *,
        caller: Mapping[str, Any] | None = None,
        counted: str | None = None,
    ) -> str:
        """Starts a run for a caller, and gives its id. One that has this id already is left alone.

        What it uses is counted at the guard of its workflow under the key `counted`.
        """
        run_id = run_id or token_hex(16)
        given, about = self._arguments(inputs, caller)
        if counted is not None:
            about["counted"] = counted
        with SetWorkflowID(run_id):
            starting = asyncio.ensure_future(DBOS.start_workflow_async(self._functions[workflow], given, about))
        # Were it ended between its record and its start, the run would be in the database and go on nowhere.
        self._starting.add(starting)
        starting.add_done_callback(self._starting.discard)
        await asyncio.shield(starting)
        return run_id

    async def enqueue(
        self,
        queue: str,
        workflow: str,
        inputs: BaseModel,
        run_id: str | None = None,
        *,
        caller: Mapping[str, Any] | None = None,
        priority: int = 1,
        delay: float = 0.0,
    ) -> str:
        """Puts a run into a queue, from which the latest version of the service takes it, and gives its id."""
        run_id = run_id or token_hex(16)
        options: EnqueueOptions = {
            "workflow_name": workflow,
            "queue_name": queue,
            "workflow_id": run_id,
            "priority": priority,
        }
        if delay:
            options["delay_seconds"] = delay
        await DBOS.enqueue_workflow_with_options_async(options, *self._arguments(inputs, caller))
        return run_id

    def input_model(self, workflow: str) -> type[BaseModel]:
        """What a workflow takes."""
        return self._inputs[workflow]

    def input_of(self, workflow: str) -> BaseModel:
        """What a workflow is begun with where nobody gives it anything: what its input says of itself."""
        return self._inputs[workflow]()

    def _arguments(self, inputs: BaseModel, caller: Mapping[str, Any] | None) -> tuple[Any, _Fresh]:
        """What DBOS keeps of a run from its beginning: its input, and what is known about it."""
        given = msgspec.json.decode(inputs.model_dump_json(by_alias=True, exclude_unset=True))
        about = _Fresh(seed=token_hex(16), at=time.time(), env=dict(self.process.env), caller=caller or {})
        return given, about

    async def once(
        self, key: str, workflow: str, inputs: BaseModel, *, caller: Mapping[str, Any] | None = None
    ) -> tuple[str, bool]:
        """The id of the run that a caller's key stands for, and whether it is one for the same input."""
        told = hashlib.sha256(encode([workflow, key, (caller or {}).get("name")])).hexdigest()
        sent = hashlib.sha256(inputs.model_dump_json(by_alias=True, exclude_unset=True).encode()).hexdigest()
        run_id, first_sent = await self.keeper.keep(f"{STARTED_ONCE}{told}", [token_hex(16), sent])
        return run_id, first_sent == sent

    async def cancel(self, run_id: str) -> None:
        """Ends a run, wherever it goes on."""
        await DBOS.cancel_workflow_async(run_id)
        self._cancel_here(run_id)

    def _cancel_here(self, run_id: str) -> None:
        run = self.runs.get(run_id)
        if run is not None:
            run.journal.leave()
            run.task.cancel()

    def _drop_all(self) -> int:
        """Ends the runs that go on here, of which nothing more is recorded; how many."""
        for run_id in list(self.runs):
            self._cancel_here(run_id)
        return len(self.runs)

    async def _watch(self) -> None:
        """Runs can be cancelled by another process, and the service is told to end before this is."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            if self.process.draining and self._steps_end == math.inf:
                self._steps_end = loop.time() + self.process.settings.drain_seconds
            if self.runs and self._fleet is not None:
                with suppress(Exception):
                    found = await DBOS.list_workflows_async(
                        workflow_ids=list(self.runs), status="CANCELLED", load_input=False, load_output=False
                    )
                    for status in found:
                        self._cancel_here(status.workflow_id)

    def _function(self, workflow: DurableWorkflow) -> Callable[..., Any]:
        async def run(given: Any, about: dict[str, Any]) -> Any:
            return await self._execute(workflow, given, about)

        return run

    async def _execute(self, workflow: DurableWorkflow, given: Any, about: dict[str, Any]) -> Any:
        """One time that a run is executed: the first, or one after a service has died."""
        if self._stopping:
            raise asyncio.CancelledError
        run_id, task = DBOS.workflow_id, asyncio.current_task()
        assert run_id is not None and task is not None  # noqa: S101, PT018
        journal = Journal(run_id, about["seed"], task, self.settings.durable_step_attempts)
        # Where it was taken away from this process and comes back to it, the former execution may not have noticed yet.
        self._cancel_here(run_id)
        here = self.runs[run_id] = LocalRun(journal, task)
        try:
            if not isinstance(about, _Fresh):
                recorded = await outside(DBOS.list_workflow_steps_async(run_id))
                run = await outside(Run.find(run_id))
                said = () if run is None else run.listed_waits()
                retry_of = None if run is None else run.status.forked_from
                await journal.take_up(recorded, self._turns, said=said, retry_of=retry_of)
            LANE.set(Lane(journal, "", about["at"]))
            sink = JournalSink(journal.tell_once)
            ctx = replace(self.process.context(), execution_id=run_id, sink=sink, env=self._env(about["env"]))
            ctx.caller = about["caller"]
            return await self._outcome(workflow, ctx, given, about)
        finally:
            journal.leave()
            if self.runs.get(run_id) is here:
                del self.runs[run_id]

    @staticmethod
    def _env(recorded: dict[str, str]) -> Environment:
        """The variables as they were when the run began."""
        env = Environment(())
        env.update(recorded)
        return env

    async def _outcome(
        self, workflow: DurableWorkflow, ctx: ExecutionContext, given: Any, about: dict[str, Any]
    ) -> dict[str, Any]:
        failed: ServiceError | None = None
        outcome: dict[str, Any] = {}
        try:
            reply = await workflow.run(ctx, workflow.input_model.model_validate_json(encode(given)))
            outcome = _answer(ctx, reply, about["at"])
        except Exception as error:
            failed = as_service_error(error)
        if workflow.guard is not None and "counted" in about:
            await workflow.guard.count(ctx, about["counted"])
        lane = LANE.get()
        if lane is not None:
            await lane.journal.close()
        log_event(
            "run",
            execution_id=ctx.execution_id,
            workflow=workflow.name,
            durable=True,
            **told_to_operator(failed),
            elapsed_ms=_elapsed(about["at"]),
            usage=ctx.usage.total(),
        )
        if failed is None:
            return outcome
        problem = public_problem(failed, exposed=self.process.settings.expose_errors)
        problem["execution_id"] = ctx.execution_id
        raise RunFailed({"status": failed.status, "headers": failed.headers, "problem": problem})

    def _database(self, executor: str) -> DBOSConfig:
        """Where runs are kept, and as whose. One file has one process at a time, whose runs are those in it."""
        postgres = self.settings.durable_database_url
        if postgres is None:
            return {"system_database_url": self._file(), "executor_id": "local"}
        seconds = self.settings.durable_takeover_seconds
        return {
            "system_database_url": postgres.get_secret_value(),
            "executor_id": executor,
            "db_engine_kwargs": {"connect_args": postgres_timeouts(seconds)},
            "sys_db_pool_size": self.settings.durable_connections,
            # The rows that a process holds which was cut off are free again when its runs are.
            "sys_db_idle_transaction_timeout_sec": seconds,
        }

    def _file(self) -> str:
        """The address of the SQLite file, which this process alone has. Readers of a log do not wait for its writer."""
        path = Path(self.settings.durable_path)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = path.with_name(f"{path.name}.lock").open("wb")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"Another process has {path}, which keeps durable runs for one at a time. "
                "Set DURABLE_DATABASE_URL to a Postgres for several, or DURABLE_PATH to another file."
            ) from None
        database = connect(path)
        database.execute("PRAGMA journal_mode=WAL")
        database.close()
        return f"sqlite:///{path.resolve()}"

    async def _say_what_is_left(self) -> None:
        """Runs of other versions wait for a service of their version, which this one is not."""
        version = DBOS.application_version
        left = await DBOS.list_workflows_async(status=OPEN, load_input=False, load_output=False)
        others = Counter(run.app_version for run in left if run.app_version != version)
        log_event("durable_runs", version=version, open_runs=len(left) - others.total())
        if self._fleet is None:
            for other, count in others.items():
                say_left_alone(other or "", count)


def _answer(ctx: ExecutionContext, reply: Reply, began: float) -> dict[str, Any]:
    """What the caller is told: `answer` in one piece, and `streamed` of what stands in a stream's last event besides.

    Raises:
        TypeError, ValueError, RecursionError: the reply has no JSON form.
    """
    sink = ctx.sink
    assert sink is not None  # noqa: S101
    if not sink.token_count and isinstance(reply.output, str) and reply.output:
        sink.hold(frame("token", {"text": reply.output, "node": next(reversed(ctx.node_timings), "response")}))
        sink.streamed(reply.output, token_count=1)
    meta = {"execution_id": ctx.execution_id, "elapsed_ms": _elapsed(began), "node_timings": ctx.node_timings}
    answer = {"output": reply.output, "usage": ctx.usage.total(), "meta": meta}
    streamed = {"text": "".join(sink.text), "token_count": sink.token_count, "finish_reason": sink.finish_reason}
    outcome = {"status": reply.status, "answer": answer, "streamed": streamed}
    if reply.response is not None:
        outcome["raw"] = raw_record(reply.response)
    return msgspec.json.decode(encode(outcome))


def _elapsed(began: float) -> float:
    return round((time.time() - began) * 1000, 3)


class _Passing(logging.Handler):
    """Says what DBOS says as lines of this service, except for runs that fail or are left, of which it says more."""

    def emit(self, record: logging.LogRecord) -> None:
        """As in logging."""
        detail = record.getMessage()
        if not detail.startswith("Asyncio task cancelled") and (
            record.levelno < logging.ERROR or "Exception encountered" not in detail
        ):
            log_event("dbos", level=record.levelno, detail=detail[:500])


def _pass_on_logging() -> None:
    logger = logging.getLogger("dbos")
    logger.handlers = [_Passing()]
    logger.propagate = False
