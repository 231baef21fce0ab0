"""What a server sends that nobody here knows goes back to it with the message it came in."""

from collections.abc import Sequence
from typing import Any

import pytest

from app.llm.carried import for_server, merged
from app.llm.parts import OPENAI
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.nodes.llm.openai import Done as OpenAIDone
from app.nodes.llm.openai import OpenAIConfig, complete, execute_openai_completion, stream_openai_events
from app.runtime.errors import ServiceError
from app.runtime.events import EventSink
from tests.test_tools import Heard
from tests.upstream import CONFIG, DONE, HELLO, USAGE_CHUNK, Step, chunk, context_for, head, upstream, whole


def get_stock(sku: str) -> int:
    """Tells how many there are."""
    return 3


TOOLS = [Tool.of(get_stock, node="get_stock")]
JSON = head(content_type="application/json")
Deltas = Sequence[dict[str, Any]]


def stock(call_id: str = "call_1", arguments: str = '{"sku":"AB12"}', **further: Any) -> dict[str, Any]:
    """A call as the model sends it."""
    return {
        "id": call_id,
        "type": "function",
        "function": {"name": "get_stock", "arguments": arguments},
        **further,
    }


SIGNED: dict[str, Any] = {"extra_content": {"google": {"thought_signature": "U0lH"}}}
GEMINI = stock("function-call-1", **SIGNED)
SECOND = stock("function-call-2", '{"sku":"CD34"}')
IN_FUNCTION = {**stock(), "function": {**stock()["function"], "strict_json": {"a": None}}}


def piece(arguments: str = "", index: int = 0, **further: Any) -> dict[str, Any]:
    """A delta with a piece of a call's arguments."""
    return {"tool_calls": [{"index": index, "function": {"arguments": arguments}, **further}]}


def begun(call: dict[str, Any], index: int = 0) -> dict[str, Any]:
    """A delta with a whole call."""
    return {"tool_calls": [{"index": index, **call}]}


DETAILS: list[dict[str, Any]] = [
    {"type": "reasoning.text", "text": "Let me see.", "signature": "c2ln", "id": None, "format": "x-v1", "index": 0},
    {"type": "reasoning.encrypted", "data": "ZW5j", "format": "x-v1", "index": 1},
]

THINKING: dict[str, Any] = {"type": "thinking", "thinking": [{"type": "text", "text": "Hm."}]}

