"""`POST /v1/chat/completions`: from a request's body to the reply."""

from collections.abc import Callable

from simulated_openai.chunks import make_chunks
from simulated_openai.completion import Completion, make_choices
from simulated_openai.faults import NO_FAULT, FaultKind, find_fault
from simulated_openai.headers import rate_limit_headers
from simulated_openai.identifiers import completion_id, fingerprint
from simulated_openai.json_values import encode
from simulated_openai.prompt_cache import PromptCache
from simulated_openai.replies import EVENT_STREAM, Reply, json_reply
from simulated_openai.request import ChatRequest
from simulated_openai.settings import Fault, Settings
from simulated_openai.streams import encode_chunks, paced
from simulated_openai.validation.chat import parse_chat_request
from simulated_openai.whole import whole_answer


class ChatEndpoint:
    """Answers requests one after another; what it remembers are their number and the prompts it has seen."""

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock
        self._completions = 0
        self._cache = PromptCache()

    def answer(self, headers: dict[str, str], body: bytes) -> Reply:
        """The reply to one request. Raises ApiError for one that OpenAI refuses."""
        fault = self._next_fault(headers)
        kind = find_fault(fault.name)
        if kind.reply:
            return kind.reply(fault)
        request = parse_chat_request(body, self._settings)
        completion = self._complete(request)
        if kind.completion:
            completion = kind.completion(completion, fault)
        reply = (self._stream if request.stream else self._whole)(completion, request, fault, kind)
        reply.headers.update(rate_limit_headers(request.prompt_tokens))
        return kind.wrap(reply, fault) if kind.wrap else reply

    def _next_fault(self, headers: dict[str, str]) -> Fault:
        chosen = self._settings.faults.pop(0) if self._settings.faults else self._settings.fault
        chosen = headers.get(self._settings.fault_header) or chosen or NO_FAULT
        return Fault.parse(chosen) if isinstance(chosen, str) else chosen

    def _complete(self, request: ChatRequest) -> Completion:
        self._completions += 1
        told = self._settings.answers.pop(0) if self._settings.answers else None
        choices, reasoning = make_choices(request, told)
        name = request.model.snapshot or request.model.id
        return Completion(
            id=completion_id(self._completions),
            created=int(self._clock()),
            model=name,
            fingerprint=fingerprint(name),
            legacy=request.legacy,
            choices=choices,
            prompt_tokens=request.prompt_tokens,
            cached_tokens=self._cache.cached_tokens(request),
            reasoning_tokens=reasoning,
        )

    def _whole(self, completion: Completion, request: ChatRequest, fault: Fault, kind: FaultKind) -> Reply:
        answer = whole_answer(completion, request)
        if kind.whole:
            answer = kind.whole(answer)
        reply = json_reply(answer)
        if kind.body:
            # Without a length the body ends where the fault ends it.
            reply = Reply(200, {"content-type": "application/json"}, kind.body(encode(answer), fault))
        reply.delay = self._settings.first_token_ms / 1000
        if self._settings.tokens_per_second:
            reply.delay += completion.usage()["completion_tokens"] / self._settings.tokens_per_second
        return reply

    def _stream(self, completion: Completion, request: ChatRequest, fault: Fault, kind: FaultKind) -> Reply:
        chunks = make_chunks(completion, request, self._settings.tokens_per_chunk)
        if kind.chunks:
            chunks = kind.chunks(chunks, fault)
        frames = encode_chunks(chunks)
        steps = kind.frames(frames, fault) if kind.frames else paced(frames, self._settings)
        return Reply(200, dict(EVENT_STREAM), steps)
