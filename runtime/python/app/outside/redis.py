"""Operations of Redis as steps of a workflow: https://redis.io/docs/latest/commands/."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from redis.exceptions import ConnectionError as RedisUnreachable
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeout

from app.outside.queries import DatabaseTimeout, DatabaseUnreachable, QueryFailed
from app.runtime.context import ExecutionContext
from app.runtime.expressions import as_text
from app.runtime.redis_connections import RedisConnections
from app.runtime.timing import timed_step

Operation = Literal[
    "get",
    "set",
    "delete",
    "exists",
    "expire",
    "increment",
    "append",
    "range",
    "pop",
    "hashGet",
    "hashSet",
    "hashAll",
    "publish",
]


@contextmanager
def asking_redis(node: str | None, operation: str) -> Generator[None]:
    """Around what is asked of Redis, so that its errors are those of a database.

    Raises:
        DatabaseUnreachable, DatabaseTimeout: there is no server, or no answer.
        QueryFailed: Redis refuses.
    """
    try:
        yield
    except RedisTimeout as error:
        hint = "Look at what the server does, or raise REDIS_TIMEOUT_SECONDS."
        raise DatabaseTimeout("Redis did not answer in time.", node=node, hint=hint) from error
    except (RedisUnreachable, OSError) as error:
        raise DatabaseUnreachable("Redis cannot be reached.", node=node) from error
    # Half of a character, or bytes that are no text.
    except (RedisError, UnicodeError) as error:
        hint = "Check what kind of value the key holds."
        refused = QueryFailed(f"Redis refused {operation}.", node=node, hint=hint)
        refused.upstream = {"message": str(error)}
        raise refused from error


@dataclass(frozen=True, slots=True)
class RedisOperation:
    """An operation; `node` is the step that asks for it. With `ttl` the key is gone after so many seconds.

    Texts are kept as they are, anything else as JSON; what is read is a text.
    """

    node: str
    operation: Operation
    ttl: float | None = None
    only_if_missing: bool = False

    async def send(self, ctx: ExecutionContext, key: str, *, field: str = "", value: Any = None, by: int = 1) -> Any:
        """Does it, and gives what it gives: a text or None, a number, a list, an object, or whether it was done.

        Raises:
            MissingApiKey, DatabaseUnreachable, DatabaseTimeout: there is no server, or no answer.
            QueryFailed: Redis refuses, as where the key holds a value of another kind.
        """
        with timed_step(ctx, self.node), asking_redis(self.node, self.operation):
            return await self._done(ctx.pools.shared(RedisConnections).client, key, field, value, by)

    async def _done(self, redis: Any, key: str, field: str, value: Any, by: int) -> Any:
        milliseconds = None if self.ttl is None else max(1, round(self.ttl * 1000))
        match self.operation:
            case "get":
                return await redis.get(key)
            case "set":
                return bool(await redis.set(key, as_text(value), px=milliseconds, nx=self.only_if_missing))
            case "delete":
                return bool(await redis.delete(key))
            case "exists":
                return bool(await redis.exists(key))
            case "expire":
                return bool(await redis.pexpire(key, milliseconds or 1))
            case "increment":
                return await self._with_ttl(redis, key, milliseconds, "incrby", by)
            case "append":
                return await self._with_ttl(redis, key, milliseconds, "rpush", as_text(value))
            case "range":
                return await redis.lrange(key, 0, -1)
            case "pop":
                return await redis.lpop(key)
            case "hashGet":
                return await redis.hget(key, field)
            case "hashSet":
                return bool(await redis.hset(key, field, as_text(value)))
            case "hashAll":
                return await redis.hgetall(key)
            case "publish":
                return await redis.publish(key, as_text(value))

    async def _with_ttl(self, redis: Any, key: str, milliseconds: int | None, command: str, argument: Any) -> Any:
        """Does both at once, so that no key stays for ever; the time counts from the first value on."""
        if milliseconds is None:
            return await getattr(redis, command)(key, argument)
        async with redis.pipeline(transaction=True) as pipeline:
            getattr(pipeline, command)(key, argument)
            pipeline.pexpire(key, milliseconds, nx=True)
            done, _ = await pipeline.execute()
        return done
