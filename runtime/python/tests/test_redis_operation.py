"""Operations of a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from app.outside.queries import DatabaseUnreachable, QueryFailed
from app.outside.redis import Operation, RedisOperation
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import MissingApiKey
from tests.database_servers import running_redis


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_redis() as running:
        yield running


@pytest.fixture
async def ctx(url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ExecutionContext]:
    monkeypatch.setenv("REDIS_URL", url)
    async with open_context() as opened:
        for key in ("k", "n", "l", "h"):
            await RedisOperation("do", "delete").send(opened, key)
        yield opened


async def do(ctx: ExecutionContext, operation: Operation, key: str, **given: Any) -> Any:
    return await RedisOperation("do", operation).send(ctx, key, **given)


async def test_values(ctx: ExecutionContext) -> None:
    hostile = 'a\r\nDEL k\r\n{"x": 1} \u2028'
    assert await do(ctx, "get", "k") is None
    assert await do(ctx, "set", "k", value=hostile) is True
    assert await do(ctx, "get", "k") == hostile
    assert await do(ctx, "set", "k", value={"a": [1, None]}) is True
    assert await do(ctx, "get", "k") == '{"a":[1,null]}'
    assert await RedisOperation("do", "set", only_if_missing=True).send(ctx, "k", value="no") is False
    assert (await do(ctx, "exists", "k"), await do(ctx, "delete", "k"), await do(ctx, "exists", "k")) == (
        True,
        True,
        False,
    )


async def test_numbers_lists_and_objects(ctx: ExecutionContext) -> None:
    assert [await do(ctx, "increment", "n"), await do(ctx, "increment", "n", by=5)] == [1, 6]
    assert [await do(ctx, "append", "l", value=each) for each in ("a", {"b": 1})] == [1, 2]
    assert await do(ctx, "range", "l") == ["a", '{"b":1}']
    assert [await do(ctx, "pop", "l"), await do(ctx, "pop", "l"), await do(ctx, "pop", "l")] == ["a", '{"b":1}', None]
    assert await do(ctx, "hashSet", "h", field="f", value=1) is True
    assert await do(ctx, "hashGet", "h", field="f") == "1"
    assert await do(ctx, "hashAll", "h") == {"f": "1"}
    assert await do(ctx, "publish", "channel", value="nobody listens") == 0


async def test_keys_end(ctx: ExecutionContext) -> None:
    await RedisOperation("do", "set", ttl=1).send(ctx, "k", value="x")
    assert await RedisOperation("do", "increment", ttl=1).send(ctx, "n") == 1
    assert await RedisOperation("do", "increment", ttl=60).send(ctx, "n") == 2
    await asyncio.sleep(1.1)
    assert (await do(ctx, "get", "k"), await do(ctx, "get", "n")) == (None, None)


async def test_a_value_of_another_kind(ctx: ExecutionContext) -> None:
    await do(ctx, "append", "l", value="a")
    with pytest.raises(QueryFailed, match="increment") as caught:
        await do(ctx, "increment", "l")
    assert caught.value.node == "do"


async def test_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDIS_URL", "redis://:pa55@127.0.0.1:9/0")
    async with open_context() as ctx:
        with pytest.raises(DatabaseUnreachable) as caught:
            await do(ctx, "get", "k")
    assert "pa55" not in str(caught.value.problem())
    monkeypatch.delenv("REDIS_URL")
    async with open_context() as ctx:
        with pytest.raises(MissingApiKey, match="REDIS_URL"):
            await do(ctx, "get", "k")
