"""Limits of a single call, and parameters that go over the wire as they are."""

import asyncio
from typing import Any

import pytest

from app.llm.errors import UpstreamTimeout
from app.nodes.llm.openai import Timeouts, execute_openai_completion, stream_openai_completion
from app.runtime.errors import ServiceError
from tests.upstream import CONFIG, Step, context_for, head, text, upstream, whole

SLOW: dict[str, tuple[list[Step], float | Timeouts, str]] = {
    "total": ([5.0], 0.1, "total"),
    "total_by_name": ([5.0], {"total": 0.1}, "total"),
    "first_byte": ([5.0], {"first_byte": 0.1}, "first_byte"),
    "idle": ([head() + text("Hel"), 5.0], {"idle": 0.1, "first_byte": 3.0}, "idle"),
}


@pytest.mark.parametrize(("script", "limits", "phase"), SLOW.values(), ids=SLOW.keys())
async def test_the_limits_of_a_call(script: list[Step], limits: float | Timeouts, phase: str) -> None:
    async with upstream(script) as server, context_for(server.url) as ctx:
        with pytest.raises(UpstreamTimeout) as raised:
            async for _ in stream_openai_completion(ctx, {**CONFIG, "timeout": limits, "max_retries": 0}):
                pass
        assert raised.value.details["phase"] == phase


async def test_the_limit_until_the_connection_stands() -> None:
    # An address that is reserved for documentation: nobody answers there. RFC 5737.
    async with context_for("http://192.0.2.1:81/v1") as ctx:
        with pytest.raises(ServiceError) as raised:
            await execute_openai_completion(ctx, {**CONFIG, "timeout": {"connect": 0.1}, "max_retries": 0})
        assert raised.value.code in ("upstream_timeout", "upstream_unreachable")


async def test_further_parameters_go_over_the_wire() -> None:
    given: dict[str, Any] = {
        "logprobs": True,
        "top_logprobs": 2,
        "logit_bias": {"50256": -100},
        "prompt_cache_key": "support",
        "moderation": None,
    }
    further = {"new_parameter": [1], "metadata": {"b": "2"}, "stream": True}
    script = head(content_type="application/json") + whole({"content": "Hello"})
    async with upstream([script]) as server, context_for(server.url) as ctx:
        config: Any = {**CONFIG, **given, "metadata": {"a": "1"}, "extra_body": further, "timeout": {"connect": 5.0}}
        await execute_openai_completion(ctx, config)
        assert server.requests[0] == {
            **CONFIG,
            **{name: value for name, value in given.items() if value is not None},
            "metadata": {"a": "1", "b": "2"},
            "new_parameter": [1],
        }


async def test_a_request_that_was_never_sent_is_not_counted() -> None:
    """The only connection is taken, and the time runs out while the call waits for it."""
    async with upstream([5.0]) as server, context_for(server.url, max_connections=1) as ctx:
        first = asyncio.create_task(execute_openai_completion(ctx, {**CONFIG, "max_retries": 0}))
        while not server.requests:  # noqa: ASYNC110 - it has no event to wait for
            await asyncio.sleep(0.01)
        with pytest.raises(UpstreamTimeout):
            await execute_openai_completion(ctx, {**CONFIG, "timeout": 0.1, "max_retries": 0})
        assert ctx.usage.calls == 0
        first.cancel()
        await asyncio.wait([first])
        assert ctx.usage.calls == 1
