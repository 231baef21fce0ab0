"""Servers that speak Chat Completions, each with its habits, under `/compatible/NAME/v1/chat/completions`."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tests.simulated_providers.api import Api
from tests.simulated_providers.apis.chat_completions.endpoint import ChatCompletions
from tests.simulated_providers.apis.chat_completions.events import THOUGHT, each_chunk, each_delta, thinking, without
from tests.simulated_providers.apis.chat_completions.request import ChatRequest, ChatRules, parse_chat_request
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.errors import ApiError
from tests.simulated_providers.identifiers import hexadecimal
from tests.simulated_providers.json_values import JsonObject, objects
from tests.simulated_providers.models import general_model
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.streams import Event, Events, Frames
from tests.simulated_providers.validation.parameters import decode_body

_PATH = re.compile(r"/compatible/([a-z0-9_]+)/v1/chat/completions")
_RULES = ChatRules(find=general_model, parameters=None, members=None, openai_families=False)
_USD_PER_TOKEN = 1e-6


@dataclass(frozen=True, slots=True)
class Habits:
    """What a server does otherwise than OpenAI.

    `thought` is the member that has what its models think, None where they do not. `signs_calls`: calls carry a
    signature without which they are refused when they come back. `wants_thoughts`: answers with calls come back with
    what the model thought. `usage_everywhere`: every chunk has the usage so far. `errors_in_list`: error objects come
    in an array. `parts`: the content of a delta is a list of parts. `refuses` are parameters that are refused.
    `further` are members that stand beside the choices, `cost` those of the usage which tell the price. `members` are
    all that an answer may have where it comes back, None where the server does not mind. With `short_ids` the ids of
    calls have nine letters and digits.
    """

    thought: str | None = None
    signs_calls: bool = False
    wants_thoughts: bool = False
    usage_everywhere: bool = False
    errors_in_list: bool = False
    parts: bool = False
    comments: bool = False
    refuses: tuple[str, ...] = ()
    further: tuple[tuple[str, Any], ...] = ()
    cost: Callable[[float], JsonObject] | None = None
    members: frozenset[str] | None = None
    short_ids: bool = False


_ANSWER = frozenset(("role", "content", "tool_calls"))
_SHORT_ID = re.compile(r"[a-zA-Z0-9]{9}")
_HABITS = {
    "gemini": Habits(signs_calls=True, usage_everywhere=True, errors_in_list=True),
    "openrouter": Habits(
        thought="reasoning", comments=True, further=(("provider", "Simulated"),), cost=lambda usd: {"cost": usd}
    ),
    "deepseek": Habits(thought="reasoning_content", wants_thoughts=True, refuses=("max_completion_tokens",)),
    "mistral": Habits(
        parts=True,
        refuses=("stream_options", "max_completion_tokens", "seed", "user", "logit_bias"),
        members=_ANSWER,
        short_ids=True,
    ),
    "xai": Habits(thought="reasoning_content", cost=lambda usd: {"cost_in_usd_ticks": round(usd * 1e10)}),
    "cerebras": Habits(thought="reasoning", members=_ANSWER | {"reasoning", "name"}),
    "fireworks": Habits(thought="reasoning_content", members=_ANSWER | {"reasoning_content"}),
    "perplexity": Habits(
        usage_everywhere=True,
        refuses=("stream_options",),
        further=(("citations", ["https://example.com/rain"]),),
        cost=lambda usd: {"cost": {"request_cost": 0.0, "total_cost": usd}},
    ),
    "ollama": Habits(thought="reasoning"),
    "vllm": Habits(thought="reasoning"),
    "llamacpp": Habits(thought="reasoning_content"),
    "lmstudio": Habits(thought="reasoning_content"),
}
_ANY = Habits()
_SIGNATURE = {"google": {"thought_signature": "c2lnbmVk"}}


class CompatibleChat(ChatCompletions):
    """The Chat Completions of the server `name`. It knows models of any name."""

    path = "/compatible/server/v1/chat/completions"

    def __init__(self, settings: Settings, clock: Callable[[], float], name: str = "server") -> None:
        super().__init__(settings, clock)
        self._habits = _HABITS.get(name, _ANY)

    @classmethod
    def at(cls, path: str, settings: Settings, clock: Callable[[], float]) -> Api[Any] | None:
        """The server that a path names."""
        named = _PATH.fullmatch(path)
        return None if named is None else cls(settings, clock, named.group(1))

    def parse(self, body: bytes, headers: Mapping[str, str]) -> ChatRequest:
        """The request in a body."""
        try:
            return self._parsed(body)
        except ApiError as error:
            error.in_list = self._habits.errors_in_list
            raise

    def _parsed(self, body: bytes) -> ChatRequest:
        habits, asked = self._habits, decode_body(body)
        for name in habits.refuses:
            if asked.get(name) is not None:
                raise ApiError(f"Extra inputs are not permitted: {name}", param=name, status=422)
        for message in objects(asked.get("messages")):
            if message.get("role") == "developer":
                raise ApiError("Unknown role: developer", param="messages")
            calls = objects(message.get("tool_calls"))
            if habits.signs_calls and any(call.get("extra_content") != _SIGNATURE for call in calls):
                raise ApiError("Function call is missing a thought_signature in functionCall parts.")
            if habits.wants_thoughts and calls and not isinstance(message.get("reasoning_content"), str):
                raise ApiError("The reasoning_content in the thinking mode must be passed back to the API.")
            _check_returned(message, habits)
        form: JsonObject = asked.get("response_format") or {}
        if habits.wants_thoughts and form.get("type") == "json_schema":
            raise ApiError("This response_format type is unavailable now")
        return parse_chat_request(body, self.settings, _RULES)

    @staticmethod
    def check_key(headers: dict[str, str]) -> None:
        """Takes requests without a key too, as servers of one's own do."""
        if "authorization" in headers:
            ChatCompletions.check_key(headers)

    def whole(self, completion: Completion, request: ChatRequest) -> JsonObject:
        """The `chat.completion` object."""
        habits, answer = self._habits, super().whole(completion, request)
        message: JsonObject = answer["choices"][0]["message"]
        if habits.thought:
            message[habits.thought] = THOUGHT
        if habits.signs_calls:
            for call in objects(message.get("tool_calls")):
                call["extra_content"] = _SIGNATURE
        if habits.short_ids:
            message.update(_shortened(message))
        if habits.parts and message["content"]:
            message["content"] = [{"type": "text", "text": message["content"]}]
        answer["usage"] = self._priced(answer["usage"], completion)
        return {**without(answer, "service_tier"), **dict(habits.further)}

    def events(self, completion: Completion, request: ChatRequest) -> Events:
        """The chunks."""
        habits = self._habits
        unasked = replace(request, include_usage=True, include_obfuscation=False)
        events = super().events(completion, unasked if habits.usage_everywhere or habits.parts else request)
        thought = habits.thought
        if thought:
            events = thinking(events, lambda piece: {thought: piece})
        if habits.signs_calls:
            events = each_delta(events, _signed)
        if habits.short_ids:
            events = each_delta(events, _shortened)
        if habits.parts:
            events = each_delta(events, _in_parts)
        usage = events.usage[0].data["usage"] if events.usage else None

        def changed(chunk: JsonObject) -> JsonObject:
            made = {**without(chunk, "obfuscation", "service_tier"), **dict(habits.further)}
            if usage is not None and (habits.usage_everywhere or made.get("usage") is not None):
                made["usage"] = self._priced(usage, completion)
            return made

        events = each_chunk(events, changed)
        if habits.usage_everywhere:
            events.usage = []
        elif habits.parts:
            # Mistral's usage comes with the reason why the answer ended.
            last = events.finish[-1].data
            events.finish[-1] = Event(None, {**last, "usage": self._priced(usage or {}, completion)})
            events.usage = []
        return events

    def frames(self, events: Events) -> Frames:
        """The chunks; comments between them keep connections alive."""
        frames = super().frames(events)
        if self._habits.comments:
            frames.opening = [b": PROCESSING\n\n", *frames.opening]
        return frames

    def identify(self, number: int) -> str:
        """The id of an answer."""
        return f"gen-{hexadecimal(f'completion {number}', 20)}"

    def _priced(self, usage: JsonObject, completion: Completion) -> JsonObject:
        cost = self._habits.cost
        if cost is None:
            return usage
        usd = round((completion.prompt_tokens + completion.output_tokens) * _USD_PER_TOKEN, 9)
        return {**usage, **cost(usd)}


