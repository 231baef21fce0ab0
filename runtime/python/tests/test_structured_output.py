"""JSON answers over real sockets: checked against their schema, and visible while they grow."""

import json
import random
import time
from typing import Any

import pytest

from app.llm.partial_json import PartialFrames, PartialJson
from app.nodes.llm.openai import OpenAICompletion, OpenAIConfig, complete, execute_openai_completion
from app.runtime.errors import ServiceError
from app.runtime.events import EventSink
from tests.simulated_providers.testing import RunningSimulation
from tests.test_tools import Heard
from tests.upstream import CONFIG, DONE, USAGE_CHUNK, Step, chunk, context_for, head, text, upstream, whole

SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "age"],
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
}
FORMAT = {"type": "json_schema", "json_schema": {"name": "person", "strict": True, "schema": SCHEMA}}
PERSON = '{"name": "Ada \\u00e9\\ud83d\\ude00 \\"L\\"", "age": 36}'


def script(content: str, *, stream: bool, finish: str = "stop", pieces: int = 5, **message: Any) -> list[Step]:
    if not stream:
        return [head(content_type="application/json") + whole({"content": content, **message}, finish)]
    size = len(content) // pieces + 1
    # With a pause after each, so that they are not read together.
    deltas: list[Step] = []
    for at in range(0, len(content), size):
        deltas += [text(content[at : at + size]), 0.01]
    said = [chunk(message)] if message else []
    return [head(), *deltas, *said, chunk({}, finish) + USAGE_CHUNK + DONE]


async def ask(
    steps: list[Step], response_format: Any, *, stream: bool
) -> tuple[OpenAICompletion | ServiceError, Heard]:
    heard = Heard()
    config: OpenAIConfig = {**CONFIG, "response_format": response_format}
    config["messages"] = [{"role": "user", "content": "As JSON."}]
    async with upstream(steps) as server, context_for(server.url) as ctx:
        if stream:
            ctx.sink = EventSink(heard.send, ping_seconds=60)
        try:
            outcome: OpenAICompletion | ServiceError = await complete(ctx, config, node="n", streamed=stream)
        except ServiceError as error:
            outcome = error
        if ctx.sink is not None:
            await ctx.sink.end(b"")
    return outcome, heard


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("response_format", [FORMAT, "json_object"])
async def test_a_valid_answer(response_format: Any, stream: bool) -> None:
    outcome, heard = await ask(script(PERSON, stream=stream), response_format, stream=stream)
    assert isinstance(outcome, dict)
    assert outcome["parsed"] == json.loads(PERSON)
    values = [data["value"] for data in heard.named("partial")]
    assert bool(values) == stream
    if values:
        assert values[-1] == outcome["parsed"]
        assert len(values) > 2


FAILURES: dict[str, tuple[dict[str, Any], str]] = {
    "wrong_type": ({"content": '{"name": "Ada", "age": "36"}'}, "invalid_json_output"),
    "additional": ({"content": '{"name": "Ada", "age": 36, "x": 1}'}, "invalid_json_output"),
    "no_json": ({"content": "Here you are: {}"}, "invalid_json_output"),
    "empty": ({"content": ""}, "invalid_json_output"),
    "truncated": ({"content": '{"name": "A', "finish": "length"}, "output_truncated"),
    "refused": ({"content": "", "refusal": "I cannot do that."}, "refused"),
    "filtered": ({"content": '{"name": "A', "finish": "content_filter"}, "content_filtered"),
}


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES.keys())
async def test_an_answer_that_does_not_do(answer: dict[str, Any], code: str, stream: bool) -> None:
    outcome, _ = await ask(script(**answer, stream=stream), FORMAT, stream=stream)
    assert isinstance(outcome, ServiceError)
    assert (outcome.code, outcome.node) == (code, "n")
    assert outcome.hint


async def test_the_error_says_where_and_what() -> None:
    outcome, _ = await ask(script('{"name": "Ada", "age": "36"}', stream=False), FORMAT, stream=False)
    assert isinstance(outcome, ServiceError)
    assert outcome.details["errors"] == [{"pointer": "/age", "detail": "is string, not integer"}]
    assert "36" not in json.dumps(outcome.problem())


