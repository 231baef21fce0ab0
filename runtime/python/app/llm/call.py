"""One model call, from config to checked result, with its usage, times and log line."""

import re
import time
from codecs import BOM_UTF8
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Self

from app.llm.answer import ModelAnswer
from app.llm.errors import ContextLengthExceeded, StreamInterrupted, StreamMalformed, UpstreamTimeout
from app.llm.failures import hide_key, said_upstream, without_key
from app.llm.provider import EndCall, PartialJson, Provider
from app.llm.tokens import locate_tokens
from app.llm.types import Completion, CompletionConfig, Piece, ReasoningDelta, Timing
from app.llm.upstream import UpstreamCall
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError, outcome_of
from app.runtime.events import EventSink, Place
from app.runtime.log import log_event
from app.runtime.usage import Usage, UsageMeter

# Once all that counts is there the rest is read, so that the connection can be used again; it is one packet at most.
_READ_TO_END_SECONDS = 0.25
# After finish_reason only the usage and [DONE] are to come.
_AFTER_FINISH_SECONDS = 5.0

# The first field of an event, or a comment before it.
_STREAM = re.compile(rb"\s*(?:data|event|id|retry|):")

Send = Callable[[Sequence[Piece]], Awaitable[None]]


class ModelCall:
    """An `async with` block around one model call, whose usage goes to `meter`, or else to that of the run, and whose
    line goes to `log`.

    A whole answer: `await call.read_whole()`. A stream: `await call.events()` until it gives None, or `await
    call.pass_on()`. Then `call.finish()`.
    On leaving the block the connection is given back or closed, the usage is counted (estimated when the provider could
    not report it) and told to the caller of the run, and one log line is written. Whatever goes wrong is a
    ServiceError; see `app.llm.errors`.
    """

    def __init__(
        self,
        ctx: ExecutionContext,
        provider: Provider,
        config: CompletionConfig,
        *,
        stream: bool,
        node: str | None = None,
        after: ModelAnswer | None = None,
        meter: UsageMeter | None = None,
        log: Callable[..., None] = log_event,
    ) -> None:
        self._log = log
        self._ctx = ctx
        self._meter = ctx.usage if meter is None else meter
        self._provider = provider
        self._config = config
        self._node = node
        self._api = provider.api_for(config)
        self._request = self._api.encode(config, provider, stream)
        if provider.request_id_header and ctx.request_id is not None:
            self._request.headers += b"%b: %b\r\n" % (provider.request_id_header, ctx.request_id.encode())
        self._facts = provider.facts(self._request.known_as)
        self._stream = self._api.open_stream(self._request, ctx.settings.max_event_bytes)
        self._answer = self._stream.answer
        if after is not None:
            self._answer.go_on_from(after)
        self._upstream = UpstreamCall(
            ctx.pools.of(provider), self._api.path, self._request, ctx.settings, self._facts, self._api.code_of
        )
        self._deadlines = self._upstream.deadlines
        self._started = time.perf_counter()
        self._first_token: float | None = None
        self._usage: Usage | None = None
        self._cost_usd: float | None = None
        self._finished = False
        self._cut = False
        self._send: Send
        """Where a stream is passed on to."""
        self._end_span: EndCall | None = None

    async def __aenter__(self) -> Self:
        try:
            self._meter.check_budget()
            if tracing := self._provider.parts.tracing:
                pool = self._ctx.pools.of(self._provider)
                self._end_span = tracing.model_call(
                    self._provider, self._api, self._config, self._request, pool, self._node
                )
            await self._upstream.open()
        except BaseException as error:
            self._close(error)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close(error)

    def partial_json(self, sink: EventSink, place: Place) -> PartialJson | None:
        """What makes the events of the answer's JSON while it grows, if it is to be JSON."""
        make = self._provider.parts.partial_json
        return make(place, sink.frame) if make is not None and self._request.expects_json else None

    async def events(self) -> Sequence[Piece] | None:
        """Everything that the next read of a stream completes; None when the stream has ended."""
        if self._stream.failure is not None:
            raise self._stream.failure
        try:
            while data := await self._upstream.read():
                if events := self._take(data):
                    return events
        except (StreamInterrupted, UpstreamTimeout) as error:
            self._cut_off(error)
            return None
        return self._end() or None

    async def pass_on(self, send: Send) -> None:
        """Sends everything on as each read completes it, until the stream has ended; `send` is what slows it down."""
        self._send = send
        try:
            await self._upstream.stream_to(self._pass_on)
        except (StreamInterrupted, UpstreamTimeout) as error:
            self._cut_off(error)
            return
        events = self._end()
        if events:
            await send(events)

    async def read_whole(self) -> None:
        """Reads an answer in one piece, also where a server sends it as a stream all the same."""
        body = (await self._upstream.read_all()).removeprefix(BOM_UTF8)
        if _STREAM.match(body):
            self._take(body)
            self._stream.check_end()
            if not self._answer.has_content:
                raise StreamMalformed("Instead of an answer came a stream that says nothing.")
        else:
            self._stream.read_whole(body)

    def finish(self) -> Completion:
        """The checked result, once everything has been read."""
        self._hide_key()
        usage = self._usage = self._answer.usage or self._answer.estimate(self._config)
        self._cost_usd = self._cost(usage)
        completion = self._answer.complete(
            read_json=self._provider.parts.read_json if self._request.expects_json else None,
            schema=self._request.schema,
            usage=usage,
            cost_usd=self._cost_usd,
            timing=self._timing(),
            provider=self._provider.name,
        )
        self._finished = True
        return completion

    def rest(self) -> "ModelCall | None":
        """The call in which an answer goes on that the provider has paused; None where it has ended. To be asked for
        after `finish()`.
        """
        config, stream = self._answer.rest(self._config), self._request.stream
        if config is None:
            return None
        return ModelCall(
            self._ctx,
            self._provider,
            config,
            stream=stream,
            node=self._node,
            after=self._answer,
            meter=self._meter,
            log=self._log,
        )

    def _take(self, data: bytes) -> Sequence[Piece]:
        stream = self._stream
        seen = stream.content_seen
        events = stream.feed(data)
        if stream.content_seen != seen:
            self._content_arrived()
        if self._first_token is None and any(not isinstance(piece, ReasoningDelta) for piece in events):
            self._first_token = time.perf_counter()
        return events

    def _end(self) -> Sequence[Piece]:
        """What is still to be passed on once the bytes have ended: an answer that came in one piece instead of a
        stream, as some servers and the caches before them give it. What is neither is an error.
        """
        stream = self._stream
        if self._answer is not stream.answer:  # it has been passed on
            return ()
        body = bytes(stream.unread or b"").removeprefix(BOM_UTF8)
        if not body.lstrip().startswith(b"{"):
            stream.check_end()
            return ()
        try:
            self._answer = self._api.open_stream(self._request, len(body)).read_whole(body)
        except StreamMalformed:
            stream.check_end()
            raise
        return self._answer.pieces()

    def _pass_on(self, data: bytes) -> Awaitable[None] | None:
        events = self._take(data)
        left = self._send(events) if events else None
        return left if self._stream.failure is None else self._fail_after(left)

    async def _fail_after(self, left: Awaitable[None] | None) -> None:
        """Raises what ended the stream once everything before it has been sent."""
        if left is not None:
            await left
        self._stream.check_end()

    def _cut_off(self, error: StreamInterrupted | UpstreamTimeout) -> None:
        """An answer that has ended is fine without what should have followed, which is the usage at most; another is
        an error.
        """
        if self._answer.finish_reason is None and not self._stream.ended:
            raise self._stream.failed(error) from error.__cause__
        self._cut = not self._stream.ended

    def _content_arrived(self) -> None:
        deadlines, stream, answer = self._deadlines, self._stream, self._answer
        # A model that reasons is silent for as long as one that has not begun.
        phase = "first_byte" if stream.thinking else "idle"
        if stream.ended or (answer.finish_reason is not None and answer.usage is not None):
            deadlines.begin("tail", _READ_TO_END_SECONDS)
        elif answer.finish_reason is not None:
            deadlines.begin("tail", _AFTER_FINISH_SECONDS)
        elif deadlines.phase == phase:
            deadlines.restart()
        else:
            timeouts = self._upstream.timeouts
            deadlines.begin(phase, timeouts.idle if phase == "idle" else timeouts.first_byte)

    def _timing(self) -> Timing:
        first = self._first_token
        return {
            "first_token_ms": None if first is None else round((first - self._started) * 1000, 3),
            "total_ms": round((time.perf_counter() - self._started) * 1000, 3),
        }

    def _cost(self, usage: Usage) -> float | None:
        answer = self._answer
        if self._provider.tells_cost and answer.told_cost_usd is not None:
            return answer.told_cost_usd
        # The model that answered says more than a deployment's or an alias's name.
        facts = self._provider.facts(answer.model) or self._facts
        return answer.cost_usd(facts, usage, answer.service_tier or self._config.get("service_tier"))

    def _close(self, error: BaseException | None) -> None:
        if isinstance(error, ServiceError):
            error.node = error.node or self._node
            self._provider.name_in(error)
            hide_key(error, self._ctx.secrets.get(self._provider.secret))
        if isinstance(error, ContextLengthExceeded):
            locate_tokens(error, self._config, self._facts)
        self._upstream.close()
        self._account(error)

    def _hide_key(self) -> None:
        """Takes the key that was sent out of what the server calls its answer, for results, log lines and spans."""
        answer, key = self._answer, self._ctx.secrets.get(self._provider.secret)
        if answer.model != self._request.model:
            answer.model = without_key(answer.model, key)
        answer.id = without_key(answer.id, key)
        for name in ("finish_reason", "service_tier", "fingerprint"):
            if told := getattr(answer, name):
                setattr(answer, name, without_key(told, key))

    def _account(self, error: BaseException | None) -> None:
        if not self._finished:
            self._hide_key()
        usage, cost_usd = self._usage, self._cost_usd
        if usage is None and self._upstream.accepted:
            usage = self._answer.usage or self._answer.estimate(self._config)
            cost_usd = self._cost(usage)
        if usage is not None:
            self._meter.add(usage, cost_usd)
            if self._node is not None and self._ctx.sink is not None:
                self._ctx.sink.hold_usage(self._ctx.place(self._node), usage, cost_usd)
        timing, request_id = self._timing(), self._upstream.request_id
        if request_id is not None:
            request_id = without_key(request_id, self._ctx.secrets.get(self._provider.secret))
        # Who leaves without an error before the answer is complete wants no more of it.
        outcome = "cancelled" if error is None and not self._finished else outcome_of(error)
        if self._end_span is not None:
            self._end_span(outcome, self._answer, usage, timing["first_token_ms"])
        if self._node is not None:
            self._ctx.node_timings[self._node] = timing["total_ms"]
        self._log(
            "model_call",
            execution_id=self._ctx.execution_id,
            node=self._node,
            provider=self._provider.name,
            requested=self._request.model,
            model=self._answer.model,
            api=self._api.name,
            stream=self._request.stream,
            outcome=outcome,
            finish_reason=self._answer.finish_reason,
            cut_after_finish=self._cut or None,
            usage=usage,
            cost_usd=cost_usd,
            timing=timing,
            attempts=self._upstream.attempts,
            request_id=request_id,
            upstream=said_upstream(error, self._request.messages) if isinstance(error, ServiceError) else None,
        )
