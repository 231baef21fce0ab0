"""The Responses API of the simulated OpenAI, driven by the official Python SDK over real sockets."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import openai
import pytest
from openai.types.responses import Response
from pydantic import BaseModel

from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation, simulate

MODEL = "gpt-5.4-mini"
TEXT = {"type": "string"}
CITY = {"type": "object", "properties": {"city": TEXT}, "required": ["city"], "additionalProperties": False}
ORDER = {
    "type": "object",
    "properties": {"number": TEXT, "country": {"type": "string", "enum": ["DE", "FR"]}},
    "required": ["number"],
}
WEATHER: Any = {"type": "function", "name": "get_weather", "parameters": CITY, "strict": True}
GET_ORDER: Any = {
    "type": "function",
    "name": "get_order",
    "description": "Finds an order.",
    "parameters": ORDER,
    "strict": False,
}
WHERE = "where is order A-1042?"


class Person(BaseModel):
    name: str
    age: int


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


@pytest.fixture
def client(server: RunningSimulation) -> Iterator[openai.OpenAI]:
    server.settings.reset()
    server.requests.clear()
    with openai.OpenAI(api_key="sk-test", base_url=server.base_url, max_retries=0) as made:
        yield made


def _calls(response: Response) -> list[tuple[str, dict[str, Any]]]:
    return [(item.name, json.loads(item.arguments)) for item in response.output if item.type == "function_call"]


def test_text(client: openai.OpenAI) -> None:
    answer = client.responses.create(model=MODEL, input="What is the capital of France?", instructions="Be brief.")
    assert "What is the capital of France?" in answer.output_text
    assert "It was told: Be brief." in answer.output_text
    assert (answer.status, answer.model, answer.instructions) == ("completed", "gpt-5.4-mini-2026-03-17", "Be brief.")
    assert answer.usage
    assert answer.usage.total_tokens == answer.usage.input_tokens + answer.usage.output_tokens
    again = client.responses.create(model=MODEL, input="What is the capital of France?", instructions="Be brief.")
    assert again.output_text == answer.output_text
    assert again.id != answer.id


def test_reasoning_with_tools(client: openai.OpenAI) -> None:
    answer = client.responses.create(
        model="gpt-5.4",
        input="weather in Paris and Tokyo, please",
        reasoning={"effort": "low", "summary": "auto"},
        include=["reasoning.encrypted_content"],
        tools=[WEATHER],
    )
    assert _calls(answer) == [("get_weather", {"city": "Paris"}), ("get_weather", {"city": "Tokyo"})]
    thought = answer.output[0]
    assert thought.type == "reasoning"
    assert thought.summary[0].text
    assert thought.encrypted_content
    assert answer.usage
    assert answer.usage.output_tokens_details.reasoning_tokens == 64


def test_effort_none_has_no_reasoning_item(client: openai.OpenAI) -> None:
    answer = client.responses.create(model="gpt-5.4", input="Hello", reasoning={"effort": "none"}, temperature=0.2)
    assert [item.type for item in answer.output] == ["message"]
    assert answer.temperature == 0.2


def test_a_streamed_answer(client: openai.OpenAI) -> None:
    whole = client.responses.create(model=MODEL, input="Say hello")
    with client.responses.stream(model=MODEL, input="Say hello") as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert text == final.output_text == whole.output_text
    assert final.usage == whole.usage


def test_streamed_calls(client: openai.OpenAI) -> None:
    with client.responses.stream(
        model="gpt-5.5", input="weather in Paris and Tokyo, please", tools=[WEATHER]
    ) as stream:
        snapshots = [event.snapshot for event in stream if event.type == "response.function_call_arguments.delta"]
        final = stream.get_final_response()
    assert snapshots[-1] == '{"city":"Tokyo"}'
    assert [arguments for _, arguments in _calls(final)] == [{"city": "Paris"}, {"city": "Tokyo"}]


def test_structured_answers(client: openai.OpenAI) -> None:
    answer = client.responses.parse(model=MODEL, input="Hello Anna, you are 42", text_format=Person)
    assert answer.output_parsed == Person(name="Anna", age=42)
    with client.responses.stream(model=MODEL, input="Hello Anna, you are 42", text_format=Person) as stream:
        stream.until_done()
        assert stream.get_final_response().output_parsed == Person(name="Anna", age=42)


def test_json_mode(client: openai.OpenAI) -> None:
    answer = client.responses.create(
        model=MODEL, input="JSON with the fields city: Lyon", text={"format": {"type": "json_object"}}
    )
    assert json.loads(answer.output_text) == {"city": "Lyon"}


def test_structured_arguments(client: openai.OpenAI) -> None:
    answer = client.responses.parse(
        model=MODEL, input="Hello Anna, you are 42", tool_choice="required",
        tools=[openai.pydantic_function_tool(Person)["function"] | {"type": "function"}],  # pyright: ignore[reportArgumentType]
    )  # fmt: skip
    (call,) = [item for item in answer.output if item.type == "function_call"]
    assert call.parsed_arguments == {"name": "Anna", "age": 42}


def test_a_round_trip_with_the_whole_conversation(client: openai.OpenAI) -> None:
    asked: Any = {"role": "user", "content": WHERE}
    first = client.responses.create(
        model="gpt-5.5", input=[asked], tools=[GET_ORDER], store=False, include=["reasoning.encrypted_content"]
    )
    (call,) = [item for item in first.output if item.type == "function_call"]
    output = {"type": "function_call_output", "call_id": call.call_id, "output": '{"status": "shipped", "items": 2}'}
    history: Any = [asked, *(item.model_dump(exclude_none=True) for item in first.output), output]
    answer = client.responses.create(model="gpt-5.5", input=history, tools=[GET_ORDER], store=False)
    assert "According to get_order, status is shipped and items is 2." in answer.output_text
    assert not _calls(answer)


def _with_content(content: str | None) -> Callable[[list[Any]], list[Any]]:
    return lambda items: [{**items[0], "encrypted_content": content}, *items[1:]]


def _in_order(*places: int) -> Callable[[list[Any]], list[Any]]:
    return lambda items: [items[place] for place in places]


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        (_with_content(None), 404, "not found. Items are not persisted when `store` is set to false"),
        (_with_content("forged"), 400, "could not be verified"),
        (_in_order(1, 2), 400, "of type 'function_call' was provided without its required 'reasoning' item"),
        (_in_order(1, 0, 2), 400, "of type 'function_call' was provided without its required 'reasoning' item"),
        (_in_order(0), 400, "of type 'reasoning' was provided without its required following item"),
    ],
    ids=["without_its_content", "forged", "left_out", "after_its_call", "alone"],
)
def test_reasoning_that_is_sent_back_wrongly(
    client: openai.OpenAI, change: Callable[[list[Any]], list[Any]], status: int, words: str
) -> None:
    asked: Any = {"role": "user", "content": WHERE}
    first = client.responses.create(
        model="gpt-5.5", tools=[GET_ORDER], store=False, input=[asked], include=["reasoning.encrypted_content"]
    )
    items: list[Any] = [item.model_dump(exclude_none=True) for item in first.output]
    assert [item["type"] for item in items] == ["reasoning", "function_call"]
    output: Any = {"type": "function_call_output", "call_id": items[1]["call_id"], "output": "{}"}
    sent: Any = [asked, *change([*items, output])]
    with pytest.raises(openai.APIStatusError, match=re.escape(words)) as raised:
        client.responses.create(model="gpt-5.5", tools=[GET_ORDER], store=False, input=sent)
    assert raised.value.status_code == status


def test_a_round_trip_with_what_is_stored(client: openai.OpenAI) -> None:
    first = client.responses.create(model=MODEL, input=WHERE, tools=[GET_ORDER])
    (call,) = [item for item in first.output if item.type == "function_call"]
    answer = client.responses.create(
        model=MODEL,
        previous_response_id=first.id,
        input=[{"type": "function_call_output", "call_id": call.call_id, "output": "It is on its way"}],
        tools=[GET_ORDER],
    )
    assert "get_order says: It is on its way." in answer.output_text
    assert WHERE in answer.output_text
    assert answer.previous_response_id == first.id
    with pytest.raises(openai.BadRequestError, match="No tool output found for function call"):
        client.responses.create(model=MODEL, previous_response_id=first.id, input="And now?")


def test_what_is_not_stored_cannot_be_gone_on_with(client: openai.OpenAI) -> None:
    first = client.responses.create(model=MODEL, input="Hello", store=False)
    with pytest.raises(openai.BadRequestError) as raised:
        client.responses.create(model=MODEL, previous_response_id=first.id, input="And now?")
    assert raised.value.code == "previous_response_not_found"


def test_instructions_do_not_carry_over(client: openai.OpenAI) -> None:
    first = client.responses.create(model=MODEL, input="Hello", instructions="Answer in German.")
    assert "Modell" in first.output_text
    second = client.responses.create(model=MODEL, input="Hello", previous_response_id=first.id)
    assert "Modell" not in second.output_text


def test_choices(client: openai.OpenAI) -> None:
    def names(choice: Any, question: str = "Good morning") -> list[str]:
        answer = client.responses.create(model=MODEL, input=question, tools=[WEATHER, GET_ORDER], tool_choice=choice)
        return [name for name, _ in _calls(answer)]

    def allowed(mode: str, name: str) -> Any:
        return {"type": "allowed_tools", "mode": mode, "tools": [{"type": "function", "name": name}]}

    assert names("auto", WHERE) == ["get_order"]
    assert names("none", WHERE) == []
    assert len(names("required")) == 1
    assert names({"type": "function", "name": "get_weather"}) == ["get_weather"]
    assert names(allowed("auto", "get_weather"), WHERE) == []
    assert names(allowed("required", "get_weather"), WHERE) == ["get_weather"]


def test_functions_are_strict_unless_told_otherwise(client: openai.OpenAI) -> None:
    open_ended: Any = {key: value for key, value in GET_ORDER.items() if key != "strict"}
    lenient = client.responses.create(model=MODEL, input=WHERE, tools=[GET_ORDER])
    assert _calls(lenient) == [("get_order", {"number": "A-1042"})]
    strict = client.responses.create(model=MODEL, input=WHERE, tools=[open_ended])
    assert _calls(strict) == [("get_order", {"number": "A-1042", "country": "DE"})]
    (tool,) = strict.tools
    assert tool.type == "function"
    assert tool.strict
    assert tool.parameters
    assert tool.parameters["required"] == ["number", "country"]


def test_what_cannot_be_strict_is_taken_as_it_is(client: openai.OpenAI) -> None:
    def listed(**properties: Any) -> Any:
        schema = {"type": "object", "properties": properties}
        function: Any = {"type": "function", "name": "note", "parameters": schema}
        (tool,) = client.responses.create(model=MODEL, input="Hello", tools=[function]).tools
        assert tool.type == "function"
        return tool

    free = listed(labels={"type": "object", "additionalProperties": TEXT})
    assert not free.strict
    assert "required" not in free.parameters
    nested = listed(rows={"type": "array", "items": {"type": "object", "properties": {"a": TEXT}}})
    assert nested.strict
    assert nested.parameters["properties"]["rows"]["items"]["required"] == ["a"]
    either = listed(end={"anyOf": [{"type": ["object", "null"], "properties": {"a": TEXT}}, TEXT]})
    assert either.parameters["properties"]["end"]["anyOf"][0]["additionalProperties"] is False


def test_references_to_stored_items(client: openai.OpenAI) -> None:
    first = client.responses.create(model=MODEL, input=WHERE, tools=[GET_ORDER])
    (call,) = [item for item in first.output if item.type == "function_call"]
    answer = client.responses.create(
        model=MODEL,
        input=[
            {"role": "user", "content": WHERE},
            {"type": "item_reference", "id": call.id or ""},
            {"type": "function_call_output", "call_id": call.call_id, "output": "It is on its way"},
        ],
    )
    assert "get_order says: It is on its way." in answer.output_text
    with pytest.raises(openai.NotFoundError, match=r"Item with id 'fc_1' not found\."):
        client.responses.create(model=MODEL, input=[{"type": "item_reference", "id": "fc_1"}])


def test_a_call_is_cut_at_the_limit(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.answers = [Answer(calls=(("get_order", {"number": "A-1042, " * 10}),))]
    answer = client.responses.create(model=MODEL, input=WHERE, tools=[GET_ORDER], max_output_tokens=16)
    (call,) = [item for item in answer.output if item.type == "function_call"]
    assert (answer.status, call.status) == ("incomplete", "incomplete")
    with pytest.raises(json.JSONDecodeError):
        json.loads(call.arguments)


def test_one_call_when_parallel_calls_are_off(client: openai.OpenAI) -> None:
    answer = client.responses.create(
        model=MODEL, input="weather in Paris and Tokyo", tools=[WEATHER], parallel_tool_calls=False
    )
    assert len(_calls(answer)) == 1


def test_a_limit_on_tokens(client: openai.OpenAI) -> None:
    answer = client.responses.create(model=MODEL, input="Tell me a story", max_output_tokens=16)
    assert answer.status == "incomplete"
    assert answer.incomplete_details
    assert answer.incomplete_details.reason == "max_output_tokens"
    assert answer.usage
    assert answer.usage.output_tokens == 16


def test_told_answers(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.answers = [Answer("One."), Answer(calls=(("f", {"a": 1}),)), Answer(refusal="No.")]
    assert client.responses.create(model=MODEL, input="?").output_text == "One."
    assert _calls(client.responses.create(model=MODEL, input="?")) == [("f", {"a": 1})]
    refused = client.responses.create(model=MODEL, input="?").output[0]
    assert refused.type == "message"
    assert refused.content[0].type == "refusal"


def test_a_long_prompt_is_cached(client: openai.OpenAI) -> None:
    rule = "An often used rule. " * 400
    answers = [client.responses.create(model=MODEL, input=each, instructions=rule) for each in ("One?", "Two?")]
    cached = [answer.usage.input_tokens_details.cached_tokens for answer in answers if answer.usage]
    assert cached == [0, 1920]


def test_log_probabilities_cover_the_text(client: openai.OpenAI) -> None:
    answer = client.responses.create(
        model="gpt-4o", input="Hello", include=["message.output_text.logprobs"], top_logprobs=3
    )
    item = answer.output[0]
    assert item.type == "message"
    part = item.content[0]
    assert part.type == "output_text"
    assert part.logprobs
    assert "".join(token.token for token in part.logprobs) == part.text
    assert all(len(token.top_logprobs) == 3 for token in part.logprobs)


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("invalid_api_key", openai.AuthenticationError, "invalid_api_key"),
        ("model_retired", openai.NotFoundError, "model_not_found"),
        ("input_exceeds_window", openai.BadRequestError, "context_length_exceeded"),
        ("rate_limited", openai.RateLimitError, "rate_limit_exceeded"),
        ("insufficient_quota", openai.RateLimitError, "insufficient_quota"),
        ("bad_gateway_html", openai.InternalServerError, None),
        ("cut_before_headers", openai.APIConnectionError, None),
    ],
)
def test_errors(
    client: openai.OpenAI, server: RunningSimulation, fault: str, kind: type[openai.APIError], code: str | None
) -> None:
    server.settings.fault = fault
    with pytest.raises(kind) as raised:
        client.responses.create(model=MODEL, input="Hello")
    assert raised.value.code == code
    assert len(server.requests) == 1


def test_errors_inside_a_stream(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.fault = "error_in_stream"
    seen: list[str] = []
    with pytest.raises(openai.APIError, match="An error occurred while processing"):
        seen.extend(event.type for event in client.responses.create(model=MODEL, input="Hello", stream=True))
    assert seen[-1] == "response.output_text.delta"
    server.settings.fault = "failed_rate_limit"
    *_, last = client.responses.create(model=MODEL, input="Hello", stream=True)
    assert last.type == "response.failed"
    assert last.response.error
    assert last.response.error.code == "rate_limit_exceeded"


@pytest.mark.parametrize("fault", ["unknown_event", "keep_alive_only; seconds=0.1", "empty_deltas_only; seconds=0.1",
                                   "tool_interleaved", "items_out_of_order", "done_appended"])  # fmt: skip
def test_the_sdk_reads_on_through_harmless_faults(client: openai.OpenAI, server: RunningSimulation, fault: str) -> None:
    server.settings.fault = fault
    with client.responses.stream(model=MODEL, input="weather in Paris and Tokyo", tools=[WEATHER]) as stream:
        final = stream.get_final_response()
    assert [arguments for _, arguments in _calls(final)] == [{"city": "Paris"}, {"city": "Tokyo"}]


def test_speed(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.first_token_ms = 150
    with client.responses.with_streaming_response.create(model=MODEL, input="Hello", stream=True) as response:
        start, *rest = (data for data in response.iter_bytes())
    assert b"response.in_progress" in start + rest[0]
    assert b"output_text.delta" not in start
    assert response.elapsed.total_seconds() >= 0.15