async def test_plain_text_has_no_partials() -> None:
    outcome, heard = await ask(script('{"a": 1}', stream=True), "text", stream=True)
    assert isinstance(outcome, dict)
    assert outcome["parsed"] is None
    assert heard.named("partial") == []


async def test_against_the_simulated_openai(simulated_openai: RunningSimulation) -> None:
    config: OpenAIConfig = {"model": "gpt-5.4-mini", "messages": CONFIG["messages"], "response_format": FORMAT}  # pyright: ignore[reportTypedDictNotRequiredAccess]
    async with context_for(simulated_openai.base_url) as ctx:
        answer = await execute_openai_completion(ctx, config)
        assert set(answer["parsed"]) == {"name", "age"}


def continues(value: Any, before: Any) -> bool:
    """Whether a value is a longer version of the one before."""
    kind = type(before).__name__
    if type(value).__name__ != kind:
        return False
    if kind == "str":
        return value.startswith(before)
    if kind == "list":
        return len(value) >= len(before) and all(map(continues, value, before))
    if kind == "dict":
        return all(key in value and continues(value[key], before[key]) for key in before)
    return value == before


def copy(value: Any) -> Any:
    return json.loads(json.dumps(value))


def random_value(random_: random.Random, depth: int = 0) -> Any:
    kind = random_.randrange(8 if depth < 4 else 6)
    if kind == 6:
        return [random_value(random_, depth + 1) for _ in range(random_.randrange(4))]
    if kind == 7:
        return {random_text(random_): random_value(random_, depth + 1) for _ in range(random_.randrange(4))}
    return [None, True, random_.randrange(-999, 9999), random_.random() * 1e9, random_text(random_), False][kind]


def random_text(random_: random.Random) -> str:
    return "".join(random_.choice('ab"\\\n\u00e9\u2028\U0001f600{}[],:/') for _ in range(random_.randrange(9)))


@pytest.mark.parametrize("seed", range(150))
def test_partials_grow_into_the_value_however_it_is_cut(seed: int) -> None:
    random_ = random.Random(seed)
    value = {"root": random_value(random_)}
    written = json.dumps(value, ensure_ascii=random_.random() < 0.5, indent=random_.choice([None, 1]))
    reader = PartialJson()
    before: Any = {}
    at = 0
    while at < len(written):
        size = random_.choice([1, 1, 2, 3, 20])
        reader.feed(written[at : at + size])
        at += size
        now = reader.value()
        if now is not PartialJson.NOTHING:
            assert continues(now, before), (before, now)
            before = copy(now)
    assert reader.value() == value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ('{"a": 12', {}),
        ('{"a": 12,', {"a": 12}),
        ('{"a": tru', {}),
        ('{"a', {}),
        ('{"a"', {}),
        ('{"a": "', {"a": ""}),
        ('{"a": "x\\', {"a": "x"}),
        ('{"a": "x\\ud83d', {"a": "x"}),
        ("[1, [2, ", [1, [2]]),
        ('"to', "to"),
        ("7", PartialJson.NOTHING),
        ("Here: {", PartialJson.NOTHING),
        ('{"a": 1}}', {"a": 1}),
        ('{"a": 1]', {"a": 1}),
        ('{"a": 1 "b"', {"a": 1}),
        ('{"a": x, "b": 2}', {}),
        ("[" * 500, None),
    ],
)
def test_what_is_certain_of(written: str, value: Any) -> None:
    reader = PartialJson()
    reader.feed(written)
    reader.feed("")
    assert value is None or reader.value() == value


def test_the_events_of_a_long_answer_stay_within_a_multiple_of_it() -> None:
    pieces = ['{"text": "', *["word " for _ in range(40_000)], '"}']
    frames = PartialFrames({"node": "n"})
    started = time.process_time()
    size = sum(len(frames.after([piece])) for piece in pieces)
    assert size < 25 * sum(map(len, pieces))
    assert time.process_time() - started < 2
    assert frames.end({"text": "word " * 40_000}).startswith(b"event: partial")
