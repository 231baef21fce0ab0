"""Groq's Chat Completions: what it refuses, its reasoning, and the usage in `x_groq`.

Sources: https://console.groq.com/docs/openai, https://console.groq.com/docs/reasoning, and the types of groq-python.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.simulated_providers.apis.chat_completions.endpoint import ChatCompletions
from tests.simulated_providers.apis.chat_completions.events import THOUGHT, each_chunk, thinking, with_last, without
from tests.simulated_providers.apis.chat_completions.faults import CHAT_FAULTS
from tests.simulated_providers.apis.chat_completions.messages import MEMBERS
from tests.simulated_providers.apis.chat_completions.request import CHAT, ChatRequest, ChatRules, parse_chat_request
from tests.simulated_providers.asgi import EVENT_STREAM, Reply, Write
from tests.simulated_providers.completion import Completion
from tests.simulated_providers.errors import ApiError, invalid_type
from tests.simulated_providers.faults import FaultKind
from tests.simulated_providers.identifiers import letters
from tests.simulated_providers.json_values import JsonObject, encode
from tests.simulated_providers.models import LOW_TO_HIGH, Model
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.streams import Event, Events
from tests.simulated_providers.validation.parameters import any_value, boolean, decode_body, json_object, one_of

_GPT_OSS = Model(
    "openai/gpt-oss-120b", 1754408224, 131_072, 65_536, efforts=LOW_TO_HIGH, effort="medium", vision=False
)  # fmt: skip
_QWEN = replace(
    _GPT_OSS, id="qwen/qwen3.8-27b", max_output=16_384, efforts=("none", "default", *LOW_TO_HIGH), vision=True
)  # fmt: skip
_LLAMA = Model(
    "llama-3.3-70b-versatile", 1733447754, 131_072, 32_768, vision=False, json_schema=False,
    shutdown_date="2026-08-16", retired=True,
)  # fmt: skip
_MODELS = {
    model.id: model
    for model in (
        _GPT_OSS,
        replace(_GPT_OSS, id="openai/gpt-oss-20b"),
        _QWEN,
        replace(_GPT_OSS, id="groq/compound", max_output=8_192, functions=False, json_schema=False, efforts=()),
        _LLAMA,
        *(
            replace(_LLAMA, id=name)
            for name in ("llama-3.1-8b-instant", "llama-3.1-70b-versatile", "mixtral-8x7b-32768", "gemma2-9b-it")
        ),
    )
}
_REFUSED = ("logprobs", "top_logprobs", "logit_bias", "frequency_penalty", "presence_penalty", "metadata", "store")
_RULES = ChatRules(
    find=_MODELS.get,
    parameters={
        **CHAT,
        "citation_options": any_value,
        "compound_custom": json_object,
        "disable_tool_validation": boolean,
        "documents": any_value,
        "include_reasoning": boolean,
        "reasoning_effort": one_of("none", "default", *LOW_TO_HIGH),
        "reasoning_format": one_of("hidden", "raw", "parsed"),
        "search_settings": json_object,
        "service_tier": one_of("auto", "on_demand", "flex", "performance"),
    },
    members={
        **{role: members - {"name"} for role, members in MEMBERS.items()},
        "assistant": {"role", "content", "tool_calls", "function_call", "reasoning"},
        "function": MEMBERS["function"],
    },
    openai_families=False,
)
# The part of a second that a token takes, which usage tells of.
_SECONDS = 0.001


def _check(body: JsonObject) -> None:
    """Raises ApiError for what only Groq refuses."""
    for name in _REFUSED:
        if body.get(name) is not None:
            raise ApiError(f"`{name}` is not supported with this model", param=name)
    if body.get("n") not in (None, 1):
        raise ApiError("'n' : number must be at most 1", param="n")
    if body.get("reasoning_format") is not None and body.get("include_reasoning") is not None:
        raise ApiError("cannot specify both `reasoning_format` and `include_reasoning`", param="reasoning_format")
    model = _MODELS.get(str(body.get("model")))
    if model is None:
        return
    for name in ("reasoning_format", "reasoning_effort", "include_reasoning"):
        if body.get(name) is not None and not model.reasons:
            raise ApiError(f"`{name}` is not supported with this model", param=name)
    effort: Any = body.get("reasoning_effort")
    if effort is not None and effort not in model.efforts:
        allowed = " or ".join(f"`{each}`" for each in model.efforts)
        raise ApiError(f"`reasoning_effort` must be one of {allowed}", param="reasoning_effort")
    asks_for_json = (body.get("response_format") or {"type": "text"})["type"] != "text"
    if body.get("reasoning_format") == "raw" and (asks_for_json or body.get("tools")):
        raise ApiError("`reasoning_format` raw cannot be used with JSON mode or tools", param="reasoning_format")


def _usage(completion: Completion) -> JsonObject:
    prompt, output = completion.prompt_tokens, completion.output_tokens
    return {
        "queue_time": _SECONDS,
        "prompt_tokens": prompt,
        "prompt_time": round(prompt * _SECONDS / 100, 6),
        "completion_tokens": output,
        "completion_time": round(output * _SECONDS, 6),
        "total_tokens": prompt + output,
        "total_time": round(prompt * _SECONDS / 100 + output * _SECONDS, 6),
        "prompt_tokens_details": {"cached_tokens": completion.cached_tokens},
        "completion_tokens_details": {"reasoning_tokens": completion.reasoning_tokens},
    }


def _shown_as(completion: Completion, request: ChatRequest) -> str:
    """Where the answer has what the model thinks."""
    body = request.body
    if not completion.reasoning_tokens or body.get("include_reasoning") is False:
        return "hidden"
    return body.get("reasoning_format") or "parsed"


def _refusing(code: str, message: str, written: str, status: int = 400) -> Callable[[Fault], ApiError]:
    def refusal(_: Fault) -> ApiError:
        further = {"failed_generation": written} if written else {}
        kind = "invalid_request_error" if status == 400 else "capacity_exceeded"
        return ApiError(message, code=code, status=status, kind=kind, further=further)

    return refusal


_FAILED_CALL = '{"name": "get_order", "arguments": {"number": 7'


def _broken_off(events: Events, fault: Fault) -> Events:
    """The stream ends early, and its last chunk says why in `x_groq`."""
    last = without(events.opening[0].data, "usage")
    told: JsonObject = {**last, "choices": [], "x_groq": {"id": last["id"], "error": "over capacity"}}
    return Events(events.opening, events.content[: fault.after], [Event(None, told)])


def _failed_in_stream(_: Fault) -> Reply:
    error = {
        "message": "Failed to call a function. Please adjust your prompt.",
        "type": "invalid_request_error",
        "code": "tool_use_failed",
        "failed_generation": _FAILED_CALL,
        "status_code": 400,
    }
    return Reply(200, dict(EVENT_STREAM), [Write(b"event: error\ndata: %b\n\n" % encode({"error": error}))])


GROQ_FAULTS = [
    FaultKind(
        "groq_tool_use_failed",
        "the status 400, tool_use_failed",
        refusal=_refusing("tool_use_failed", "Failed to call a function. Please adjust your prompt.", _FAILED_CALL),
    ),
    FaultKind(
        "groq_json_validate_failed",
        "the status 400, json_validate_failed",
        refusal=_refusing("json_validate_failed", "Failed to generate JSON. Please adjust your prompt.", '{"answer": '),
    ),
    FaultKind(
        "groq_capacity_exceeded",
        "the status 498, capacity_exceeded",
        refusal=_refusing("capacity_exceeded", "The flex tier has no capacity.", "", 498),
    ),
    FaultKind("groq_tool_use_failed_in_stream", "tool_use_failed as an event", reply=_failed_in_stream),
    FaultKind("groq_error_in_stream", "a last chunk with an error in x_groq", events=_broken_off),
]


class GroqChat(ChatCompletions):
    """Groq's dialect. What its models think is told in `reasoning` unless a request wants it elsewhere."""

    path = "/groq/openai/v1/chat/completions"
    faults = (*CHAT_FAULTS, *GROQ_FAULTS)

    def parse(self, body: bytes, headers: Mapping[str, str]) -> ChatRequest:
        """The request in a body."""
        decoded = decode_body(body)
        if not isinstance(decoded.get("response_format") or {}, dict):
            raise invalid_type("response_format", "an object", decoded["response_format"])
        _check(decoded)
        return parse_chat_request(body, self.settings, _RULES)

    def whole(self, completion: Completion, request: ChatRequest) -> JsonObject:
        """The `chat.completion` object."""
        answer = super().whole(completion, request)
        message: JsonObject = answer["choices"][0]["message"]
        del message["annotations"], message["refusal"]
        shown = _shown_as(completion, request)
        if shown == "parsed":
            message["reasoning"] = THOUGHT
        elif shown == "raw" and message.get("content"):
            message["content"] = f"<think>{THOUGHT}</think>{message['content']}"
        served = request.body.get("service_tier") or "on_demand"
        return {
            **answer,
            "usage": _usage(completion),
            "usage_breakdown": None,
            "service_tier": "on_demand" if served == "auto" else served,
            "x_groq": {"id": _request_id(completion)},
        }

    def events(self, completion: Completion, request: ChatRequest) -> Events:
        """The chunks."""
        events = super().events(completion, request)
        shown = _shown_as(completion, request)
        if shown == "parsed":
            events = thinking(events, lambda piece: {"reasoning": piece})
        elif shown == "raw":
            events = thinking(events, lambda piece: {"content": piece}, f"<think>{THOUGHT}</think>")
        events = each_chunk(events, lambda chunk: without(chunk, "obfuscation", "service_tier"))
        request_id = _request_id(completion)
        events.opening[0].data["x_groq"] = {"id": request_id}
        return with_last(events, {"x_groq": {"id": request_id, "usage": _usage(completion)}})


def _request_id(completion: Completion) -> str:
    return f"req_{letters(completion.id, 26)}"
