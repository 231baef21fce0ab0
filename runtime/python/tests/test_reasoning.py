"""What the model thinks, and what belongs to its text: in the result, and as events."""

from typing import Any

import pytest

from app.nodes.llm.openai import (
    Done,
    OpenAICompletion,
    OpenAIConfig,
    OpenAIEvent,
    ReasoningDelta,
    complete,
    execute_openai_completion,
    stream_openai_events,
)
from app.runtime.events import EventSink
from tests import responses_upstream as responses
from tests.simulated_providers.testing import RunningSimulation
from tests.test_tools import Heard
from tests.upstream import CONFIG, DONE, USAGE_CHUNK, Step, chunk, context_for, head, upstream, whole

JSON = head(content_type="application/json")


def chat(*deltas: dict[str, Any], finish: str = "stop", **more: Any) -> list[Step]:
    """A stream of Chat Completions; its last chunk has `more`."""
    return [head() + b"".join(map(chunk, deltas)) + chunk({}, finish, **more) + USAGE_CHUNK + DONE]


async def streamed(script: list[Step], **config: Any) -> tuple[list[OpenAIEvent], OpenAICompletion]:
    """The events of a stream, and its result."""
    asked: OpenAIConfig = {**CONFIG, **config}  # pyright: ignore[reportAssignmentType]
    async with upstream(script) as server, context_for(server.url) as ctx:
        events = [event async for event in stream_openai_events(ctx, asked)]
    assert isinstance(events[-1], Done)
    return events, events[-1].completion


async def in_one_piece(script: list[Step], **config: Any) -> OpenAICompletion:
    """The result of an answer in one piece."""
    asked: OpenAIConfig = {**CONFIG, **config}  # pyright: ignore[reportAssignmentType]
    async with upstream(script) as server, context_for(server.url) as ctx:
        return await execute_openai_completion(ctx, asked)


def pieces(events: list[OpenAIEvent]) -> list[str]:
    """What a stream brought, thoughts in brackets."""
    return [
        f"({event.text})" if isinstance(event, ReasoningDelta) else event
        for event in events
        if isinstance(event, str | ReasoningDelta)
    ]


THOUGHTS: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "reasoning_content": (
        {"content": "Hello", "reasoning_content": "Let me see."},
        [
            {"role": "assistant", "content": None, "reasoning_content": "Let me"},
            {"content": None, "reasoning_content": " see."},
            {"content": "Hel", "reasoning_content": None},
            {"content": "lo"},
        ],
    ),
    "reasoning": (
        {"content": "Hello", "reasoning": "Let me see."},
        [{"content": "", "reasoning": "Let me"}, {"content": "", "reasoning": " see."}, {"content": "Hello"}],
    ),
    "both_names": (
        {"content": "Hello", "reasoning": "Let me see.", "reasoning_content": "Let me see."},
        [{"reasoning": "Let me see.", "reasoning_content": "Let me see."}, {"content": "Hello"}],
    ),
    "both_in_one_delta": (
        {"content": "Hello", "reasoning": "Let me see."},
        [{"content": "H"}, {"content": "ello", "reasoning": "Let me see."}],
    ),
    "parts_of_the_content": (
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "Let me see."}]}, "Hello"]},
        [{"content": [{"type": "thinking", "thinking": "Let me see."}]}, {"content": "Hello"}],
    ),
    "inline": (
        {"content": "<think>\nLet me see.\n</think>\n\nHello"},
        [{"content": "<think>\nLet me see.</think>Hello"}],
    ),
    **{
        f"inline_{name}": (
            {"content": f"{begins}Let me see.{ends}\n\nHello"},
            [{"content": piece} for piece in (begins[:3], begins[3:], "Let me see.", ends[:4], ends[4:], "Hello")],
        )
        for name, begins, ends in (
            ("thinking", "<thinking>", "</thinking>"),
            ("thought", "<thought>", "</thought>"),
            ("think_in_brackets", "[THINK]", "[/THINK]"),
            ("seed", "<seed:think>", "</seed:think>"),
            ("kimi", "\u25c1think\u25b7", "\u25c1/think\u25b7"),
        )
    },
    "details": (
        {"content": "Hello", "reasoning_details": [{"type": "reasoning.text", "text": "Let me see."}]},
        [
            {"content": "", "reasoning_details": [{"type": "reasoning.text", "index": 0, "text": "Let me"}]},
            {"reasoning_details": [{"type": "reasoning.text", "index": 0, "text": " see."}, {"data": "encrypted"}]},
            {"content": "Hello"},
        ],
    ),
    "inline_cut": (
        {"content": "\n<think>Let me see.</think>\n\nHello"},
        [{"content": piece} for piece in "\n|<|th|ink|>|Let |me see.|<|/think|>|\n|\nHel|lo".split("|")],
    ),
    "inline_as_gemini": (
        {"content": "<thought>Let me see.</thought>Hello"},
        [{"content": piece} for piece in "<tho|ught>Let |me see.</th|ought>Hello".split("|")],
    ),
    "inline_each_character": (
        {"content": "<think>Let me see.</think>Hello"},
        [{"content": character} for character in "<think>Let me see.</think>Hello"],
    ),
}


