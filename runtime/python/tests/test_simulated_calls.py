"""Which functions the simulated model calls, with which arguments, as the official SDK reads them."""

import json
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletionMessageParam, ChatCompletionToolParam

from tests.simulated_providers.testing import RunningSimulation, simulate

MODEL = "gpt-4o"


def _function(name: str, description: str, required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": properties, "required": required or list(properties)}
    return {"name": name, "description": description, "parameters": schema}


TEXT = {"type": "string"}
ORDER = _function("get_order", "Finds an order by its number.", number=TEXT)
WEATHER = _function(
    "get_weather", "Tells the current weather in a city.", ["city"],
    city=TEXT, unit={"type": "string", "enum": ["celsius", "fahrenheit"]},
)  # fmt: skip
MAIL = _function("send_email", "Sends an email.", to={**TEXT, "format": "email"}, subject=TEXT)
BOOK = _function(
    "book_table", "Books a table in a restaurant.",
    people={"type": "integer", "minimum": 1, "maximum": 12}, date={**TEXT, "format": "date"}, restaurant=TEXT,
)  # fmt: skip
ALL = [ORDER, WEATHER, MAIL, BOOK]


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


@pytest.fixture
def client(server: RunningSimulation) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as made:
        yield made


def _user(text: str) -> list[ChatCompletionMessageParam]:
    return [{"role": "user", "content": text}]


def _tools() -> list[ChatCompletionToolParam]:
    tools: Any = [{"type": "function", "function": function} for function in ALL]
    return tools


Calls = list[tuple[str, dict[str, Any]]]
QUESTIONS: list[tuple[str, Calls]] = [
    ("where is order A-1042?", [("get_order", {"number": "A-1042"})]),
    ("Where's my order #77120?", [("get_order", {"number": "77120"})]),
    ("What's the weather like in Paris?", [("get_weather", {"city": "Paris"})]),
    ("weather in Paris and Tokyo, please", [("get_weather", {"city": "Paris"}), ("get_weather", {"city": "Tokyo"})]),
    ("Weather for Rome, New York and Oslo", [("get_weather", {"city": city}) for city in ("Rome", "New York", "Oslo")]),
    (
        'Email bob@example.com with the subject "Lunch"',
        [("send_email", {"to": "bob@example.com", "subject": "Lunch"})],
    ),
    (
        "Book a table for 4 people at Chez Anna on 2026-12-24",
        [("book_table", {"people": 4, "date": "2026-12-24", "restaurant": "Chez Anna"})],
    ),
    ("Good morning!", []),
]


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_tools(client: openai.OpenAI, question: str, expected: Calls) -> None:
    answer = client.chat.completions.create(model=MODEL, messages=_user(question), tools=_tools()).choices[0]
    calls = [call for call in answer.message.tool_calls or [] if call.type == "function"]
    assert [(call.function.name, json.loads(call.function.arguments)) for call in calls] == expected
    assert answer.finish_reason == ("tool_calls" if expected else "stop")
    assert bool(answer.message.content) == (not expected)
    assert len({call.id for call in calls}) == len(calls)


@pytest.mark.parametrize(("question", "expected"), QUESTIONS)
def test_legacy_functions(client: openai.OpenAI, question: str, expected: Calls) -> None:
    functions: Any = ALL
    answer = client.chat.completions.create(model=MODEL, messages=_user(question), functions=functions).choices[0]
    call = answer.message.function_call
    assert [(call.name, json.loads(call.arguments))] == expected[:1] if call else not expected
    assert answer.finish_reason == ("function_call" if expected else "stop")
    assert answer.message.tool_calls is None


def test_streamed_tools(client: openai.OpenAI) -> None:
    question = _user("weather in Paris and Tokyo, please")
    with client.chat.completions.stream(model=MODEL, messages=question, tools=_tools()) as stream:
        kinds = {event.type for event in stream}
        message = stream.get_final_completion().choices[0].message
    assert "tool_calls.function.arguments.delta" in kinds
    arguments = [call.function.arguments for call in message.tool_calls or []]
    assert arguments == ['{"city":"Paris"}', '{"city":"Tokyo"}']


def test_one_call_when_parallel_calls_are_off(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model=MODEL, messages=_user("weather in Paris and Tokyo"), tools=_tools(), parallel_tool_calls=False
    )
    assert len(answer.choices[0].message.tool_calls or []) == 1


def test_choices(client: openai.OpenAI) -> None:
    def names(choice: Any, question: str = "Good morning") -> list[str]:
        answer = client.chat.completions.create(
            model=MODEL, messages=_user(question), tools=_tools(), tool_choice=choice
        )
        calls = answer.choices[0].message.tool_calls or []
        return [call.function.name for call in calls if call.type == "function"]

    assert names("none", "where is order A-1?") == []
    assert len(names("required")) == 1
    assert names({"type": "function", "function": {"name": "send_email"}}) == ["send_email"]


def test_allowed_tools(client: openai.OpenAI) -> None:
    def names(mode: str, *allowed: str) -> list[str]:
        tools = [{"type": "function", "function": {"name": name}} for name in allowed]
        choice: Any = {"type": "allowed_tools", "allowed_tools": {"mode": mode, "tools": tools}}
        answer = client.chat.completions.create(
            model=MODEL, messages=_user("where is order A-1?"), tools=_tools(), tool_choice=choice
        )
        calls = answer.choices[0].message.tool_calls or []
        return [call.function.name for call in calls if call.type == "function"]

    assert names("auto", "get_order", "send_email") == ["get_order"]
    assert names("auto", "send_email") == []
    assert names("required", "send_email") == ["send_email"]


def test_a_named_legacy_function(client: openai.OpenAI) -> None:
    functions: Any = ALL
    answer = client.chat.completions.create(
        model=MODEL, messages=_user("Good morning"), functions=functions, function_call={"name": "book_table"}
    ).choices[0]
    assert answer.message.function_call
    assert answer.message.function_call.name == "book_table"
    assert set(json.loads(answer.message.function_call.arguments)) == {"people", "date", "restaurant"}


def test_the_tools_result_comes_up_in_the_answer(client: openai.OpenAI) -> None:
    messages = _user("where is order A-1042?")
    first = client.chat.completions.create(model=MODEL, messages=messages, tools=_tools()).choices[0].message
    calls = first.tool_calls or []
    asked: Any = first.model_dump(exclude_none=True)
    messages.append(asked)
    messages.append({"role": "tool", "tool_call_id": calls[0].id, "content": '{"status": "shipped", "items": 2}'})
    answer = client.chat.completions.create(model=MODEL, messages=messages, tools=_tools()).choices[0]
    assert answer.finish_reason == "stop"
    assert "According to get_order, status is shipped and items is 2." in (answer.message.content or "")


def test_the_functions_result_comes_up_in_the_answer(client: openai.OpenAI) -> None:
    functions: Any = ALL
    messages: list[ChatCompletionMessageParam] = [
        *_user("where is order A-1042?"),
        {"role": "assistant", "content": None, "function_call": {"name": "get_order", "arguments": "{}"}},
        {"role": "function", "name": "get_order", "content": "It is on its way"},
    ]
    answer = client.chat.completions.create(model=MODEL, messages=messages, functions=functions).choices[0]
    assert "get_order says: It is on its way." in (answer.message.content or "")
