"""Embeddings as a service asks for them: batches, order, what is too long, what it costs, and who is asked how."""

import base64
import struct
from collections.abc import AsyncIterator
from typing import Any, cast

import openai
import pytest
import pytest_asyncio

from app.llm.embeddings.cache import EMBEDDING_CACHE, EmbeddingCacheSettings
from app.llm.embeddings.types import EmbeddingConfig
from app.llm.errors import (
    ContextLengthExceeded,
    InvalidRequest,
    ModelRetired,
    QuotaExceeded,
    RateLimited,
    StreamInterrupted,
    StreamMalformed,
)
from app.llm.parts import AZURE_OPENAI, COMPATIBLE
from app.llm.providers.azure import AzureAccount
from app.llm.providers.openai import OpenAIAccount
from app.nodes.llm.embeddings import execute_embedding_generate, generate_embeddings
from app.runtime.budget import Budget, BudgetExceeded, LimitedMeter
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import MissingApiKey
from app.runtime.events import EventSink
from app.runtime.settings import Settings
from tests.openai_schema import check
from tests.simulated_providers.testing import RunningSimulation
from tests.upstream import context_for, head, upstream

SMALL: EmbeddingConfig = {"provider": "openai", "model": "text-embedding-3-small", "input": "One text."}
WORDS = [f"word{number}" for number in range(250)]


def accounts(simulated: RunningSimulation) -> list[Any]:
    def of_server(name: str) -> Any:
        return COMPATIBLE[name].account.model_validate(
            {f"{name}_api_key": "key", f"{name}_base_url": f"{simulated.origin}/compatible/{name}/v1"}
        )

    return [
        OpenAIAccount.model_validate({"openai_api_key": "sk-test", "openai_base_url": simulated.base_url}),
        AzureAccount.model_validate(
            {"azure_openai_api_key": "key", "azure_openai_endpoint": f"{simulated.origin}/azure/openai/v1"}
        ),
        *map(of_server, ("voyage", "gemini", "mistral", "ollama")),
    ]


@pytest_asyncio.fixture
async def ctx(simulated_openai: RunningSimulation) -> AsyncIterator[ExecutionContext]:
    async with open_context(settings=Settings(max_retries=0), accounts=accounts(simulated_openai)) as made:
        yield made


async def test_one_text_gives_one_embedding(ctx: ExecutionContext, simulated_openai: RunningSimulation) -> None:
    made = await execute_embedding_generate(ctx, SMALL)
    assert set(made) == {"embeddings", "model", "usage", "cost_usd"}
    assert len(made["embeddings"]) == 1
    assert len(made["embeddings"][0]) == 1536
    assert made["model"] == "text-embedding-3-small"
    tokens = made["usage"]["prompt_tokens"]
    assert made["cost_usd"] == pytest.approx(tokens * 0.02 / 1e6)
    assert ctx.usage.total() == {**made["usage"], "cost_usd": made["cost_usd"]}
    (request,) = simulated_openai.requests
    check("CreateEmbeddingRequest", request.json)


async def test_the_numbers_are_those_that_the_official_sdk_reads(
    ctx: ExecutionContext, simulated_openai: RunningSimulation
) -> None:
    texts = ["rain in the north", "sun in the south", "\u96e8"]
    made = await execute_embedding_generate(ctx, {**SMALL, "input": texts, "dimensions": 64})
    with openai.OpenAI(api_key="sk-test", base_url=simulated_openai.base_url) as client:
        read = client.embeddings.create(model="text-embedding-3-small", input=texts, dimensions=64)
    assert made["embeddings"] == [each.embedding for each in read.data]
    assert made["usage"]["prompt_tokens"] == read.usage.prompt_tokens


async def test_batches_keep_the_order(ctx: ExecutionContext, simulated_openai: RunningSimulation) -> None:
    config: EmbeddingConfig = {**SMALL, "input": WORDS, "dimensions": 32, "batch_size": 7, "parallel": 5}
    made = await execute_embedding_generate(ctx, config)
    assert sorted(len(each.json["input"]) for each in simulated_openai.requests) == [5] + [7] * 35
    assert sorted(simulated_openai.embedded) == sorted(WORDS)
    one_by_one = await execute_embedding_generate(ctx, {**config, "input": WORDS[123]})
    assert made["embeddings"][123] == one_by_one["embeddings"][0]
    assert len({tuple(each) for each in made["embeddings"]}) == len(WORDS)
    assert made["usage"]["prompt_tokens"] >= len(WORDS)


