"""From a node's config to the body of a Messages request.

https://platform.claude.com/docs/en/api/messages/create
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec

from app.llm.apis.messages.caching import mark_cached
from app.llm.apis.messages.content import Turns
from app.llm.apis.messages.schemas import held_schema
from app.llm.calls import tools_of
from app.llm.carried import for_server
from app.llm.errors import InvalidRequest
from app.llm.models import ModelFacts
from app.llm.provider import Provider
from app.llm.request import ModelRequest, finished_request, known_as, response_format_of
from app.llm.types import CompletionConfig, JsonObject

_VERSION, _VERSION_WITH_SAMPLING = b"2026-10-21", b"2023-06-01"
_SAMPLING = ("temperature", "top_p", "top_k")
_DEFAULT_LIMIT = 16_384
_SENT_AS_IS = frozenset(("model", "service_tier", *_SAMPLING))
_TRANSLATED = frozenset(
    "messages system max_tokens max_completion_tokens stop user safety_identifier metadata thinking effort "
    "reasoning_effort cache response_format functions function_call tools tool_choice parallel_tool_calls "
    "show_reasoning".split()
)
_NOT_SENT = frozenset("timeout max_retries api base_model extra_body stream stream_options".split())
_NEUTRAL: JsonObject = {
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logit_bias": {},
    "n": 1,
    "modalities": ["text"],
    "logprobs": False,
    "store": False,
    "verbosity": "medium",
}
"""Values that ask for nothing, of parameters that only other APIs have."""


def messages_request(config: CompletionConfig, provider: Provider, stream: bool) -> ModelRequest:
    """Encodes a request.

    Raises:
        InvalidRequest: a parameter or a message that the Messages API does not have, a value that has no JSON form, or
            no messages.
    """
    values: JsonObject = {name: value for name, value in config.items() if value is not None}
    _check_parameters(values)
    facts = provider.facts(known_as(values))
    # What a model thinks goes back to the same model alone.
    server = f"{provider.name} messages {values['model']}"
    given: list[Mapping[str, Any]] = values.get("messages") or []
    turns = Turns(for_server(given, server), late_instructions=facts is None or facts.late_instructions)
    messages = turns.messages()
    if not messages:
        raise InvalidRequest(
            "The request has no message of the user.", hint="Connect a prompt to the node, or set its messages."
        )
    body: JsonObject = {name: value for name, value in values.items() if name in _SENT_AS_IS}
    body["max_tokens"] = _limit(values, facts)
    body["messages"] = messages
    if instructions := [*_instructions(values.get("system")), *turns.instructions, *_form_in_words(values)]:
        body["system"] = _joined(instructions)
    if "stop" in values:
        body["stop_sequences"] = [values["stop"]] if isinstance(values["stop"], str) else values["stop"]
    if metadata := _metadata(values):
        body["metadata"] = metadata
    if thinking := _thinking(values, facts):
        body["thinking"] = thinking
    if output := _output_config(values):
        body["output_config"] = output
    body.update(_tools(tools_of(values)))
    mark_cached(body, values.get("cache"), facts)
    return _finished({**values, "messages": given}, body, server, stream=stream)


def _finished(values: JsonObject, body: JsonObject, server: str, *, stream: bool) -> ModelRequest:
    further: JsonObject = dict(values.get("extra_body") or {})
    betas: str | Sequence[str] = further.pop("betas", None) or ()
    config = {**values, "extra_body": further}
    request = finished_request(config, body, stream_options={} if stream else None)
    request.server = server if request.calls else ""
    samples = any(body.get(name) is not None for name in _SAMPLING)
    request.headers = b"anthropic-version: %b\r\n" % (_VERSION_WITH_SAMPLING if samples else _VERSION)
    if betas:
        names = [betas] if isinstance(betas, str) else betas
        if not all(name.isascii() and name.isprintable() and " " not in name for name in names):
            raise InvalidRequest("The name of a beta holds characters that a header does not take.", parameter="betas")
        request.headers += b"anthropic-beta: %b\r\n" % ",".join(names).encode()
    return request


def _check_parameters(values: JsonObject) -> None:
    known = _SENT_AS_IS | _TRANSLATED | _NOT_SENT
    unknown = [
        name
        for name, value in values.items()
        if name not in known and not (name in _NEUTRAL and value == _NEUTRAL[name])
    ]
    if unknown:
        raise InvalidRequest(
            f"The Messages API does not have {', '.join(unknown)}.",
            hint="Remove what is named, or send parameters of the Messages API in extra_body.",
            parameters=unknown,
        )


def _limit(values: JsonObject, facts: ModelFacts | None) -> int:
    """The limit of the answer, which the API insists on; what a budget for thinking takes of it comes on top."""
    limit: int | None = values.get("max_completion_tokens", values.get("max_tokens"))
    if limit is not None:
        return limit
    most = facts.max_output if facts is not None else None
    thinking: Any = values.get("thinking")
    budget: int = cast("JsonObject", thinking).get("budget_tokens", 0) if isinstance(thinking, dict) else 0
    return min(_DEFAULT_LIMIT + budget, most or _DEFAULT_LIMIT + budget)


def _instructions(system: str | list[JsonObject] | None) -> list[JsonObject]:
    if isinstance(system, str):
        return [{"type": "text", "text": system}] if system else []
    return system or []


def _form_in_words(values: JsonObject) -> list[JsonObject]:
    """What the model is told of JSON where the API cannot hold it to that."""
    response_format = response_format_of(values) or {}
    described: JsonObject = response_format.get("json_schema") or {}
    match response_format.get("type"):
        case "json_object":
            text = "Answer with one JSON object and nothing else."
        case "json_schema" if described.get("strict") is False:
            schema = msgspec.json.encode(described.get("schema")).decode()
            text = f"Answer with JSON that fits this JSON Schema and nothing else: {schema}"
        case _:
            return []
    return [{"type": "text", "text": text}]


def _joined(instructions: list[JsonObject]) -> str | list[JsonObject]:
    """Instructions as one text, or as blocks where there is more to say of them than their text."""
    if all(set(block) == {"type", "text"} for block in instructions):
        return "\n\n".join(block["text"] for block in instructions)
    return instructions


def _metadata(values: JsonObject) -> JsonObject:
    user: str | None = values.get("user") or values.get("safety_identifier")
    return {**({"user_id": user} if user else {}), **(values.get("metadata") or {})}


def _thinking(values: JsonObject, facts: ModelFacts | None) -> JsonObject | None:
    shown: JsonObject = {"display": "summarized"} if values.get("show_reasoning") else {}
    match values.get("thinking"):
        case None:
            return {"type": "adaptive", **shown} if shown and facts is not None and facts.thinks_unasked else None
        case "off":
            return {"type": (facts and facts.thinking_off) or "disabled"}
        case {"type": str()} as own:
            return cast("JsonObject", own)
        case {"budget_tokens": budget}:
            return {"type": "enabled", "budget_tokens": budget, **shown}
        case kind:
            return {"type": kind, **shown}


def _output_config(values: JsonObject) -> JsonObject:
    output: JsonObject = {}
    effort: str | None = values.get("effort") or values.get("reasoning_effort")
    if effort is not None:
        output["effort"] = effort
    described: JsonObject = (response_format_of(values) or {}).get("json_schema") or {}
    if "schema" in described and described.get("strict") is not False:
        output["format"] = {"type": "json_schema", "schema": held_schema(described["schema"])}
    return output


def _tools(sent: JsonObject) -> JsonObject:
    """`tools` and `tool_choice` as the API takes them. Its own tools pass unchanged."""
    if "tools" not in sent:
        return {}
    choice: Any = sent.get("tool_choice")
    allowed: Any = cast("JsonObject", choice).get("allowed_tools") if isinstance(choice, dict) else None
    offered: list[JsonObject] = sent["tools"]
    if allowed is not None:
        names = {tool.get("function", tool).get("name") for tool in allowed.get("tools", ())}
        offered = [tool for tool in offered if tool.get("function", tool).get("name") in names]
        choice = allowed.get("mode")
    tools: JsonObject = {"tools": [_tool(tool) for tool in offered]}
    chosen = _choice(choice, one_at_a_time=sent.get("parallel_tool_calls") is False)
    return {**tools, "tool_choice": chosen} if chosen else tools


def _tool(tool: JsonObject) -> JsonObject:
    function: JsonObject | None = tool.get("function")
    if function is None:
        return tool
    schema: Any = function.get("parameters") or {"type": "object", "properties": {}}
    made: JsonObject = {"name": function["name"]}
    if function.get("description"):
        made["description"] = function["description"]
    if tool.get("cache_control") is not None:
        made["cache_control"] = tool["cache_control"]
    if function.get("strict"):
        return {**made, "input_schema": held_schema(schema), "strict": True}
    return {**made, "input_schema": schema}


def _choice(choice: Any, *, one_at_a_time: bool) -> JsonObject | None:
    match choice:
        case "none":
            return {"type": "none"}
        case None | "auto":
            chosen: JsonObject = {"type": "auto"}
        case "required":
            chosen = {"type": "any"}
        case {"function": {"name": name}}:
            chosen = {"type": "tool", "name": name}
        case _:
            chosen = dict(choice)
    if one_at_a_time:
        chosen["disable_parallel_tool_use"] = True
    return chosen if choice is not None or one_at_a_time else None
