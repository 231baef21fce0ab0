"""What calls and runs cost, and runs that may not use more than they have."""

from typing import Any

import pytest
from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import OpenAIConfig, UsageReported, complete, stream_openai_events
from app.runtime.budget import Budget, BudgetExceeded, LimitedMeter, limited
from app.runtime.context import ExecutionContext, Reply
from app.runtime.server import create_app, respond
from app.runtime.usage import Usage
from tests import responses_upstream as responses
from tests.example_service import Input
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation
from tests.test_tools import calling, nap, saying
from tests.upstream import CONFIG, DONE, USAGE_CHUNK, chunk, context_for, head, upstream, whole


def usage(prompt: int, completion: int, cached: int = 0) -> Usage:
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "cached_tokens": cached,
        "reasoning_tokens": 0,
    }


@pytest.mark.parametrize(
    ("answered_by", "asked", "used", "tier", "cost"),
    [
        ("gpt-6-astra", "x", usage(1000, 100), None, 0.015),
        ("gpt-6-astra", "x", usage(1000, 100, 500), "default", 0.0105),
        ("my-deployment", "gpt-6-astra", usage(1000, 100), None, 0.015),
        ("gpt-6-astra", "x", usage(300_000, 100), None, 6.0075),
        ("gpt-4-turbo", "x", usage(1000, 100, 500), None, 0.013),
        ("gpt-6-astra", "x", usage(1000, 100), "flex", None),
        ("ft:gpt-6-astra:org::id", "x", usage(1000, 100), None, None),
        ("unknown", "unknown too", usage(1000, 100), None, None),
    ],
)
def test_the_cost_of_a_call(answered_by: str, asked: str, used: Usage, tier: str | None, cost: float | None) -> None:
    facts = OPENAI.facts(answered_by) or OPENAI.facts(asked)
    assert (None if facts is None else facts.cost_of(used, tier)) == cost


@pytest.mark.parametrize("stream", [False, True])
async def test_a_call_of_unknown_price_makes_the_cost_of_the_run_unknown(stream: bool) -> None:
    async with upstream(saying(stream=stream)) as server, context_for(server.url) as ctx:
        known = [event async for event in stream_openai_events(ctx, CONFIG)] if stream else None
        answer = await complete(ctx, CONFIG, node="a") if not stream else None
        cost = ctx.usage.total()["cost_usd"]
        assert cost is not None
        assert cost > 0
        if answer is not None:
            assert answer["cost_usd"] == cost
        if known is not None:
            assert [event.cost_usd for event in known if isinstance(event, UsageReported)] == [cost]
        unknown: OpenAIConfig = {**CONFIG, "model": "own-model"}
        if stream:
            assert [event async for event in stream_openai_events(ctx, unknown)]
        else:
            assert (await complete(ctx, unknown, node="b"))["cost_usd"] is None
        assert ctx.usage.total()["cost_usd"] is None


@pytest.mark.parametrize(
    ("budget", "model", "details"),
    [
        (Budget(max_tokens=11), "gpt-5.4-mini", {"used_tokens": 11, "max_tokens": 11}),
        (Budget(max_cost_usd=1e-9), "gpt-5.4-mini", {"max_cost_usd": 1e-9}),
        (Budget(max_cost_usd=100), "own-model", {"max_cost_usd": 100}),
    ],
)
async def test_a_spent_budget_stops_before_tools_and_calls(budget: Budget, model: str, details: Any) -> None:
    ran: list[str] = []
    codes: list[str] = []

    async def note(text: str) -> None:
        ran.append(text)

    script = calling([("note", '{"text": "a"}')], stream=False)
    async with upstream(script) as server, context_for(server.url) as ctx:
        ctx.usage = LimitedMeter(budget)
        config: OpenAIConfig = {**CONFIG, "model": model}
        for _ in range(2):
            with pytest.raises(BudgetExceeded) as raised:
                await complete_with_tools(ctx, OPENAI, config, node="answer", tools=[Tool.of(note, node="note")])
            assert details.items() <= raised.value.details.items()
            assert raised.value.node == "answer"
            assert raised.value.hint
            codes.append(raised.value.code)
        assert codes == ["budget_exceeded"] * 2
        assert len(server.requests) == 1
        assert ran == []


async def test_a_budget_that_is_not_spent_is_no_matter() -> None:
    script = calling([("nap", '{"seconds": 0}')], stream=False)
    async with (
        upstream(script, saying(stream=False)) as server,
        context_for(server.url) as ctx,
    ):
        ctx.usage = LimitedMeter(Budget(max_cost_usd=1, max_tokens=1000))
        answer = await complete_with_tools(ctx, OPENAI, CONFIG, node="answer", tools=[Tool.of(nap, node="nap")])
        assert answer["cost_usd"] == ctx.usage.total()["cost_usd"]