async def test_no_more_requests_than_allowed_are_under_way(
    ctx: ExecutionContext, simulated_openai: RunningSimulation
) -> None:
    simulated_openai.settings.first_token_ms = 30
    before = simulated_openai.connections.opened
    await execute_embedding_generate(ctx, {**SMALL, "input": WORDS[:12], "batch_size": 1, "parallel": 3})
    assert simulated_openai.connections.opened - before == 3


async def test_an_empty_list_asks_for_nothing(ctx: ExecutionContext, simulated_openai: RunningSimulation) -> None:
    made = await execute_embedding_generate(ctx, {**SMALL, "input": []})
    assert (made["embeddings"], made["usage"]["total_tokens"], made["cost_usd"]) == ([], 0, 0)
    assert simulated_openai.requests == []


@pytest.mark.parametrize(
    ("given", "where", "said"),
    [
        ("", "input", "is an empty text"),
        (["one", ""], "input[1]", "is an empty text"),
        (["one", 2], "input[1]", "is a number, and no text"),
        ([["one"]], "input[0]", "is a list, and no text"),
        ({"text": "one"}, "input", "is an object, and neither a text nor a list"),
        (None, "input", "is nothing, and neither"),
    ],
)
async def test_what_is_no_text_is_named(
    ctx: ExecutionContext, simulated_openai: RunningSimulation, given: Any, where: str, said: str
) -> None:
    with pytest.raises(InvalidRequest) as raised:
        await execute_embedding_generate(ctx, {**SMALL, "input": given})
    assert raised.value.details["parameter"] == where
    assert said in raised.value.detail
    assert simulated_openai.requests == []


class TestTooLong:
    async def test_a_text_is_named_by_its_place_in_the_whole_input(self, ctx: ExecutionContext) -> None:
        texts = [*WORDS[:120], "word " * 9000, *WORDS[120:]]
        with pytest.raises(ContextLengthExceeded) as raised:
            await execute_embedding_generate(ctx, {**SMALL, "input": texts})
        error = raised.value
        assert error.details["limit"] == 8192
        assert [each["index"] for each in error.details["inputs"]] == [120]
        assert error.details["inputs"][0]["estimated_tokens"] > 8192
        assert "input[120] is too long for text-embedding-3-small" in error.detail
        assert "8192" in error.detail

    async def test_all_that_surely_are_too_long_are_named(self, ctx: ExecutionContext) -> None:
        with pytest.raises(ContextLengthExceeded) as raised:
            await execute_embedding_generate(ctx, {**SMALL, "input": ["word " * 9000, "short", "word " * 9500]})
        assert [each["index"] for each in raised.value.details["inputs"]] == [0, 2]

    async def test_what_the_provider_counted_is_told(self) -> None:
        said = (
            "This model's maximum context length is 8192 tokens, however you requested 51435 tokens (51435 in your "
            "prompt; 0 for the completion). Please reduce your prompt; or completion length."
        )
        body = b'{"error": {"message": "%b", "type": "invalid_request_error", "param": null, "code": null}}'
        script = [head("400 Bad Request", "application/json"), body % said.encode()]
        async with upstream(script) as server, context_for(server.url) as ctx:
            with pytest.raises(ContextLengthExceeded) as raised:
                await execute_embedding_generate(ctx, SMALL)
        assert raised.value.details == {"limit": 8192, "inputs": [{"index": 0, "tokens": 51435}]}

    async def test_texts_that_are_too_long_together_go_out_in_several_requests(
        self, ctx: ExecutionContext, simulated_openai: RunningSimulation
    ) -> None:
        # A character each is far more tokens than any estimate by length says.
        texts = ["! " * 4000] * 60
        made = await execute_embedding_generate(ctx, {**SMALL, "input": texts, "dimensions": 4})
        assert len(made["embeddings"]) == 60
        assert len(simulated_openai.requests) > 1
        assert made["usage"]["prompt_tokens"] >= 60 * 4000

    async def test_a_callers_problem_names_no_text(self, ctx: ExecutionContext) -> None:
        secret = "confidential " * 9000
        with pytest.raises(ContextLengthExceeded) as raised:
            await execute_embedding_generate(ctx, {**SMALL, "input": secret})
        assert "confidential" not in str(raised.value.problem())


