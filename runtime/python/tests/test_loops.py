"""Loops of generated workflows: what they go through, what they give, and what becomes of items that fail."""

import asyncio
import json
import logging
from typing import Any, Literal

import pytest
from pydantic import BaseModel

from app.llm.completion import AnswerWriter
from app.llm.partial_json import PartialFrames
from app.llm.types import ReasoningDelta
from app.runtime.context import ExecutionContext, Reply, open_context
from app.runtime.errors import MissingApiKey, ServiceError
from app.runtime.events import EventSink, frame
from app.runtime.loops import (
    NotAList,
    TooManyItems,
    as_items,
    at_most,
    failed_item,
    in_round,
    note_item,
    run_items,
    skip_item,
)
from app.runtime.problems import as_service_error, public_problem
from app.runtime.streamed_sub_workflow import StreamedSubWorkflow


class Recorder(EventSink):
    """Stands for the way to a caller who listens."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.begun: set[bytes] = set()

    async def write(self, frames: bytes, *, more: bool = True) -> None:
        self.frames.append(frames)


async def failing(index: int, item: int) -> int:
    await asyncio.sleep(0)
    if item == 3:
        raise ServiceError("Three is refused.", node="step")
    return item * 10


async def run(on_error: Literal["skip", "collect"]) -> list[Any]:
    async with open_context() as ctx:
        return await run_items(ctx, "each", [1, 2, 3, 4], failing, concurrency=2, on_error=on_error)


async def test_results_come_in_the_order_of_the_items_and_events_as_they_are_done() -> None:
    async def slow_first(index: int, item: str) -> str:
        await asyncio.sleep(0.02 if index == 0 else 0)
        return item.upper()

    recorder = Recorder()
    async with open_context() as ctx:
        ctx.sink = recorder
        assert await run_items(ctx, "each", ["a", "b", "c"], slow_first, concurrency=2) == ["A", "B", "C"]
    assert recorder.frames[0] == b'event: item\ndata: {"node":"each","index":1,"value":"B"}\n\n'
    assert recorder.frames[-1] == b'event: item\ndata: {"node":"each","index":0,"value":"A"}\n\n'


async def test_events_of_an_answer_say_for_which_items_it_is() -> None:
    recorder, items = Recorder(), [{"node": "each", "index": 1}]
    async with open_context() as run:
        place = in_round(run, ("each", 1)).place("answer")
    writer = AnswerWriter(recorder, place, PartialFrames(place, frame))
    await writer.write([ReasoningDelta("Hm."), '{"a": 1,'])
    told = [
        (name.removeprefix("event: "), json.loads(data.removeprefix("data: ")))
        for name, data in (each.split("\n") for each in b"".join(recorder.frames).decode().split("\n\n")[:-1])
    ]
    assert told == [
        ("reasoning", {"text": "Hm.", "node": "answer", "items": items}),
        ("token", {"text": '{"a": 1,', "node": "answer", "items": items}),
        ("partial", {"node": "answer", "items": items, "value": {"a": 1}}),
    ]


async def test_events_of_a_called_workflow_say_for_which_items_it_was_called() -> None:
    class Lines(BaseModel):
        lines: list[str]

    async def spell(ctx: ExecutionContext, inputs: Lines) -> Reply:
        async def body(index: int, line: str) -> str:
            inner = in_round(ctx, ("letters", index))
            sink = inner.sink
            assert sink is not None
            await sink.write(sink.text_frames(inner.place("answer"))(line))
            return line

        return Reply(await run_items(ctx, "letters", inputs.lines, body, concurrency=1))

    recorder = Recorder()
    async with open_context() as run:
        run.sink = recorder
        called = StreamedSubWorkflow("spell", spell, Lines)
        await called.call(in_round(run, ("each", 4)), "speller", {"lines": ["a"]})
    each, letters = {"node": "each", "index": 4}, {"node": "letters", "index": 0}
    assert [json.loads(each.partition(b"data: ")[2]) for each in recorder.frames] == [
        {"text": "a", "node": "speller/answer", "items": [each, letters]},
        {"node": "speller/letters", "items": [each], "index": 0, "value": "a"},
    ]


async def test_no_more_items_are_under_way_than_was_said() -> None:
    under_way: set[int] = set()
    most = 0

    async def body(index: int, item: int) -> None:
        nonlocal most
        under_way.add(index)
        most = max(most, len(under_way))
        await asyncio.sleep(0.001)
        under_way.remove(index)

    async with open_context() as ctx:
        await run_items(ctx, "each", list(range(20)), body, concurrency=3)
    assert most == 3


async def test_a_failing_item_ends_the_loop_and_cancels_the_others() -> None:
    ended: list[str] = []

    async def body(index: int, item: int) -> None:
        if item == 1:
            raise ServiceError("It is refused.", node="step")
        try:
            await asyncio.sleep(10)
        finally:
            ended.append("cancelled")

    async with open_context() as ctx:
        with pytest.raises(ExceptionGroup) as caught:
            await run_items(ctx, "each", [0, 1], body, concurrency=2)
    assert ended == ["cancelled"]
    problem = as_service_error(caught.value).problem()
    assert (problem["node"], problem["items"]) == ("step", [{"node": "each", "index": 1}])


async def test_a_failing_item_is_left_out_or_collected() -> None:
    assert await run("skip") == [10, 20, 40]
    collected = await run("collect")
    assert collected[0::3] == [10, 40]
    assert collected[2]["error"]["items"] == [{"node": "each", "index": 2}]


async def test_what_only_the_operator_can_mend_ends_a_loop_that_goes_on_without_items() -> None:
    async with open_context() as ctx:
        for tolerant in (skip_item, failed_item):
            with pytest.raises(MissingApiKey):
                tolerant(ctx, MissingApiKey("It is not set."), "each", 0)


async def test_the_log_says_of_each_item_that_failed_what_its_caller_is_not_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, logger="app")
    async with open_context() as ctx:
        for tolerant in (skip_item, failed_item):
            tolerant(ctx, KeyError("secret"), "each", 3)
    lines = [json.loads(record.message) for record in caplog.records]
    assert [line["event"] for line in lines] == ["item_skipped", "item_failed"]
    for line in lines:
        assert (line["execution_id"], line["level"]) == (ctx.execution_id, "error")
        assert line["details"]["items"] == [{"node": "each", "index": 3}]
        assert "KeyError" in line["traceback"]


def test_rounds_of_loops_in_loops_are_named_from_the_outermost() -> None:
    error = KeyError("id")
    note_item(error, "inner", 1)
    note_item(error, "outer", 4)
    found = as_service_error(error)
    assert public_problem(found)["items"] == [{"node": "outer", "index": 4}, {"node": "inner", "index": 1}]


async def test_what_an_inner_loop_goes_on_after_is_named_from_the_outermost(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="app")
    rounds = [{"node": "outer", "index": 4}, {"node": "inner", "index": 1}]

    async def body(index: int, item: int) -> int:
        raise KeyError("id")

    async with open_context() as run:
        ctx = in_round(run, ("outer", 4))
        assert run.rounds == ()
        skip_item(ctx, KeyError("id"), "inner", 1)
        given = await run_items(ctx, "inner", [7], body, concurrency=2, on_error="collect")
        with pytest.raises(MissingApiKey) as caught:
            skip_item(ctx, MissingApiKey("It is not set."), "inner", 1)
    note_item(caught.value, "outer", 4)
    assert json.loads(caplog.records[0].message)["details"]["items"] == rounds
    assert given[0]["error"]["items"] == [rounds[0], {"node": "inner", "index": 0}]
    assert as_service_error(caught.value).problem()["items"] == rounds


def test_what_is_no_list_or_too_long_is_refused() -> None:
    assert as_items((1, 2), "each") == [1, 2]
    assert at_most(2, [1, 2], "each") == [1, 2]
    with pytest.raises(NotAList, match="dict"):
        as_items({"a": 1}, "each")
    with pytest.raises(TooManyItems) as caught:
        as_items([1, 2, 3], "each", 2)
    assert caught.value.problem()["limit"] == 2


async def test_without_items_nothing_is_done() -> None:
    async def body(index: int, item: int) -> int:
        raise AssertionError

    async with open_context() as ctx:
        assert await run_items(ctx, "each", [], body, concurrency=5) == []
