"""Every fault of the simulated OpenAI comes to the same by both APIs, streamed and whole."""

from collections.abc import Iterator
from typing import Any, Literal

import pytest

from app.nodes.llm.openai import Done, FunctionCallReady, OpenAIConfig, execute_openai_completion, stream_openai_events
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from tests.faults.asking import streamed
from tests.simulated_providers.app import FAULTS
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation, simulate
from tests.test_completion import ASKS, GET_ORDER
from tests.upstream import CONFIG, context_for

# Faults whose outcome depends on the API: this one's own, or one that it cannot tell from another.
OTHER_THAN_CHAT = {
    "empty_deltas_only": ("upstream_timeout", "stop"),
    "finish_reason_error": ("upstream_unavailable", "upstream_unavailable"),
    "failed_server_error": ("upstream_unavailable", "upstream_unavailable"),
    "failed_rate_limit": ("rate_limited", "rate_limited"),
    "context_length_in_stream": ("context_length_exceeded", "stop"),
    "empty_choices": ("stop", "stop"),
    "missing_choices": ("stop", "stop"),
    "null_choices": ("stop", "stop"),
}

SILENT = {"empty_deltas_only", "keep_alive_only", "slow_body", "slow_first_token", "slow_headers", "stall"}
"""Faults whose silence runs into a limit. With the others a busy machine must not."""


@pytest.fixture(scope="module")
def simulation() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - {"many_chunks"}))
async def test_a_fault_comes_to_the_same_as_in_chat_completions(simulation: RunningSimulation, fault: str) -> None:
    patience = 1 if fault in SILENT else 20
    limits = {
        "idle_timeout_seconds": 0.5 * patience,
        "first_byte_timeout_seconds": 1.0 * patience,
        "total_timeout_seconds": 2.0 * patience,
    }
    simulation.settings.fault = fault
    async with context_for(simulation.base_url, max_retries=0, **limits) as ctx:
        chat = (await ending(ctx, "chat", stream=True), await ending(ctx, "chat", stream=False))
        responses = (await ending(ctx, "responses", stream=True), await ending(ctx, "responses", stream=False))
        assert responses == OTHER_THAN_CHAT.get(fault, chat)
        assert ("upstream_timeout" in chat + responses) == (fault in SILENT)


async def ending(ctx: ExecutionContext, api: Literal["chat", "responses"], *, stream: bool) -> str:
    """The finish_reason, or the code of the error."""
    ask = streamed if stream else execute_openai_completion
    try:
        return (await ask(ctx, {**CONFIG, "api": api}))["finish_reason"]
    except ServiceError as error:
        return error.code


CALL_FAULTS = ["none", "tool_interleaved", "tool_without_id", "items_out_of_order", "types_missing", "names_missing"]


@pytest.mark.parametrize("fault", [*CALL_FAULTS, "delta_without_item_id", "unknown_event", "terminal_without_output"])
async def test_several_calls_while_the_model_reasons(simulated_openai: RunningSimulation, fault: str) -> None:
    calls = [("get_order", {"number": str(number)}) for number in range(3)]
    simulated_openai.settings.answers = [Answer(calls=tuple(calls))]
    simulated_openai.settings.fault = fault
    config: OpenAIConfig = {
        "model": "gpt-5.4-mini",
        "api": "auto",
        "messages": [{"role": "user", "content": "Where are my orders?"}],
        "tools": [{"type": "function", "function": GET_ORDER}],
        "reasoning_effort": "low",
    }
    async with context_for(simulated_openai.base_url) as ctx:
        events = [event async for event in stream_openai_events(ctx, config)]
    ready = [event.call for event in events if isinstance(event, FunctionCallReady)]
    assert [(call["name"], call["arguments"]) for call in ready] == calls
    assert len({call["id"] for call in ready}) == 3
    last = events[-1]
    assert isinstance(last, Done)
    assert (last.completion["tool_calls"], last.completion["finish_reason"]) == (ready, "tool_calls")
    assert last.completion["usage"]["reasoning_tokens"] > 0


async def test_a_conversation_with_a_tool_goes_on(simulated_openai: RunningSimulation) -> None:
    asking: OpenAIConfig = ASKS["tools"]
    config: OpenAIConfig = {**asking, "api": "responses"}
    async with context_for(simulated_openai.base_url) as ctx:
        asked = (await execute_openai_completion(ctx, config))["tool_calls"][0]
        call = {"id": asked["id"], "type": "function", "function": {"name": asked["name"], "arguments": "{}"}}
        messages: Any = [
            {"role": "system", "content": "Be brief."},
            *asking.get("messages", []),
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": asked["id"], "content": "It arrives on Monday."},
        ]
        answer = await execute_openai_completion(ctx, {**config, "messages": messages})
    assert "Monday" in (answer["content"] or "")
    assert simulated_openai.requests[-1].json["instructions"] == "Be brief."
