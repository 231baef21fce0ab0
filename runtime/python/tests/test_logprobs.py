"""Log probabilities in the result: the same for both APIs, streamed and whole, and none unless they were asked for."""

import json
from typing import Any

import pytest

from app.llm.types import Done, TokenLogprob
from app.nodes.llm.openai import OpenAICompletion, OpenAIConfig, execute_openai_completion, stream_openai_events
from tests import responses_upstream as responses
from tests.simulated_providers.testing import RunningSimulation
from tests.upstream import CONFIG, DONE, FINISH, USAGE_CHUNK, Step, chunk, context_for, event, head, upstream, whole

APIS = ["chat", "responses"]


async def ask(url: str, *, stream: bool, **config: Any) -> OpenAICompletion:
    asked: OpenAIConfig = {**CONFIG, **config}  # pyright: ignore[reportAssignmentType]
    async with context_for(url) as ctx:
        if not stream:
            return await execute_openai_completion(ctx, asked)
        *_, last = [one async for one in stream_openai_events(ctx, asked)]
    assert isinstance(last, Done)
    return last.completion


async def tokens_of(script: list[Step], *, stream: bool, api: str) -> list[TokenLogprob] | None:
    async with upstream(script) as server:
        return (await ask(server.url, stream=stream, api=api, logprobs=True))["logprobs"]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("api", APIS)
async def test_against_the_simulated_openai(simulated_openai: RunningSimulation, api: str, stream: bool) -> None:
    simulated_openai.settings.tokens_per_chunk = 3
    answer = await ask(
        simulated_openai.base_url, stream=stream, api=api, model="gpt-4.1", logprobs=True, top_logprobs=2
    )
    tokens = answer["logprobs"]
    assert tokens is not None
    assert "".join(token["token"] for token in tokens) == answer["content"]
    for token in tokens:
        assert token["logprob"] < 0
        assert bytes(token["bytes"] or []) == token["token"].encode()
        assert [other["token"] for other in token["top_logprobs"]] == [token["token"], f"{token['token']}1"]
        assert set(token["top_logprobs"][0]) == {"token", "logprob", "bytes"}
    json.dumps(answer)


@pytest.mark.parametrize("config", [{}, {"logprobs": False}])
@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("api", APIS)
async def test_none_unless_asked_for(
    simulated_openai: RunningSimulation, api: str, stream: bool, config: dict[str, Any]
) -> None:
    answer = await ask(simulated_openai.base_url, stream=stream, api=api, model="gpt-4.1", **config)
    assert answer["logprobs"] is None


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("api", APIS)
async def test_as_a_further_parameter(simulated_openai: RunningSimulation, api: str, stream: bool) -> None:
    further = {"chat": {"logprobs": True}, "responses": {"include": ["message.output_text.logprobs"]}}[api]
    answer = await ask(simulated_openai.base_url, stream=stream, api=api, model="gpt-4.1", extra_body=further)
    assert answer["logprobs"]
    assert all(token["top_logprobs"] == [] for token in answer["logprobs"])


def entry(token: Any, logprob: Any = -0.5, **more: Any) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": None, "top_logprobs": [], **more}


ODD: list[tuple[Any, list[TokenLogprob] | None]] = [
    (None, None),
    ([], None),
    ([None, entry("a", None), entry("b")], [{"token": "b", "logprob": -0.5, "bytes": None, "top_logprobs": []}]),
    ("none", None),
    (
        [{"token": "a", "logprob": -1, "top_logprobs": [None, {"token": "c", "logprob": -2.0}]}],
        [
            {
                "token": "a",
                "logprob": -1.0,
                "bytes": None,
                "top_logprobs": [{"token": "c", "logprob": -2.0, "bytes": None}],
            }
        ],
    ),
    ([entry("a", bytes="x")], [{"token": "a", "logprob": -0.5, "bytes": None, "top_logprobs": []}]),
]


@pytest.mark.parametrize(("given", "told"), ODD)
async def test_odd_ones_do_no_harm(given: Any, told: list[TokenLogprob] | None) -> None:
    choice = {"index": 0, "delta": {"content": "a"}, "logprobs": {"content": given}, "finish_reason": None}
    streamed = event({"id": "chatcmpl-1", "choices": [choice]}) + chunk({}, "stop") + USAGE_CHUNK + DONE
    assert await tokens_of([head() + streamed], stream=True, api="chat") == told
    body = json.loads(whole({"content": "a"}))
    body["choices"][0]["logprobs"] = {"content": given}
    in_one_piece: list[Step] = [head(content_type="application/json") + json.dumps(body).encode()]
    assert await tokens_of(in_one_piece, stream=False, api="chat") == told
    item = responses.message("a")
    item["content"][0]["logprobs"] = given
    events = responses.CREATED + responses.done(0, item) + responses.ended(item)
    assert await tokens_of([head() + events], stream=True, api="responses") == told
    in_one_piece = [head(content_type="application/json") + responses.whole(item)]
    assert await tokens_of(in_one_piece, stream=False, api="responses") == told


async def test_those_of_other_choices_are_left_out() -> None:
    choice = {"index": 1, "delta": {"content": "x"}, "logprobs": {"content": [entry("x")]}}
    script: list[Step] = [head() + event({"choices": [choice]}) + FINISH + DONE]
    assert await tokens_of(script, stream=True, api="chat") is None


async def test_messages_of_a_stream_that_only_its_end_repeats() -> None:
    first, second = responses.message("a"), responses.message("b")
    first["content"][0]["logprobs"], second["content"][0]["logprobs"] = [entry("a")], [entry("b")]
    script: list[Step] = [head() + responses.CREATED + responses.ended(first, second)]
    tokens = await tokens_of(script, stream=True, api="responses")
    assert [token["token"] for token in tokens or []] == ["a", "b"]
