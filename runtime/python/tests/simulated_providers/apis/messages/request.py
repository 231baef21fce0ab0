"""A request to the Messages API from its body, checked as Anthropic checks it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.simulated_providers.answers.choices import REASONING_TOKENS
from tests.simulated_providers.apis.messages.conversation import check_content, check_turns, messages_of
from tests.simulated_providers.apis.messages.errors import (
    at,
    missing,
    model_not_found,
    refusal,
    too_long,
    unknown,
    wrong_type,
)
from tests.simulated_providers.apis.messages.models import ANTHROPIC_MODELS, EFFORTS, OPUS_48, ClaudeModel
from tests.simulated_providers.apis.messages.schemas import check_held
from tests.simulated_providers.completion import Function, Request
from tests.simulated_providers.json_values import (
    JsonObject,
    compact,
    decode,
    is_array,
    is_integer,
    is_number,
    is_object,
    objects,
)
from tests.simulated_providers.settings import Settings
from tests.simulated_providers.tokens import REPLY_START, count_message, count_tokens

# `types/message_create_params.py` of the Python SDK.
MEMBERS = frozenset(
    "model max_tokens messages system stream stop_sequences tools tool_choice thinking output_config cache_control "
    "service_tier speed inference_geo metadata container diagnostics".split()
)
SAMPLING = ("temperature", "top_p", "top_k")
VERSIONS = ("2023-06-01", "2026-10-21")
NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")
MOST_BREAKPOINTS = 4
LEAST_BUDGET = 1_024


@dataclass(frozen=True, slots=True, kw_only=True)
class MessagesRequest(Request):
    """What was asked for.

    `turns` are the messages in blocks, `shows_thoughts` says whether what the model thinks is told. `marks` are how
    many beginnings of the prompt are to be cached, `for_an_hour` whether they are to stay so long.
    """

    turns: list[tuple[str, list[JsonObject]]]
    shows_thoughts: bool
    marks: int
    for_an_hour: bool
    cached: int = 0
    written: int = 0


def parse_messages_request(raw: bytes, headers: Mapping[str, str], settings: Settings) -> MessagesRequest:
    """Raises ApiError with Anthropic's status, type and message for the first thing that it would refuse."""
    version = headers.get("anthropic-version")
    if version is None:
        raise at("anthropic-version", "header is required")
    if version not in VERSIONS:
        raise at("anthropic-version", f'"{version}" is not a valid version')
    body = _decoded(raw)
    model = _model(body, settings)
    for name in body:
        if name not in MEMBERS and (name not in SAMPLING or version == VERSIONS[1]):
            raise unknown(name)
    _check_sampling(body, model)
    limit = _limit(body, model)
    if "messages" not in body:
        raise missing("messages")
    turns = check_turns(body["messages"], model)
    if body.get("system") is not None:
        check_content(body["system"], "system", frozenset(("text",)))
    effort, schema = _output(body, model)
    thinking = _thinking(body, model, limit, effort)
    functions = _functions(body, schema)
    choice, named, parallel = _choice(body, model, functions, thinking)
    _check_rest(body)
    messages = messages_of(body.get("system"), turns)
    prompt = REPLY_START + sum(map(count_message, messages))
    if functions:
        prompt += count_tokens(compact(body["tools"]))
    window = settings.context_window or model.context_window
    if prompt > window:
        raise too_long(prompt, window)
    marked = [mark for mark in _marks(body) if mark is not None]
    if len(marked) > MOST_BREAKPOINTS:
        raise refusal(f"A maximum of 4 blocks with cache_control may be provided. Found {len(marked)}.")
    return MessagesRequest(
        body=body,
        model=model,
        messages=messages,
        functions=functions,
        choice=choice,
        named=named,
        parallel=parallel,
        json_object=_asks_for_json(body),
        response_schema=schema,
        max_tokens=limit,
        stop=list(body.get("stop_sequences") or ()),
        stream=body.get("stream") is True,
        include_obfuscation=False,
        top_logprobs=None,
        effort="none" if thinking is None else _depth(effort, limit),
        prompt_tokens=prompt,
        turns=turns,
        shows_thoughts=thinking is not None and _shows(thinking, model),
        marks=len(marked),
        for_an_hour=any(mark.get("ttl") == "1h" for mark in marked),
    )


