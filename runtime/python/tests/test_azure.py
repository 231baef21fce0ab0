"""Deployments at Azure: the key and tokens, and what the content filter found."""

import json
import sys
import time
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.llm.errors import ContentFiltered, InvalidApiKey
from app.llm.parts import AZURE_OPENAI
from app.llm.providers.azure import AzureAccount
from app.llm.types import Done
from app.nodes.llm.azure import (
    AzureConfig,
    complete_by_azure,
    execute_azure_openai_completion,
    stream_azure_openai_events,
)
from app.runtime.context import Process, open_context
from app.runtime.errors import MissingApiKey, MissingEnv
from app.runtime.events import EventSink
from tests.openai_schema import check
from tests.simulated_providers.testing import RunningSimulation
from tests.test_tools import Heard
from tests.upstream import answer, head, upstream

HELLO: Any = [{"role": "user", "content": "Tell me about rain."}]
ASK: AzureConfig = {"model": "our-chat", "base_model": "gpt-5.4-mini", "max_tokens": 400, "messages": HELLO}


def account(simulated: RunningSimulation, key: str | None = "azure-key") -> AzureAccount:
    address = f"{simulated.origin}/azure/openai/v1"
    return AzureAccount.model_validate({"azure_openai_api_key": key, "azure_openai_endpoint": address})


async def test_whole_and_streamed_are_the_same(simulated_openai: RunningSimulation) -> None:
    async with open_context(accounts=[account(simulated_openai)]) as ctx:
        whole = await execute_azure_openai_completion(ctx, ASK)
        done = [event async for event in stream_azure_openai_events(ctx, ASK)][-1]
    assert isinstance(done, Done)
    same = ("content", "usage", "cost_usd", "finish_reason", "model", "extras")
    assert [done.completion[name] for name in same] == [whole[name] for name in same]
    # The price is that of what the deployment stands for.
    assert whole["cost_usd"]
    extras = whole["extras"] or {}
    assert extras["content_filter_results"]["hate"] == {"filtered": False, "severity": "safe"}
    assert extras["prompt_filter_results"][0]["prompt_index"] == 0
    first = simulated_openai.requests[0]
    assert (first.headers["api-key"], "authorization" in first.headers) == ("azure-key", False)
    assert first.json["max_completion_tokens"] == 400
    assert first.json["model"] == "our-chat"
    assert "base_model" not in first.json


async def test_a_filtered_prompt_says_what_was_found(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.fault = "azure_content_filter"
    async with open_context(accounts=[account(simulated_openai)]) as ctx:
        with pytest.raises(ContentFiltered) as raised:
            await execute_azure_openai_completion(ctx, ASK)
    assert raised.value.details["content_filter"]["violence"] == {"filtered": True, "severity": "high"}


class Credential:
    """Stands for azure-identity: gives a token that runs out after `seconds`."""

    seconds = 3600.0
    given = 0

    def get_token(self, scope: str) -> Any:
        assert scope == "https://cognitiveservices.azure.com/.default"
        type(self).given += 1
        return SimpleNamespace(token=f"token-{self.given}", expires_on=time.time() + self.seconds)


@pytest.fixture
def identity(monkeypatch: pytest.MonkeyPatch) -> type[Credential]:
    credential = type("Fresh", (Credential,), {"given": 0})
    module: Any = ModuleType("azure.identity")
    module.DefaultAzureCredential = credential
    monkeypatch.setitem(sys.modules, "azure", ModuleType("azure"))
    monkeypatch.setitem(sys.modules, "azure.identity", module)
    return credential


@pytest.mark.parametrize(("seconds", "tokens"), [(3600.0, ["token-1", "token-1"]), (200.0, ["token-1", "token-2"])])
async def test_tokens_stand_in_for_a_key(
    simulated_openai: RunningSimulation, identity: type[Credential], seconds: float, tokens: list[str]
) -> None:
    identity.seconds = seconds
    async with open_context(accounts=[account(simulated_openai, key=None)]) as ctx:
        await execute_azure_openai_completion(ctx, ASK)
        await execute_azure_openai_completion(ctx, ASK)
    sent = [request.headers["authorization"] for request in simulated_openai.requests]
    assert sent == [f"Bearer {token}" for token in tokens]
    assert all("api-key" not in request.headers for request in simulated_openai.requests)


async def test_no_token_is_an_error_of_its_own(
    simulated_openai: RunningSimulation, identity: type[Credential], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Any, scope: str) -> Any:
        raise RuntimeError(scope)

    monkeypatch.setattr(identity, "get_token", refused)
    async with open_context(accounts=[account(simulated_openai, key=None)]) as ctx:
        with pytest.raises(InvalidApiKey, match="Entra ID"):
            await execute_azure_openai_completion(ctx, ASK)
    assert not simulated_openai.requests


async def test_without_either_the_key_is_missing(
    simulated_openai: RunningSimulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "azure.identity", None)
    async with open_context(accounts=[account(simulated_openai, key=None)]) as ctx:
        with pytest.raises(MissingApiKey, match="azure-identity"):
            await execute_azure_openai_completion(ctx, ASK)


async def test_without_an_endpoint_no_key_goes_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "azure-key")
    monkeypatch.delenv("AZURE_OPENAI_ENDPOINT", raising=False)
    async with open_context() as ctx:
        with pytest.raises(MissingEnv):
            await execute_azure_openai_completion(ctx, ASK)
    assert Process(servers=[AZURE_OPENAI]).missing == ["AZURE_OPENAI_ENDPOINT"]


