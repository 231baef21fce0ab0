"""From a node's config to the body of a Responses request.

https://platform.openai.com/docs/api-reference/responses/create
https://platform.openai.com/docs/guides/migrate-to-responses
"""

from collections.abc import Mapping, Sequence
from typing import Any

from app.llm.calls import tools_of
from app.llm.carried import for_server
from app.llm.errors import InvalidRequest
from app.llm.provider import Provider
from app.llm.request import ModelRequest, finished_request, known_as, messages_of, response_format_of
from app.llm.types import CompletionConfig, JsonObject


def input_of(messages: Sequence[Mapping[str, Any]], *, instructions_count_as_input: bool = True) -> JsonObject:
    """`input`, and `instructions` from a system message at the start.

    JSON mode looks for the word JSON in the input alone; without `instructions_count_as_input` all messages stay there.

    Raises:
        InvalidRequest: a message that the Responses API cannot take; `parameter` says which.
    """
    first = messages[0]
    lifts = first.get("role") in ("system", "developer") and isinstance(first.get("content"), str)
    if lifts and "name" not in first and instructions_count_as_input and len(messages) > 1:
        return {"instructions": first["content"], "input": _Items().read(messages, 1)}
    return {"input": _Items().read(messages, 0)}


class _Items:
    """Collects input items; a deprecated function call has no id, so that one is made for it and its answer."""

    def __init__(self) -> None:
        self._items: list[JsonObject] = []
        self._unanswered: list[tuple[str | None, str]] = []
        self._made = 0

    def read(self, messages: Sequence[Mapping[str, Any]], start: int) -> list[JsonObject]:
        for index in range(start, len(messages)):
            self._take(messages[index], f"messages[{index}]")
        return self._items

    def _take(self, message: Mapping[str, Any], place: str) -> None:
        content: Any = message.get("content")
        match message.get("role"):
            case "user" | "system" | "developer" as role:
                _check_members(message, place)
                parts = content if isinstance(content, str) else [_part(part, place) for part in content or ()]
                self._items.append({"role": role, "content": parts})
            case "assistant" if message.get("response_items"):
                self._items += message["response_items"]
            case "assistant":
                _check_members(message, place)
                said = _said_text(content, place) or message.get("refusal")
                if said:
                    self._items.append({"role": "assistant", "content": said})
                self._take_calls(message, place)
            case "tool":
                self._add_output(message.get("tool_call_id"), _result(content, place))
            case "function":
                self._add_output(self._id_of(message.get("name"), place), _said_text(content, place))
            case role:
                raise _refused(f"{place}.role", f"the role {role}")

    def _take_calls(self, message: Mapping[str, Any], place: str) -> None:
        for index, call in enumerate(message.get("tool_calls") or ()):
            if call.get("function") is None:
                raise _refused(f"{place}.tool_calls[{index}]", f"calls of type {call.get('type')}")
            self._add_call(call.get("id"), call["function"])
        legacy: Mapping[str, Any] | None = message.get("function_call")
        if legacy is not None:
            call_id = f"call_{self._made}"
            self._made += 1
            self._unanswered.append((legacy.get("name"), call_id))
            self._add_call(call_id, legacy)

    def _add_call(self, call_id: str | None, function: Mapping[str, Any]) -> None:
        call = {"type": "function_call", "call_id": call_id, "name": function.get("name")}
        self._items.append({**call, "arguments": function.get("arguments") or ""})

    def _add_output(self, call_id: str | None, output: str | list[JsonObject]) -> None:
        self._items.append({"type": "function_call_output", "call_id": call_id, "output": output})

    def _id_of(self, name: str | None, place: str) -> str:
        """The id that the function's earliest unanswered call got."""
        for pending in self._unanswered:
            if pending[0] == name:
                self._unanswered.remove(pending)
                return pending[1]
        raise _refused(f"{place}.name", "answers of functions that were not called")


def _part(part: Mapping[str, Any], place: str) -> JsonObject:
    content: JsonObject
    match part.get("type"):
        case "text":
            content = {"type": "input_text", "text": part.get("text")}
        case "image_url":
            image: Mapping[str, Any] = part.get("image_url") or {}
            content = {"type": "input_image", "image_url": image.get("url"), "detail": image.get("detail") or "auto"}
        case "file":
            content = {"type": "input_file", **(part.get("file") or {})}
        case kind:
            raise _refused(f"{place}.content", f"content of type {kind}")
    if part.get("prompt_cache_breakpoint") is not None:
        content["prompt_cache_breakpoint"] = part["prompt_cache_breakpoint"]
    return content


def _result(content: Any, place: str) -> str | list[JsonObject]:
    """What a tool gave: text as such, and with images or files in it the parts."""
    if isinstance(content, str) or all(part.get("type") == "text" for part in content or ()):
        return _said_text(content, place)
    return [_part(part, place) for part in content]


def _said_text(content: Any, place: str) -> str:
    """What the model or a function has said, which goes as text alone."""
    if isinstance(content, str):
        return content
    texts: list[str] = []
    for part in content or ():
        if part.get("type") not in ("text", "refusal"):
            raise _refused(f"{place}.content", f"content of type {part.get('type')} there")
        texts.append(part.get("text") or part.get("refusal") or "")
    return "".join(texts)


def _check_members(message: Mapping[str, Any], place: str) -> None:
    for name in ("name", "audio"):
        if message.get(name) is not None:
            raise _refused(f"{place}.{name}", f"the {name} of a message")


