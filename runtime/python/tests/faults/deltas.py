"""Faults of single chunks and events: choices and deltas that are not there, and calls that are put together oddly."""

from typing import Any

from tests import responses_upstream as responses
from tests.faults.scene import Fault
from tests.faults.scripts import streamed, whole
from tests.upstream import DONE, FINISH, HELLO, USAGE, USAGE_CHUNK, call_delta, chunk, event, text
from tests.upstream import whole as completion

ONE, TWO = '{"number": "1"}', '{"number": "2"}'
FIRST: Any = ("get_order", {"number": "1"})
SECOND: Any = ("get_order", {"number": "2"})
CALLED = chunk({}, "tool_calls") + USAGE_CHUNK + DONE


def _function(arguments: str, name: str | None = "get_order") -> dict[str, Any]:
    return {"arguments": arguments} if name is None else {"name": name, "arguments": arguments}


def _calls(chat: bytes, by_responses: bytes | None, calls: list[Any], ids: list[str], end: bytes = CALLED) -> Fault:
    return Fault(
        scripts=streamed(chat + end, by_responses),
        calls=calls,
        call_ids=ids,
        finish_reason="tool_calls",
        estimated=False,
    )


def _beside(chat: bytes, by_responses: bytes | None = None) -> Fault:
    """Something odd before an answer, which does no harm."""
    return Fault(
        scripts=streamed(chat + HELLO, None if by_responses is None else by_responses + responses.HELLO),
        text="Hello",
        estimated=False,
    )


def _both(*bodies: bytes) -> bytes:
    """Two announced calls, then these bodies, then the end."""
    announced = [responses.added(at, responses.call(f"c{at}", "get_order", "", f"fc_{at}")) for at in range(2)]
    calls = (responses.call("c0", "get_order", ONE, "fc_0"), responses.call("c1", "get_order", TWO, "fc_1"))
    return responses.CREATED + b"".join(announced) + b"".join(bodies) + responses.ended(*calls)


DELTAS: dict[str, Fault] = {
    "empty choices": _beside(event({"choices": []}), responses.named("response.in_progress", response={})),
    "missing choices": _beside(event({"object": "x"}), responses.named("response.in_progress")),
    "null choices": _beside(event({"choices": None}), responses.named("response.in_progress", response=None)),
    "null choice": _beside(event({"choices": [None]}), responses.named("response.output_item.added", item=None)),
    "null delta": _beside(chunk(None), responses.named("response.output_text.delta", output_index=0, delta=None)),
    "missing delta": _beside(event({"choices": [{"index": 0}]}), responses.named("response.output_text.delta")),
    "Azure's filter chunk": _beside(
        event({"choices": [], "prompt_filter_results": [{"prompt_index": 0, "content_filter_results": {}}]})
    ),
    "usage-only chunk": Fault(
        scripts=streamed(text("Hello") + FINISH + event({"choices": [], "usage": USAGE}), held=False),
        text="Hello",
        estimated=False,
    ),
    "usage-only chunk without choices": Fault(
        scripts=streamed(text("Hello") + FINISH + event({"usage": USAGE}) + DONE), text="Hello", estimated=False
    ),
    "empty, missing and null choices in a whole answer": Fault(
        scripts={
            "chat_whole": whole(b'{"choices": []}')["chat_whole"],
            "responses_whole": whole(None, b'{"output": null}')["responses_whole"],
        },
        code="stream_malformed",
        estimated=True,
    ),
    "tool delta without index": _calls(
        call_delta(id="a", function=_function(ONE)) + call_delta(id="b", function=_function(TWO)),
        responses.CREATED
        + responses.named("response.output_item.done", item=responses.call("a", "get_order", ONE, "fc_0"))
        + responses.named("response.output_item.done", item=responses.call("b", "get_order", TWO, "fc_1"))
        + responses.ended(),
        [FIRST, SECOND],
        ["a", "b"],
    ),
    "tool delta without index in pieces": _calls(
        call_delta(id="a", function=_function(ONE[:4])) + call_delta(function=_function(ONE[4:], None)),
        None,
        [FIRST],
        ["a"],
    ),
    "tool delta without id": _calls(
        call_delta(index=0, function=_function(ONE)) + call_delta(index=1, function=_function(TWO)),
        responses.CREATED
        + responses.done(0, responses.call(None, "get_order", ONE, "fc_0"))
        + responses.done(1, responses.call(None, "get_order", TWO, "fc_1"))
        + responses.ended(),
        [FIRST, SECOND],
        ["call_0", "call_1"],
    ),
    "same index with a new id": _calls(
        call_delta(index=0, id="a", function=_function(ONE)) + call_delta(index=0, id="b", function=_function(TWO)),
        None,
        [FIRST, SECOND],
        ["a", "b"],
    ),
    "first index 1": _calls(
        call_delta(index=1, id="a", function=_function(ONE)),
        responses.CREATED
        + responses.added(1, responses.call("a", "get_order", ""))
        + responses.arguments(ONE, 1)
        + responses.ended(responses.REASONING, responses.call("a", "get_order", ONE)),
        [FIRST],
        ["a"],
    ),
    "interleaved": _calls(
        call_delta(index=0, id="c0", function=_function(ONE[:4]))
        + call_delta(index=1, id="c1", function=_function(TWO[:4]))
        + call_delta(index=0, function=_function(ONE[4:], None))
        + call_delta(index=1, function=_function(TWO[4:], None)),
        _both(
            responses.arguments(ONE[:4], 0, "fc_0"),
            responses.arguments(TWO[:4], 1, "fc_1"),
            responses.arguments(ONE[4:], 0, "fc_0"),
            responses.arguments(TWO[4:], 1, "fc_1"),
        ),
        [FIRST, SECOND],
        ["c0", "c1"],
    ),
    "name repeated": _calls(
        call_delta(index=0, id="a", function=_function(ONE[:4]))
        + call_delta(index=0, id="a", function=_function(ONE[4:])),
        None,
        [FIRST],
        ["a"],
    ),
    'finish_reason "stop" together with tool calls': _calls(
        call_delta(index=0, id="a", function=_function(ONE)), None, [FIRST], ["a"], FINISH + USAGE_CHUNK + DONE
    ),
    'finish_reason "stop" together with tool calls in a whole answer': Fault(
        scripts=whole(
            completion({"tool_calls": [{"id": "a", "type": "function", "function": _function(ONE)}]}, "stop")
        ),
        calls=[FIRST],
        call_ids=["a"],
        finish_reason="tool_calls",
    ),
}
