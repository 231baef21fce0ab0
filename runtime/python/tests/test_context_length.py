"""Where the tokens of a prompt are that is too long: per message, in all wordings, both APIs, streamed and whole."""

import json
from typing import Any

import pytest

from app.nodes.llm.openai import OpenAIConfig, execute_openai_completion, stream_openai_events
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from tests import responses_upstream as responses
from tests.simulated_providers.testing import RunningSimulation
from tests.upstream import CONFIG, Step, answer, context_for, event, head, problem, text, upstream

MESSAGES: Any = [{"role": "system", "content": "short"}, {"role": "user", "content": "very long " * 400}]
TOOL: Any = {
    "type": "function",
    "function": {"name": "f", "parameters": {"type": "object", "properties": {"x": {"type": "string"}}}},
}
WORDINGS = {
    "messages": "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens. "
    "Please reduce the length of the messages.",
    "messages_and_functions": "This model's maximum context length is 8192 tokens. However, your messages resulted in "
    "9001 tokens (8801 in the messages, 200 in the functions). Please reduce the length of the messages or functions.",
    "all": "This model's maximum context length is 8192 tokens. However, you requested 9501 tokens (8801 in the "
    "messages, 200 in the functions, and 500 in the completion). Please reduce the length of the messages or functions "
    "or completion.",
    "configured": "Input tokens exceed the configured limit of 8192 tokens. Your messages resulted in 9001 tokens. "
    "Please reduce the length of the messages.",
}
NO_NUMBERS = "Your input exceeds the context window of this model. Please adjust your input and try again."


async def ask(ctx: ExecutionContext, config: OpenAIConfig, *, stream: bool) -> None:
    if stream:
        async for _ in stream_openai_events(ctx, config):
            pass
    else:
        await execute_openai_completion(ctx, config)


async def failed(url: str, *, stream: bool = False, **config: Any) -> ServiceError:
    asked: OpenAIConfig = {**CONFIG, "messages": MESSAGES, **config}  # pyright: ignore[reportAssignmentType]
    async with context_for(url) as ctx:
        with pytest.raises(ServiceError) as caught:
            await ask(ctx, asked, stream=stream)
    assert caught.value.code == "context_length_exceeded"
    return caught.value


async def scripted(script: list[Step], **options: Any) -> dict[str, Any]:
    async with upstream(script) as server:
        error = await failed(server.url, **options)
    shown = json.dumps(error.problem())
    assert "very long" not in shown
    assert "sk-secret" not in shown
    return error.details


def counted(details: dict[str, Any]) -> int:
    """All tokens that are accounted for."""
    parts = [*details["messages"], details.get("other_messages"), details.get("tools")]
    return sum(part["estimated_tokens"] for part in parts if part is not None)


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("api", ["chat", "responses"])
@pytest.mark.parametrize("wording", WORDINGS.values(), ids=WORDINGS.keys())
async def test_estimates_sum_up_to_what_openai_counted(wording: str, api: str, stream: bool) -> None:
    script = answer("400 Bad Request", problem("context_length_exceeded", wording))
    details = await scripted(script, api=api, stream=stream, tools=[TOOL], max_tokens=500)
    assert (details["limit"], details["prompt_tokens"]) == (8192, 9001)
    assert counted(details) == 9001
    assert [(one["index"], one["role"]) for one in details["messages"]] == [(0, "system"), (1, "user")]
    assert details["messages"][1]["estimated_tokens"] > 50 * details["messages"][0]["estimated_tokens"]
    assert details["tools"]["count"] == 1
    if "functions" in wording:
        assert details["tools"]["estimated_tokens"] == 200
    if "completion" in wording:
        assert (details["completion_tokens"], details["requested_tokens"]) == (500, 9501)


IN_STREAMS: dict[str, tuple[str, list[Step]]] = {
    "an_error_object": (
        "chat",
        [head() + text("Hel") + event({"error": {"message": WORDINGS["all"], "code": "context_length_exceeded"}})],
    ),
    "a_failed_response": (
        "responses",
        [head() + responses.BEGUN + responses.failed("context_length_exceeded", WORDINGS["all"])],
    ),
}


@pytest.mark.parametrize(("api", "script"), IN_STREAMS.values(), ids=IN_STREAMS.keys())
async def test_inside_a_stream(api: str, script: list[Step]) -> None:
    details = await scripted(script, api=api, stream=True)
    assert (details["limit"], details["prompt_tokens"], counted(details)) == (8192, 9001, 9001)


async def test_without_numbers_the_limit_is_the_models_and_counts_are_estimates() -> None:
    script = answer("400 Bad Request", problem("context_length_exceeded", NO_NUMBERS))
    details = await scripted(script, api="responses")
    assert details["limit"] == 400_000
    assert details["prompt_tokens"] is None
    assert [one["estimated_tokens"] for one in details["messages"]] == [6, 1004]
    assert "limit" in (await scripted(script, model="somebody-elses"))


async def test_the_largest_of_a_long_conversation() -> None:
    messages: Any = [{"role": "user", "content": f"{'word ' * (1000 if at % 50 == 7 else 10)}"} for at in range(1000)]
    script = answer("400 Bad Request", problem("context_length_exceeded", WORDINGS["messages"]))
    details = await scripted(script, messages=messages)
    assert [one["index"] for one in details["messages"]] == list(range(7, 1000, 50))
    assert details["other_messages"]["count"] == 980
    assert counted(details) == 9001
    assert len(json.dumps(details)) < 2000


CALL: Any = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": json.dumps({"x": "y" * 4000})}}
HEAVY: dict[str, Any] = {
    "tool_calls": {"role": "assistant", "content": None, "tool_calls": [CALL]},
    "function_call": {"role": "assistant", "content": None, "function_call": CALL["function"]},
    "an_image": {
        "role": "user",
        "content": [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{'A' * 100_000}"}}],
    },
    "a_file": {
        "role": "user",
        "content": [{"type": "file", "file": {"filename": "a.pdf", "file_data": "A" * 4000}}],
    },
    "text_parts": {"role": "user", "content": [{"type": "text", "text": "y" * 4000}]},
    "another_script": {"role": "user", "content": "\u4f60\u597d" * 700},
    "items": {"role": "assistant", "response_items": [{"type": "reasoning", "encrypted_content": "A" * 4000}]},
}


@pytest.mark.parametrize("message", HEAVY.values(), ids=HEAVY.keys())
async def test_everything_that_a_message_holds_counts(message: Any) -> None:
    script = answer("400 Bad Request", problem("context_length_exceeded", NO_NUMBERS))
    details = await scripted(script, messages=[*MESSAGES, message])
    assert 700 < details["messages"][2]["estimated_tokens"] < 1100


async def test_the_hint_names_the_largest(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.context_window = 500
    error = await failed(simulated_openai.base_url, model="gpt-4.1")
    assert "messages[1] (user)" in error.hint
    assert error.details["limit"] == 500
    assert counted(error.details) == error.details["prompt_tokens"]
