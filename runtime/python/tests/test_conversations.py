"""Conversations that are remembered, in SQLite, in a real Postgres, and in a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.outside.conversations import Conversation, InvalidConversation
from app.runtime.context import ExecutionContext, open_context
from tests.database_servers import running_postgres, running_redis


@contextmanager
def _sqlite(folder: Path) -> Generator[tuple[str, str]]:
    yield "SQLITE_PATH", str(folder / "data.sqlite")


@contextmanager
def _postgres(_: Path) -> Generator[tuple[str, str]]:
    with running_postgres() as server:
        yield "DATABASE_URL", server.url


@contextmanager
def _redis(_: Path) -> Generator[tuple[str, str]]:
    with running_redis() as url:
        yield "REDIS_URL", url


@pytest.fixture(scope="module", params=[_sqlite, _postgres, _redis])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with request.param(tmp_path_factory.mktemp("conversations")) as variable:
        yield variable


@pytest.fixture
async def ctx(place: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ExecutionContext]:
    for name in ("DATABASE_URL", "REDIS_URL", "SQLITE_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(*place)
    async with open_context() as opened:
        for session in ("a", "b", HOSTILE):
            await Conversation(node="talk").delete(opened, session)
        yield opened


HOSTILE = "x'); DROP TABLE conversation_turns; --\r\nDEL a"
TALK = Conversation(node="talk")


def turn(text: str) -> list[dict[str, Any]]:
    return [{"role": "user", "content": text}, {"role": "assistant", "content": f"So: {text}"}]


async def texts(ctx: ExecutionContext, session: str, talk: Conversation = TALK) -> list[str]:
    return [message["content"] for message in (await talk.read(ctx, session))["messages"]]


async def test_what_was_said_is_there_for_its_session_alone(ctx: ExecutionContext) -> None:
    assert await TALK.read(ctx, "a") == {"messages": [], "dropped": [], "until": None}
    assert await TALK.append(ctx, "a", turn("one")) == {"kept": 2}
    await TALK.append(ctx, HOSTILE, turn('"\u2028{{ x }}'))
    assert await texts(ctx, "a") == ["one", "So: one"]
    assert (await TALK.read(ctx, HOSTILE))["messages"] == turn('"\u2028{{ x }}')
    assert await TALK.delete(ctx, HOSTILE) == {"deleted": True}
    assert await TALK.delete(ctx, HOSTILE) == {"deleted": False}
    assert await texts(ctx, "a") == ["one", "So: one"]


async def test_whole_turns_are_left_out(ctx: ExecutionContext) -> None:
    for text in ("one", "two", "three"):
        await TALK.append(ctx, "a", turn(text))
    found = await Conversation(node="talk", max_messages=5).read(ctx, "a")
    assert [message["content"] for message in found["messages"]] == ["two", "So: two", "three", "So: three"]
    assert found["dropped"] == turn("one")
    short = await Conversation(node="talk", max_tokens=40).read(ctx, "a")
    assert short["messages"] == turn("three")
    assert await texts(ctx, "a", Conversation(node="talk", max_tokens=1)) == []


async def test_a_summary_takes_the_place_of_what_was_left_out(ctx: ExecutionContext) -> None:
    short = Conversation(node="talk", max_messages=2)
    for text in ("one", "two", "three"):
        await TALK.append(ctx, "a", turn(text))
    until = (await short.read(ctx, "a"))["until"]
    await TALK.append(ctx, "a", turn("four"))
    assert await TALK.compact(ctx, "a", until=until, summary="They counted.") == {"compacted": True}
    assert await texts(ctx, "a") == ["They counted.", "three", "So: three", "four", "So: four"]
    assert await TALK.compact(ctx, "a", until=None, summary="no") == {"compacted": False}
    await TALK.append(ctx, "a", turn("five"))
    assert (await texts(ctx, "a"))[-1] == "So: five"


async def test_requests_side_by_side_do_not_mix(ctx: ExecutionContext) -> None:
    async with asyncio.TaskGroup() as tasks:
        for each in range(40):
            tasks.create_task(TALK.append(ctx, "a", turn(str(each))))
    said = await texts(ctx, "a")
    assert len(said) == 80
    assert all(said[place + 1] == f"So: {said[place]}" for place in range(0, 80, 2))


async def test_what_is_too_old_is_gone(ctx: ExecutionContext) -> None:
    brief = Conversation(node="talk", max_age_seconds=1)
    await brief.append(ctx, "a", turn("one"))
    assert await texts(ctx, "a", brief) == ["one", "So: one"]
    await asyncio.sleep(1.1)
    assert await texts(ctx, "a", brief) == []
    await TALK.append(ctx, "b", turn("two"))
    assert await texts(ctx, "a") == []
    assert await texts(ctx, "b") == ["two", "So: two"]


@pytest.mark.parametrize("session", ["", "  ", "x" * 201, "a\0b"])
async def test_an_id_that_is_none(ctx: ExecutionContext, session: str) -> None:
    with pytest.raises(InvalidConversation) as caught:
        await TALK.read(ctx, session)
    assert caught.value.node == "talk"


async def test_what_are_no_messages(ctx: ExecutionContext) -> None:
    with pytest.raises(InvalidConversation):
        await TALK.append(ctx, "a", ["hello"])
