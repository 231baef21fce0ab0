"""Configs of every kind, put together at random: every request that leaves fits OpenAI's published schema."""

import json
import random
import string
from collections.abc import Callable
from typing import Any, cast

import pytest

from app.llm.errors import JsonModeRequiresJsonWord
from app.llm.parts import OPENAI
from app.nodes.llm.openai import OpenAIConfig
from tests.decoders import model_request
from tests.openai_schema import check

EACH = 250
SCHEMAS: dict[str, str] = {"chat": "CreateChatCompletionRequest", "responses": "CreateResponse"}
MODELS = ("gpt-4o", "gpt-4o-mini", "gpt-3.5-turbo", "gpt-5.4", "gpt-5.4-mini", "gpt-6-sol", "o3", "ft:gpt-4o:a::b", "m")
IMAGE = "data:image/png;base64,iVBORw0KGgo="
PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"number": {"type": "string"}, "tags": {"type": "array", "items": {"type": "string"}}},
    "required": ["number", "tags"],
    "additionalProperties": False,
}
NO_PARAMETERS: dict[str, Any] = {"type": "object", "properties": {}}

Dice = random.Random
Make = Callable[[Dice], Any]


def _words(dice: Dice, most: int = 12) -> str:
    letters = string.ascii_letters + ' \u00e4\u65e5\U0001f600\u2028"\\\n'
    return "".join(dice.choices(letters, k=dice.randint(1, most)))


def _name(dice: Dice) -> str:
    return "".join(dice.choices(string.ascii_lowercase + "_-" + string.digits, k=dice.randint(1, 20)))


def _function(dice: Dice) -> dict[str, Any]:
    function: dict[str, Any] = {"name": _name(dice)}
    if dice.random() < 0.7:
        function["description"] = _words(dice)
    if dice.random() < 0.8:
        function["parameters"] = dice.choice([PARAMETERS, NO_PARAMETERS])
    return function


def _tool(dice: Dice) -> dict[str, Any]:
    function = _function(dice)
    if dice.random() < 0.5:
        function["strict"] = dice.random() < 0.5
    return {"type": "function", "function": function}


def _format(dice: Dice) -> Any:
    described = {"name": _name(dice), "schema": PARAMETERS, "strict": True, "description": _words(dice)}
    forms: list[Any] = [
        "text",
        "json_object",
        {"type": "text"},
        {"type": "json_object"},
        {"type": "json_schema", "json_schema": described},
        {"type": "json_schema", "json_schema": {"name": "n", "schema": PARAMETERS}},
    ]
    return dice.choice(forms)


def _part(dice: Dice) -> dict[str, Any]:
    forms: list[dict[str, Any]] = [
        {"type": "text", "text": _words(dice)},
        {"type": "image_url", "image_url": {"url": IMAGE}},
        {
            "type": "image_url",
            "image_url": {"url": "https://example.com/a.png", "detail": dice.choice(["low", "high"])},
        },
        {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}},
        {"type": "file", "file": {"file_id": "file-1"}},
    ]
    return dice.choice(forms)


def _content(dice: Dice, part: Make) -> Any:
    return _words(dice) if dice.random() < 0.5 else [part(dice) for _ in range(dice.randint(1, 3))]


def _text_part(dice: Dice) -> dict[str, Any]:
    return {"type": "text", "text": _words(dice)}


def _messages(dice: Dice) -> list[dict[str, Any]]:
    """A conversation as it can come about; it speaks of JSON, so that every format is allowed."""
    messages: list[dict[str, Any]] = []
    if dice.random() < 0.6:
        messages.append({"role": dice.choice(["system", "developer"]), "content": _content(dice, _text_part)})
    messages.append({"role": "user", "content": "Answer in JSON."})
    for turn in range(dice.randrange(4)):
        match dice.randrange(4):
            case 0:
                messages.append({"role": "assistant", "content": _content(dice, _text_part)})
            case 1:
                calls = [
                    {"id": f"call_{turn}_{at}", "type": "function", "function": {"name": "f", "arguments": "{}"}}
                    for at in range(dice.randint(1, 3))
                ]
                messages.append({"role": "assistant", "content": dice.choice([None, "text"]), "tool_calls": calls})
                messages += [
                    {"role": "tool", "tool_call_id": call["id"], "content": _content(dice, _text_part)}
                    for call in calls
                ]
            case 2:
                call = {"name": "f", "arguments": '{"a": 1}'}
                messages.append({"role": "assistant", "content": None, "function_call": call})
                messages.append({"role": "function", "name": "f", "content": _words(dice)})
            case _:
                messages.append({"role": "assistant", "content": None, "refusal": _words(dice)})
        messages.append({"role": "user", "content": _content(dice, _part)})
    return messages


