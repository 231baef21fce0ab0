"""What spans and log lines tell of routed calls and of embeddings."""

import json
import logging
from contextlib import suppress
from typing import Any

import pytest

from app.llm.embeddings.types import EmbeddingConfig
from app.llm.errors import RateLimited, StreamInterrupted, UpstreamUnavailable
from app.nodes.llm.embeddings import generate_embeddings
from app.runtime.context import open_context
from app.runtime.settings import Settings
from tests import recorded_telemetry
from tests.recorded_telemetry import Recorded
from tests.simulated_providers.testing import RunningSimulation
from tests.test_embeddings import accounts
from tests.test_router import BUSY, CUT, DOWN, FINE, ONE, STREAM, TWO, Heard, route, servers

recorded = recorded_telemetry.recorded


def spans(recorded: Recorded) -> dict[str, Any]:
    return {span.name: span for span in recorded.exporter.get_finished_spans()}


async def test_the_span_of_a_route_holds_those_of_its_calls(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with servers(monkeypatch, [DOWN], [FINE]) as (ctx, _):
        await route(ctx, ONE, TWO)
    found = spans(recorded)
    outer = found["route route"]
    assert dict(outer.attributes) == {
        "app.workflow.node": "route",
        "gen_ai.provider.name": "two",
        "gen_ai.request.model": "model-two",
        "app.route.reason": "fallback after upstream_unavailable",
        "app.route.attempts": 2,
    }
    first, second = found["chat model-one"], found["chat model-two"]
    assert [each.parent.span_id for each in (first, second)] == [outer.context.span_id] * 2
    assert first.attributes["error.type"] == "upstream_unavailable"
    assert "error.type" not in second.attributes


async def test_the_span_of_a_route_that_failed_says_so(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    async with servers(monkeypatch, [DOWN], [BUSY], max_retries=0) as (ctx, _):
        with pytest.raises(RateLimited):
            await route(ctx, ONE, TWO)
    attributes = spans(recorded)["route route"].attributes
    assert attributes["error.type"] == "rate_limited"
    assert attributes["app.route.attempts"] == 2
    assert "app.route.reason" not in attributes


@pytest.mark.parametrize("cut", [False, True])
async def test_the_line_of_a_route(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, cut: bool
) -> None:
    caplog.set_level(logging.INFO, logger="app")
    async with servers(monkeypatch, [DOWN], [CUT if cut else STREAM]) as (ctx, _):
        heard = Heard()
        ctx.sink = heard.sink
        with suppress(StreamInterrupted):
            await route(ctx, ONE, TWO, streamed=True)
        heard.sink.close()
    lines = [json.loads(record.message) for record in caplog.records if record.name == "app"]
    (line,) = (each for each in lines if each["event"] == "route")
    assert isinstance(line.pop("time"), str)
    failed = "stream_interrupted" if cut else None
    assert line == {
        "level": "info",
        "event": "route",
        "execution_id": ctx.execution_id,
        "node": "route",
        "provider": "two",
        "model": "model-two",
        "reason": "fallback after upstream_unavailable",
        "outcome": failed or "ok",
        "attempts": [
            {"provider": "one", "model": "model-one", "error": "upstream_unavailable"},
            {"provider": "two", "model": "model-two", "error": failed},
        ],
    }


TEXTS: EmbeddingConfig = {
    "provider": "openai",
    "model": "text-embedding-3-small",
    "input": ["a", "b"],
    "dimensions": 64,
}


async def test_the_span_of_embeddings(recorded: Recorded, simulated_openai: RunningSimulation) -> None:
    async with open_context(settings=Settings(max_retries=0), accounts=accounts(simulated_openai)) as ctx:
        made = await generate_embeddings(ctx, TEXTS, node="vectors")
        attributes = dict(recorded.span.attributes)
        assert recorded.span.name == "embeddings text-embedding-3-small"
        assert attributes.pop("server.port") > 0
        tokens = made["usage"]["prompt_tokens"]
        assert attributes == {
            "gen_ai.operation.name": "embeddings",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": "text-embedding-3-small",
            "gen_ai.request.encoding_formats": ("base64",),
            "gen_ai.embeddings.dimension.count": 64,
            "gen_ai.response.model": "text-embedding-3-small",
            "gen_ai.usage.input_tokens": tokens,
            "server.address": "127.0.0.1",
            "app.workflow.node": "vectors",
        }
        points = recorded.metrics()
        assert [point.sum for point in points["gen_ai.client.token.usage"]] == [tokens]

        simulated_openai.settings.faults = ["unavailable"]
        with pytest.raises(UpstreamUnavailable):
            await generate_embeddings(ctx, TEXTS, node="vectors")
        assert recorded.span.attributes["error.type"] == "upstream_unavailable"
