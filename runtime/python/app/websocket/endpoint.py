"""A workflow that is asked over WebSockets: https://www.rfc-editor.org/rfc/rfc6455

The caller sends `{"type": "run", "id": …, "input": {…}}` and gets `{"id", "event", "data"}` for each event of that run,
the last of which is `done` or `error`; `{"type": "stop", "id": …}` ends a run. Ids are the caller's.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, Generic, Protocol

import msgspec
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.runtime.bodies import TOO_MUCH, Share
from app.runtime.context import ExecutionContext, Process, Reply
from app.runtime.errors import Cancelled, InvalidInput, ServiceError
from app.runtime.events import encode
from app.runtime.log import log_event
from app.runtime.origins import check_origin
from app.runtime.problems import public_problem
from app.runtime.streaming import Input
from app.websocket.connection import DRAIN, TRY_AGAIN_LATER
from app.websocket.runs import SocketRun, message, perform

_REQUEST_ID = re.compile("[!-~]{1,128}")
UNSUPPORTED, RESTARTING = 1003, 1012
"""Close codes: https://www.iana.org/assignments/websocket/websocket.xhtml#close-code-number"""

Run = Callable[[ExecutionContext, Input], Awaitable[Reply]]


class TooManyRuns(ServiceError, code="too_many_runs", title="Too many runs", status=429):
    """The connection has as many runs as it may have at the same time."""

    hint = "Wait for one of them to end, or stop it, and send the message again."
    for_caller = ()
    retryable = True


class Start(msgspec.Struct, tag="run", tag_field="type"):
    """Starts a run."""

    id: str
    input: dict[str, Any] = {}


class Stop(msgspec.Struct, tag="stop", tag_field="type"):
    """Ends a run."""

    id: str


_decode = msgspec.json.Decoder(Start | Stop).decode


class Guard(Protocol):
    """What a caller has to pass, as the routes have it."""

    @property
    def cors(self) -> Any:
        """What lets pages of other origins ask, if something does."""
        ...

    async def admit(self, request: Request) -> None:
        """Raises where he may not pass."""
        ...


@dataclass(frozen=True, slots=True)
class Memory:
    """What a connection remembers: the last `most` messages, given as the input `history`; `text` is what is said."""

    text: str
    history: str
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSocketEndpoint(Generic[Input]):
    """Takes connections, on each of which up to `max_runs` runs go on at the same time.

    With `memory` a connection is one conversation, a run at a time. `guard` says who may come in, and `admitted` makes
    of `run` one that knows who that is.
    """

    workflow: str
    run: Run[Input]
    input_model: type[BaseModel]
    max_runs: int = 8
    memory: Memory | None = None
    guard: Guard | None = None
    admitted: Callable[[Run[Input], Request], Run[Input]] | None = None

    async def serve(self, socket: WebSocket) -> None:
        """Takes a connection, until the caller or the service ends it."""
        # What stands before routes knows requests.
        told = socket.headers.get("x-request-id", "")
        request_id = told if _REQUEST_ID.fullmatch(told) else token_hex(16)
        # The line of the connection has them too.
        socket.scope["state"].update(request_id=request_id, answer_headers=[], log_fields={})
        request = Request({**socket.scope, "type": "http", "method": "GET"})
        process: Process = request.state.process
        try:
            # Browsers let any page open a WebSocket.
            check_origin(request, None if self.guard is None else self.guard.cors)
            if process.draining:
                raise Cancelled("The service is shutting down.")
            if self.guard is not None:
                await self.guard.admit(request)
        except ServiceError as error:
            fields: dict[str, Any] = {"request_id": request_id, **request.state.log_fields}
            log_event("refused", workflow=self.workflow, **fields, status=error.status, outcome=error.code)
            problem = public_problem(error, exposed=process.settings.expose_errors)
            headers = {**error.headers, "content-type": "application/problem+json", "x-request-id": request_id}
            await socket.send_denial_response(Response(encode(problem), error.status, headers))
            return
        await socket.accept(headers=[(b"x-request-id", request_id.encode())])
        run = self.run if self.admitted is None else self.admitted(self.run, request)
        await _Session(self, run, socket, request).go_on()


