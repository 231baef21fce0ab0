"""One model call, by either API, from config to checked result, with its usage, times and log line."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType
from typing import Self

from app.llm.answer import ModelAnswer, UnusableCalls
from app.llm.failures import locate_tokens, said_upstream
from app.llm.frames import AnswerFrames
from app.llm.models import cost_of, known_as
from app.llm.providers.openai import model_request, open_stream, read_whole
from app.llm.tokens import prompt_tokens
from app.llm.tracing import ChatSpan
from app.llm.types import FunctionCallDelta, OpenAICompletion, OpenAIConfig, Timing
from app.llm.upstream import UpstreamCall
from app.runtime.context import ExecutionContext
from app.runtime.errors import ContextLengthExceeded, ServiceError, StreamInterrupted, StreamMalformed, UpstreamTimeout
from app.runtime.log import log_event
from app.runtime.telemetry import telemetry
from app.runtime.usage import Usage, estimate_tokens

# Once all that counts is there the rest is read, so that the connection can be used again; it is one packet at most.
_READ_TO_END_SECONDS = 0.25
# After finish_reason only the usage and [DONE] are to come.
_AFTER_FINISH_SECONDS = 5.0

Send = Callable[[Sequence[str | FunctionCallDelta]], Awaitable[None]]


class ModelCall:
    """An `async with` block around one model call.

    A whole answer: `await call.whole()`. A stream: `await call.events()` until it gives None, or `await
    call.pass_on()`, then `call.finish()`.
    On leaving the block the connection is given back or closed, the usage is counted (estimated when the provider could
    not report it) and told to the caller of the run, and one log line is written.
    """

    __slots__ = (
        "_answer",
        "_config",
        "_ctx",
        "_cut",
        "_deadlines",
        "_finished",
        "_first_token",
        "_node",
        "_request",
        "_send",
        "_span",
        "_started",
        "_stream",
        "_upstream",
        "_usage",
    )

    def __init__(self, ctx: ExecutionContext, config: OpenAIConfig, *, stream: bool, node: str | None = None) -> None:
        self._ctx = ctx
        self._node = node
        self._config = config
        self._span: ChatSpan | None = None
        self._request = model_request(config, stream=stream)
        settings = ctx.settings
        self._stream = open_stream(self._request, max_event_bytes=settings.max_event_bytes)
        self._answer: ModelAnswer = self._stream.answer
        self._upstream = UpstreamCall(ctx.pools.openai, self._request, settings)
        self._deadlines = self._upstream.deadlines
        self._started = time.perf_counter()
        self._first_token: float | None = None
        self._usage: Usage | None = None
        self._finished = False
        self._cut = False
        self._send: Send
        """Where a stream is passed on to."""

    async def __aenter__(self) -> Self:
        try:
            self._ctx.usage.check_budget()
            traced = telemetry()
            if traced is not None:
                base_url = self._ctx.settings.openai_base_url
                self._span = ChatSpan(traced, self._config, self._request, node=self._node, base_url=base_url)
            await self._upstream.open()
        except BaseException as error:
            self._close(error)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._close(error)

    @property
    def expects_json(self) -> bool:
        """Whether the answer is to be JSON."""
        return self._request.expects_json

    async def events(self) -> Sequence[str | FunctionCallDelta] | None:
        """Everything that the next read of a stream completes; None when the stream has ended.

        Raises:
            ServiceError: the stream broke, stood still, is malformed or reports an error.
        """
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
        """Sends everything on as each read completes it, until the stream has ended; `send` is what slows it down.

        Raises:
            ServiceError: as `events()`, and whatever `send` raises.
        """
        self._send = send
        try:
            await self._upstream.stream_to(self._pass_on)
        except (StreamInterrupted, UpstreamTimeout) as error:
            self._cut_off(error)
            return
        events = self._end()
        if events:
            await send(events)

    async def whole(self) -> OpenAICompletion:
        """Reads and checks an answer in one piece.

        Raises:
            ServiceError: the answer broke off, is malformed, or fails a check.
        """
        limit = self._ctx.settings.max_answer_bytes
        pieces: list[bytes] = []
        size = 0
        while data := await self._upstream.read():
            pieces.append(data)
            size += len(data)
            if size > limit:
                raise StreamMalformed(
                    "The answer is larger than allowed.", hint="MAX_ANSWER_BYTES sets the largest answer."
                )
        self._answer = read_whole(b"".join(pieces), self._request)
        return self.finish()

    def finish(self) -> OpenAICompletion:
        """The checked result, once everything has been read.

        Raises:
            ServiceError: the answer is incomplete, was filtered, or is not the JSON that was asked for.
        """
        self._usage = self._answer.usage or self._estimate()
        cost_usd = self._cost(self._usage)
        try:
            completion = self._answer.complete(
                expects_json=self.expects_json, schema=self._request.schema, usage=self._usage, timing=self._timing()
            )
        except UnusableCalls as error:
            error.cost_usd = cost_usd
            raise
        completion["cost_usd"] = cost_usd
        self._finished = True
        return completion

    def _take(self, data: bytes) -> Sequence[str | FunctionCallDelta]:
        stream = self._stream
        seen = stream.content_seen
        events = stream.feed(data)
        if stream.content_seen != seen:
            self._content_arrived()
        if events and self._first_token is None:
            self._first_token = time.perf_counter()
        return events

    def _end(self) -> Sequence[str | FunctionCallDelta]:
        """What is still to be passed on once the bytes have ended: an answer that came in one piece instead of a
        stream, as some servers and the caches before them give it.

        Raises:
            ServiceError: it was neither.
        """
        stream = self._stream
        if self._answer is not stream.answer:  # it has been passed on
            return ()
        body = stream.unread
        if not body.lstrip().startswith(b"{"):
            stream.check_end()
            return ()
        try:
            whole = read_whole(body, self._request)
        except StreamMalformed:
            stream.check_end()
            raise
        self._answer = whole
        text = "".join(whole.text)
        calls = [FunctionCallDelta(call.id, call.name, call.text(whole.finish_reason)) for call in whole.calls]
        return [text, *calls] if text else calls

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
        """An answer that has ended is fine without what should have followed, which is the usage at most.

        Raises:
            ServiceError: it was not complete.
        """
        if self._answer.finish_reason is None and not self._stream.ended:
            raise self._stream.failed(error) from error.__cause__
        self._cut = not self._stream.ended

    def _content_arrived(self) -> None:
        deadlines = self._deadlines
        # A model that reasons is silent for as long as one that has not begun.
        phase = "first_byte" if self._stream.thinking else "idle"
        if self._stream.ended or (self._answer.finish_reason is not None and self._answer.usage is not None):
            deadlines.begin("tail", _READ_TO_END_SECONDS)
        elif self._answer.finish_reason is not None:
            deadlines.begin("tail", _AFTER_FINISH_SECONDS)
        elif deadlines.phase == phase:
            deadlines.restart()
        elif phase == "idle":
            deadlines.begin(phase, self._upstream.timeouts.idle)
        else:
            deadlines.begin(phase, self._upstream.timeouts.first_byte)

    def _timing(self) -> Timing:
        first = self._first_token
        return {
            "first_token_ms": None if first is None else round((first - self._started) * 1000, 3),
            "total_ms": round((time.perf_counter() - self._started) * 1000, 3),
        }

    def _cost(self, usage: Usage) -> float | None:
        return cost_of(
            usage,
            answered_by=self._answer.model,
            asked=known_as(self._config),
            service_tier=self._answer.service_tier or self._config.get("service_tier"),
        )

    def _estimate(self) -> Usage:
        prompt = prompt_tokens(self._config)
        completion = estimate_tokens(self._answer.characters())
        return {
            "prompt_tokens": prompt,
            "completion_tokens": completion,
            "total_tokens": prompt + completion,
            "cached_tokens": 0,
            "reasoning_tokens": 0,
            "estimated": True,
        }

    def _close(self, error: BaseException | None) -> None:
        if isinstance(error, ServiceError) and error.node is None:
            error.node = self._node
        if isinstance(error, ContextLengthExceeded):
            locate_tokens(error, self._config)
        self._upstream.close()
        self._account(error)

    def _account(self, error: BaseException | None) -> None:
        usage = self._usage
        cost_usd = None
        if usage is None and self._upstream.accepted:
            usage = self._answer.usage or self._estimate()
        if usage is not None:
            cost_usd = self._cost(usage)
            self._ctx.usage.add(usage, cost_usd)
            if self._node is not None and self._ctx.sink is not None:
                self._ctx.sink.hold(AnswerFrames(self._node).usage(usage, cost_usd))
        timing = self._timing()
        outcome = _outcome(error, finished=self._finished)
        answer = self._answer
        if self._span is not None:
            self._span.end(outcome=outcome, answer=answer, usage=usage, first_token_ms=timing["first_token_ms"])
        if self._node is not None:
            self._ctx.node_timings[self._node] = timing["total_ms"]
        log_event(
            "model_call",
            execution_id=self._ctx.execution_id,
            node=self._node,
            model=self._answer.model,
            api=self._request.api,
            stream=self._request.stream,
            outcome=outcome,
            finish_reason=self._answer.finish_reason,
            cut_after_finish=self._cut or None,
            usage=usage,
            cost_usd=cost_usd,
            timing=timing,
            attempts=self._upstream.attempts,
            request_id=self._upstream.request_id,
            upstream=said_upstream(error, self._request.messages) if isinstance(error, ServiceError) else None,
        )


def _outcome(error: BaseException | None, *, finished: bool) -> str:
    if isinstance(error, ServiceError):
        return error.code
    if error is None and finished:
        return "ok"
    if error is None or isinstance(error, asyncio.CancelledError | GeneratorExit):
        return "cancelled"
    return "internal_error"