@pytest.mark.parametrize("tools", [False, True])
@pytest.mark.parametrize("show", [False, True])
@pytest.mark.parametrize("case", THOUGHTS)
async def test_what_the_model_thinks(case: str, show: bool, tools: bool) -> None:
    message, deltas = THOUGHTS[case]
    config: Any = {"tools": [{"type": "function", "function": {"name": "f"}}]} if tools else {}
    said = await in_one_piece([JSON + whole(message)], show_reasoning=show, **config)
    events, done = await streamed(chat(*deltas), show_reasoning=show, **config)
    for result in (said, done):
        assert result["content"] == "Hello"
        assert result["reasoning"] == "Let me see."
    shown = [event.text for event in events if isinstance(event, ReasoningDelta)]
    assert "".join(shown).strip() == ("Let me see." if show else "")
    assert "".join(event for event in events if isinstance(event, str)) == "Hello"


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["<thing> is"], "<thing> is"),
        (["<", "b>bold"], "<b>bold"),
        (["<th"], "<th"),
        (["<though>", "t"], "<though>t"),
        (["  ", "\n"], "  \n"),
        ([" ", "Hi"], " Hi"),
        (["The tag <think>", " and </think>"], "The tag <think> and </think>"),
        ([" " * 40, " " * 40, "<think>x"], " " * 80 + "<think>x"),
        (["<think>a</think>", "b<think>c</think>"], "b<think>c</think>"),
    ],
)
async def test_text_stays_text(texts: list[str], said: str) -> None:
    events, done = await streamed(chat(*({"content": text} for text in texts)))
    assert done["content"] == said == "".join(pieces(events))
    assert (await in_one_piece([JSON + whole({"content": "".join(texts)})]))["content"] == said


async def test_a_thought_without_an_end_is_no_answer() -> None:
    events, done = await streamed(chat({"content": "<think>Let me"}, {"content": " see.</th"}, finish="length"))
    assert pieces(events) == []
    assert (done["content"], done["reasoning"]) == (None, "Let me see.</th")


async def test_json_is_what_follows_the_thought() -> None:
    text = '<think>{"no": 1}</think>\n{"city": "Oslo"}'
    messages = [{"role": "user", "content": "JSON!"}]
    said = await in_one_piece([JSON + whole({"content": text})], response_format="json_object", messages=messages)
    assert said["parsed"] == {"city": "Oslo"}


async def test_a_stream_that_is_one_answer() -> None:
    script: list[Step] = [JSON + whole({"content": "Hello", "reasoning": "Hm."})]
    assert pieces((await streamed(script, show_reasoning=True))[0]) == ["(Hm.)", "Hello"]
    assert pieces((await streamed(script))[0]) == ["Hello"]


