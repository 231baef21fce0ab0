"""Conversations that are remembered: the messages of a session, by its id, kept in turns.

A turn is what was said together, such as a question and its answer. It is kept and dropped as a whole, so that calls of
functions stay with their results, and requests of one session that run side by side do not mix theirs.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, cast

import msgspec

from app.outside.postgres import PostgresSettings
from app.outside.sqlite import SqliteSettings
from app.outside.turns import Turn
from app.outside.turns_in_redis import RedisTurns
from app.outside.turns_in_sql import PostgresTurns, SqliteTurns
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.redis_settings import RedisSettings
from app.runtime.settings import Settings
from app.runtime.timing import timed_step
from app.runtime.usage import estimate_tokens

# What a message costs besides its content: https://github.com/openai/openai-cookbook, "How to count tokens".
_PER_MESSAGE = 4
_LONGEST_SESSION = 200


class InvalidConversation(ServiceError, code="invalid_conversation", title="Conversation unusable", status=422):
    """The id of a session is none, or what is to be kept are no messages."""

    hint = "A session is a text of 1 to 200 characters; messages are objects with `role` and `content`."
    for_caller = ()


class Turns(Protocol):
    """Where turns are kept; `node` is the step that asks, times are seconds since 1970."""

    async def read(self, ctx: ExecutionContext, node: str, session: str, since: float) -> list[Turn]:
        """The turns of a session that are not older, in order."""
        ...

    async def append(
        self, ctx: ExecutionContext, node: str, session: str, messages: list[dict[str, Any]], age: float | None
    ) -> None:
        """Keeps a turn, for `age` seconds where given."""
        ...

    async def compact(
        self, ctx: ExecutionContext, node: str, session: str, until: int, messages: list[dict[str, Any]]
    ) -> None:
        """Puts one turn in the place of all up to number `until`."""
        ...

    async def delete(self, ctx: ExecutionContext, node: str, session: str) -> bool:
        """Forgets a session; whether there was one."""
        ...


class ConversationStore:
    """Postgres where DATABASE_URL is set, else Redis where REDIS_URL is, else SQLite."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        self.turns: Turns
        # All are looked at when a process starts, so that a wrong one is told then.
        postgres, redis, _ = PostgresSettings.load(), RedisSettings.load(), SqliteSettings.load()
        if postgres.database_url is not None:
            self.turns = PostgresTurns()
        elif redis.redis_url is not None:
            self.turns = RedisTurns()
        else:
            self.turns = SqliteTurns()

    async def aclose(self) -> None:
        """Its connections are those of the databases."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What a step does with a session. Of what is read, the oldest turns are left out until no more than `max_tokens`
    (estimated) and `max_messages` are there; turns older than `max_age_seconds` are gone.
    """

    node: str
    max_tokens: int | None = None
    max_messages: int | None = None
    max_age_seconds: float | None = None

    async def read(self, ctx: ExecutionContext, session: str) -> Any:
        """Gives `{"messages": […], "dropped": […], "until": …}`: what is to be sent, what was left out of it, and the
        number of the last turn that was (null where none was).

        Raises:
            InvalidConversation: the id is none.
            ServiceError: the database; as in `app.outside.queries`.
        """
        with timed_step(ctx, self.node):
            since = 0.0 if self.max_age_seconds is None else time.time() - self.max_age_seconds
            turns = await _turns(ctx).read(ctx, self.node, self._session(session), since)
            kept = self._kept(turns)
            dropped = turns[: len(turns) - len(kept)]
            return {
                "messages": [message for turn in kept for message in turn.messages],
                "dropped": [message for turn in dropped for message in turn.messages],
                "until": dropped[-1].number if dropped else None,
            }

    async def append(self, ctx: ExecutionContext, session: str, messages: Sequence[Any]) -> Any:
        """Keeps messages as one turn; gives `{"kept": …}`, their number.

        Raises:
            InvalidConversation: the id is none, or they are no messages.
            ServiceError: as in `read`.
        """
        with timed_step(ctx, self.node):
            turn = self._messages(messages)
            await _turns(ctx).append(ctx, self.node, self._session(session), turn, self.max_age_seconds)
            return {"kept": len(turn)}

    async def compact(self, ctx: ExecutionContext, session: str, *, until: int | None, summary: str) -> Any:
        """Puts a summary in the place of all turns up to number `until`, as a system message; with None nothing.

        Raises:
            ServiceError: as in `append`.
        """
        with timed_step(ctx, self.node):
            if until is not None:
                turn = [{"role": "system", "content": summary}]
                await _turns(ctx).compact(ctx, self.node, self._session(session), until, turn)
            return {"compacted": until is not None}

    async def delete(self, ctx: ExecutionContext, session: str) -> Any:
        """Forgets a session; gives `{"deleted": …}`, whether there was one.

        Raises:
            ServiceError: as in `read`.
        """
        with timed_step(ctx, self.node):
            return {"deleted": await _turns(ctx).delete(ctx, self.node, self._session(session))}

    def _session(self, session: str) -> str:
        if not session.strip() or len(session) > _LONGEST_SESSION or "\0" in session:
            raise InvalidConversation("The id of the session cannot be used.", node=self.node)
        return session

    def _messages(self, messages: Sequence[Any]) -> list[dict[str, Any]]:
        for message in messages:
            if not isinstance(message, dict) or not isinstance(cast("dict[str, Any]", message).get("role"), str):
                raise InvalidConversation("What is to be kept are no messages.", node=self.node)
        return list(messages)

    def _kept(self, turns: list[Turn]) -> list[Turn]:
        tokens = 0
        count = 0
        for place in range(len(turns) - 1, -1, -1):
            messages = turns[place].messages
            tokens += sum(_PER_MESSAGE + estimate_tokens(len(msgspec.json.encode(message))) for message in messages)
            count += len(messages)
            if (self.max_tokens is not None and tokens > self.max_tokens) or (
                self.max_messages is not None and count > self.max_messages
            ):
                return turns[place + 1 :]
        return turns


def _turns(ctx: ExecutionContext) -> Turns:
    return ctx.pools.shared(ConversationStore).turns