KEPT: EmbeddingConfig = {**SMALL, "dimensions": 8, "cache": True}


class TestCache:
    async def test_a_text_is_sent_once(self, ctx: ExecutionContext, simulated_openai: RunningSimulation) -> None:
        first = await execute_embedding_generate(ctx, {**KEPT, "input": ["a", "b", "a"]})
        second = await execute_embedding_generate(ctx, {**KEPT, "input": ["b", "c"]})
        assert simulated_openai.embedded == ["a", "b", "c"]
        assert first["embeddings"][0] == first["embeddings"][2]
        assert second["embeddings"][0] == first["embeddings"][1]
        third = await execute_embedding_generate(ctx, {**KEPT, "input": "a"})
        assert (third["usage"]["total_tokens"], third["cost_usd"]) == (0, 0)
        assert third["embeddings"] == [first["embeddings"][0]]

    @pytest.mark.parametrize(
        "other", [{"dimensions": 16}, {"model": "text-embedding-3-large"}, {"extra_body": {"user": "anna"}}]
    )
    async def test_what_changes_the_embedding_is_another_entry(
        self, ctx: ExecutionContext, simulated_openai: RunningSimulation, other: Any
    ) -> None:
        await execute_embedding_generate(ctx, KEPT)
        await execute_embedding_generate(ctx, cast("EmbeddingConfig", {**KEPT, **other}))
        assert len(simulated_openai.requests) == 2

    async def test_what_was_not_asked_for_the_longest_goes(self, simulated_openai: RunningSimulation) -> None:
        kept = EmbeddingCacheSettings(embedding_cache_mb=1)
        async with open_context(accounts=[*accounts(simulated_openai), kept]) as ctx:
            config: EmbeddingConfig = {**SMALL, "cache": True, "input": WORDS}
            await execute_embedding_generate(ctx, config)
            simulated_openai.requests.clear()
            await execute_embedding_generate(ctx, {**config, "input": WORDS[-5:]})
            assert simulated_openai.embedded == []
            await execute_embedding_generate(ctx, {**config, "input": WORDS[:1]})
            assert simulated_openai.embedded == WORDS[:1]
            assert ctx.pools.of(EMBEDDING_CACHE).get(b"unknown") is None