async def test_thinking_is_not_the_first_token() -> None:
    """Also where it is shown."""
    thinking = chunk({"reasoning": "Hm."})
    script: list[Step] = [head() + thinking, 0.2, chunk({"content": "Hello"}) + chunk({}, "stop") + DONE]
    _, done = await streamed(script, show_reasoning=True)
    assert (done["timing"]["first_token_ms"] or 0) >= 150


CITED: dict[str, Any] = {
    "type": "url_citation",
    "url_citation": {"url": "https://example.com/a", "title": "A", "start_index": 0, "end_index": 5},
}
OTHER: dict[str, Any] = {"type": "file_citation", "file_citation": {"file_id": "f"}}
FOUND: dict[str, Any] = {"citations": ["https://example.com/a"], "search_results": [{"title": "A"}]}
IMAGE: dict[str, Any] = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}


async def test_annotations_and_what_is_beside_the_text() -> None:
    said = await in_one_piece(
        [JSON + whole({"content": "Hello", "annotations": [CITED, OTHER], "images": [IMAGE]}, **FOUND)]
    )
    deltas = [
        {"content": "Hel"},
        {"content": "lo"},
        {"content": "", "annotations": [CITED]},
        {"annotations": [CITED, OTHER]},
        {"content": "", "images": [IMAGE]},
    ]
    _, done = await streamed(chat(*deltas, **FOUND))
    for result in (said, done):
        assert result["annotations"] == [CITED, OTHER]
        assert result["extras"] == {**FOUND, "images": [IMAGE]}


async def test_where_there_are_none() -> None:
    said = await in_one_piece([JSON + whole({"content": "Hello", "annotations": []}, citations=None)])
    assert (said["annotations"], said["extras"], said["reasoning"]) == (None, None, None)


async def heard(script: list[Step], **config: Any) -> list[tuple[str, Any]]:
    """What the caller of a run hears of a node's answer."""
    heard, asked = Heard(), {**CONFIG, **config}
    async with upstream(script) as server, context_for(server.url) as ctx:
        ctx.sink = EventSink(heard.send, ping_seconds=60)
        await complete(ctx, asked, node="answer", streamed=True)  # pyright: ignore[reportArgumentType]
        await ctx.sink.end(b"")
    return [event for event in heard.events() if event[0] != "usage"]


async def test_what_the_caller_hears() -> None:
    script = chat({"reasoning": "Hm."}, {"content": "Hello"}, {"annotations": [CITED]}, **FOUND)
    told = ("annotations", {"node": "answer", "annotations": [CITED], "extras": FOUND})
    token = ("token", {"text": "Hello", "node": "answer"})
    assert await heard(script) == [token, told]
    assert await heard(script, show_reasoning=True) == [("reasoning", {"text": "Hm.", "node": "answer"}), token, told]


PARTS = [{"type": "summary_text", "text": text} for text in ("**Looking**\nLet me see.", "I know.")]
SUMMED_UP: dict[str, Any] = {"id": "rs_1", "type": "reasoning", "summary": PARTS}
OPEN: dict[str, Any] = {
    "id": "rs_1",
    "type": "reasoning",
    "summary": [],
    "content": [{"type": "reasoning_text", "text": "Hm. Well."}],
}
RESPONSE_CITED: dict[str, Any] = {
    "type": "url_citation",
    "url": "https://example.com/a",
    "start_index": 0,
    "end_index": 5,
}
SAID = {
    **responses.message(),
    "content": [{"type": "output_text", "text": "Hello", "annotations": [RESPONSE_CITED, OTHER]}],
}


def summary(text: str, part: int) -> bytes:
    """A piece of a summary."""
    return responses.named(
        "response.reasoning_summary_text.delta", item_id="rs_1", output_index=0, summary_index=part, delta=text
    )


