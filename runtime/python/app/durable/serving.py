"""Durable runs over HTTP: how they are begun, watched, cancelled and tried again."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Header, Query, Request, Response, Security
from pydantic import AwareDatetime, BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import StreamingResponse

from app.durable.engine import DurableWorkflow, Engine
from app.durable.guarding import OPERATOR, Guard, caller_of, counted_of, has_token, may_ask
from app.durable.listening import END, listen, position
from app.durable.listing import runs_of
from app.durable.outcomes import Run, raw_response
from app.durable.parts import Part
from app.durable.retention import delete_ended
from app.durable.retrying import take_up_again
from app.durable.settings import DurableSettings
from app.durable.shown import AwaitedKind, DeletedRuns, PassedOver, RunList, RunSummary, Standing, WholeRun
from app.runtime.context import ActiveRun
from app.runtime.errors import HttpError, ServiceError
from app.runtime.events import encode
from app.runtime.server import check_characters
from app.runtime.settings import starting
from app.runtime.streaming import StreamMode, wants_stream

_LOOK_SECONDS = 0.02
_LONGEST_LOOK_SECONDS = 0.5
_LONGEST_KEY = 255


class RunsUnreachable(ServiceError, code="runs_unreachable", title="Runs cannot be reached", status=503):
    """The database that keeps durable runs does not answer, or cannot be written to."""

    hint = "Send the request again later; runs that have begun go on when it is back."
    for_caller = ()
    retryable = True


class KeyReused(ServiceError, code="idempotency_key_reused", title="Idempotency key used before", status=422):
    """A key that began one run came with another input."""

    hint = "Send a key of its own with each input."
    for_caller = ()


Answered = TypeVar("Answered")


async def reached(engine: Engine, asking: Awaitable[Answered]) -> Answered:
    """What the database answers.

    Raises:
        RunsUnreachable: it does not, or not in time.
    """
    try:
        async with asyncio.timeout(engine.settings.durable_database_seconds):
            return await asking
    except (TimeoutError, SQLAlchemyError) as error:
        raise RunsUnreachable("The database of durable runs does not answer.") from error


class NoSuchRun(ServiceError, code="run_not_found", title="No such run", status=404):
    """There is no run with this id."""

    hint = "Compare the id with the Location header of the answer that began the run."
    for_caller = ()


class NotAllowed(ServiceError, code="runs_token_needed", title="Not allowed", status=403):
    """Whoever lists runs or deletes them has to send the token of the service."""

    hint = "Send Authorization: Bearer with the service's RUNS_TOKEN; without that variable nobody can."
    for_caller = ()


router = APIRouter(tags=["runs"], responses={status: {} for status in (401, 403, 404, 409, 503)})
_FOR_PAGES = ("/runs/{run_id}", "/runs/{run_id}/events", "/runs/{run_id}/retry")
_AS_GIVEN: dict[str, Any] = {"response_model_exclude_unset": True}
_EVENTS: dict[int | str, dict[str, Any]] = {
    200: {"description": "The events.", "content": {"text/event-stream": {"schema": {"type": "string"}}}},
    204: {"description": "All events have been heard."},
}


class Pages(Protocol):
    """What pages of other origins may ask."""

    def tell(self, request: Request) -> None:
        """Says in the answer whether the page may read it."""
        ...

    async def preflight(self, request: Request) -> Response:
        """The answer to a browser that asks before it sends a request."""
        ...


class Durable:
    """What a service with durable workflows has: routes for their runs, and the engine while it is up."""

    def __init__(
        self, name: str, *workflows: DurableWorkflow, parts: Sequence[Part] = (), cors: Pages | None = None
    ) -> None:
        self._name = name
        self._workflows = workflows
        self._parts = parts
        self.routes = APIRouter(lifespan=self.lifespan)
        """Those of runs."""
        schemes = {each.scheme_name: each for guard in _guards(workflows) for each in guard.auth.schemes}
        guards = [Security(each) for each in (*schemes.values(), OPERATOR)] if schemes else []
        if cors is not None:
            guards.append(Depends(_telling(cors)))
            for path in _FOR_PAGES:
                self.routes.add_api_route(path, cors.preflight, methods=["OPTIONS"], include_in_schema=False)
        self.routes.include_router(router, dependencies=guards)
        for part in parts:
            for each in part.routers:
                self.routes.include_router(each)

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncGenerator[None]:
        """Takes runs up when the service starts, and leaves them when it stops."""
        with starting():
            engine = app.state.durable = Engine(app.state.process, DurableSettings.load(), self._name)
            await engine.start(self._workflows, self._parts)
        try:
            yield
        finally:
            await engine.stop()


def _telling(cors: Pages) -> Callable[[Request], Coroutine[Any, Any, None]]:
    async def tell(request: Request) -> None:
        cors.tell(request)

    return tell


def _guards(workflows: Sequence[DurableWorkflow]) -> list[Guard]:
    return [each.guard for each in workflows if each.guard is not None and each.guard.auth is not None]


class Beginning(Protocol):
    """What begins runs in a way of its own."""

    def begin(
        self, request: Request, engine: Engine, inputs: BaseModel, run_id: str | None, caller: Mapping[str, Any] | None
    ) -> Coroutine[Any, Any, str]:
        """Begins a run for a request, and gives its id. One that has this id already is left alone."""
        ...


async def respond_durably(
    request: Request,
    workflow: str,
    inputs: BaseModel,
    *,
    stream: StreamMode = "auto",
    kinds: tuple[str, ...] = ("application/json",),
    through: Beginning | None = None,
) -> Response:
    """The answer to a request: begins a run, and gives its events, its result if that comes in time, or a link to it.

    `through` is the queue or the schedule of the workflow, where it has one.

    Raises:
        HttpError: 406, the caller takes no answer of the kind that `stream` allows; 400 for a key that is none.
        InvalidInput: as in `app.runtime.server.respond`.
        KeyReused: the caller's key stands for a run with another input.
    """
    check_characters(inputs)
    streaming = wants_stream(request.headers.get("accept"), stream, kinds)
    if request.method == "HEAD":
        return Response(media_type="text/event-stream" if streaming else kinds[0])
    engine = engine_of(request)
    key = request.headers.get("idempotency-key")
    caller, run_id = caller_of(request), None
    if key is not None:
        if not key or len(key) > _LONGEST_KEY or not key.isprintable():
            raise HttpError(400, "The Idempotency-Key cannot be used.", hint="Send 1 to 255 printable characters.")
        run_id, same = await reached(engine, engine.once(key, workflow, inputs, caller=caller))
        if not same:
            raise KeyReused("This Idempotency-Key came with another input before.")
    begun = (
        engine.begin(workflow, inputs, run_id, caller=caller, counted=counted_of(request))
        if through is None
        else through.begin(request, engine, inputs, run_id, caller)
    )
    run_id = await reached(engine, begun)
    if streaming:
        return _stream(engine, run_id, (0, 0))
    return await result_of(request, run_id)


async def begin_once(
    request: Request, workflow: str, inputs: BaseModel, key: str, caller: Mapping[str, Any]
) -> str | None:
    """Begins a run for a key, whatever input it comes with; nothing when it has begun before.

    Raises:
        InvalidInput: as in `app.runtime.server.respond`.
        RunsUnreachable: the database does not answer.
    """
    check_characters(inputs)
    engine = engine_of(request)
    run_id, _ = await reached(engine, engine.once(key, workflow, inputs, caller=caller))
    if await reached(engine, Run.find(run_id)) is not None:
        return None
    return await reached(engine, engine.begin(workflow, inputs, run_id, caller=caller))


async def result_of(request: Request, run_id: str) -> Response:
    """The result of a run, if it comes in time, or a link to it."""
    engine = engine_of(request)
    return await _result(engine, run_id, _wait_seconds(request, engine))


@router.get("/runs/{run_id}", operation_id="show_run", response_model=WholeRun, **_AS_GIVEN)
async def show_run(request: Request, run_id: str) -> Any:
    """How a run stands: its steps, what it has used, and its result or problem."""
    engine = engine_of(request)
    return await reached(engine, (await _asked_for(request, run_id)).whole(engine.versions))


@router.get("/runs/{run_id}/events", operation_id="follow_run", response_class=StreamingResponse, responses=_EVENTS)
async def follow_run(request: Request, run_id: str, last_event_id: Annotated[str | None, Header()] = None) -> Response:
    """The events of a run from its beginning, or from `Last-Event-ID` on, until the one that ends it."""
    await _asked_for(request, run_id)
    if last_event_id == END:
        return Response(status_code=204)
    return _stream(engine_of(request), run_id, position(last_event_id))


@router.delete("/runs/{run_id}", operation_id="cancel_run", response_model=RunSummary, **_AS_GIVEN)
async def cancel_run(request: Request, run_id: str) -> Any:
    """Cancels a run; one that has ended stays as it is."""
    engine = engine_of(request)
    if not (await _asked_for(request, run_id)).has_ended:
        await reached(engine, engine.cancel(run_id))
    return (await find_run(engine, run_id)).summary(engine.versions)


@router.post("/runs/{run_id}/retry", status_code=202, operation_id="retry_run", response_model=RunSummary, **_AS_GIVEN)
async def retry_run(request: Request, response: Response, run_id: str) -> Any:
    """Tries a run that failed or was cancelled again as a new one, which begins with what its steps have given."""
    engine = engine_of(request)
    again = await reached(engine, take_up_again(await _asked_for(request, run_id)))
    response.headers["location"] = f"/runs/{again}"
    return (await find_run(engine, again)).summary(engine.versions)


@router.get("/runs", operation_id="list_runs", response_model=RunList, **_AS_GIVEN)
async def list_runs(
    request: Request,
    workflow: str | None = None,
    status: Standing | None = None,
    waits_for: AwaitedKind | None = None,
    since: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: PassedOver = 0,
) -> Any:
    """The runs of the service, the latest first; needs the service's RUNS_TOKEN. A time without a zone is in UTC."""
    engine = _operated(request)
    if workflow is not None and workflow not in engine.names:
        return {"runs": []}
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    names = engine.names if workflow is None else [workflow]
    asking = runs_of(names, status=status, waits_for=waits_for, since=since, limit=limit, offset=offset)
    return {"runs": [run.summary(engine.versions) for run in await reached(engine, asking)]}


