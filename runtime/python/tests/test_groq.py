"""Groq's habits: the simulated Groq driven by the official SDK, and the node beside it on the same answers."""

from collections.abc import Iterator
from typing import Any, cast

import groq
import pytest
from groq.types.chat import completion_create_params

from app.llm.errors import InvalidJsonOutput, InvalidToolArguments, StreamInterrupted, UpstreamUnavailable
from app.llm.parts import GROQ
from app.llm.providers.groq import GroqAccount, GroqConfig
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.llm.types import CompletionConfig, Done
from app.nodes.llm.groq import execute_groq_completion, stream_groq_completion, stream_groq_events
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import ServiceError
from app.runtime.settings import Settings
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation

HELLO: Any = [{"role": "user", "content": "Tell me about rain."}]
MODEL = "openai/gpt-oss-120b"
ASK: GroqConfig = {"model": MODEL, "messages": HELLO}
ORDER_TOOL: Any = {
    "type": "function",
    "function": {
        "name": "get_order",
        "description": "Finds an order by its number.",
        "parameters": {"type": "object", "required": ["number"], "properties": {"number": {"type": "string"}}},
    },
}


def account(simulated: RunningSimulation) -> GroqAccount:
    return GroqAccount.model_validate(
        {"groq_api_key": "gsk-test", "groq_base_url": f"{simulated.origin}/groq/openai/v1"}
    )


async def _until_the_end(ctx: ExecutionContext, config: GroqConfig) -> None:
    async for _ in stream_groq_events(ctx, config):
        pass


@pytest.fixture
def client(simulated_openai: RunningSimulation) -> Iterator[groq.Groq]:
    with groq.Groq(api_key="gsk-test", base_url=f"{simulated_openai.origin}/groq", max_retries=0) as made:
        yield made


class TestSdk:
    """What the official SDK reads of the simulated Groq."""

    def test_an_answer_with_its_reasoning(self, client: groq.Groq) -> None:
        answer = client.chat.completions.create(model=MODEL, messages=HELLO)
        message = answer.choices[0].message
        assert message.content
        assert message.reasoning
        assert answer.usage is not None
        assert answer.usage.queue_time is not None
        assert answer.x_groq is not None

    def test_a_stream_ends_with_its_usage(self, client: groq.Groq) -> None:
        chunks = list(client.chat.completions.create(model=MODEL, messages=HELLO, stream=True))
        assert chunks[0].x_groq is not None
        assert chunks[0].x_groq.id
        last = chunks[-1].x_groq
        assert last is not None
        assert last.usage is not None
        assert last.usage.completion_tokens > 0
        assert "".join(chunk.choices[0].delta.reasoning or "" for chunk in chunks)

    @pytest.mark.parametrize(
        "refused",
        [
            {"logprobs": True},
            {"frequency_penalty": 0.5},
            {"n": 2},
            {"reasoning_format": "parsed", "include_reasoning": True},
            {"reasoning_format": "raw", "tools": [ORDER_TOOL]},
            {"reasoning_effort": "none"},
            {"messages": [{**HELLO[0], "name": "maria"}]},
        ],
    )
    def test_what_it_refuses(self, client: groq.Groq, refused: dict[str, Any]) -> None:
        request: Any = {"model": MODEL, "messages": HELLO, **refused}
        with pytest.raises(groq.BadRequestError):
            client.chat.completions.create(**request)

    def test_a_model_that_is_gone(self, client: groq.Groq) -> None:
        with pytest.raises(groq.NotFoundError):
            client.chat.completions.create(model="llama-3.3-70b-versatile", messages=HELLO)


async def test_whole_and_streamed_are_the_same(simulated_openai: RunningSimulation) -> None:
    async with open_context(accounts=[account(simulated_openai)]) as ctx:
        whole = await execute_groq_completion(ctx, ASK)
        done = [event async for event in stream_groq_events(ctx, ASK)][-1]
        assert isinstance(done, Done)
        assert "".join([text async for text in stream_groq_completion(ctx, ASK)]) == whole["content"]
        same = ("content", "reasoning", "usage", "cost_usd", "finish_reason", "model")
        assert [done.completion[name] for name in same] == [whole[name] for name in same]
        assert whole["reasoning"]
        assert whole["usage"]["reasoning_tokens"]
        assert whole["cost_usd"]
        assert ctx.secrets["GROQ_API_KEY"] == "gsk-test"


async def test_requests_hold_only_what_the_sdk_knows(simulated_openai: RunningSimulation) -> None:
    known = set(completion_create_params.CompletionCreateParams.__annotations__) | {"stream"}
    full: GroqConfig = {
        **ASK,
        "max_tokens": 500,
        "temperature": 0.0,
        "top_p": 0.9,
        "stop": ["END"],
        "seed": 1,
        "user": "u",
        "reasoning_effort": "low",
        "reasoning_format": "parsed",
        "service_tier": "flex",
        "tools": [ORDER_TOOL],
        "tool_choice": "auto",
        "parallel_tool_calls": False,
        "show_reasoning": True,
        "response_format": "text",
    }
    async with open_context(accounts=[account(simulated_openai)]) as ctx:
        await execute_groq_completion(ctx, full)
        await _until_the_end(ctx, full)
    for request in simulated_openai.requests:
        assert set(request.json) <= known
        assert request.json["max_completion_tokens"] == 500
        assert request.headers["authorization"] == "Bearer gsk-test"