def open_thought(text: str) -> bytes:
    """A piece of the reasoning itself."""
    return responses.named("response.reasoning_text.delta", item_id="rs_1", output_index=0, content_index=0, delta=text)


RESPONSES: dict[str, tuple[dict[str, Any], list[bytes], str]] = {
    "summary": (
        SUMMED_UP,
        [summary("**Looking**\nLet me", 0), summary(" see.", 0), summary("I know.", 1)],
        "**Looking**\nLet me see.\n\nI know.",
    ),
    "summary_at_the_end": (SUMMED_UP, [], "**Looking**\nLet me see.\n\nI know."),
    "text": (OPEN, [open_thought("Hm. "), open_thought("Well.")], "Hm. Well."),
}


@pytest.mark.parametrize("show", [False, True])
@pytest.mark.parametrize("case", RESPONSES)
async def test_over_the_responses_api(case: str, show: bool) -> None:
    item, deltas, thought = RESPONSES[case]
    config: Any = {"api": "responses", "show_reasoning": show}
    said = await in_one_piece([JSON + responses.whole(item, SAID)], **config)
    added = responses.named("response.output_text.annotation.added", output_index=1, annotation=RESPONSE_CITED)
    body = responses.CREATED + responses.added(0, item) + b"".join(deltas) + responses.done(0, item)
    body += responses.added(1, SAID) + responses.text("Hello", 1) + added + responses.done(1, SAID)
    events, done = await streamed([head() + body + responses.ended(item, SAID)], **config)
    for result in (said, done):
        assert result["content"] == "Hello"
        assert result["reasoning"] == thought
        assert result["annotations"] == [RESPONSE_CITED, OTHER]
    shown = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
    assert shown == (thought if show else "")


async def test_a_thought_in_the_text_over_the_responses_api() -> None:
    said = responses.message("<think>Hm.</think>\nHello")
    assert (await in_one_piece([JSON + responses.whole(said)], api="responses"))["content"] == "Hello"
    texts = b"".join(map(responses.text, ("<thi", "nk>Hm.</thi", "nk>", "\n", "Hel", "lo")))
    script: list[Step] = [head() + responses.BEGUN + texts + responses.done(0, said) + responses.ended(said)]
    events, done = await streamed(script, api="responses", show_reasoning=True)
    assert (done["content"], done["reasoning"]) == ("Hello", "Hm.")
    assert pieces(events)[0] == "(Hm.)"


async def test_against_the_simulated_openai(simulated_openai: RunningSimulation) -> None:
    config: Any = {**CONFIG, "model": "gpt-5.5", "api": "responses", "show_reasoning": True, "reasoning_effort": "low"}
    async with context_for(simulated_openai.base_url) as ctx:
        said = await execute_openai_completion(ctx, config)
        events = [event async for event in stream_openai_events(ctx, config)]
    shown = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
    assert said["reasoning"]
    assert shown == said["reasoning"]


@pytest.mark.parametrize("show", [False, True])
@pytest.mark.parametrize(("model", "reasons"), [("gpt-5.4-mini", True), ("gpt-4.1", False)])
async def test_summaries_are_asked_for(model: str, reasons: bool, show: bool) -> None:
    config: Any = {**CONFIG, "model": model, "api": "responses", "show_reasoning": show}
    async with upstream([responses.WHOLE]) as server, context_for(server.url) as ctx:
        await execute_openai_completion(ctx, config)
        if reasons:
            config["reasoning_effort"] = "low"
        await execute_openai_completion(ctx, config)
    summed_up = {"summary": "auto"} if reasons and show else {}
    first, second = server.requests
    assert first.get("reasoning", {}) == summed_up
    assert second.get("reasoning", {}) == {**({"effort": "low"} if reasons else {}), **summed_up}
    assert "show_reasoning" not in first
