"""Servers that speak Chat Completions: their habits, and where their keys go."""

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
from app.nodes.llm.compatible import (
    execute_compatible_completion,
    stream_compatible_completion,
    stream_compatible_events,
)
from app.runtime.context import Process, open_context
from app.runtime.errors import MissingApiKey, MissingEnv
from tests.simulated_providers.settings import Answer
from tests.simulated_providers.testing import RunningSimulation, simulate

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
    assert ("reasoning_content" in returned) == (name in ("deepseek", "llamacpp", "lmstudio"))
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
    assert told == {"openrouter", "perplexity"}
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