def _depth(effort: str, limit: int) -> str:
    """How long the model thinks, as it decides itself: it leaves room for an answer."""
    deep = {"low": "low", "medium": "low", "high": "medium", "xhigh": "high", "max": "xhigh"}[effort]
    return deep if limit > 2 * REASONING_TOKENS[deep] else "none"


def _decoded(raw: bytes) -> JsonObject:
    try:
        body: Any = decode(raw)
    except ValueError:
        raise refusal("The request body is not valid JSON.") from None
    if not is_object(body):
        raise refusal("Input should be a valid dictionary or object to extract fields from")
    return body


def _model(body: JsonObject, settings: Settings) -> ClaudeModel:
    name: Any = body.get("model")
    if name is None:
        raise missing("model")
    model = ANTHROPIC_MODELS.get(name) if isinstance(name, str) else None
    if model is None and settings.accept_unknown_models:
        return replace(OPUS_48, id=str(name), samples=True)
    if model is None or (model.retired and not settings.accept_retired_models):
        raise model_not_found(str(name))
    return model


def _check_sampling(body: JsonObject, model: ClaudeModel) -> None:
    for name in SAMPLING:
        value: Any = body.get(name)
        if value is None:
            continue
        if not is_number(value):
            raise wrong_type(name, "a valid number")
        if not model.samples and not (name != "top_k" and value == 1):
            raise refusal(f"`{name}` is deprecated for this model.")
        if name != "top_k" and not 0 <= value <= 1:
            raise at(name, "range: 0..1")


def _limit(body: JsonObject, model: ClaudeModel) -> int:
    if "max_tokens" not in body:
        raise missing("max_tokens")
    limit: Any = body["max_tokens"]
    if not is_integer(limit) or limit < 0:
        raise wrong_type("max_tokens", "a valid integer greater than or equal to 0")
    if limit > model.max_output:
        raise at(
            "max_tokens",
            f"{limit} > {model.max_output}, which is the maximum allowed number of output tokens for {model.id}",
        )
    return limit


def _output(body: JsonObject, model: ClaudeModel) -> tuple[str, JsonObject | None]:
    """The effort in force, and the schema that the answer has to fit."""
    config: Any = body.get("output_config") or {}
    if not is_object(config):
        raise wrong_type("output_config", "a valid dictionary")
    for name in config:
        if name not in ("effort", "format"):
            raise unknown(f"output_config.{name}")
    effort: Any = config.get("effort")
    if effort is not None:
        if effort not in EFFORTS:
            raise at("output_config.effort", f"Input should be {', '.join(map(repr, EFFORTS))}")
        if effort not in model.efforts:
            raise refusal(f"This model does not support effort level '{effort}'.")
    form: Any = config.get("format")
    if form is None:
        return effort or (model.effort if model.efforts else "medium"), None
    if form.get("type") != "json_schema" or not is_object(form.get("schema")):
        raise at("output_config.format", "Input should be {'type': 'json_schema', 'schema': …}")
    return effort or (model.effort if model.efforts else "medium"), form["schema"]


def _thinking(body: JsonObject, model: ClaudeModel, limit: int, effort: str) -> JsonObject | None:
    """How the model thinks; None when it does not."""
    asked: Any = body.get("thinking")
    if asked is None:
        return {"type": "adaptive"} if model.thinks else None
    kind: Any = asked.get("type") if is_object(asked) else None
    if kind not in ("adaptive", "enabled", "disabled", "between_tools"):
        raise at("thinking", f"Input tag '{kind}' found using 'type' does not match any of the expected tags")
    if kind not in model.thinking:
        raise refusal(f'"thinking.type.{kind}" is not supported for this model.')
    off = kind in ("disabled", "between_tools")
    if off and EFFORTS.index(effort) > EFFORTS.index(model.off_up_to):
        raise refusal(f"thinking.type.{kind} is not supported with effort '{effort}'.")
    if kind == "enabled":
        budget: Any = asked.get("budget_tokens")
        if not is_integer(budget) or budget < LEAST_BUDGET:
            raise at("thinking.enabled.budget_tokens", "Input should be greater than or equal to 1024")
        if budget >= limit:
            raise refusal("`max_tokens` must be greater than `thinking.budget_tokens`.")
    return None if off else asked


