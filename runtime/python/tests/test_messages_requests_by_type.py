"""Configs of every kind, put together at random: every request to Claude is one that the official SDK's types know."""

import json
import random
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, cast

from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from pydantic import TypeAdapter

from app.llm.parts import ANTHROPIC
from app.llm.types import CompletionConfig

REQUESTS = 300
MODELS = ("claude-fable-5-2", "claude-opus-5-5", "claude-opus-4-6", "claude-sonnet-5-5", "claude-haiku-4-5", "claude-x")
IMAGE = "data:image/png;base64,iVBORw0KGgo="
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"number": {"type": "string", "minLength": 2}, "count": {"type": "integer", "minimum": 1}},
    "required": ["number"],
}
CONTENTS: list[Any] = [
    "Hello",
    "\u65e5\u672c",
    [{"type": "text", "text": "See"}, {"type": "image_url", "image_url": {"url": IMAGE}}],
    [{"type": "image_url", "image_url": {"url": "https://e.com/a.png", "detail": "low"}}],
    [{"type": "file", "file": {"file_data": "data:application/pdf;base64,JVBERi0=", "filename": "a.pdf"}}],
    [{"type": "file", "file": {"file_data": "data:text/plain;base64,aGk="}}],
    [{"type": "text", "text": "Known", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
]
Dice = random.Random


def _function(dice: Dice) -> dict[str, Any]:
    function: dict[str, Any] = {"name": dice.choice(["get_order", "look-up"])}
    optional = {"description": "Finds it.", "parameters": SCHEMA, "strict": True}
    return {**function, **{name: value for name, value in optional.items() if dice.random() < 0.6}}


def _conversation(dice: Dice) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    if dice.random() < 0.5:
        messages.append({"role": dice.choice(["system", "developer"]), "content": "Be brief."})
    messages.append({"role": "user", "content": dice.choice(CONTENTS)})
    for turn in range(dice.randint(0, 3)):
        calls = [
            {"id": f"call.{turn}{index}", "type": "function", "function": {"name": "get_order", "arguments": arguments}}
            for index, arguments in enumerate(dice.choices(['{"number": "7"}', "", "{bad"], k=dice.randint(1, 2)))
        ]
        if dice.random() < 0.6:
            messages.append({"role": "assistant", "content": dice.choice([None, "", "A moment."]), "tool_calls": calls})
            messages += [
                {"role": "tool", "tool_call_id": call["id"], "content": dice.choice(CONTENTS)} for call in calls
            ]
        else:
            messages.append({"role": "assistant", "content": "Hello."})
            messages.append({"role": "user", "content": dice.choice(CONTENTS)})
    return messages


def _format(dice: Dice) -> Any:
    described = {"name": "note", "schema": SCHEMA, "strict": dice.random() < 0.7}
    return dice.choice(["text", "json_object", {"type": "json_schema", "json_schema": described}])


PARAMETERS: dict[str, Callable[[Dice], Any]] = {
    "max_tokens": lambda dice: dice.choice([0, 1, 5000]),
    "stop": lambda dice: dice.choice(["X", ["a", "b"]]),
    "user": lambda dice: "u1",
    "thinking": lambda dice: dice.choice(["off", "adaptive", {"budget_tokens": 2048}]),
    "effort": lambda dice: dice.choice(["low", "max"]),
    "cache": lambda dice: dice.choice(["auto", "off", {"ttl": "1h"}]),
    "service_tier": lambda dice: "standard_only",
    "show_reasoning": lambda dice: True,
    "parallel_tool_calls": lambda dice: False,
    "response_format": _format,
    "tools": lambda dice: [{"type": "function", "function": _function(dice)} for _ in range(dice.randint(1, 3))],
    "tool_choice": lambda dice: dice.choice(["auto", "none", "required"]),
    "extra_body": lambda dice: dice.choice([{"inference_geo": "us"}, {"betas": ["a"]}, {"speed": "fast"}]),
}


def _unknown(sent: Any, typed: Any, place: str = "") -> list[str]:
    """The members of what is sent that its type does not have; a schema is of any shape."""
    if isinstance(sent, dict) and isinstance(typed, Mapping):
        members, known = cast("dict[str, Any]", sent), cast("Mapping[str, Any]", typed)
        own = [f"{place}.{name}" for name in members if name not in known]
        shared = [name for name in members if name in known and name not in ("schema", "input_schema", "input")]
        return own + [each for name in shared for each in _unknown(members[name], known[name], f"{place}.{name}")]
    if isinstance(sent, list) and not isinstance(typed, str | bytes):
        pairs = zip(cast("list[Any]", sent), typed, strict=True)
        return [each for index, pair in enumerate(pairs) for each in _unknown(*pair, f"{place}[{index}]")]
    return []


def test_requests() -> None:
    dice, types = random.Random(1), TypeAdapter[Any](MessageCreateParamsNonStreaming)
    for _ in range(REQUESTS):
        asked = {name: make(dice) for name, make in PARAMETERS.items() if dice.random() < 0.25}
        config = cast("CompletionConfig", {"model": dice.choice(MODELS), "messages": _conversation(dice), **asked})
        body = json.loads(ANTHROPIC.api_for(config).encode(config, ANTHROPIC, False).body)
        assert _unknown(body, types.validate_python(body)) == []
        roles = [message["role"] for message in body["messages"]]
        assert roles[0] == "user"
        assert all(first != second for first, second in pairwise(roles))
        assert json.dumps(body).count('"cache_control"') <= 4