CASES: dict[str, tuple[dict[str, Any], Deltas]] = {
    "gemini": ({"tool_calls": [GEMINI]}, [begun(GEMINI)]),
    "gemini_without_index": ({"tool_calls": [GEMINI, SECOND]}, [{"tool_calls": [GEMINI, SECOND]}]),
    "after_the_arguments": ({"tool_calls": [GEMINI]}, [begun(stock("function-call-1")), piece(**SIGNED)]),
    "in_an_empty_piece": (
        {"tool_calls": [GEMINI, SECOND]},
        [begun(stock("function-call-1")), begun(SECOND, 1), {"tool_calls": [{"index": 0, **SIGNED}]}],
    ),
    "before_the_call": (
        {"tool_calls": [GEMINI]},
        [{"tool_calls": [{"index": 0, **SIGNED}]}, begun(stock("function-call-1"))],
    ),
    "in_pieces": (
        {"tool_calls": [GEMINI]},
        [
            begun(stock("function-call-1", "", extra_content={"google": {"thought_signature": "U0"}})),
            piece('{"sku":'),
            piece('"AB12"}', extra_content={"google": {"thought_signature": "lH"}}),
        ],
    ),
    "in_the_function": ({"tool_calls": [IN_FUNCTION]}, [begun(IN_FUNCTION)]),
    "of_the_message": (
        {"content": "Let me look.", "extra_content": {"google": {"thought": True}}, "tool_calls": [stock()]},
        [
            {"content": "Let me "},
            {"content": "look."},
            {"extra_content": {"google": {"thought": True}}},
            begun(stock()),
        ],
    ),
    "deepseek": (
        {"reasoning_content": "Let me see.", "tool_calls": [stock()]},
        [
            {"role": "assistant", "content": None, "reasoning_content": "Let me "},
            {"content": None, "reasoning_content": "see."},
            begun(stock()),
        ],
    ),
    "openrouter": (
        {"reasoning": "Let me see.", "reasoning_details": DETAILS, "tool_calls": [stock()]},
        [
            {
                "content": "",
                "reasoning": "Let me ",
                "reasoning_details": [{**DETAILS[0], "text": "Let me ", "signature": None}],
            },
            {"content": "", "reasoning": "see.", "reasoning_details": [{**DETAILS[0], "text": "see."}]},
            {"content": "", "reasoning_details": [DETAILS[1]]},
            begun(stock()),
        ],
    ),
    "inline_thought": (
        {"content": "<think>Let me see.</think>\n\nI look.", "tool_calls": [stock()]},
        [{"content": "<thi"}, {"content": "nk>Let me see.</think>\n"}, {"content": "\nI look."}, begun(stock())],
    ),
    "parts_of_the_content": (
        {"content": [THINKING, {"type": "text", "text": "I look."}], "tool_calls": [stock()]},
        [{"content": [THINKING]}, {"content": "I "}, {"content": "look."}, begun(stock())],
    ),
    "early_of_the_second": (
        {"tool_calls": [stock(), {**SECOND, **SIGNED}]},
        [{"tool_calls": [{"index": 1, **SIGNED}]}, begun(stock()), begun(SECOND, 1)],
    ),
    "wrong_arguments": (
        {"reasoning_content": "Hm.", "tool_calls": [stock(arguments="{", **SIGNED)]},
        [{"reasoning_content": "Hm."}, begun(stock(arguments="{", **SIGNED))],
    ),
    "arguments_that_do_not_fit": (
        {"tool_calls": [stock(arguments='{"sku": 7, "x": [ ]}', **SIGNED)]},
        [begun(stock(arguments='{"sku": 7, "x": [ ]}', **SIGNED))],
    ),
}


def script(case: str, *, stream: bool) -> list[Step]:
    message, deltas = CASES[case]
    if not stream:
        return [JSON + whole({"annotations": [], "audio": None, "refusal": None, **message}, "tool_calls")]
    return [head() + b"".join(map(chunk, deltas)) + chunk({}, "tool_calls") + USAGE_CHUNK + DONE]


def last(*, stream: bool) -> list[Step]:
    return [head() + HELLO] if stream else [JSON + whole({"content": "Hello"})]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("case", CASES)
async def test_the_message_goes_back_as_it_came(case: str, stream: bool) -> None:
    async with (
        upstream(script(case, stream=stream), last(stream=stream)) as server,
        context_for(server.url) as ctx,
    ):
        if stream:
            ctx.sink = EventSink(Heard().send, ping_seconds=60)
        answer = await complete_with_tools(ctx, OPENAI, CONFIG, node="answer", streamed=stream, tools=TOOLS)
        if ctx.sink is not None:
            await ctx.sink.end(b"")
    assert answer["content"] == "Hello"
    assert "message" not in answer
    sent = server.requests[1]["messages"][1]
    assert sent == {"role": "assistant", "content": None, **CASES[case][0]}


WITH_TOOLS: OpenAIConfig = {**CONFIG, "tools": [tool.spec for tool in TOOLS]}