@pytest.mark.parametrize(
    ("endpoint", "path"),
    [("", "/openai/v1/chat/completions"), ("/openai/v1", "/openai/v1/chat/completions")],
)
async def test_the_endpoint_may_leave_the_path_out(
    simulated_openai: RunningSimulation, endpoint: str, path: str
) -> None:
    made = AzureAccount.model_validate(
        {"azure_openai_api_key": "k", "azure_openai_endpoint": simulated_openai.origin + endpoint}
    )
    async with open_context(accounts=[made]) as ctx:
        with pytest.raises(Exception, match=r"key|model|path"):
            await execute_azure_openai_completion(ctx, ASK)
    assert simulated_openai.requests[0].path == path


BY_RESPONSES: AzureConfig = {**ASK, "api": "responses", "reasoning_effort": "low"}


class TestResponses:
    """The Responses API at Azure."""

    async def test_whole_and_streamed_are_the_same(self, simulated_openai: RunningSimulation) -> None:
        async with open_context(accounts=[account(simulated_openai)]) as ctx:
            whole = await execute_azure_openai_completion(ctx, BY_RESPONSES)
            done = [event async for event in stream_azure_openai_events(ctx, BY_RESPONSES)][-1]
        assert isinstance(done, Done)
        same = ("content", "finish_reason", "model", "extras")
        assert [done.completion[name] for name in same] == [whole[name] for name in same]
        assert whole["cost_usd"]
        safe = {"filtered": False, "severity": "safe"}
        extras = whole["extras"] or {}
        assert extras["content_filter_results"]["hate"] == safe
        assert extras["prompt_filter_results"][0]["content_filter_results"]["hate"] == safe
        first = simulated_openai.requests[0]
        assert first.path == "/azure/openai/v1/responses"
        assert (first.headers["api-key"], "authorization" in first.headers) == ("azure-key", False)
        assert first.json["max_output_tokens"] == 400
        check("CreateResponse", first.json)

    async def test_auto_is_what_the_model_behind_a_deployment_needs(self, simulated_openai: RunningSimulation) -> None:
        tool: Any = {
            "type": "function",
            "function": {"name": "look", "parameters": {"type": "object", "properties": {}}},
        }
        ask: AzureConfig = {**ASK, "api": "auto", "base_model": "gpt-5.5", "tools": [tool]}
        async with open_context(accounts=[account(simulated_openai)]) as ctx:
            await execute_azure_openai_completion(ctx, ask)
            await execute_azure_openai_completion(ctx, {**ask, "base_model": "gpt-4o"})
        assert [each.path.rpartition("/v1")[2] for each in simulated_openai.requests] == [
            "/responses",
            "/chat/completions",
        ]

    async def test_a_filtered_prompt_says_what_was_found(self, simulated_openai: RunningSimulation) -> None:
        simulated_openai.settings.fault = "azure_content_filter"
        async with open_context(accounts=[account(simulated_openai)]) as ctx:
            with pytest.raises(ContentFiltered) as raised:
                await execute_azure_openai_completion(ctx, BY_RESPONSES)
        assert raised.value.details["content_filter"]["violence"] == {"filtered": True, "severity": "high"}

    @pytest.mark.parametrize("streamed", [False, True])
    @pytest.mark.parametrize("ending", ["incomplete", "failed"])
    async def test_an_answer_that_is_stopped_says_what_was_found(self, streamed: bool, ending: str) -> None:
        violence = {"filtered": True, "severity": "medium"}
        response: Any = {
            "id": "resp_1",
            "object": "response",
            "model": "gpt-5.4-mini",
            "status": ending,
            "incomplete_details": {"reason": "content_filter"} if ending == "incomplete" else None,
            "error": {"code": "content_filter", "message": "Filtered."} if ending == "failed" else None,
            "output": [],
            "content_filters": [
                {
                    "blocked": False,
                    "source_type": "prompt",
                    "content_filter_results": {"violence": {"filtered": False}},
                },
                {"source_type": "completion", "content_filter_results": {"violence": violence}},
            ],
        }
        kind = f"response.{ending}"
        stream = f"event: {kind}\ndata: ".encode() + json.dumps({"type": kind, "response": response}).encode() + b"\n\n"
        script = [head() + stream] if streamed else answer("200 OK", json.dumps(response).encode())
        async with upstream(script) as server:
            made = AzureAccount.model_validate({"azure_openai_api_key": "k", "azure_openai_endpoint": server.url})
            async with open_context(accounts=[made]) as ctx:
                call = complete_by_azure(ctx, BY_RESPONSES, node="answer", streamed=streamed)
                ctx.sink = EventSink(Heard().send, ping_seconds=60) if streamed else None
                with pytest.raises(ContentFiltered) as raised:
                    await call
        assert raised.value.details["content_filter"] == {"violence": violence}