OPTIONS: dict[str, Make] = {
    "max_tokens": lambda dice: dice.randint(16, 4096),
    "temperature": lambda dice: dice.choice([0, 0.7, 2]),
    "top_p": lambda dice: dice.choice([0, 0.5, 1]),
    "user": _words,
    "metadata": lambda dice: {_name(dice): _words(dice) for _ in range(dice.randrange(4))},
    "store": lambda dice: dice.random() < 0.5,
    "service_tier": lambda dice: dice.choice(["auto", "default", "flex", "priority"]),
    "reasoning_effort": lambda dice: dice.choice(["none", "minimal", "low", "medium", "high", "xhigh"]),
    "verbosity": lambda dice: dice.choice(["low", "medium", "high"]),
    "prompt_cache_key": _name,
    "prompt_cache_retention": lambda dice: dice.choice(["in_memory", "24h"]),
    "safety_identifier": _name,
    "response_format": _format,
    "functions": lambda dice: [_function(dice) for _ in range(dice.randint(1, 3))],
    "tools": lambda dice: [_tool(dice) for _ in range(dice.randint(1, 3))],
    "parallel_tool_calls": lambda dice: dice.random() < 0.5,
    "logprobs": lambda dice: dice.random() < 0.5,
    "top_logprobs": lambda dice: dice.randrange(21),
    "timeout": lambda dice: dice.choice([5.0, {"total": 5.0, "idle": 1.0}]),
    "max_retries": lambda dice: dice.randrange(3),
    "stream_options": lambda dice: {"include_obfuscation": dice.random() < 0.5},
    "extra_body": lambda dice: {"service_tier": "default"},
}
ONLY_CHAT: dict[str, Make] = {
    "max_completion_tokens": lambda dice: dice.randint(16, 4096),
    "presence_penalty": lambda dice: dice.choice([-2, 0, 1.5]),
    "frequency_penalty": lambda dice: dice.choice([-2, 0, 1.5]),
    "stop": lambda dice: dice.choice(["x", ["x", "y"]]),
    "seed": lambda dice: dice.randrange(1 << 31),
    "logit_bias": lambda dice: {"50256": dice.randint(-100, 100)},
    "prediction": lambda dice: {"type": "content", "content": _words(dice)},
    "web_search_options": lambda dice: {"search_context_size": dice.choice(["low", "medium", "high"])},
}


def _config(dice: Dice, api: str) -> dict[str, Any]:
    options = {**OPTIONS, **(ONLY_CHAT if api == "chat" else {})}
    chosen = dice.sample(list(options), dice.randint(0, len(options)))
    config: dict[str, Any] = {"model": dice.choice(MODELS), "api": api, "messages": _messages(dice)}
    config.update({name: options[name](dice) for name in chosen})
    if "max_tokens" in config:
        config.pop("max_completion_tokens", None)
    config.update(_choice(dice, config))
    # Any option can be null, which is the same as leaving it out.
    for name in dice.sample(chosen, dice.randrange(3)) if len(chosen) > 3 else ():
        config[name] = None
    return config


def _choice(dice: Dice, config: dict[str, Any]) -> dict[str, Any]:
    if config.get("tools"):
        name = config["tools"][0]["function"]["name"]
        forms = ["auto", "none", "required", {"type": "function", "function": {"name": name}}]
        return {"tool_choice": dice.choice(forms)}
    if config.get("functions"):
        return {"function_call": dice.choice(["auto", "none", {"name": config["functions"][0]["name"]}])}
    return {}


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
@pytest.mark.parametrize("api", SCHEMAS)
def test_every_request_fits_the_schema(api: str, stream: bool) -> None:
    dice = random.Random(f"requests {api} {stream}")
    sent: set[str] = set()
    for _ in range(EACH):
        config = _config(dice, api)
        try:
            request = model_request(config, stream=stream)  # pyright: ignore[reportArgumentType]
        except JsonModeRequiresJsonWord:
            raise AssertionError(config["messages"]) from None
        body = json.loads(request.body)
        check(SCHEMAS[api], body)
        assert (OPENAI.api_for(cast("OpenAIConfig", config)).name, body["model"], body.get("stream", False)) == (
            api,
            config["model"],
            stream,
        )
        sent |= set(body)
    # The dice have to come to everything: what was never sent was never checked.
    expected = {"messages", "tools", "response_format"} if api == "chat" else {"input", "instructions", "tools", "text"}
    assert expected | {"temperature", "metadata", "tool_choice", "service_tier"} <= sent