@router.delete("/runs", operation_id="delete_runs", response_model=DeletedRuns)
async def delete_runs(
    request: Request, before: AwareDatetime, limit: Annotated[int, Query(ge=1, le=1000)] = 1000
) -> Any:
    """Deletes runs that ended before a time, the oldest first; needs the service's RUNS_TOKEN."""
    engine = _operated(request)
    return {"deleted": await reached(engine, delete_ended(engine.names, before, limit))}


def _operated(request: Request) -> Engine:
    """The engine, for its operator.

    Raises:
        NotAllowed: somebody else asks.
    """
    engine = engine_of(request)
    if not has_token(request, engine.settings.runs_token):
        raise NotAllowed("What concerns all runs needs the service's token.")
    return engine


def engine_of(request: Request) -> Engine:
    """The engine of the service that is asked."""
    return request.app.state.durable


async def _asked_for(request: Request, run_id: str) -> Run:
    """A run that who asks may know of.

    Raises:
        NoSuchRun: there is none.
        ServiceError: nobody knows who asks.
    """
    engine = engine_of(request)
    run = await find_run(engine, run_id)
    if not await reached(engine, may_ask(request, run, engine.guard(run.status.name), engine.settings)):
        raise NoSuchRun("There is no run with this id.")
    return run


async def find_run(engine: Engine, run_id: str) -> Run:
    """A run of the service.

    Raises:
        NoSuchRun: there is none with this id.
        RunsUnreachable: the database does not answer.
    """
    run = await reached(engine, Run.find(run_id))
    if run is None or run.status.name not in engine.names:
        raise NoSuchRun("There is no run with this id.")
    return run