@pytest.mark.parametrize("form", ["raw", "parsed", "hidden"])
async def test_where_the_reasoning_is(simulated_openai: RunningSimulation, form: Any) -> None:
    async with open_context(accounts=[account(simulated_openai)]) as ctx:
        ask: GroqConfig = {**ASK, "reasoning_format": form}
        whole = await execute_groq_completion(ctx, ask)
        done = [event async for event in stream_groq_events(ctx, ask)][-1]
        assert isinstance(done, Done)
        assert (whole["reasoning"] is None) == (form == "hidden")
        assert done.completion["reasoning"] == whole["reasoning"]
        assert done.completion["content"] == whole["content"]
        assert "<think>" not in (whole["content"] or "")


@pytest.mark.parametrize(
    ("fault", "kind", "written"),
    [
        ("groq_tool_use_failed", InvalidToolArguments, '{"name": "get_order"'),
        ("groq_json_validate_failed", InvalidJsonOutput, '{"answer": '),
    ],
)
@pytest.mark.parametrize("streamed", [False, True])
async def test_what_a_model_wrote_in_vain_is_told(
    simulated_openai: RunningSimulation, fault: str, kind: type[ServiceError], written: str, streamed: bool
) -> None:
    simulated_openai.settings.fault = fault
    async with open_context(accounts=[account(simulated_openai)]) as ctx:
        asking = _until_the_end(ctx, ASK) if streamed else execute_groq_completion(ctx, ASK)
        with pytest.raises(kind) as raised:
            await asking
    assert raised.value.details["failed_generation"].startswith(written)
    assert "failed_generation" not in raised.value.upstream
    assert len(simulated_openai.requests) == 1


async def test_a_failed_call_in_a_stream(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.fault = "groq_tool_use_failed_in_stream"
    async with open_context(accounts=[account(simulated_openai)]) as ctx:
        with pytest.raises(InvalidToolArguments) as raised:
            await _until_the_end(ctx, ASK)
    assert raised.value.details["failed_generation"]


async def test_a_stream_that_stops_early(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.fault = "groq_error_in_stream"
    async with open_context(accounts=[account(simulated_openai)]) as ctx:
        with pytest.raises(StreamInterrupted):
            await _until_the_end(ctx, ASK)


async def test_a_full_flex_tier_is_asked_again(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.faults = ["groq_capacity_exceeded", None]
    async with open_context(accounts=[account(simulated_openai)], settings=Settings(max_retries=1)) as ctx:
        assert (await execute_groq_completion(ctx, {**ASK, "service_tier": "flex"}))["content"]
    simulated_openai.settings.fault = "groq_capacity_exceeded"
    async with open_context(accounts=[account(simulated_openai)], settings=Settings(max_retries=0)) as ctx:
        with pytest.raises(UpstreamUnavailable) as raised:
            await execute_groq_completion(ctx, ASK)
    assert raised.value.details["upstream_status"] == 498


async def test_a_model_is_told_of_a_call_that_was_refused(simulated_openai: RunningSimulation) -> None:
    def get_order(number: str) -> str:
        """Finds an order."""
        return f"Order {number} is on its way."

    simulated_openai.settings.faults = ["groq_tool_use_failed", None]
    simulated_openai.settings.answers = [Answer(calls=(("get_order", {"number": "7"}),)), Answer("On its way.")]
    config: CompletionConfig = {"model": MODEL, "messages": HELLO}
    async with open_context(accounts=[account(simulated_openai)]) as ctx:
        answer = await complete_with_tools(
            ctx, GROQ, config, node="answer", tools=[Tool.of(get_order, node="get_order")], max_tool_rounds=3
        )
    assert answer["content"] == "On its way."
    told = cast("list[dict[str, Any]]", simulated_openai.requests[1].json["messages"])
    assert [message["role"] for message in told] == ["user", "assistant", "user"]
    assert told[1]["content"].startswith('{"name": "get_order"')
    # What the model thought goes back to Groq in its own member.
    answered = simulated_openai.requests[2].json["messages"][-2]
    assert answered["reasoning"]
    assert "reasoning_content" not in answered


async def test_the_sdks_address_has_no_path(simulated_openai: RunningSimulation) -> None:
    made = GroqAccount.model_validate({"groq_api_key": "k", "groq_base_url": simulated_openai.origin})
    async with open_context(accounts=[made]) as ctx:
        with pytest.raises(ServiceError):
            await execute_groq_completion(ctx, ASK)
    assert simulated_openai.requests[0].path == "/openai/v1/chat/completions"
