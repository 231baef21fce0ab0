"""What the endpoints that ask a model have in common: from a request's body to the reply, with the fault in between."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from tests.simulated_providers.completion import Completion, make_choices
from tests.simulated_providers.faults import NO_FAULT, FaultKind, find_fault
from tests.simulated_providers.headers import rate_limit_headers
from tests.simulated_providers.identifiers import fingerprint
from tests.simulated_providers.json_values import JsonObject, encode, texts
from tests.simulated_providers.prompt_cache import PromptCache
from tests.simulated_providers.replies import EVENT_STREAM, Reply, Step, json_reply
from tests.simulated_providers.request import Request
from tests.simulated_providers.settings import Answer, Fault, Settings

R = TypeVar("R", bound=Request)


class Endpoint(ABC, Generic[R]):
    """Answers requests one after another; what it remembers are their number and the prompts it has seen."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self.settings = settings
        self._clock = clock
        self._completions = 0
        self._cache = PromptCache()

    @abstractmethod
    def parse(self, body: bytes) -> R:
        """The request in a body. Raises ApiError for one that OpenAI refuses."""

    @abstractmethod
    def identify(self, number: int) -> str:
        """The id of the `number`-th answer."""

    @abstractmethod
    def whole(self, completion: Completion, request: R, kind: FaultKind) -> JsonObject:
        """The answer in one piece."""

    @abstractmethod
    def stream(self, completion: Completion, request: R, kind: FaultKind, fault: Fault) -> Iterable[Step]:
        """The steps of the answer as a stream."""

    def answer(self, headers: dict[str, str], body: bytes) -> Reply:
        """The reply to one request. Raises ApiError for one that OpenAI refuses."""
        fault = self._next_fault(headers)
        kind = find_fault(fault.name)
        if kind.reply:
            return kind.reply(fault)
        request = self.parse(body)
        completion = self._complete(request)
        if kind.completion:
            completion = kind.completion(completion, fault)
        if request.stream:
            reply = Reply(200, dict(EVENT_STREAM), self.stream(completion, request, kind, fault))
        else:
            reply = self._in_one_piece(completion, request, kind, fault)
        reply.headers.update(rate_limit_headers(request.prompt_tokens))
        return kind.wrap(reply, fault) if kind.wrap else reply

    def _next_fault(self, headers: dict[str, str]) -> Fault:
        chosen = self.settings.faults.pop(0) if self.settings.faults else self.settings.fault
        chosen = headers.get(self.settings.fault_header) or chosen or NO_FAULT
        return Fault.parse(chosen) if isinstance(chosen, str) else chosen

    def _complete(self, request: R) -> Completion:
        self._completions += 1
        choices, reasoning = make_choices(request, self._told(request))
        name = request.model.snapshot or request.model.id
        return Completion(
            id=self.identify(self._completions),
            created=int(self._clock()),
            model=name,
            fingerprint=fingerprint(name),
            legacy=request.legacy,
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

    def _in_one_piece(self, completion: Completion, request: R, kind: FaultKind, fault: Fault) -> Reply:
        answer = self.whole(completion, request, kind)
        reply = json_reply(answer)
        if kind.body:
            # Without a length the body ends where the fault ends it.
            reply = Reply(200, {"content-type": "application/json"}, kind.body(encode(answer), fault))
        reply.delay = self.settings.first_token_ms / 1000
        if self.settings.tokens_per_second:
            reply.delay += completion.output_tokens / self.settings.tokens_per_second
        return reply
