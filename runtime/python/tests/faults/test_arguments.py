"""Arguments of calls, made at random: parsed as Python parses them or refused, and never run unless they fit."""

import json
import math
import random
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from app.llm.stream import AnswerStream
from app.llm.tool_loop import AskedCall, ToolRunner
from app.llm.tools import Tool
from tests import responses_upstream as responses
from tests.decoders import chat_stream, responses_stream
from tests.faults.decoding import Decoded, decode, recut
from tests.upstream import DONE, call_delta, chunk, context_for

EACH = 1500
KEYS = ("number", "", "__proto__", "__class__", "self", "a.b", "a b", "\u0000", "\u2028", "\U0001f600", "constructor")
NUMBERS = (0, -0.0, 1, -1, 0.1, 1e-320, 1.7976931348623157e308, 10**19, -(10**30), 2**53 + 1, 1.5e300)
TEXTS = ("", "x", "\u0000\u001f", '"\\/', "\u00e4\u65e5\U0001f600", "\u2028\u2029", "null", "{}", "a" * 2000)
# What json.loads takes and no one should: numbers that are none, halves of characters.
HOSTILE = ('{"a": NaN}', '{"a": Infinity}', '{"a": -Infinity}', '{"a": 1e400}', '{"a": "\\ud83d"}', '{"\\udc00": 1}')
REFUSED = (
    *HOSTILE,
    "true",
    "17",
    '"17"',
    '"{"',
    '"[{}]"',
    '"\\"{}\\""',
    "[{}]",
    "{",
    "}",
    "{}{}",
    "{} x",
    "{'a': 1}",
    '{"a": 1,}',
    '{"a": 01}',
    '{"a": +1}',
    '{"a": .5}',
    "{a: 1}",
    '{"a": 1 "b": 2}',
    '{"a": "\n"}',
    "\ufeff{}",
    '{"a": ' * 5000,
    '{"a": ' + "[" * 200_000 + "]" * 200_000 + "}",
    "// {}\n{}",
    '{"a": undefined}',
)
# What servers write in the place of an object, and what it means.
MEANT: dict[str, Any] = {
    "": {},
    " ": {},
    "\n\t": {},
    "null": {},
    '""': {},
    '" "': {},
    '"{}"': {},
    '" {\\"a\\": 1}"': {"a": 1},
}
TAKEN = ('{"a": 1, "a": 2}', ' \t\r\n{ "a" : [ ] } \n', '{"a": ' + "[" * 100 + "]" * 100 + "}", '{"\\u0061": "\\/"}')


def _value(dice: random.Random, depth: int = 0) -> Any:
    match dice.randrange(7 if depth < 5 else 5):
        case 0:
            return dice.choice((None, True, False))
        case 1 | 2:
            return dice.choice(NUMBERS)
        case 3 | 4:
            return dice.choice(TEXTS)
        case 5:
            return [_value(dice, depth + 1) for _ in range(dice.randrange(4))]
        case _:
            return _object(dice, depth + 1)


def _object(dice: random.Random, depth: int = 0) -> dict[str, Any]:
    return {dice.choice(KEYS): _value(dice, depth) for _ in range(dice.randrange(4))}


def _written(value: Any, dice: random.Random) -> str:
    return json.dumps(value, indent=dice.choice((None, 0, 3)), ensure_ascii=dice.random() < 0.5)


def _meant(text: str) -> Any:
    """What arguments mean: None stands for what is no object."""
    value = json.loads(text.strip() or "null")
    if isinstance(value, str):
        value = json.loads(value.strip() or "null")
    return {} if value is None else value if isinstance(value, dict) else None  # pyright: ignore[reportUnknownVariableType]


def _pieces(text: str, dice: random.Random) -> list[str]:
    cuts = sorted(dice.randrange(len(text) + 1) for _ in range(dice.randrange(6)))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def chat() -> AnswerStream:
    return chat_stream("m", max_event_bytes=1 << 22)


def by_responses() -> AnswerStream:
    return responses_stream("m", max_event_bytes=1 << 22)