def test_a_service_with_a_budget(start_service: Any) -> None:
    async def twice(ctx: ExecutionContext, inputs: Input) -> Reply:
        config: OpenAIConfig = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": inputs.message}]}
        for node in ("first", "second"):
            await complete(ctx, config, node=node, streamed=ctx.streaming)
        return Reply("done")

    app = create_app(title="budget")

    def add(path: str, tokens: int) -> None:
        async def endpoint(request: Request, inputs: Input) -> Response:
            return respond(request, limited(twice, Budget(max_tokens=tokens)), inputs, workflow="twice")

        app.add_api_route(path, endpoint, methods=["POST"])

    add("/small", 5)
    add("/large", 100_000)
    service = start_service(app)
    refused = service.ask("POST", "/small", {"message": "Rain?"})
    assert refused.status_code == 402
    assert (refused.json()["code"], refused.json()["node"]) == ("budget_exceeded", "second")
    assert refused.json()["retryable"] is False
    events = service.stream("POST", "/small", {"message": "Rain?"})
    assert (events.names[-1], events.last["code"]) == ("error", "budget_exceeded")
    answer = service.ask("POST", "/large", {"message": "Rain?"}).json()
    assert answer["usage"]["cost_usd"] > 0
    events = service.stream("POST", "/large", {"message": "Rain?"})
    costs = [data["cost_usd"] for name, data in events if name == "usage"]
    assert events.last["usage"]["cost_usd"] == pytest.approx(sum(costs))
    assert len(costs) == 2


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_budget_stops_a_loop_of_tools_between_its_rounds(
    start_service: Any, simulated_openai: RunningSimulation, api: Any, stream: bool
) -> None:
    ran: list[int] = []

    def get_order(number: int) -> str:
        """Finds an order."""
        ran.append(number)
        return "shipped"

    async def ask(ctx: ExecutionContext, inputs: Input) -> Reply:
        question: Any = [{"role": "user", "content": inputs.message}]
        config: OpenAIConfig = {"model": "gpt-5.4-mini", "api": api, "messages": question}
        tools = [Tool.of(get_order, node="get_order")]
        answer = await complete_with_tools(ctx, OPENAI, config, node="answer", tools=tools, streamed=ctx.streaming)
        return Reply(answer["content"])

    app = create_app(title="budget")

    async def endpoint(request: Request, inputs: Input, tokens: int) -> Response:
        return respond(request, limited(ask, Budget(max_tokens=tokens)), inputs, workflow="ask")

    app.add_api_route("/ask", endpoint, methods=["POST"])
    service = start_service(app)

    def error_of(tokens: int) -> tuple[Any, list[str]]:
        ran.clear()
        simulated_openai.settings.answers = [Answer(calls=(("get_order", {"number": at}),)) for at in range(9)]
        path, given = f"/ask?tokens={tokens}", {"message": "Where is order 1234?"}
        if not stream:
            return service.ask("POST", path, given).json(), []
        events = service.stream("POST", path, given)
        assert events.names[-1] == "error"
        return events.last, events.names

    unlimited, _ = error_of(100_000)
    assert (unlimited["code"], len(ran)) == ("tool_loop_limit", 8)
    before = len(simulated_openai.requests)
    error, names = error_of(300)
    asked = len(simulated_openai.requests) - before
    assert 1 < asked < 9
    assert (error["code"], error["status"], error["node"]) == ("budget_exceeded", 402, "answer")
    assert (error["max_tokens"], error["used_tokens"] >= 300) == (300, True)
    # What the last calls would have given could not have been told any more.
    assert ran == list(range(asked - 1))
    if stream:
        assert names.count("usage") == asked
        assert names.count("tool_result") == asked - 1


async def cost_of_asking(url: str, config: OpenAIConfig, *, stream: bool) -> float | None:
    async with context_for(url) as ctx:
        if stream:
            async for _ in stream_openai_events(ctx, config):
                pass
        else:
            await complete(ctx, config, node="answer")
        return ctx.usage.total()["cost_usd"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize(("tier", "known"), [(None, True), ("auto", True), ("default", True), ("flex", False)])
async def test_a_tier_without_a_known_price(
    simulated_openai: RunningSimulation, api: Any, stream: bool, tier: str | None, known: bool
) -> None:
    config: OpenAIConfig = {**CONFIG, "api": api, "service_tier": tier}
    assert (await cost_of_asking(simulated_openai.base_url, config, stream=stream) is not None) == known


@pytest.mark.parametrize(("answered", "known"), [("default", True), ("priority", False), (None, False), (7, False)])
async def test_the_tier_of_the_answer_has_the_price(answered: Any, known: bool) -> None:
    """OpenAI may process a call otherwise than asked, and bills it as it was processed."""
    asked: OpenAIConfig = {**CONFIG, "service_tier": "priority"}
    more = {"service_tier": answered}
    streamed = [head() + chunk({"content": "Hi"}, **more) + chunk({}, "stop", **more) + USAGE_CHUNK + DONE]
    in_one_piece = [head(content_type="application/json") + whole({"content": "Hi"}, **more)]
    of_responses = [head(content_type="application/json") + responses.whole(responses.message("Hi"), **more)]
    stream_of_responses = [head() + responses.BEGUN + responses.text("Hi") + responses.ended(**more)]
    for script, api, stream in (
        (streamed, "chat", True),
        (in_one_piece, "chat", False),
        (of_responses, "responses", False),
        (stream_of_responses, "responses", True),
    ):
        config: OpenAIConfig = {**asked, "api": api}  # pyright: ignore[reportAssignmentType]
        async with upstream(script) as server:
            assert (await cost_of_asking(server.url, config, stream=stream) is not None) == known