def _shows(thinking: JsonObject, model: ClaudeModel) -> bool:
    display: Any = thinking.get("display") or ("omitted" if model.quiet else "summarized")
    return display == "summarized"


def _functions(body: JsonObject, answer: JsonObject | None) -> list[Function]:
    tools: Any = body.get("tools")
    held: list[tuple[str, JsonObject]] = [] if answer is None else [("output_config.format.schema", answer)]
    functions: list[Function] = []
    for index, tool in enumerate(tools if is_array(tools) else ()):
        place = f"tools.{index}"
        if not is_object(tool):
            raise wrong_type(place, "a valid dictionary")
        if tool.get("type") not in (None, "custom"):
            continue  # one of the provider's own
        for name in ("name", "input_schema"):
            if name not in tool:
                raise missing(f"{place}.custom.{name}")
        if not NAME.match(str(tool["name"])):
            raise at(f"{place}.custom.name", "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'")
        schema: Any = tool["input_schema"]
        if not is_object(schema) or schema.get("type") != "object":
            raise at(f"{place}.custom.input_schema.type", "Input should be 'object'")
        strict = tool.get("strict") is True
        if strict:
            held.append((f"{place}.custom.input_schema", schema))
        functions.append(Function(tool["name"], tool.get("description") or "", schema, strict))
    names = [function.name for function in functions]
    if len(set(names)) < len(names):
        raise refusal("tools: Tool names must be unique.")
    check_held(held)
    return functions


_MODES: dict[str, Literal["none", "auto", "required"]] = {"auto": "auto", "any": "required", "none": "none"}


def _choice(
    body: JsonObject, model: ClaudeModel, functions: list[Function], thinking: JsonObject | None
) -> tuple[Literal["none", "auto", "required"], str | None, bool]:
    choice: Any = body.get("tool_choice")
    if choice is None:
        return ("auto" if functions else "none"), None, True
    if not body.get("tools"):
        raise refusal("tool_choice may only be specified while providing tools.")
    kind: Any = choice.get("type") if is_object(choice) else None
    if kind not in ("auto", "any", "tool", "none"):
        raise at("tool_choice", f"Input tag '{kind}' found using 'type' does not match any of the expected tags")
    if kind in ("any", "tool"):
        if not model.forced:
            raise refusal("tool_choice forces tool use, which is not supported for this model.")
        if thinking is not None and thinking["type"] == "enabled":
            raise refusal("Thinking may not be enabled when tool_choice forces tool use.")
    parallel = choice.get("disable_parallel_tool_use") is not True
    if kind != "tool":
        return _MODES[kind], None, parallel
    if choice.get("name") not in {function.name for function in functions}:
        raise refusal(f"Tool '{choice.get('name')}' not found in provided tools")
    return "required", choice["name"], parallel


def _check_rest(body: JsonObject) -> None:
    metadata: Any = body.get("metadata") or {}
    for name in metadata:
        if name != "user_id":
            raise unknown(f"metadata.{name}")
    if body.get("service_tier") not in (None, "auto", "standard_only"):
        raise at("service_tier", "Input should be 'auto' or 'standard_only'")
    stops: Any = body.get("stop_sequences")
    if stops is not None and not (is_array(stops) and all(isinstance(each, str) and each for each in stops)):
        raise wrong_type("stop_sequences", "a valid list of strings that are not empty")


def _asks_for_json(body: JsonObject) -> bool:
    """There is no JSON mode: a model does what it is told."""
    return "one json object and nothing else" in compact(body.get("system") or "").lower()


def _marks(body: JsonObject) -> list[JsonObject | None]:
    blocks = [*objects(body.get("system")), *objects(body.get("tools"))]
    for message in objects(body["messages"]):
        blocks += objects(message["content"])
    return [body.get("cache_control"), *(block.get("cache_control") for block in blocks)]
