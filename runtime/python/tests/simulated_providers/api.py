"""How an API is spoken: from a request's body to the reply, with the fault in between."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic, TypeVar

from tests.simulated_providers.answers.choices import make_choices
from tests.simulated_providers.asgi import EVENT_STREAM, Cut, Reply, Step, Write, json_reply
from tests.simulated_providers.completion import Completion, Request
from tests.simulated_providers.errors import REQUEST_LIMIT, TOKEN_LIMIT, ApiError, invalid_key, missing_key
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.faults.answers import ANSWER_FAULTS
from tests.simulated_providers.faults.connections import CONNECTION_FAULTS
from tests.simulated_providers.faults.notation import NOTATION_FAULTS
from tests.simulated_providers.identifiers import hexadecimal
from tests.simulated_providers.json_values import JsonObject, encode, texts
from tests.simulated_providers.settings import Answer, Fault, Settings, Wire
from tests.simulated_providers.streams import Events, Frames, paced
from tests.simulated_providers.tokens import REPLY_START, count_message

R = TypeVar("R", bound=Request)

INVALID_KEY_PREFIX = "sk-invalid"
NO_FAULT = "none"
SHARED_FAULTS: dict[str, FaultKind] = {
    kind.name: kind
    for kind in [
        FaultKind(NO_FAULT, "nothing goes wrong"),
        *ANSWER_FAULTS,
        *CONNECTION_FAULTS,
        *NOTATION_FAULTS,
        # What these look like is for each API to say.
        FaultKind("tool_without_id", "tool calls without id"),
        FaultKind("tool_interleaved", "deltas of several calls in turn"),
    ]
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Endpoint(ABC):
    """What answers under its `path`, with the `faults` that only it has.

    How it takes keys, what refusals look like and which headers it sends is what most providers have taken over from
    OpenAI.
    """

    path: ClassVar[str]
    faults: ClassVar[Sequence[FaultKind]] = ()

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self.settings = settings
        self._clock = clock
        self._faults = {**SHARED_FAULTS, **{kind.name: kind for kind in self.faults}}

    @classmethod
    def at(cls, path: str, settings: Settings, clock: Callable[[], float]) -> "Endpoint | None":
        """What is spoken under one of several paths that it has; None where it is not there."""
        return None

    def takes(self, path: str) -> bool:
        """Whether it answers under a further path."""
        return False

    def ask(self, asked: Asked, fault: Callable[[], Fault], others: "Mapping[str, Endpoint]") -> Reply:
        """The reply to a request as it came, with what answers under the other paths.

        Raises ApiError for one that is refused.
        """
        if asked.method != "POST":
            hint = "(HINT: Perhaps you meant to use a different HTTP method?)"
            raise ApiError(f"Not allowed to {asked.method} on {asked.path}. {hint}", status=405)
        pace = self.settings.at_pace(asked.headers.get(self.settings.pace_header, ""))
        return self.answer(asked.body, asked.headers, fault(), pace)

    @abstractmethod
    def answer(self, body: bytes, headers: Mapping[str, str], fault: Fault, pace: Settings) -> Reply:
        """The reply to one request, at the speed of `pace`. A fault that only other APIs have does nothing.

        Raises ApiError for a request that the provider refuses.
        """

    @staticmethod
    def check_key(headers: dict[str, str]) -> None:
        """Raises ApiError for a request without a key, or with one that is no good."""
        scheme, _, key = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise missing_key()
        if key.strip().startswith(INVALID_KEY_PREFIX):
            raise invalid_key(key.strip())

    @staticmethod
    def refused(error: ApiError) -> Reply:
        """The reply to a request that is refused."""
        body = {"message": str(error), "type": error.kind, "param": error.param, "code": error.code, **error.further}
        told = {"error": body}
        return json_reply([told] if error.in_list else told, error.status, error.headers)

    @staticmethod
    def headers(number: int, processing_ms: int) -> dict[str, str]:
        """What stands on the reply to the `number`-th request, which took so many milliseconds.

        Source: https://platform.openai.com/docs/api-reference/debugging-requests
        """
        return {
            "access-control-expose-headers": "X-Request-ID",
            "openai-organization": "org-simulated",
            "openai-processing-ms": str(processing_ms),
            "openai-project": "proj_simulated",
            "openai-version": "2020-10-01",
            "x-request-id": f"req_{hexadecimal(f'request {number}', 32)}",
        }

    @staticmethod
    def limits(prompt_tokens: int) -> dict[str, str]:
        """Headers that say how much of the limits is left after a request; they refill at once here.

        Source: https://platform.openai.com/docs/guides/rate-limits
        """
        return {
            "x-ratelimit-limit-requests": str(REQUEST_LIMIT),
            "x-ratelimit-limit-tokens": str(TOKEN_LIMIT),
            "x-ratelimit-remaining-requests": str(REQUEST_LIMIT - 1),
            "x-ratelimit-remaining-tokens": str(max(0, TOKEN_LIMIT - prompt_tokens)),
            "x-ratelimit-reset-requests": "6ms",
            "x-ratelimit-reset-tokens": f"{max(1, prompt_tokens * 60_000 // TOKEN_LIMIT)}ms",
        }

    def instead(self, kind: FaultKind, fault: Fault) -> Reply | None:
        """The reply of a fault that looks at no request. Raises ApiError for one that is a refusal."""
        if kind.refusal:
            raise kind.refusal(fault)
        return kind.reply(fault) if kind.reply else None

    def kind_of(self, fault: Fault) -> FaultKind:
        """What goes wrong here; nothing does by a fault that only other APIs have."""
        return self._faults.get(fault.name, SHARED_FAULTS[NO_FAULT])

    @staticmethod
    def in_one_piece(answer: JsonObject, tokens: int, kind: FaultKind, fault: Fault, pace: Settings) -> Reply:
        """The reply with an answer in one piece, which took so many tokens to write."""
        answer = kind.whole(answer) if kind.whole else answer
        reply = json_reply(answer)
        if kind.body:
            # Without a length the body ends where the fault ends it.
            reply = Reply(200, {"content-type": "application/json"}, kind.body(encode(answer), fault))
        reply.delay = pace.first_token_ms / 1000
        if pace.tokens_per_second:
            reply.delay += tokens / pace.tokens_per_second
        return reply


class Api(Endpoint, Generic[R]):
    """An API of models that talk: requests one after another; what it remembers are their number and the prompts that
    it has seen.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        super().__init__(settings, clock)
        self._completions = 0
        self._cache = PromptCache()

    @abstractmethod
    def parse(self, body: bytes, headers: Mapping[str, str]) -> R:
        """The request in a body. Raises ApiError for one that the provider refuses."""

    @abstractmethod
    def identify(self, number: int) -> str:
        """The id of the `number`-th answer."""

    @abstractmethod
    def whole(self, completion: Completion, request: R) -> JsonObject:
        """The answer in one piece."""

    @abstractmethod
    def events(self, completion: Completion, request: R) -> Events:
        """The answer as a stream."""

    @abstractmethod
    def frames(self, events: Events) -> Frames:
        """The events as they are sent."""

    @abstractmethod
    def conversation(self, body: JsonObject) -> list[JsonObject]:
        """The messages in the body of a request, as Chat Completions writes them."""

    def answer(self, body: bytes, headers: Mapping[str, str], fault: Fault, pace: Settings) -> Reply:
        """The reply to one request."""
        kind = self.kind_of(fault)
        if instead := self.instead(kind, fault):
            return instead
        request = self.parse(body, headers)
        told = self._told(request)
        if told and told.wire:
            return _as_told(told.wire)
        completion = self._complete(request, told)
        if kind.completion:
            completion = kind.completion(completion, fault)
        if request.stream:
            reply = self._stream(completion, request, kind, fault, pace)
        else:
            answer = self.whole(completion, request)
            reply = self.in_one_piece(answer, completion.output_tokens, kind, fault, pace)
        reply.headers.update(self.limits(request.prompt_tokens))
        return kind.wrap(reply, fault) if kind.wrap else reply

    def _complete(self, request: R, told: Answer | None) -> Completion:
        self._completions += 1
        choices, reasoning = make_choices(request, told)
        return Completion(
            id=self.identify(self._completions),
            created=int(self._clock()),
            model=request.model.snapshot or request.model.id,
            choices=choices,
            prompt_tokens=request.prompt_tokens,
            cached_tokens=self._cache.cached_tokens(request) if self.settings.cache_prompts else 0,
            reasoning_tokens=reasoning,
        )

    def _told(self, request: R) -> Answer | None:
        """Takes the first answer that is for the request out of those told in advance."""
        for place, answer in enumerate(self.settings.answers):
            if answer.when is None or any(answer.when in text for text in texts(request.body)):
                return self.settings.answers.pop(place)
        return None

    def _stream(self, completion: Completion, request: R, kind: FaultKind, fault: Fault, pace: Settings) -> Reply:
        events = self.events(completion, request)
        frames = self.frames(kind.events(events, fault) if kind.events else events)
        steps = kind.frames(frames, fault) if kind.frames and not kind.events else paced(frames, pace)
        return Reply(200, dict(EVENT_STREAM), steps)


