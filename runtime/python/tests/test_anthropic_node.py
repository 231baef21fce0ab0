"""Claude's node: over sockets, against scripted answers and the simulated Messages API."""

import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from app.llm.attachments import Image
from app.llm.parts import ANTHROPIC
from app.llm.providers.anthropic import AnthropicAccount
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.llm.types import Done, FunctionCallReady
from app.nodes.llm.anthropic import (
    AnthropicConfig,
    execute_anthropic_completion,
    stream_anthropic_completion,
    stream_anthropic_events,
)
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import ServiceError
from app.runtime.settings import Settings
from tests import messages_upstream as claude
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation
from tests.upstream import Step, head, upstream

CONFIG: AnthropicConfig = {"model": "claude-sonnet-5-5", "messages": [{"role": "user", "content": "Say hello to Ada."}]}
LONG = "Know this by heart. " * 400


@asynccontextmanager
async def asking(url: str, **settings: Any) -> AsyncGenerator[ExecutionContext]:
    account = AnthropicAccount.model_validate({"anthropic_api_key": "sk-test", "anthropic_base_url": url})
    async with open_context(settings=Settings(**settings), accounts=[account]) as ctx:
        yield ctx


async def test_text_whole_and_streamed(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.answers = [Answer("Hello, Ada."), Answer("Hello, Ada.")]
    async with asking(simulated_openai.base_url) as ctx:
        whole = await execute_anthropic_completion(ctx, CONFIG)
        assert (whole["content"], whole["provider"], whole["finish_reason"]) == ("Hello, Ada.", "anthropic", "stop")
        pieces = [piece async for piece in stream_anthropic_completion(ctx, CONFIG)]
        assert "".join(pieces) == "Hello, Ada."
        assert ctx.usage.calls == 2


@pytest.mark.parametrize("ending", ["", "/", "/v1", "/v1/"])
async def test_the_address_with_and_without_the_version(simulated_openai: RunningSimulation, ending: str) -> None:
    async with asking(simulated_openai.base_url.removesuffix("/v1") + ending) as ctx:
        await execute_anthropic_completion(ctx, CONFIG)
    request = simulated_openai.requests[-1]
    assert request.path == "/v1/messages"
    assert request.headers["x-api-key"] == "sk-test"
    assert "authorization" not in request.headers


async def test_cached_and_written_tokens_are_priced(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.cache_prompts = True
    config: AnthropicConfig = {
        **CONFIG,
        "messages": [{"role": "system", "content": f"{LONG}{id(simulated_openai)}"}, *CONFIG.get("messages", [])],
        "thinking": "off",
    }
    async with asking(simulated_openai.base_url) as ctx:
        first = await execute_anthropic_completion(ctx, config)
        second = await execute_anthropic_completion(ctx, config)
        total = ctx.usage.total()
    written = first["usage"].get("cache_write_tokens", 0)
    assert written > 1_000
    assert second["usage"]["cached_tokens"] == written
    assert second["usage"]["prompt_tokens"] == first["usage"]["prompt_tokens"]
    rest = first["usage"]["prompt_tokens"] - written
    answer = first["usage"]["completion_tokens"] * 10
    assert first["cost_usd"] == pytest.approx((rest * 2 + written * 2.5 + answer) / 1e6)
    assert second["cost_usd"] == pytest.approx((rest * 2 + written * 0.1 + answer) / 1e6)
    assert total.get("cache_write_tokens") == written


async def test_what_stays_for_an_hour_has_its_price(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.cache_prompts = True
    config: AnthropicConfig = {
        "model": "claude-sonnet-5-5",
        "messages": [{"role": "user", "content": f"{LONG} for an hour {id(simulated_openai)}"}],
        "cache": {"ttl": "1h"},
        "thinking": "off",
    }
    async with asking(simulated_openai.base_url) as ctx:
        usage = (completion := await execute_anthropic_completion(ctx, config))["usage"]
    written = usage.get("cache_write_1h_tokens", 0)
    assert written == usage["prompt_tokens"] > 1_000
    assert completion["cost_usd"] == pytest.approx((written * 4 + usage["completion_tokens"] * 10) / 1e6)


def get_order(number: str) -> list[Any]:
    """Finds an order by its number, with a picture."""
    return [f"Order {number} is on its way.", Image.of(b"\x89PNG", media_type="image/png")]


async def test_a_loop_of_tools_takes_thoughts_back_unchanged(simulated_openai: RunningSimulation) -> None:
    # The simulated API refuses thoughts that were changed or left out, results that are apart, and images that it does
    # not know.
    simulated_openai.settings.answers = [
        Answer("Let me look.", calls=(("get_order", {"number": "1"}), ("get_order", {"number": "2"}))),
        Answer(calls=(("get_order", {"number": "3"}),)),
        Answer("All three are on their way."),
    ]
    tools = [Tool.of(get_order, node="get_order")]
    config: AnthropicConfig = {**CONFIG, "thinking": "adaptive", "show_reasoning": True}
    async with asking(simulated_openai.base_url) as ctx:
        answer = await complete_with_tools(ctx, ANTHROPIC, config, node="answer", tools=tools)
        assert ctx.usage.calls == 3
    assert answer["content"] == "All three are on their way."
    assert answer["usage"]["reasoning_tokens"] > 0
    bodies = [json.loads(request.body) for request in simulated_openai.requests]
    turns = bodies[-1]["messages"]
    assert [turn["role"] for turn in turns] == ["user", "assistant", "user", "assistant", "user"]
    assert [block["type"] for block in turns[1]["content"]] == ["thinking", "text", "tool_use", "tool_use"]
    assert turns[1]["content"][0]["signature"]
    results = turns[2]["content"]
    assert [block["type"] for block in results] == ["tool_result", "tool_result"]
    assert [part["type"] for part in results[0]["content"]] == ["text", "image"]
    # What is cached of a prompt goes by its beginning.
    assert bodies[0]["tools"] == bodies[2]["tools"]
    assert bodies[2]["messages"][:3] == bodies[1]["messages"]


async def test_a_call_that_the_workflow_goes_on_with(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.answers = [Answer(calls=(("get_order", {"number": "1"}),))]
    config: AnthropicConfig = {**CONFIG, "tools": [{"type": "function", "function": {"name": "get_order"}}]}
    async with asking(simulated_openai.base_url) as ctx:
        events = [event async for event in stream_anthropic_events(ctx, config)]
    called = [event.call["arguments"] for event in events if isinstance(event, FunctionCallReady)]
    assert called == [{"number": "1"}]
    done = events[-1]
    assert isinstance(done, Done)
    assert done.completion["function_call"] == {"name": "get_order", "arguments": {"number": "1"}}
    assert done.completion["finish_reason"] == "tool_calls"


SEARCH: Any = {"type": "web_search_20260101", "name": "web_search"}
PAUSED = (
    claude.START
    + claude.began(0, claude.text_block(""))
    + claude.text("Let me search. ")
    + claude.stopped()
    + claude.named(
        "content_block_start",
        index=1,
        content_block={"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
    )
    + claude.arguments('{"query": "Oslo"}', 1)
    + claude.stopped(1)
    + claude.finish("pause_turn")
    + claude.STOP
)
SEARCHED: list[dict[str, Any]] = [
    claude.text_block("Let me search. "),
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "Oslo"}},
]


@pytest.mark.parametrize("streamed", [True, False])
async def test_a_paused_answer_goes_on_by_itself(streamed: bool) -> None:
    plain = head(content_type="application/json")
    paused = head() + PAUSED if streamed else plain + claude.whole(*SEARCHED, stop_reason="pause_turn")
    scripts: list[Sequence[Step]] = [[paused], [paused], [claude.STREAM if streamed else claude.WHOLE]]
    config: AnthropicConfig = {**CONFIG, "extra_body": {"tools": [SEARCH]}}
    async with upstream(*scripts) as server, asking(server.url) as ctx:
        if streamed:
            events = [event async for event in stream_anthropic_events(ctx, config)]
            done = events[-1]
            assert isinstance(done, Done)
            completion = done.completion
            assert "".join(event for event in events if isinstance(event, str)) == completion["content"]
        else:
            completion = await execute_anthropic_completion(ctx, config)
        assert ctx.usage.calls == 3
    assert completion["content"] == "Let me search. Let me search. Hello"
    assert completion["usage"]["completion_tokens"] == 6
    assert completion["finish_reason"] == "stop"
    assert server.requests[1]["messages"][1:] == [{"role": "assistant", "content": SEARCHED}]
    assert server.requests[2]["messages"][1:] == [{"role": "assistant", "content": [*SEARCHED, *SEARCHED]}]


async def test_an_answer_that_is_paused_without_end_is_an_error() -> None:
    config: AnthropicConfig = {**CONFIG, "extra_body": {"tools": [SEARCH]}}
    async with upstream([head() + PAUSED]) as server, asking(server.url) as ctx:
        with pytest.raises(ServiceError, match="paused") as caught:
            _ = [event async for event in stream_anthropic_events(ctx, config)]
    assert caught.value.code == "stream_interrupted"


async def test_the_prompt_of_a_broken_answer_is_counted_exactly() -> None:
    body = claude.BEGUN + claude.text("Hello, this is a text of some length.")
    async with upstream([head() + body]) as server, asking(server.url) as ctx:
        with pytest.raises(ServiceError):
            _ = [piece async for piece in stream_anthropic_completion(ctx, CONFIG)]
        total = ctx.usage.total()
    assert (total["prompt_tokens"], total["cached_tokens"], total.get("estimated")) == (9, 4, True)
    assert total["completion_tokens"] > 5


@pytest.mark.parametrize(
    ("usage", "factor"),
    [({"inference_geo": "us"}, 1.1), ({"speed": "fast"}, None), ({"service_tier": "priority"}, None), ({}, 1.0)],
)
async def test_what_else_has_a_price(usage: Any, factor: float | None) -> None:
    body = claude.whole(claude.text_block("Hello"), model="claude-sonnet-5-5", usage={**claude.USAGE, **usage})
    async with upstream([head(content_type="application/json") + body]) as server, asking(server.url) as ctx:
        completion = await execute_anthropic_completion(ctx, CONFIG)
    expected = None if factor is None else pytest.approx((5 * 2 + 4 * 0.1 + 2 * 10) / 1e6 * factor)
    assert completion["cost_usd"] == expected


async def test_searches_have_a_price() -> None:
    usage = {**claude.USAGE, "server_tool_use": {"web_search_requests": 3}}
    body = claude.whole(claude.text_block("Hello"), model="claude-sonnet-5-5", usage=usage)
    async with upstream([head(content_type="application/json") + body]) as server, asking(server.url) as ctx:
        completion = await execute_anthropic_completion(ctx, CONFIG)
    assert completion["cost_usd"] == pytest.approx(0.03 + (5 * 2 + 4 * 0.1 + 2 * 10) / 1e6)