def asked(text: str, dice: random.Random, api: str) -> Decoded:
    """What a stream comes to that asks for a call with this text, cut anywhere, for arguments."""
    if api == "chat":
        deltas = [call_delta(index=0, function={"arguments": piece}) for piece in _pieces(text, dice)]
        begin = call_delta(index=0, id="a", type="function", function={"name": "f", "arguments": ""})
        return decode(chat, recut(b"".join([begin, *deltas, chunk({}, "tool_calls"), DONE]), dice))
    item = responses.call("a", "f", text)
    deltas = [responses.arguments(piece) for piece in _pieces(text, dice)]
    end = responses.done(0, item) + responses.ended(item)
    return decode(by_responses, recut(responses.CREATED + responses.added(0, item) + b"".join(deltas) + end, dice))


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_objects_are_parsed_as_python_parses_them(api: str) -> None:
    dice = random.Random(f"objects {api}")
    for _ in range(EACH):
        text = _written(_object(dice), dice)
        ((name, arguments),) = asked(text, dice, api).calls
        assert name == "f"
        # repr() tells 1 from 1.0 and 0.0 from -0.0, which == does not.
        assert repr(arguments) == repr(json.loads(text))


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_cut_anywhere_they_are_refused(api: str) -> None:
    dice = random.Random(f"cut {api}")
    for _ in range(EACH):
        text = _written(_object(dice), dice)
        assert asked(text[: dice.randrange(1, len(text))], dice, api).code == "invalid_tool_arguments"


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_values_that_are_no_objects_are_refused(api: str) -> None:
    dice = random.Random(f"values {api}")
    for _ in range(EACH):
        value = _value(dice)
        if not isinstance(value, dict | str) and value is not None:
            assert asked(_written(value, dice), dice, api).code == "invalid_tool_arguments"


@pytest.mark.parametrize("api", ["chat", "responses"])
def test_changed_anywhere_they_are_what_python_says_or_refused(api: str) -> None:
    dice = random.Random(f"changed {api}")
    for _ in range(EACH):
        text = list(_written(_object(dice), dice))
        for _ in range(dice.randint(1, 3)):
            text[dice.randrange(len(text))] = dice.choice('{}[]",:\\ue0-.1x \n')
        got = asked("".join(text), dice, api)
        if got.code is None:
            assert repr(got.calls[0][1]) == repr(_meant("".join(text)))
        else:
            assert got.code == "invalid_tool_arguments"


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("text", REFUSED, ids=[text[:20] for text in REFUSED])
def test_refused(text: str, api: str) -> None:
    assert asked(text, random.Random(text), api).code == "invalid_tool_arguments"


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("text", MEANT, ids=repr)
def test_what_means_an_object_is_one(text: str, api: str) -> None:
    assert asked(text, random.Random(text), api).calls == [("f", MEANT[text] or {})]


@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("text", TAKEN, ids=[text[:20] for text in TAKEN])
def test_taken(text: str, api: str) -> None:
    assert asked(text, random.Random(text), api).calls == [("f", json.loads(text))]


class Line(BaseModel):
    """A line of an order."""

    product: str
    quantity: int


RAN: list[dict[str, Any]] = []


def order(number: int, lines: list[Line], note: str | None = None, express: bool = False) -> str:
    """Orders something."""
    RAN.append({"number": number, "lines": lines, "note": note, "express": express})
    return "ordered"


FITS: dict[str, Any] = {"number": 7, "lines": [{"product": "lamp", "quantity": 2}], "note": None, "express": True}


def _bent(dice: random.Random) -> Any:
    """Arguments that fit, with something else in some place."""
    given: dict[str, Any] = json.loads(json.dumps(FITS))
    for _ in range(dice.randrange(3)):
        match dice.randrange(4):
            case 0:
                given.pop(dice.choice(list(given)), None) if given else None
            case 1:
                given[dice.choice(("number", "lines", "note", "express"))] = _value(dice)
            case 2:
                given[dice.choice(KEYS)] = _value(dice)
            case _:
                given["lines"] = [{"product": _value(dice), "quantity": _value(dice)}]
    return given


class Arguments(BaseModel, extra="forbid"):
    """What `order` takes, by itself."""

    number: int
    lines: list[Line]
    note: str | None = None
    express: bool = False


def _fits(given: Any) -> bool:
    try:
        TypeAdapter(Arguments).validate_python(given)
    except ValidationError:
        return False
    return True


async def test_tools_run_with_arguments_that_fit_and_no_others() -> None:
    dice = random.Random("tools")
    async with context_for("http://127.0.0.1:9/v1") as ctx:
        runner = ToolRunner(ctx, [Tool.of(order, node="order")], node="answer", sink=None)
        ran = 0
        for _ in range(600):
            given = _bent(dice)
            text = json.dumps(given)
            if dice.random() < 0.2:
                text = text[: dice.randrange(len(text))]
                given = None
            RAN.clear()
            (told,) = await runner.run([AskedCall.read("a", "order", text)])
            if given is not None and _fits(given):
                (one,) = RAN
                assert type(one["number"]) is int
                assert all(type(line) is Line for line in one["lines"])
                assert told.invalid is None
                ran += 1
            else:
                assert RAN == []
                assert told.invalid is not None
        assert 100 < ran < 500


def test_numbers_keep_their_value() -> None:
    dice = random.Random("numbers")
    for _ in range(EACH):
        number = dice.choice((dice.getrandbits(200), dice.uniform(-1e9, 1e9), math.ldexp(dice.random(), -1000)))
        ((_, arguments),) = asked(json.dumps({"a": number}), dice, "chat").calls
        assert repr(arguments["a"]) == repr(number)
