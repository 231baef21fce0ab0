"""Servers that speak Chat Completions: their habits, and where their keys go."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from app.llm.errors import InvalidRequest
from app.llm.parts import COMPATIBLE, PARTS
from app.llm.providers.compatible import CompatibleConfig, CompatibleServers
from app.llm.providers.compatible_servers import SERVERS
from app.llm.tool_loop import complete_with_tools
from app.llm.tools import Tool
from app.llm.types import CompletionConfig, Done
from app.nodes.llm.anthropic import execute_anthropic_completion
from app.nodes.llm.compatible import (
    execute_compatible_completion,
    stream_compatible_completion,
    stream_compatible_events,
)
from app.runtime.context import Process, open_context
from app.runtime.errors import MissingApiKey, MissingEnv, ServiceError
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation, simulate
from tests.upstream import answer, upstream

HELLO: Any = [{"role": "user", "content": "Tell me about rain."}]
NAMES = [*SERVERS, "my-own"]


def ask(name: str, **more: Any) -> CompatibleConfig:
    config: Any = {"provider": name, "model": "some-model", "messages": HELLO, **more}
    return config


def get_order(number: str) -> str:
    """Finds an order by its number."""
    return f"Order {number} is on its way."


@pytest.fixture(autouse=True)
def addresses(simulated_openai: RunningSimulation, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        prefix = name.upper().replace("-", "_")
        monkeypatch.setenv(f"{prefix}_BASE_URL", f"{simulated_openai.origin}/compatible/{prefix.lower()}/v1")
        monkeypatch.setenv(f"{prefix}_API_KEY", f"key-of-{name}")


@pytest.fixture
def another() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


@pytest.mark.parametrize("name", NAMES)
async def test_whole_and_streamed_are_the_same(simulated_openai: RunningSimulation, name: str) -> None:
    async with open_context() as ctx:
        whole = await execute_compatible_completion(ctx, ask(name, max_tokens=300, temperature=0.2))
        done = [event async for event in stream_compatible_events(ctx, ask(name, max_tokens=300))][-1]
        assert isinstance(done, Done)
        assert "".join([text async for text in stream_compatible_completion(ctx, ask(name))]) == whole["content"]
        same = ("content", "reasoning", "usage", "cost_usd", "finish_reason", "extras")
        assert [done.completion[key] for key in same] == [whole[key] for key in same]
        assert whole["content"]
        assert not whole["usage"].get("estimated")
    assert {request.headers["authorization"] for request in simulated_openai.requests} == {f"Bearer key-of-{name}"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("streamed", [False, True])
async def test_a_loop_of_tools(simulated_openai: RunningSimulation, name: str, streamed: bool) -> None:
    """Signatures and thoughts go back to the server that sent them, which refuses the next request otherwise."""
    simulated_openai.settings.answers = [Answer(calls=(("get_order", {"number": "7"}),)), Answer("On its way.")]
    config: CompletionConfig = {"model": "some-model", "messages": HELLO}
    async with open_context() as ctx:
        answer = await complete_with_tools(
            ctx,
            COMPATIBLE[name],
            config,
            node="answer",
            tools=[Tool.of(get_order, node="get_order")],
            streamed=streamed,
        )
    assert answer["content"] == "On its way."
    returned = simulated_openai.requests[1].json["messages"][1]
    assert ("extra_content" in returned["tool_calls"][0]) == (name == "gemini")
    assert ("reasoning_content" in returned) == (name in ("deepseek", "fireworks", "llamacpp", "lmstudio", "xai"))
    assert ("reasoning" in returned) == (name in ("cerebras", "ollama", "openrouter", "vllm"))
    assert "answered_by" not in returned


@pytest.mark.parametrize("name", NAMES)
async def test_an_answer_by_a_schema(simulated_openai: RunningSimulation, name: str) -> None:
    schema = {"type": "object", "required": ["right"], "properties": {"right": {"type": "boolean"}}}
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": schema}}
    simulated_openai.settings.answers = [Answer('{"right": true}')]
    async with open_context() as ctx:
        answer = await execute_compatible_completion(ctx, ask(name, response_format=form))
    assert answer["parsed"] == {"right": True}
    sent = simulated_openai.requests[0].json
    assert (sent["response_format"]["type"] == "json_object") == (name == "deepseek")


async def test_what_each_tells_of_its_answers() -> None:
    async with open_context() as ctx:
        by_name = {name: await execute_compatible_completion(ctx, ask(name)) for name in NAMES}
    told = {name for name, answer in by_name.items() if answer["cost_usd"] is not None}
    assert told == {"openrouter", "perplexity", "xai"}
    assert by_name["perplexity"]["extras"] == {"citations": ["https://example.com/rain"]}
    assert by_name["ollama"]["reasoning"]
    assert by_name["llamacpp"]["reasoning"]


async def test_errors_that_come_in_an_array() -> None:
    async with open_context() as ctx:
        call: Any = {"id": "a", "type": "function", "function": {"name": "get_order", "arguments": "{}"}}
        unsigned = [
            *HELLO,
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "a", "content": "x"},
        ]
        with pytest.raises(InvalidRequest) as raised:
            await execute_compatible_completion(ctx, ask("gemini", messages=unsigned))
    assert "thought_signature" in raised.value.upstream["message"]


async def test_messages_of_the_system() -> None:
    servers = CompatibleServers(*COMPATIBLE["vllm"].apis.values(), parts=PARTS, servers=SERVERS)
    messages: Any = [
        {"role": "developer", "content": "Be kind."},
        {"role": "system", "content": "Be short."},
        {"role": "user", "content": "Hi"},
    ]
    told = {}
    for name in ("vllm", "ollama"):
        body: Any = {"messages": messages}
        adapt = servers[name].adapt
        assert adapt is not None
        adapt(body)
        told[name] = [message["content"] for message in body["messages"]]
        assert {message["role"] for message in body["messages"]} == {"system", "user"}
    assert told == {"vllm": ["Be kind.\n\nBe short.", "Hi"], "ollama": ["Be kind.", "Be short.", "Hi"]}


class TestKeys:
    """A key goes to its own server, and to no other."""

    async def test_each_server_gets_its_own(
        self, simulated_openai: RunningSimulation, another: RunningSimulation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MISTRAL_BASE_URL", f"{another.origin}/compatible/mistral/v1")
        async with open_context() as ctx:
            for name in ("gemini", "mistral", "my-own"):
                await execute_compatible_completion(ctx, ask(name))
        here = [request.headers["authorization"] for request in simulated_openai.requests]
        there = [request.headers["authorization"] for request in another.requests]
        assert here == ["Bearer key-of-gemini", "Bearer key-of-my-own"]
        assert there == ["Bearer key-of-mistral"]

    async def test_a_server_without_a_key_is_sent_none(
        self, simulated_openai: RunningSimulation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("OLLAMA_API_KEY")
        async with open_context() as ctx:
            assert (await execute_compatible_completion(ctx, ask("ollama")))["content"]
        assert "authorization" not in simulated_openai.requests[0].headers

    async def test_a_known_server_needs_its_key(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("GEMINI_API_KEY")
        monkeypatch.setenv("GOOGLE_API_KEY", "of another")
        async with open_context() as ctx:
            with pytest.raises(MissingApiKey, match="GEMINI_API_KEY"):
                await execute_compatible_completion(ctx, ask("gemini"))

    async def test_a_name_without_an_address_is_not_asked(
        self, simulated_openai: RunningSimulation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("MY_OWN_BASE_URL")
        async with open_context() as ctx:
            with pytest.raises(MissingEnv, match="MY_OWN_BASE_URL"):
                await execute_compatible_completion(ctx, ask("my-own"))
        assert not simulated_openai.requests
        process = Process(servers=[COMPATIBLE["my-own"], COMPATIBLE["ollama"]])
        assert process.missing == ["MY_OWN_BASE_URL"]
        await process.pools.aclose()

    @pytest.mark.parametrize(
        "name", ["", "http://evil.example", "a b", "../x", "x" * 50, "PATH=1", "é", "1st", "a.b", "__proto__"]
    )
    async def test_what_is_no_name(self, name: str) -> None:
        async with open_context() as ctx:
            with pytest.raises(InvalidRequest):
                await execute_compatible_completion(ctx, ask(name))

    def test_known_addresses_are_encrypted_or_here(self) -> None:
        for name, server in SERVERS.items():
            address = server.address or ""
            assert address.startswith("http://127.0.0.1:" if server.keyless else "https://"), name


OF_ANOTHER: Any = [
    *HELLO,
    {
        "role": "assistant",
        "content": None,
        "refusal": None,
        "reasoning_content": "Hm.",
        "executed_tools": [],
        "tool_calls": [
            {
                "id": "call_PTLP8xhu3uwZk4l3nlnrrJha",
                "type": "function",
                "function": {"name": "get_order", "arguments": "{}"},
                "further": 1,
            }
        ],
    },
    {"role": "tool", "tool_call_id": "call_PTLP8xhu3uwZk4l3nlnrrJha", "content": "On its way."},
]


@pytest.mark.parametrize("name", ["mistral", "cerebras", "fireworks"])
async def test_a_strict_server_takes_the_conversation_of_another(
    simulated_openai: RunningSimulation, name: str
) -> None:
    """These refuse what they do not know in a message, and Mistral ids of calls that it could not have made."""
    config = ask(name, messages=OF_ANOTHER, tools=[{"type": "function", "function": {"name": "get_order"}}])
    async with open_context() as ctx:
        await execute_compatible_completion(ctx, config)
    _, answer, result = simulated_openai.requests[0].json["messages"]
    assert answer["tool_calls"][0]["id"] == result["tool_call_id"]
    assert answer["tool_calls"][0].keys() == {"id", "type", "function"}


async def test_the_seed_by_the_name_that_the_server_has_for_it(simulated_openai: RunningSimulation) -> None:
    async with open_context() as ctx:
        await execute_compatible_completion(ctx, ask("mistral", seed=7))
        await execute_compatible_completion(ctx, ask("xai", seed=7))
    sent = [request.json for request in simulated_openai.requests]
    assert [(each.get("seed"), each.get("random_seed")) for each in sent] == [(None, 7), (7, None)]


async def test_json_mode_and_a_stop_as_the_server_takes_them(simulated_openai: RunningSimulation) -> None:
    async with open_context() as ctx:
        for name in ("perplexity", "xai"):
            answered = await execute_compatible_completion(
                ctx, ask(name, messages=[{"role": "user", "content": "Rain, as JSON."}], response_format="json_object")
            )
            assert isinstance(answered["parsed"], dict)
        await execute_compatible_completion(ctx, ask("together", stop="END"))
    sent = [request.json for request in simulated_openai.requests]
    assert [each.get("response_format", {}).get("type") for each in sent] == ["json_schema", "json_object", None]
    assert sent[-1]["stop"] == ["END"]


@pytest.mark.parametrize("member", ["message", "code", "param"])
@pytest.mark.parametrize("status", ["400 Bad Request", "401 Unauthorized", "500 Internal Server Error"])
async def test_a_key_that_a_server_repeats_goes_nowhere(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, status: str, member: str
) -> None:
    monkeypatch.setenv("HOUSE_API_KEY", "house-abc123")
    caplog.set_level("INFO", logger="app")
    told = json.dumps({"error": {"message": "No.", member: "Invalid key: house-abc123"}}).encode()
    refusal = answer(status, told, x_request_id="of-house-abc123")
    async with upstream(refusal) as server:
        monkeypatch.setenv("HOUSE_BASE_URL", server.url)
        async with open_context() as ctx:
            with pytest.raises(ServiceError) as raised:
                await execute_compatible_completion(ctx, ask("house", max_retries=0))
    assert "Invalid key: …" in caplog.text
    assert "abc123" not in f"{caplog.text} {raised.value.problem()} {raised.value}"


async def test_a_server_may_be_called_as_a_provider_is(
    simulated_openai: RunningSimulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both speak to their own address in their own way, whoever was asked first."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-anthropic")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", f"{simulated_openai.origin}/compatible/anthropic/v1")
    claude: Any = {"model": "claude-sonnet-5-5", "messages": HELLO, "max_retries": 0}
    async with open_context() as ctx:
        await execute_compatible_completion(ctx, ask("anthropic"))
        with pytest.raises(ServiceError):  # the simulated server has no such path
            await execute_anthropic_completion(ctx, claude)
    first, second = simulated_openai.requests
    assert (first.headers.get("authorization"), first.headers.get("x-api-key")) == ("Bearer key-of-anthropic", None)
    assert (second.headers.get("authorization"), second.headers.get("x-api-key")) == (None, "key-of-anthropic")
