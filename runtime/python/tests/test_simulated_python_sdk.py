"""Errors and structured answers of the simulated OpenAI, as the official Python SDK types them."""

from collections.abc import Iterator
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from tests.database_servers import free_port
from tests.simulated_providers.testing import RunningSimulation, simulate

HELLO: Any = [{"role": "user", "content": "Hello Anna, you are 42"}]


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


@pytest.mark.parametrize(
    ("fault", "kind", "code"),
    [
        ("invalid_api_key", openai.AuthenticationError, "invalid_api_key"),
        ("permission_denied", openai.PermissionDeniedError, "model_not_available"),
        ("model_retired", openai.NotFoundError, "model_not_found"),
        ("context_length_exceeded", openai.BadRequestError, "context_length_exceeded"),
        ("rate_limited", openai.RateLimitError, "rate_limit_exceeded"),
        ("insufficient_quota", openai.RateLimitError, "insufficient_quota"),
        ("bad_gateway_html", openai.InternalServerError, None),
        ("overloaded", openai.InternalServerError, None),
        ("cut_before_headers", openai.APIConnectionError, None),
    ],
)
def test_errors(
    client: openai.OpenAI, server: RunningSimulation, fault: str, kind: type[openai.APIError], code: str | None
) -> None:
    server.settings.fault = fault
    with pytest.raises(kind) as raised:
        client.chat.completions.create(model="gpt-4o", messages=HELLO)
    assert raised.value.code == code
    assert len(server.requests) == 1


def test_an_error_inside_a_stream(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.fault = "error_in_stream"
    chunks: list[Any] = []
    with pytest.raises(openai.APIError, match="The server had an error"):
        chunks.extend(client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True))


def test_the_sdk_retries_until_it_is_answered(client: openai.OpenAI, server: RunningSimulation) -> None:
    server.settings.faults = ["rate_limited_ms; retry_after=0.01", "unavailable_seconds; retry_after=0.01"]
    patient = client.with_options(max_retries=2)
    answer = patient.chat.completions.create(model="gpt-4o", messages=HELLO)
    assert answer.choices[0].message.content
    assert [request.headers["x-stainless-retry-count"] for request in server.requests] == ["0", "1", "2"]


def test_nothing_listens_on_a_free_port() -> None:
    with (
        openai.OpenAI(api_key="sk-test", base_url=f"http://127.0.0.1:{free_port()}/v1", max_retries=0) as lost,
        pytest.raises(openai.APIConnectionError),
    ):
        lost.models.list()


class Person(BaseModel):
    name: str
    age: int
    friends: list["Person"]


def test_structured_answers(client: openai.OpenAI) -> None:
    answer = client.chat.completions.parse(model="gpt-5.4-mini", messages=HELLO, response_format=Person)
    person = answer.choices[0].message.parsed
    assert person
    assert (person.name, person.age) == ("Anna", 42)


def test_structured_arguments(client: openai.OpenAI) -> None:
    answer = client.chat.completions.parse(
        model="gpt-5.4-mini", messages=HELLO, tools=[openai.pydantic_function_tool(Person)], tool_choice="required"
    )
    (call,) = answer.choices[0].message.tool_calls or []
    parsed = call.function.parsed_arguments
    assert isinstance(parsed, Person)
    assert parsed.name == "Anna"


def test_log_probabilities_cover_the_text(client: openai.OpenAI) -> None:
    choice = client.chat.completions.create(model="gpt-4o", messages=HELLO, logprobs=True, top_logprobs=3).choices[0]
    assert choice.logprobs
    tokens = choice.logprobs.content or []
    assert "".join(token.token for token in tokens) == choice.message.content
    assert all(len(token.top_logprobs) == 3 and token.top_logprobs[0].token == token.token for token in tokens)