def _check_returned(message: JsonObject, habits: Habits) -> None:
    """Raises ApiError for what strict servers refuse in an answer that comes back, and in the result of a call."""
    if habits.members is not None and message.get("role") == "assistant":
        for name in message.keys() - habits.members:
            raise ApiError(f"Extra inputs are not permitted: messages.assistant.{name}", param="messages", status=422)
    ids = [message.get("tool_call_id"), *(call.get("id") for call in objects(message.get("tool_calls")))]
    if habits.short_ids and not all(_SHORT_ID.fullmatch(each) for each in ids if isinstance(each, str)):
        raise ApiError("Tool call id must be a-z, A-Z, 0-9, with a length of 9.", code="3280", status=400)


def _shortened(delta: JsonObject) -> JsonObject:
    calls = [{**call, "id": call["id"][-9:]} if call.get("id") else call for call in objects(delta.get("tool_calls"))]
    return {**delta, "tool_calls": calls} if calls else delta


def _signed(delta: JsonObject) -> JsonObject:
    calls = [
        {**call, "extra_content": _SIGNATURE} if call.get("id") else call for call in objects(delta.get("tool_calls"))
    ]
    return {**delta, "tool_calls": calls} if calls else delta


def _in_parts(delta: JsonObject) -> JsonObject:
    text = delta.get("content")
    return {**delta, "content": [{"type": "text", "text": text}]} if isinstance(text, str) and text else delta
