"""What the simulated model says, as the official SDK reads it."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from jsonschema import Draft202012Validator
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam

from tests.simulated_providers.settings import Answer, Wire
from tests.simulated_providers.testing import RunningSimulation, simulate

MODEL = "gpt-5.4-mini"


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


@pytest.fixture
def client(server: RunningSimulation) -> Iterator[openai.OpenAI]:
    server.settings.reset()
    with openai.OpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as made:
        yield made


def _user(text: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": text}]


def _text(answer: ChatCompletion) -> str:
    return answer.choices[0].message.content or ""


def test_prose_uses_the_prompt_and_repeats_itself(client: openai.OpenAI) -> None:
    first = client.chat.completions.create(model=MODEL, messages=_user("What is the capital of France?"))
    again = client.chat.completions.create(model=MODEL, messages=_user("What is the capital of France?"))
    assert "What is the capital of France?" in _text(first)
    assert _text(first).count(". ") >= 2
    assert _text(first) == _text(again)
    assert first.id != again.id
    assert first.model == "gpt-5.4-mini-2026-03-17"


def test_prose_in_another_language(client: openai.OpenAI) -> None:
    for wish in ("Answer in German.", "You help customers. Answer in DE."):
        answer = client.chat.completions.create(
            model=MODEL, messages=[{"role": "system", "content": wish}, *_user("Where is Lyon?")]
        )
        assert "Modell" in _text(answer)


def test_limits_on_tokens(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=_user("Tell me a story"), max_completion_tokens=7)
    assert answer.choices[0].finish_reason == "length"
    assert answer.usage
    assert answer.usage.completion_tokens == 7


def test_reasoning_uses_up_tokens(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="gpt-5", messages=_user("Think"), reasoning_effort="high")
    assert answer.usage
    assert answer.usage.completion_tokens_details
    assert answer.usage.completion_tokens_details.reasoning_tokens == 512
    assert answer.usage.completion_tokens > 512
    cut = client.chat.completions.create(model="gpt-5", messages=_user("Think"), max_completion_tokens=100)
    assert cut.choices[0].finish_reason == "length"
    assert _text(cut) == ""


def test_stop_sequences(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(model="gpt-4o", messages=_user("Say hello"), stop=["simulated"])
    assert "simulated" not in _text(answer)
    assert answer.choices[0].finish_reason == "stop"


def test_a_long_prompt_is_cached(client: openai.OpenAI) -> None:
    history: list[ChatCompletionMessageParam] = [{"role": "system", "content": "An often used rule. " * 400}]
    first = client.chat.completions.create(model=MODEL, messages=[*history, *_user("One?")])
    second = client.chat.completions.create(model=MODEL, messages=[*history, *_user("Two?")])
    cached = [answer.usage.prompt_tokens_details for answer in (first, second) if answer.usage]
    assert [each.cached_tokens for each in cached if each] == [0, 1920]


def test_told_answers(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.answers = [Answer("One."), Answer(calls=(("f", {"a": 1}),))]
    assert _text(client.chat.completions.create(model=MODEL, messages=_user("?"))) == "One."
    called = client.chat.completions.create(model=MODEL, messages=_user("?"))
    assert called.choices[0].finish_reason == "tool_calls"
    calls = called.choices[0].message.tool_calls or []
    assert [call.function.arguments for call in calls if call.type == "function"] == ['{"a":1}']


def test_an_answer_with_its_end_is_as_long_as_it_is(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.answers = [Answer("one, two, three, four", finish_reason="length")]
    told = client.chat.completions.create(model="gpt-4o", messages=_user("?"), max_tokens=1, stop="two")
    assert (told.choices[0].message.content, told.choices[0].finish_reason) == ("one, two, three, four", "length")


def test_an_answer_can_be_told_as_it_goes_over_the_wire(client: openai.OpenAI, server: RunningSimulation) -> None:
    busy = b'{"error": {"message": "Busy.", "type": "server_error", "code": null, "param": null}}'
    server.settings.answers = [Answer(wire=Wire(503, {"content-type": "application/json", "x-why": "load"}, busy))]
    with pytest.raises(openai.InternalServerError, match="Busy") as refused:
        client.chat.completions.create(model=MODEL, messages=_user("?"))
    assert refused.value.response.headers["x-why"] == "load"
    server.settings.answers = [Answer(wire=Wire(200, {"content-type": "application/json"}, b"{", is_complete=False))]
    with pytest.raises(openai.APIConnectionError):
        client.chat.completions.create(model=MODEL, messages=_user("?"))


def test_told_answers_wait_for_their_request(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.answers = [Answer("For.", when="in favour"), Answer("Against.", when="against"), Answer("Other.")]
    asked = ("What is against it?", "What is to be said?", "What is in favour?")
    said = [_text(client.chat.completions.create(model=MODEL, messages=_user(question))) for question in asked]
    assert said == ["Against.", "Other.", "For."]
    assert server.settings.answers == []


def test_a_told_call_can_draw_its_arguments(client: openai.OpenAI, server: RunningSimulation) -> None:
    parameters = {"type": "object", "required": ["city"], "properties": {"city": {"enum": ["Leeds", "York"]}}}
    tools: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": parameters}}]
    server.settings.answers = [Answer(calls=(("get_weather", None), ("unknown", None)))]
    answer = client.chat.completions.create(model=MODEL, messages=_user("Tell me a joke."), tools=tools)
    calls = [call.function for call in answer.choices[0].message.tool_calls or [] if call.type == "function"]
    assert [call.name for call in calls] == ["get_weather", "unknown"]
    assert json.loads(calls[0].arguments)["city"] in ("Leeds", "York")
    assert calls[1].arguments == "{}"


@pytest.mark.parametrize("limit", [20, 500])
def test_reasoning_leaves_room_for_a_told_answer(client: openai.OpenAI, server: RunningSimulation, limit: int) -> None:
    server.settings.answers = [Answer("It is seven.")]
    answer = client.chat.completions.create(
        model=MODEL, messages=_user("?"), reasoning_effort="medium", max_completion_tokens=limit
    )
    assert (_text(answer), answer.choices[0].finish_reason) == ("It is seven.", "stop")
    assert answer.usage
    assert answer.usage.completion_tokens <= limit


def test_prompts_are_not_cached_where_that_is_switched_off(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.cache_prompts = False
    messages = _user("An often used rule. " * 400)
    usages = [client.chat.completions.create(model=MODEL, messages=messages).usage for _ in range(2)]
    assert [usage.prompt_tokens_details.cached_tokens for usage in usages if usage and usage.prompt_tokens_details] == [
        0,
        0,
    ]


@pytest.mark.parametrize(
    ("prompt", "fields"),
    [
        ('Answer in JSON as {"name": string, "age": number}. Anna is 7.', {"name": "Anna", "age": 7}),
        ("Return JSON with the fields city and country: Lyon is in France", {"city": "Lyon", "country": "France"}),
    ],
)
def test_json_mode(client: openai.OpenAI, prompt: str, fields: dict[str, Any]) -> None:
    answer = client.chat.completions.create(
        model=MODEL, messages=_user(prompt), response_format={"type": "json_object"}
    )
    assert json.loads(_text(answer)) == fields


def test_json_mode_without_fields(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL, messages=_user("Some JSON about whales, please"), response_format={"type": "json_object"}
    )
    assert "whales" in json.loads(_text(answer))["keywords"]


SCHEMAS: list[dict[str, Any]] = [
    {"type": "string", "enum": ["low", "high"]},
    {"type": "string", "minLength": 12, "maxLength": 14},
    {"type": "string", "pattern": "^[A-Z]{3}-\\d{4}$"},
    {"type": "string", "pattern": "^(red|green)(?:-\\w+)?$"},
    {"type": "string", "pattern": "^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$"},
    {"type": "string", "format": "date"},
    {"type": "string", "format": "email"},
    {"type": "string", "format": "uuid"},
    {"type": "integer", "minimum": 50, "maximum": 60, "multipleOf": 7},
    {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
    {"type": "integer", "exclusiveMaximum": -5},
    {"type": "integer", "minimum": 13, "maximum": 37, "exclusiveMinimum": 13, "exclusiveMaximum": 43},
    {"type": "integer", "maximum": -6, "exclusiveMinimum": -16, "multipleOf": 10},
    {"type": "number", "minimum": 0.2, "exclusiveMaximum": 0.3},
    {"type": "boolean"},
    {"type": "null"},
    {"type": ["string", "null"]},
    {"type": ["integer", "string"]},
    {"const": 4},
    {"enum": [None, 3]},
    {"anyOf": [{"type": "null"}, {"type": "integer"}]},
    {"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "items": {"type": "integer"}, "maxItems": 1},
    {"type": "array", "items": {"enum": [1, "a", "b c"]}, "minItems": 3, "uniqueItems": True},
    {"type": "array", "items": {"type": "integer", "maximum": -9}, "minItems": 2, "uniqueItems": True},
    {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": {"type": "boolean"}},
    {"type": "object", "properties": {"a": {"$ref": "#/$defs/tree"}}, "required": ["a"]},
    {"allOf": [{"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
               {"properties": {"b": {"type": "integer"}}, "required": ["b"]}]},
    {"type": "object", "additionalProperties": {"type": "integer"}, "required": ["x"]},
]  # fmt: skip
TREE = {
    "type": "object",
    "required": ["name", "children", "parent"],
    "properties": {
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"$ref": "#/$defs/tree"}},
        "parent": {"anyOf": [{"$ref": "#/$defs/tree"}, {"type": "null"}]},
    },
}


@pytest.mark.parametrize("question", ["?", "I am Anna (anna@example.org), 42 years old, since 2024-05-01, red."])
@pytest.mark.parametrize("member", SCHEMAS, ids=json.dumps)
def test_answers_fit_the_schema(client: openai.OpenAI, member: dict[str, Any], question: str) -> None:
    schema = {"type": "object", "properties": {"value": member}, "required": ["value"], "$defs": {"tree": TREE}}
    wanted: Any = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    answer = client.chat.completions.create(model=MODEL, messages=_user(question), response_format=wanted)
    Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(json.loads(_text(answer)))  # pyright: ignore[reportUnknownMemberType]
