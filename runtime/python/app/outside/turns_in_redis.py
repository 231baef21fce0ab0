"""Turns of conversations in Redis: a list for each session, whose items are JSON with a number and a time."""

import json
import time
from typing import Any

from app.outside.redis import asking_redis
from app.outside.turns import Turn
from app.runtime.context import ExecutionContext
from app.runtime.redis_connections import RedisConnections

# A script runs whole, beside nothing else: https://redis.io/docs/latest/develop/programmability/eval-intro/
_APPEND = """
local last = redis.call('LINDEX', KEYS[1], -1)
local number = 1
if last then number = cjson.decode(last).number + 1 end
redis.call('RPUSH', KEYS[1], '{"number":' .. number .. ',"at":' .. ARGV[2] .. ',"messages":' .. ARGV[1] .. '}')
if ARGV[3] ~= '' then redis.call('PEXPIRE', KEYS[1], ARGV[3]) end
"""
_COMPACT = """
local until_number = tonumber(ARGV[1])
local last = nil
while true do
  local first = redis.call('LINDEX', KEYS[1], 0)
  if not first or cjson.decode(first).number > until_number then break end
  last = cjson.decode(redis.call('LPOP', KEYS[1]))
end
if last then
  redis.call('LPUSH', KEYS[1], '{"number":' .. last.number .. ',"at":' .. ARGV[3] .. ',"messages":' .. ARGV[2] .. '}')
end
"""


class RedisTurns:
    """See `Turns`."""

    async def read(self, ctx: ExecutionContext, node: str, session: str, since: float) -> list[Turn]:
        """As in Turns."""
        with asking_redis(node, "range"):
            items = await _client(ctx).lrange(_key(session), 0, -1)
        turns = [json.loads(item) for item in items]
        return [Turn(turn["number"], turn["messages"]) for turn in turns if turn["at"] >= since]

    async def append(
        self, ctx: ExecutionContext, node: str, session: str, messages: list[dict[str, Any]], age: float | None
    ) -> None:
        """As in Turns. A session is gone when its last turn is too old."""
        milliseconds = "" if age is None else str(max(1, round(age * 1000)))
        with asking_redis(node, "append"):
            await _client(ctx).eval(_APPEND, 1, _key(session), json.dumps(messages), repr(time.time()), milliseconds)

    async def compact(
        self, ctx: ExecutionContext, node: str, session: str, until: int, messages: list[dict[str, Any]]
    ) -> None:
        """As in Turns."""
        with asking_redis(node, "compact"):
            await _client(ctx).eval(_COMPACT, 1, _key(session), str(until), json.dumps(messages), repr(time.time()))

    async def delete(self, ctx: ExecutionContext, node: str, session: str) -> bool:
        """As in Turns."""
        with asking_redis(node, "delete"):
            return bool(await _client(ctx).delete(_key(session)))


def _client(ctx: ExecutionContext) -> Any:
    return ctx.pools.shared(RedisConnections).client


def _key(session: str) -> str:
    return f"conversation:{session}"