def _refused(parameter: str, what: str) -> InvalidRequest:
    return InvalidRequest(
        f"The Responses API does not have {what}, which {parameter} holds.",
        hint='Change the message, or set api to "chat".',
        parameter=parameter,
    )


def flat_tools(sent: dict[str, Any]) -> dict[str, Any]:
    """`tools`, `tool_choice` and `parallel_tool_calls` as the Responses API takes them. Other tools pass unchanged."""
    flat = dict(sent)
    if "tools" in sent:
        flat["tools"] = [_tool(tool) for tool in sent["tools"]]
    if "tool_choice" in sent:
        flat["tool_choice"] = _choice(sent["tool_choice"])
    return flat


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    function: dict[str, Any] | None = tool.get("function")
    if function is None:
        return tool
    return {
        "type": "function",
        "parameters": {"type": "object", "properties": {}},
        **{name: value for name, value in function.items() if value is not None},
        # Left out it means strict where the schema allows it, other than in Chat Completions.
        "strict": function.get("strict") or False,
    }


def _choice(choice: str | dict[str, Any]) -> str | dict[str, Any]:
    if isinstance(choice, str):
        return choice
    allowed: dict[str, Any] | None = choice.get("allowed_tools")
    if allowed is not None:
        return {**allowed, "type": "allowed_tools", "tools": [_choice(tool) for tool in allowed.get("tools", [])]}
    function: dict[str, Any] | None = choice.get("function")
    return choice if function is None else {"type": "function", **function}


_LOGPROBS = "message.output_text.logprobs"
"""What `include` calls log probabilities."""
_SENT_AS_IS = frozenset(
    "model temperature top_p user metadata service_tier prompt_cache_key prompt_cache_options prompt_cache_retention "
    "safety_identifier moderation top_logprobs".split()
)
_TRANSLATED = frozenset(
    "messages max_tokens max_completion_tokens response_format reasoning_effort verbosity functions function_call "
    "tools tool_choice parallel_tool_calls logprobs store stream stream_options".split()
)
_NOT_SENT = frozenset("timeout max_retries api base_model extra_body show_reasoning".split())
_NEUTRAL: dict[str, Any] = {
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logit_bias": {},
    "stop": [],
    "n": 1,
    "modalities": ["text"],
}
"""Values that ask for nothing, of parameters that only Chat Completions has."""


def responses_request(config: CompletionConfig, provider: Provider, stream: bool) -> ModelRequest:
    """Encodes a request.

    Raises:
        JsonModeRequiresJsonWord: JSON mode without the word JSON in any message, which OpenAI would refuse.
        InvalidRequest: a parameter or a message that the Responses API does not have, a value that has no JSON form,
            or no messages.
    """
    values: dict[str, Any] = {name: value for name, value in config.items() if value is not None}
    _check_parameters(values)
    server = f"{provider.name} responses"
    messages = for_server(messages_of(values), server)
    response_format = response_format_of(values)
    body: dict[str, Any] = {name: value for name, value in values.items() if name in _SENT_AS_IS}
    # Chat Completions stores nothing unless asked to, the Responses API everything.
    body["store"] = values.get("store", False)
    body.update(input_of(messages, instructions_count_as_input=response_format != {"type": "json_object"}))
    body.update(_limits(values))
    reasons = provider.reasons(known_as(values))
    if reasons and values.get("show_reasoning"):
        body["reasoning"] = {**body.get("reasoning", {}), "summary": "auto"}
    text = _text(response_format, values)
    if text:
        body["text"] = text
    body.update(flat_tools(tools_of(values)))
    include = [_LOGPROBS] if values.get("logprobs") else []
    # Reasoning that is not stored has to be sent back after a function call, which models without reasoning refuse to
    # hear of.
    if "tools" in body and reasons:
        include.append("reasoning.encrypted_content")
    if include:
        body["include"] = include
    request = finished_request(values, body, stream_options=_stream_options(values) if stream else None)
    request.server = server if request.calls else ""
    request.logprobs = _LOGPROBS in (body.get("include") or ())
    if values.get("functions") and not values.get("tools") and provider.takes_functions(known_as(values)):
        request.calls_end_as = "function_call"
    return request


def _check_parameters(values: dict[str, Any]) -> None:
    unknown = [
        name
        for name, value in values.items()
        if name not in _SENT_AS_IS | _TRANSLATED | _NOT_SENT and not (name in _NEUTRAL and value == _NEUTRAL[name])
    ]
    if unknown:
        raise InvalidRequest(
            f"The Responses API does not have {', '.join(unknown)}.",
            hint='Remove what is named, set api to "chat", or send parameters of the Responses API in extra_body.',
            parameters=unknown,
        )


def _limits(values: dict[str, Any]) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    limit = values.get("max_completion_tokens", values.get("max_tokens"))
    if limit is not None:
        limits["max_output_tokens"] = limit
    if "reasoning_effort" in values:
        limits["reasoning"] = {"effort": values["reasoning_effort"]}
    return limits


def _text(response_format: dict[str, Any] | None, values: dict[str, Any]) -> dict[str, Any]:
    """Format and verbosity, which the Responses API keeps together."""
    text: dict[str, Any] = {}
    if response_format is not None:
        schema: dict[str, Any] = response_format.get("json_schema") or {}
        text["format"] = {**schema, "type": response_format.get("type")}
    if "verbosity" in values:
        text["verbosity"] = values["verbosity"]
    return text


def _stream_options(values: dict[str, Any]) -> dict[str, Any]:
    """Usage always comes with the last event and cannot be asked for."""
    options: dict[str, Any] = values.get("stream_options", {})
    return {name: value for name, value in options.items() if name != "include_usage"}