class TestProviders:
    async def test_azure_reads_and_is_asked_as_by_the_official_sdk(
        self, ctx: ExecutionContext, simulated_openai: RunningSimulation
    ) -> None:
        texts = ["rain in the north", "sun in the south"]
        config: EmbeddingConfig = {"provider": "azure_openai", "model": "my-deployment", "input": texts}
        made = await execute_embedding_generate(ctx, config)
        # The SDK asks below /openai/deployments, as long as Azure had no other way.
        endpoint = f"{simulated_openai.origin}/azure"
        with openai.AzureOpenAI(api_key="key", api_version="2024-10-21", azure_endpoint=endpoint) as client:
            read = client.embeddings.create(model="my-deployment", input=texts)
        ours, theirs = simulated_openai.requests
        assert theirs.path == "/azure/openai/deployments/my-deployment/embeddings"
        assert ours.headers["api-key"] == theirs.headers["api-key"]
        assert ours.json == theirs.json
        assert made["embeddings"] == [each.embedding for each in read.data]
        assert made["usage"]["prompt_tokens"] == read.usage.prompt_tokens

    async def test_voyage_gets_its_own_names(self, ctx: ExecutionContext, simulated_openai: RunningSimulation) -> None:
        config: EmbeddingConfig = {
            "provider": "voyage",
            "model": "voyage-4",
            "input": "text",
            "dimensions": 256,
            "input_type": "query",
        }
        made = await execute_embedding_generate(ctx, config)
        (request,) = simulated_openai.requests
        assert request.path == "/compatible/voyage/v1/embeddings"
        assert request.headers["authorization"] == "Bearer key"
        assert request.json == {
            "model": "voyage-4",
            "input": ["text"],
            "encoding_format": "base64",
            "output_dimension": 256,
            "input_type": "query",
            "truncation": False,
        }
        assert len(made["embeddings"][0]) == 256
        assert made["cost_usd"] == pytest.approx(made["usage"]["total_tokens"] * 0.06 / 1e6)

    async def test_voyage_does_not_cut_silently(self, ctx: ExecutionContext) -> None:
        config: EmbeddingConfig = {"provider": "voyage", "model": "voyage-4", "input": ["short", "word " * 33_000]}
        with pytest.raises(ContextLengthExceeded) as raised:
            await execute_embedding_generate(ctx, config)
        assert raised.value.details["limit"] == 32_000
        assert [each["index"] for each in raised.value.details["inputs"]] == [1]

    @pytest.mark.parametrize(
        ("provider", "model", "most"), [("gemini", "gemini-embedding-001", 100), ("mistral", "mistral-embed", 128)]
    )
    async def test_no_request_has_more_texts_than_its_provider_takes(
        self, ctx: ExecutionContext, simulated_openai: RunningSimulation, provider: str, model: str, most: int
    ) -> None:
        config: EmbeddingConfig = {"provider": provider, "model": model, "input": WORDS, "batch_size": 2000}
        assert len((await execute_embedding_generate(ctx, config))["embeddings"]) == len(WORDS)
        assert max(len(each.json["input"]) for each in simulated_openai.requests) <= most

    async def test_azure_prices_what_a_deployment_stands_for(
        self, ctx: ExecutionContext, simulated_openai: RunningSimulation
    ) -> None:
        config: EmbeddingConfig = {
            "provider": "azure_openai",
            "model": "my-deployment",
            "base_model": "text-embedding-3-large",
            "input": "text",
        }
        made = await execute_embedding_generate(ctx, config)
        (request,) = simulated_openai.requests
        assert request.path == "/azure/openai/v1/embeddings"
        assert request.headers["api-key"] == "key"
        assert "authorization" not in request.headers
        assert made["cost_usd"] == pytest.approx(made["usage"]["total_tokens"] * 0.13 / 1e6)
        assert AZURE_OPENAI.name == "azure_openai"

    async def test_of_a_model_that_nobody_knows_the_price_is_none(self, ctx: ExecutionContext) -> None:
        config: EmbeddingConfig = {"provider": "ollama", "model": "nomic-embed-text", "input": "text"}
        made = await execute_embedding_generate(ctx, config)
        assert made["cost_usd"] is None
        assert made["usage"]["total_tokens"] > 0

    async def test_a_key_that_is_not_set_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("VOYAGE_API_KEY", raising=False)
        async with open_context() as ctx:
            with pytest.raises(MissingApiKey, match="VOYAGE_API_KEY"):
                await execute_embedding_generate(ctx, {"provider": "voyage", "model": "voyage-4", "input": "text"})


