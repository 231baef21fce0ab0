"""Durable runs in this process: DBOS, what starts and takes up runs, and those that go on here."""

import asyncio
import fcntl
import hashlib
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from secrets import token_hex
from sqlite3 import connect
from typing import IO, Any

import msgspec
from dbos import DBOS, DBOSConfig, SetWorkflowID
from pydantic import BaseModel

from app.durable.journal import Journal, outside
from app.durable.lanes import LANE, Lane
from app.durable.outcomes import raw_record
from app.durable.records import JsonSerializer, RunFailed
from app.durable.settings import DurableSettings
from app.durable.sink import JournalSink
from app.runtime.context import Environment, ExecutionContext, Process, Reply
from app.runtime.errors import ServiceError
from app.runtime.events import encode, frame
from app.runtime.log import log_event
from app.runtime.problems import as_service_error, public_problem, told_to_operator

_MOST_TAKEN_UP = 100
_LOOK_FOR_CANCELLED_SECONDS = 0.5
OPEN = ["PENDING", "ENQUEUED", "DELAYED"]
"""How DBOS calls runs that have not ended."""


@dataclass(frozen=True, slots=True)
class DurableWorkflow:
    """A workflow whose runs are kept."""

    name: str
    run: Callable[[ExecutionContext, Any], Awaitable[Reply]]
    input_model: type[BaseModel]


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
        self._once: Callable[..., Any] | None = None
        self._fresh: set[str] = set()
        self._lock: IO[bytes] | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def names(self) -> list[str]:
        """The workflows."""
        return list(self._functions)

    async def start(self, workflows: Sequence[DurableWorkflow]) -> None:
        """Opens the database, makes its tables where they are missing, and takes up what this instance has left.

        Raises:
            ValueError: another process has the file.
        """
        postgres = self.settings.durable_database_url
        config: DBOSConfig = {
            "name": self._name,
            "system_database_url": self._file() if postgres is None else postgres.get_secret_value(),
            "serializer": JsonSerializer(),
            "executor_id": self.settings.durable_executor,
            "application_version": self.settings.durable_version or _version(),
            "log_level": "WARNING",
            "max_executor_threads": 32,
        }
        _pass_on_logging()
        DBOS(config=config)
        self._once = DBOS.workflow(name=ONCE)(_once)
        for workflow in workflows:
            self._functions[workflow.name] = DBOS.workflow(name=workflow.name, max_recovery_attempts=_MOST_TAKEN_UP)(
                self._function(workflow)
            )
        DBOS.launch()
        await self._say_what_is_left()
        if postgres is not None:
            self._watching = asyncio.create_task(self._watch_for_cancelled())

    async def stop(self) -> None:
        """Leaves the runs that go on to the next start."""
        if self._watching is not None:
            self._watching.cancel()
        left = list(self.runs.values())
        for run in left:
            run.journal.leave()
            run.task.cancel()
        await asyncio.gather(*(run.task for run in left), return_exceptions=True)
        if left:
            log_event("runs_left", open_runs=len(left))
        await asyncio.to_thread(DBOS.destroy, destroy_registry=True)
        if self._lock is not None:
            self._lock.close()

    async def begin(
        self, workflow: str, inputs: BaseModel, run_id: str | None = None, *, caller: Mapping[str, Any] | None = None
    ) -> str:
        """Starts a run for a caller, and gives its id. One that has this id already is left alone."""
        run_id = run_id or token_hex(16)
        about = {"seed": token_hex(16), "at": time.time(), "env": dict(self.process.env), "caller": caller or {}}
        given = msgspec.json.decode(inputs.model_dump_json(by_alias=True, exclude_unset=True))
        self._fresh.add(run_id)
        try:
            with SetWorkflowID(run_id):
                await DBOS.start_workflow_async(self._functions[workflow], given, about)
        except BaseException:
            self._fresh.discard(run_id)
            raise
        return run_id

    async def once(
        self, key: str, workflow: str, inputs: BaseModel, *, caller: Mapping[str, Any] | None = None
    ) -> tuple[str, bool]:
        """The id of the run that a caller's key stands for, and whether it is one for the same input."""
        told = hashlib.sha256(encode([workflow, key, (caller or {}).get("name")])).hexdigest()
        sent = hashlib.sha256(inputs.model_dump_json(by_alias=True, exclude_unset=True).encode()).hexdigest()
        assert self._once is not None  # noqa: S101
        with SetWorkflowID(f"{ONCE}-{told}"):
            handle = await DBOS.start_workflow_async(self._once, token_hex(16), sent)
        run_id, first_sent = await handle.get_result(polling_interval_sec=0.05)
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

    async def _watch_for_cancelled(self) -> None:
        """Runs can be cancelled by another instance."""
        while True:
            await asyncio.sleep(_LOOK_FOR_CANCELLED_SECONDS)
            if self.runs:
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
        run_id, task = DBOS.workflow_id, asyncio.current_task()
        assert run_id is not None and task is not None  # noqa: S101, PT018
        journal = Journal(run_id, about["seed"], task)
        self.runs[run_id] = LocalRun(journal, task)
        try:
            if run_id in self._fresh:
                self._fresh.discard(run_id)
            else:
                await journal.take_up(await outside(DBOS.list_workflow_steps_async(run_id)))
            LANE.set(Lane(journal, "", about["at"]))
            sink = JournalSink(journal.tell_once)
            ctx = replace(self.process.context(), execution_id=run_id, sink=sink, env=self._env(about["env"]))
            ctx.caller = about["caller"]
            return await self._outcome(workflow, ctx, given, about)
        finally:
            journal.leave()
            self.runs.pop(run_id, None)

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
        for other, count in others.items():
            log_event(
                "runs_of_another_version",
                level=logging.WARNING,
                version=other,
                open_runs=count,
                detail="They go on when a service of that version starts, or with DURABLE_VERSION set to it.",
            )


ONCE = "started-once"
"""What keeps the ids of runs by the keys of their callers."""


async def _once(run_id: str, sent: str) -> list[str]:
    return [run_id, sent]


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


def _version() -> str:
    """Another one whenever a workflow or a function of the project is another."""
    told = hashlib.sha256()
    app = Path(__file__).parents[1]
    for folder in ("workflows", "functions"):
        for path in sorted((app / folder).rglob("*.py")):
            told.update(path.relative_to(app).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()[:16]


class _Passing(logging.Handler):
    """Says what DBOS says as lines of this service. Failures of runs have a line of their own."""

    def emit(self, record: logging.LogRecord) -> None:
        """As in logging."""
        if record.levelno < logging.ERROR or "Exception encountered" not in record.getMessage():
            log_event("dbos", level=record.levelno, detail=record.getMessage()[:500])


def _pass_on_logging() -> None:
    logger = logging.getLogger("dbos")
    logger.handlers = [_Passing()]
    logger.propagate = False