@pytest.mark.parametrize("stream", [False, True])
async def test_by_hand(stream: bool) -> None:
    async with (
        upstream(script("deepseek", stream=stream), last(stream=False)) as server,
        context_for(server.url) as ctx,
    ):
        if stream:
            events = [event async for event in stream_openai_events(ctx, WITH_TOOLS)]
            assert isinstance(events[-1], OpenAIDone)
            first = events[-1].completion
        else:
            first = await execute_openai_completion(ctx, WITH_TOOLS)
        messages: Any = [
            *CONFIG.get("messages", []),
            first.get("message"),
            {"role": "tool", "tool_call_id": "call_1", "content": "3"},
        ]
        second = await execute_openai_completion(ctx, {**WITH_TOOLS, "messages": messages})
    assert server.requests[1]["messages"][1:] == [
        {"role": "assistant", "content": None, **CASES["deepseek"][0]},
        {"role": "tool", "tool_call_id": "call_1", "content": "3"},
    ]
    assert second.get("message") == {"role": "assistant", "content": "Hello", "answered_by": "openai chat"}


async def test_a_request_without_tools_has_none() -> None:
    async with (
        upstream([JSON + whole({"content": "Hello", "reasoning_content": "Hm."})]) as server,
        context_for(server.url) as ctx,
    ):
        assert "message" not in await execute_openai_completion(ctx, CONFIG)


async def test_a_step_of_a_workflow_has_none() -> None:
    async with (
        upstream(script("gemini", stream=False)) as server,
        context_for(server.url) as ctx,
    ):
        assert "message" not in await complete(ctx, WITH_TOOLS, node="answer")


@pytest.mark.parametrize("content", ["Hm.", "<think>No.</think>Hm.", [THINKING, {"type": "text", "text": "Hm."}]])
def test_another_server_is_told_what_everybody_knows(content: Any) -> None:
    message: Any = {"role": "assistant", "content": content, "reasoning_content": "No.", "answered_by": "openai chat"}
    message = {**message, "tool_calls": [{**IN_FUNCTION, **SIGNED}], "response_items": [{"type": "reasoning"}]}
    written: Any = {"role": "assistant", "content": "Hi", "reasoning_content": "Mine."}
    assert for_server([written, message], "groq chat") == [
        written,
        {"role": "assistant", "content": "Hm.", "tool_calls": [stock()]},
    ]


@pytest.mark.parametrize(
    ("pieces", "whole_object"),
    [
        ([{"a": "x"}, {"a": "y"}, {"a": None}], {"a": "xy"}),
        ([{"a": 1}, {"a": 2}, {"b": [1]}, {"b": [2]}], {"a": 2, "b": [1, 2]}),
        ([{"a": {"type": "t", "text": "x"}}, {"a": {"type": "t", "text": "y"}}], {"a": {"type": "t", "text": "xy"}}),
        ([{"a": "x"}, {"a": 1}], {"a": 1}),
        (
            [
                {"a": [{"index": 1, "d": "x"}]},
                {"a": [{"index": 0, "d": "z"}, {"d": "!"}]},
                {"a": [{"index": 1, "d": "y"}]},
            ],
            {"a": [{"index": 1, "d": "xy"}, {"index": 0, "d": "z"}, {"d": "!"}]},
        ),
    ],
)
def test_pieces(pieces: list[Any], whole_object: Any) -> None:
    assert merged(pieces) == whole_object


@pytest.mark.parametrize(
    "odd",
    [
        {"tool_calls": [{"index": 0, "function": "get_stock"}, "get_stock", None, 7]},
        {"tool_calls": {"0": stock()}},
        {"content": "Hi", "reasoning": {"deep": [{"index": 0}, {"index": "0"}, 5]}},
    ],
)
async def test_what_is_bent_does_no_harm(odd: dict[str, Any]) -> None:
    stream = head() + chunk(odd) + chunk(odd) + chunk({"content": "Hello"}) + chunk({}, "stop") + DONE
    async with upstream([stream]) as server, context_for(server.url) as ctx:
        try:
            events = [event async for event in stream_openai_events(ctx, WITH_TOOLS)]
        except ServiceError as error:
            pytest.fail(error.detail)
    assert [event for event in events if isinstance(event, str)][-1] == "Hello"