@dataclass(eq=False, slots=True)
class _Session(Generic[Input]):
    """One connection."""

    endpoint: WebSocketEndpoint[Input]
    run: Run[Input]
    socket: WebSocket
    request: Request
    """What opened it."""
    has_run: bool = False
    open: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])
    """What stops each run that goes on."""
    said: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    remembered: Share = field(init=False)
    """What that holds."""
    draining: bool = False

    def __post_init__(self) -> None:
        self.remembered = Share(self.request.state.bodies)

    @property
    def process(self) -> Process:
        """What the runs of the service share."""
        return self.request.state.process

    async def go_on(self) -> None:
        """Takes messages until the connection ends; then no run goes on."""
        try:
            async with asyncio.TaskGroup() as group:
                while (received := await self.socket.receive())["type"] == "websocket.receive":
                    if received == DRAIN:
                        self.draining = True
                        await self._close_when_done()
                    elif (text := received.get("text")) is None:
                        await self.socket.close(UNSUPPORTED, "Messages are text.")
                    else:
                        await self._take(text, group)
                for stopped in self.open.values():
                    stopped.set()
        except* WebSocketDisconnect:
            pass
        finally:
            self.remembered.release()

    async def _take(self, text: str, group: asyncio.TaskGroup) -> None:
        """Does what a message says; one that cannot be understood is answered, and the connection goes on. It counts
        among the bodies of requests until its run has ended.
        """
        asked: Start | Stop | None = None
        held: Share | None = Share(self.request.state.bodies, len(text.encode()))
        try:
            if held.too_much:
                await self.socket.close(TRY_AGAIN_LATER, TOO_MUCH)
                return
            asked = _read(text)
            if isinstance(asked, Stop):
                if stopped := self.open.get(asked.id):
                    stopped.set()
                return
            await self._admit()
            performed = group.create_task(self._perform(asked.id, self._inputs(asked)))
            performed.add_done_callback(lambda _, of_run=held: of_run.release())
            held = None
        except ServiceError as error:
            problem = public_problem(error, exposed=self.process.settings.expose_errors)
            await self._tell(message(None if asked is None else asked.id, "error", problem))
        finally:
            if held is not None:
                held.release()

    async def _admit(self) -> None:
        """Asks the guard for every run after the first, as a key may be revoked, a token expire and a quota be used up
        while the connection stays.
        """
        if self.has_run and self.endpoint.guard is not None:
            await self.endpoint.guard.admit(self.request)
            self.request.state.answer_headers.clear()
        self.has_run = True

    def _inputs(self, asked: Start) -> Any:
        """The input of a run, which may begin.

        Raises:
            InvalidInput, TooManyRuns, Cancelled: it may not.
        """
        if self.draining:
            raise Cancelled("The service is shutting down.")
        if asked.id in self.open or not 0 < len(asked.id) <= 128:
            raise InvalidInput("The id of a run is a text of its own, of 1 to 128 characters.", errors=[])
        memory = self.endpoint.memory
        if len(self.open) >= (self.endpoint.max_runs if memory is None else 1):
            raise TooManyRuns(f"There are {len(self.open)} runs on this connection.")
        given = asked.input if memory is None else {**asked.input, memory.history: list(self.said)}
        try:
            inputs = self.endpoint.input_model.model_validate(given)
        except ValidationError as error:
            raise _unfit(error) from None
        self.open[asked.id] = asyncio.Event()
        return inputs

    async def _perform(self, run_id: str, inputs: Any) -> None:
        stopped = self.open[run_id]
        run = SocketRun(
            self.run,
            inputs,
            self.process,
            self.endpoint.workflow,
            True,
            id=run_id,
            connection=self.request.state,
            done=lambda output: self._remember(inputs, output),
        )
        try:
            await perform(run, lambda lines: self._send(lines, stopped), stopped)
        finally:
            del self.open[run_id]
        if stopped.is_set():
            problem = public_problem(Cancelled("The run was stopped."))
            await self._tell(message(run_id, "error", problem))
        await self._close_when_done()

    def _remember(self, inputs: Any, output: Any) -> None:
        memory = self.endpoint.memory
        if memory is None:
            return
        answer = output if isinstance(output, str) else encode(output).decode()
        self.said += [
            {"role": "user", "content": inputs.model_dump(mode="json", by_alias=True).get(memory.text)},
            {"role": "assistant", "content": answer},
        ]
        del self.said[: -memory.most]
        self.remembered.take(sum(len(each["content"] or "") for each in self.said) - self.remembered.size)

    async def _send(self, lines: bytes, stopped: asyncio.Event) -> None:
        """Sends messages, and waits for the caller to take them; where he is gone, for the end of the run."""
        try:
            await self._tell(lines)
        except WebSocketDisconnect:
            stopped.set()
            await asyncio.Event().wait()

    async def _tell(self, lines: bytes) -> None:
        for line in lines.splitlines():
            await self.socket.send({"type": "websocket.send", "text": line.decode()})

    async def _close_when_done(self) -> None:
        if self.draining and not self.open:
            with suppress(RuntimeError, WebSocketDisconnect):
                await self.socket.close(RESTARTING, "The service is shutting down.")


def _read(text: str) -> Start | Stop:
    try:
        return _decode(text)
    except msgspec.DecodeError as error:
        hint = 'Send {"type": "run", "id": "1", "input": {}} or {"type": "stop", "id": "1"}.'
        raise InvalidInput(f"The message cannot be read: {error}.", hint=hint, errors=[]) from None


def _unfit(error: ValidationError) -> InvalidInput:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    problems = [{"pointer": "/input/" + "/".join(map(str, each["loc"])), "detail": each["msg"]} for each in found]
    return InvalidInput("The input does not fit what this endpoint takes.", errors=problems)
