"""Spans of requests for embeddings, by OpenTelemetry's conventions.

https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/#embeddings
"""

import time
from typing import Any

from app.llm.embeddings.types import EmbeddingConfig, EndEmbeddingSpan
from app.llm.provider import Provider
from app.runtime.http.pool import ConnectionPool
from app.runtime.telemetry import telemetry
from app.runtime.usage import Usage


def begin_embedding_span(
    provider: Provider, config: EmbeddingConfig, pool: ConnectionPool, node: str | None
) -> EndEmbeddingSpan | None:
    """Begins the span `embeddings {model}` under the current one; None where nobody listens."""
    traced = telemetry()
    if traced is None:
        return None
    shared: dict[str, Any] = {
        "gen_ai.operation.name": "embeddings",
        "gen_ai.provider.name": provider.name,
        "gen_ai.request.model": config["model"],
        "server.address": pool.address.host,
        "server.port": pool.address.port,
    }
    attributes = {**shared, "gen_ai.request.encoding_formats": ["base64"]}
    if config.get("dimensions"):
        attributes["gen_ai.embeddings.dimension.count"] = config.get("dimensions")
    if node is not None:
        attributes["app.workflow.node"] = node
    span = traced.start(f"embeddings {config['model']}", attributes)
    started = time.perf_counter()

    def end(outcome: str, model: str, usage: Usage | None) -> None:
        answered = {**shared, "gen_ai.response.model": model}
        span.set_attribute("gen_ai.response.model", model)
        failed: dict[str, Any] = {}
        if outcome != "ok":
            failed["error.type"] = outcome
            traced.fail(span, outcome)
        # The conventions want counts that the provider has reported, or none.
        if usage is not None and not usage.get("estimated"):
            span.set_attribute("gen_ai.usage.input_tokens", usage["prompt_tokens"])
            traced.tokens.record(usage["prompt_tokens"], {**answered, "gen_ai.token.type": "input"})
        span.end()
        traced.duration.record(time.perf_counter() - started, {**answered, **failed})

    return end