def _as_told(wire: Wire) -> Reply:
    steps: list[Step] = [Write(wire.body)] if wire.is_complete else [Write(wire.body), Cut()]
    return Reply(wire.status, dict(wire.headers), steps)


class PromptCache:
    """Which part of a prompt counts as cached: its longest beginning that was sent before.

    Source: https://platform.openai.com/docs/guides/prompt-caching: from 1,024 tokens on, in steps of 128.
    """

    LEAST = 1_024
    STEP = 128
    MAX_ENTRIES = 10_000

    def __init__(self) -> None:
        self._seen: set[bytes] = set()

    def cached_tokens(self, request: Request) -> int:
        """The cached tokens of a request, which from now on is remembered itself."""
        if request.prompt_tokens < self.LEAST:
            return 0
        body = request.body
        digest = hashlib.sha256(encode([request.model.id, body.get("tools"), body.get("functions")]))
        length = request.prompt_tokens - REPLY_START - sum(map(count_message, request.messages))
        cached = 0
        beginnings: list[bytes] = []
        for message in request.messages:
            digest.update(encode(message))
            beginnings.append(digest.digest())
            length += count_message(message)
            if beginnings[-1] in self._seen:
                cached = length
        if len(self._seen) > self.MAX_ENTRIES:
            self._seen.clear()
        self._seen.update(beginnings)
        return cached // self.STEP * self.STEP if cached >= self.LEAST else 0