def _wait_seconds(request: Request, engine: Engine) -> float:
    """How long the answer waits; RFC 7240 lets callers say it."""
    most = engine.settings.durable_answer_seconds
    for preference in request.headers.get("prefer", "").lower().split(","):
        name, _, value = preference.strip().partition("=")
        if name == "respond-async":
            return 0
        if name == "wait" and value.isdecimal():
            return min(most, int(value))
    return most


async def _result(engine: Engine, run_id: str, seconds: float) -> Response:
    """The result of a run, or a link to it after so long, or when the service stops."""
    active = ActiveRun()
    engine.process.active.add(active)
    try:
        async with asyncio.timeout(seconds):
            await _ended(engine, run_id)
    except TimeoutError:
        pass
    except asyncio.CancelledError:
        if not active.absorb_cancellation():
            raise
    finally:
        engine.process.active.discard(active)
    run = await find_run(engine, run_id)
    headers = {"location": f"/runs/{run_id}"}
    if run.standing == "succeeded":
        answered = run.answered
        if "raw" in answered:
            return raw_response(answered["raw"], headers)
        return Response(encode(answered["answer"]), answered["status"], headers, "application/json")
    if run.has_ended:
        failed = run.failed
        headers |= failed["headers"]
        return Response(encode(failed["problem"]), failed["status"], headers, "application/problem+json")
    return Response(encode(run.summary(engine.versions)), 202, headers | {"retry-after": "1"}, "application/json")


async def _ended(engine: Engine, run_id: str) -> None:
    """Waits until a run has ended."""
    wait = _LOOK_SECONDS
    while not (await find_run(engine, run_id)).has_ended:
        here = engine.runs.get(run_id)
        if here is None or here.journal.closed:
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_LOOK_SECONDS)
        else:
            await here.journal.left.wait()


def _stream(engine: Engine, run_id: str, after: tuple[int, int]) -> Response:
    headers = {"cache-control": "no-cache", "x-accel-buffering": "no", "content-location": f"/runs/{run_id}/events"}
    return StreamingResponse(listen(engine, run_id, after), headers=headers, media_type="text/event-stream")