class TestAnswers:
    """What servers make of it."""

    async def read(self, body: bytes, **config: Any) -> Any:
        async with (
            upstream([head(content_type="application/json"), body]) as server,
            context_for(server.url, max_retries=0) as ctx,
        ):
            return await execute_embedding_generate(ctx, cast("EmbeddingConfig", {**SMALL, **config}))

    async def test_numbers_are_read_where_a_server_knows_no_base64(self) -> None:
        usage = b'"usage": {"total_tokens": 7}'
        made = await self.read(b'{"data": [{"embedding": [0.1, -2, 3e-3]}], "model": "m", %b}' % usage)
        assert made["embeddings"] == [[0.1, -2.0, 0.003]]
        assert made["usage"]["prompt_tokens"] == 7
        assert made["model"] == "m"

    async def test_rows_are_sorted_by_their_index(self) -> None:
        rows = b'{"data": [{"index": 1, "embedding": [1]}, {"index": 0, "embedding": [0]}]}'
        made = await self.read(rows, input=["one", "two"])
        assert made["embeddings"] == [[0.0], [1.0]]
        assert made["usage"]["estimated"] is True

    @pytest.mark.parametrize(
        "body",
        [
            b"[]",
            b"<html>",
            b'{"data": []}',
            b'{"data": [{"embedding": "=="}]}',
            b'{"data": [{"embedding": "QUJD"}]}',
            b'{"data": [{"embedding": [1]}, {"embedding": [2]}]}',
            b'{"data": [{"index": 3, "embedding": [1]}]}',
            b'{"data": [{"embedding": [1, "two"]}]}',
            b'{"data": [{"embedding": null}]}',
        ],
    )
    async def test_what_holds_no_embeddings_is_malformed(self, body: bytes) -> None:
        with pytest.raises(StreamMalformed):
            await self.read(body)

    async def test_an_embedding_of_another_length_is_no_embedding(self) -> None:
        with pytest.raises(StreamMalformed, match="3 dimensions came back instead of 2"):
            await self.read(b'{"data": [{"embedding": [1, 2, 3]}]}', dimensions=2)

    async def test_four_bytes_each_the_lowest_first(self) -> None:
        written = base64.b64encode(struct.pack("<3f", 0.5, -0.25, 1.0))
        made = await self.read(b'{"data": [{"embedding": "%b"}]}' % written)
        assert made["embeddings"] == [[0.5, -0.25, 1.0]]

    async def test_an_error_in_an_answer_that_began_well(self) -> None:
        with pytest.raises(QuotaExceeded):
            await self.read(b'{"error": {"message": "none left", "code": "insufficient_quota"}}')

    async def test_an_answer_that_breaks_off(self) -> None:
        script = [b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n", b'{"data"']
        async with upstream(script) as server, context_for(server.url) as ctx:
            with pytest.raises(StreamInterrupted):
                await execute_embedding_generate(ctx, SMALL)


class TestSteps:
    async def test_a_limit_ends_all_requests(self, ctx: ExecutionContext, simulated_openai: RunningSimulation) -> None:
        simulated_openai.settings.faults = [None, "rate_limited_seconds; retry_after=90"]
        with pytest.raises(RateLimited) as raised:
            await generate_embeddings(
                ctx, {**SMALL, "input": WORDS[:20], "batch_size": 1, "parallel": 1}, node="vector"
            )
        assert raised.value.node == "vector"
        assert len(simulated_openai.requests) == 2
        assert ctx.usage.calls == 1
        assert "vector" in ctx.node_timings

    async def test_a_request_is_tried_again(self, simulated_openai: RunningSimulation) -> None:
        simulated_openai.settings.faults = ["overloaded; retry_after=0"]
        async with open_context(accounts=accounts(simulated_openai)) as ctx:
            assert len((await execute_embedding_generate(ctx, SMALL))["embeddings"]) == 1
        assert len(simulated_openai.requests) == 2

    async def test_a_retired_model_is_said_to_be_one(self, ctx: ExecutionContext) -> None:
        with pytest.raises(ModelRetired) as raised:
            await execute_embedding_generate(ctx, {**SMALL, "model": "text-search-ada-doc-001"})
        assert raised.value.details["replacement"] == "text-embedding-3-small"

    async def test_a_budget_stops_before_the_next_request(
        self, ctx: ExecutionContext, simulated_openai: RunningSimulation
    ) -> None:
        ctx.usage = LimitedMeter(Budget(max_tokens=20), ctx.usage)
        with pytest.raises(BudgetExceeded):
            await execute_embedding_generate(ctx, {**SMALL, "input": WORDS, "batch_size": 10, "parallel": 1})
        assert len(simulated_openai.requests) < 3

    async def test_a_listening_caller_is_told_what_was_used(self, ctx: ExecutionContext) -> None:
        held: list[bytes] = []

        async def send(message: Any) -> None:
            held.append(message.get("body", b""))

        ctx.sink = EventSink(send, ping_seconds=60)
        made = await generate_embeddings(ctx, {**SMALL, "input": WORDS, "batch_size": 50}, node="vector")
        await ctx.sink.write(b"")
        told = b"".join(held)
        assert told.count(b"event: usage") == 1
        assert b'"total_tokens":%d' % made["usage"]["total_tokens"] in told
