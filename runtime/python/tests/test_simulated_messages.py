"""The simulated Messages API, driven by the official SDK: what it answers, streams and refuses."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from anthropic import Anthropic, APIStatusError, BadRequestError, RateLimitError

from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

USER: Any = [{"role": "user", "content": "What is the weather in Paris and Tokyo?"}]
WEATHER: Any = {
    "name": "get_weather",
    "description": "The weather in a city.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}


@pytest.fixture
def client(simulated_openai: RunningSimulation) -> Iterator[Anthropic]:
    address = simulated_openai.base_url.removesuffix("/v1")
    with httpx2.Client(trust_env=False, verify=False) as transport:
        yield Anthropic(api_key="sk-test", base_url=address, max_retries=0, http_client=transport)


def ask(client: Anthropic, **more: Any) -> Any:
    asked: Any = {"model": "claude-sonnet-5-5", "max_tokens": 1000, "messages": USER, "timeout": 30, **more}
    create: Any = client.messages.create
    return create(**asked)


def test_whole_and_streamed_are_the_same(client: Anthropic, simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.answers = [Answer("Sunny."), Answer("Sunny.")]
    whole = ask(client)
    with client.messages.stream(model="claude-sonnet-5-5", max_tokens=1000, messages=USER) as stream:
        text = "".join(stream.text_stream)
        streamed = stream.get_final_message()
    assert text == "Sunny."
    assert [block.type for block in whole.content] == [block.type for block in streamed.content] == ["thinking", "text"]
    assert whole.usage.output_tokens == streamed.usage.output_tokens
    assert (whole.stop_reason, streamed.stop_reason) == ("end_turn", "end_turn")


def test_calls_and_their_results(client: Anthropic) -> None:
    thinking: Any = {"type": "adaptive", "display": "summarized"}
    with client.messages.stream(
        model="claude-sonnet-5-5", max_tokens=1000, messages=USER, tools=[WEATHER], thinking=thinking
    ) as stream:
        asked = stream.get_final_message()
    calls = [block for block in asked.content if block.type == "tool_use"]
    assert [call.input for call in calls] == [{"city": "Paris"}, {"city": "Tokyo"}]
    assert asked.stop_reason == "tool_use"
    results: Any = [{"type": "tool_result", "tool_use_id": call.id, "content": "Sunny"} for call in calls]
    turns = [*USER, {"role": "assistant", "content": asked.content}, {"role": "user", "content": results}]
    told = ask(client, messages=turns, tools=[WEATHER], thinking=thinking)
    assert "Sunny" in told.content[-1].text
    without: Any = [block for block in asked.content if block.type != "thinking"]
    turns[1] = {"role": "assistant", "content": without}
    with pytest.raises(BadRequestError, match="Expected `thinking`"):
        ask(client, messages=turns, tools=[WEATHER], thinking=thinking)


def test_json_by_a_schema(client: Anthropic) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    }
    answer = ask(client, output_config={"format": {"type": "json_schema", "schema": schema}})
    assert answer.content[-1].text.startswith('{"city":')


def test_the_cache_is_counted(client: Anthropic, simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.cache_prompts = True
    system: Any = [{"type": "text", "text": "Some words of wisdom. " * 300, "cache_control": {"type": "ephemeral"}}]
    first, second = ask(client, system=system), ask(client, system=system)
    assert first.usage.cache_creation_input_tokens > 1_000
    assert second.usage.cache_read_input_tokens == first.usage.cache_creation_input_tokens
    assert second.usage.cache_creation_input_tokens == 0


def test_refusals(client: Anthropic, simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.answers = [Answer(refusal="I may not.")]
    answer = ask(client)
    assert (answer.stop_reason, answer.stop_details.explanation) == ("refusal", "I may not.")


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"model": "claude-3-opus-20240229"}, "model: claude-3-opus"),
        ({"max_tokens": 200_000}, "maximum allowed number of output tokens"),
        ({"messages": []}, "at least one message"),
        ({"messages": [*USER, {"role": "assistant", "content": "So:"}]}, "prefill"),
        ({"thinking": {"type": "disabled"}}, "thinking.type.disabled"),
        ({"thinking": {"type": "enabled", "budget_tokens": 2000}}, "thinking.type.enabled"),
        ({"thinking": {"type": "between_tools"}, "output_config": {"effort": "max"}}, "effort"),
        ({"tools": [WEATHER], "tool_choice": {"type": "any"}}, "forces tool use"),
        ({"model": "claude-opus-4-6", "output_config": {"effort": "xhigh"}}, "effort level"),
        ({"extra_body": {"temperature": 0.5}}, "temperature: Extra inputs"),
        ({"extra_body": {"aura": 1}}, "aura: Extra inputs"),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]}, "must be non-empty"),
        ({"output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}, "additionalProperties"),
        ({"cache_control": {"type": "ephemeral"}, "system": [
            {"type": "text", "text": "a", "cache_control": {"type": "ephemeral"}}] * 4}, "maximum of 4 blocks"),
    ],
)  # fmt: skip
def test_what_is_refused(client: Anthropic, more: Any, message: str) -> None:
    with pytest.raises(APIStatusError, match=message):
        ask(client, **more)


def test_older_models_take_sampling_by_the_older_version(client: Anthropic) -> None:
    older = {"anthropic-version": "2023-06-01"}
    body = {"temperature": 0.5, "top_k": 3}
    assert ask(client, model="claude-sonnet-4-6", extra_body=body, extra_headers=older).content
    with pytest.raises(BadRequestError, match="deprecated"):
        ask(client, extra_body=body, extra_headers=older)


def test_results_have_to_follow_their_calls(client: Anthropic) -> None:
    call: Any = {"type": "tool_use", "id": "a", "name": "get_weather", "input": {}}
    turns: Any = [*USER, {"role": "assistant", "content": [call]}, {"role": "user", "content": "And?"}]
    with pytest.raises(BadRequestError, match="without `tool_result`"):
        ask(client, messages=turns)
    stray = {"type": "tool_result", "tool_use_id": "b", "content": "x"}
    with pytest.raises(BadRequestError, match="unexpected `tool_use_id`"):
        ask(client, messages=[*USER, {"role": "assistant", "content": "Hm."}, {"role": "user", "content": [stray]}])


def test_faults(client: Anthropic, simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.faults = ["rate_limited_seconds; retry_after=7", "overloaded"]
    with pytest.raises(RateLimitError) as limited:
        ask(client)
    assert limited.value.response.headers["retry-after"] == "7"
    with pytest.raises(APIStatusError) as overloaded:
        ask(client)
    assert overloaded.value.status_code == 529
    simulated_openai.settings.fault = "overloaded_in_stream; after=2"
    asking: Any = {"model": "claude-sonnet-5-5", "max_tokens": 1000, "messages": USER}
    with pytest.raises(APIStatusError, match="Overloaded"), client.messages.stream(**asking) as stream:
        stream.until_done()
