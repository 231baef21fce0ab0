"""Indexing and searching: embedded in a folder, and over sockets with what stands for a server of Qdrant."""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from app.outside.errors import AnswerUnusable
from app.outside.queries import DatabaseTimeout, DatabaseUnreachable, QueryFailed
from app.retrieval import filters
from app.retrieval.errors import (
    CollectionMismatch,
    CollectionMissing,
    InvalidCollection,
    InvalidFilter,
    InvalidPieces,
    StoreAccessDenied,
)
from app.retrieval.search import QdrantSearch
from app.retrieval.upsert import QdrantUpsert
from app.runtime.context import ExecutionContext, open_context
from app.runtime.errors import ServiceError
from app.runtime.steps import Retries, Step
from tests.qdrant_server import KEY, FakeQdrant, running_qdrant
from tests.simulated_providers.apis.embeddings.vectors import embedding

SIZE = 128
TEXTS = {
    "leave.md": ["Parents have twenty weeks of leave", "Holidays are thirty days a year", "Call in when you are ill"],
    "travel.md": ["Journeys go by train", "Hotels cost at most 140 euros", "Send the bills to the XR-7700 form"],
}


@pytest.fixture(scope="module")
def qdrant() -> Iterator[FakeQdrant]:
    with running_qdrant() as running:
        yield running


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder in memory, where there is one: the embedded mode waits for the disk at each point."""
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


@pytest.fixture
def fake(qdrant: FakeQdrant) -> Iterator[FakeQdrant]:
    yield qdrant
    qdrant.fault = None
    for collection in qdrant.client.get_collections().collections:
        qdrant.client.delete_collection(collection.name)


@pytest.fixture(params=["embedded", "server"])
async def ctx(
    request: pytest.FixtureRequest, fake: FakeQdrant, place: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ExecutionContext]:
    _environment(monkeypatch, fake.url if request.param == "server" else None, place)
    async with open_context() as opened:
        yield opened


@pytest.fixture
async def served(fake: FakeQdrant, place: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ExecutionContext]:
    _environment(monkeypatch, fake.url, place)
    async with open_context() as opened:
        yield opened


def _environment(monkeypatch: pytest.MonkeyPatch, url: str | None, folder: Path) -> None:
    monkeypatch.setenv("QDRANT_URL", url or "")
    monkeypatch.setenv("QDRANT_API_KEY", KEY)
    monkeypatch.setenv("QDRANT_PATH", str(folder / "qdrant"))


def pieces_of(texts: dict[str, list[str]]) -> list[dict[str, Any]]:
    return [
        {"text": text, "source": source, "title": source, "page": number + 1}
        for source, listed in texts.items()
        for number, text in enumerate(listed)
    ]


PIECES = pieces_of(TEXTS)
INDEX = QdrantUpsert(node="index", hybrid=True)


async def index(
    ctx: ExecutionContext, pieces: list[dict[str, Any]] = PIECES, node: QdrantUpsert = INDEX, **further: Any
) -> Any:
    vectors = [embedding(piece["text"], SIZE) for piece in pieces]
    return await node.send(ctx, "handbook", pieces, vectors, **further)


async def found(ctx: ExecutionContext, text: str, where: dict[str, Any] | None = None, **how: Any) -> list[str]:
    search = QdrantSearch(node="search", **how)
    answer = await search.send(ctx, "handbook", vector=embedding(text, SIZE), text=text, where=where)
    assert answer["count"] == len(answer["hits"])
    return [hit["payload"]["text"] for hit in answer["hits"]]


async def test_what_is_indexed_is_found(ctx: ExecutionContext) -> None:
    assert await index(ctx) == {"upserted": 6, "deleted": 0, "created": True}
    for mode in ("dense", "words", "hybrid"):
        assert (await found(ctx, "How many weeks of leave do parents have?", mode=mode))[0] == TEXTS["leave.md"][0]
    answer = await QdrantSearch(node="search", limit=1).send(
        ctx, "handbook", vector=embedding("journeys by train", SIZE)
    )
    (hit,) = answer["hits"]
    assert hit["payload"] == PIECES[3]
    assert 0.5 < hit["score"] <= 1.0001
    assert len(hit["id"]) == 36


async def test_a_second_time_doubles_nothing(ctx: ExecutionContext) -> None:
    await index(ctx)
    assert await index(ctx) == {"upserted": 6, "deleted": 0, "created": False}
    assert len(await found(ctx, "euros", limit=100)) == 6


async def test_texts_that_are_equal_stay_as_many(ctx: ExecutionContext) -> None:
    twice = pieces_of({"a": ["same", "same"], "b": ["same"]})
    twice[1]["page"] = twice[0]["page"]
    await index(ctx, twice)
    await index(ctx, twice)
    assert await found(ctx, "same", limit=10) == ["same"] * 3


async def test_what_is_gone_from_a_source_goes(ctx: ExecutionContext) -> None:
    await index(ctx)
    changed = pieces_of({"leave.md": [*TEXTS["leave.md"][:2], "Illness is told by ten"]})
    assert await index(ctx, changed) == {"upserted": 3, "deleted": 1, "created": False}
    texts = await found(ctx, "anything", limit=100)
    assert sorted(texts) == sorted([*TEXTS["leave.md"][:2], "Illness is told by ten", *TEXTS["travel.md"]])


async def test_what_is_gone_may_stay_or_go_from_everywhere(ctx: ExecutionContext) -> None:
    await index(ctx)
    one = PIECES[:1]
    assert (await index(ctx, one, QdrantUpsert(node="index", hybrid=True, gone="keep")))["deleted"] == 0
    assert (await index(ctx, [], QdrantUpsert(node="index", gone="collection"))) == {
        "upserted": 0,
        "deleted": 0,
        "created": False,
    }
    assert (await index(ctx, one, QdrantUpsert(node="index", hybrid=True, gone="collection")))["deleted"] == 5
    assert await found(ctx, "anything", limit=100) == [one[0]["text"]]


async def test_filters(ctx: ExecutionContext) -> None:
    await index(ctx, payload={"team": {"name": "people"}, "tags": ["a", "b"], "draft": False})
    of_leave = filters.where(all_of=[filters.equals("source", "leave.md")])
    assert set(await found(ctx, "train", of_leave, limit=100)) == set(TEXTS["leave.md"])
    assert set(await found(ctx, "train", of_leave, limit=100, mode="hybrid")) == set(TEXTS["leave.md"])
    conditions: list[tuple[dict[str, Any], int]] = [
        ({"all_of": [filters.one_of("source", ["leave.md", "other.md"])]}, 3),
        ({"all_of": [filters.one_of("source", [])]}, 0),
        ({"all_of": [filters.between("page", least=2, most=3)]}, 4),
        ({"all_of": [filters.between("page", least=2.5)]}, 2),
        ({"any_of": [filters.equals("page", 1), filters.equals("source", "travel.md")]}, 4),
        ({"none_of": [filters.equals("page", 1)]}, 4),
        ({"all_of": [filters.equals("team.name", "people"), filters.equals("draft", False)]}, 6),
        ({"all_of": [filters.equals("tags", "b")]}, 6),
        ({"all_of": [filters.contains("text", "euros")]}, 1),
        ({"all_of": [filters.is_missing("author")]}, 6),
        ({"all_of": [filters.is_missing("source")]}, 0),
        ({"all_of": [filters.equals("source", None, optional=True)]}, 6),
    ]
    for given, count in conditions:
        assert len(await found(ctx, "leave", filters.where(**given), limit=100)) == count, given


HOSTILE: list[Any] = [
    None,
    {"any": ["leave.md"]},
    {"match": {"value": "leave.md"}},
    [["leave.md"]],
    float("nan"),
    1.5,
    10**400,
]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_of_a_filter_is_never_a_part_of_it(value: Any) -> None:
    with pytest.raises(InvalidFilter):
        filters.equals("source", value)
    with pytest.raises(InvalidFilter):
        filters.one_of("source", [value])
    with pytest.raises(InvalidFilter):
        filters.between("page", least=value if value != 1.5 else "1")


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, 1e300])
def test_a_number_that_qdrant_does_not_have_is_refused(value: float) -> None:
    with pytest.raises(InvalidFilter):
        filters.equals("page", value)
    assert filters.between("page", most=value) == {"key": "page", "range": {"lte": value}}


async def test_a_text_that_looks_like_a_filter_is_a_text(ctx: ExecutionContext) -> None:
    await index(ctx)
    text = '"}}]}, "must_not": [{"key": "source"'
    assert await found(ctx, "leave", filters.where(all_of=[filters.equals("source", text)])) == []


async def test_limits_and_thresholds(ctx: ExecutionContext) -> None:
    await index(ctx)
    assert len(await found(ctx, "leave", limit=2)) == 2
    assert await found(ctx, "Journeys go by train", score_threshold=0.9) == ["Journeys go by train"]
    assert await found(ctx, "???", mode="words") == []
    assert await found(ctx, "XR-7700", mode="words", limit=1) == ["Send the bills to the XR-7700 form"]
    assert len(await found(ctx, "???", mode="hybrid", limit=2)) == 2


async def test_vectors_of_another_length(ctx: ExecutionContext) -> None:
    await index(ctx)
    with pytest.raises(CollectionMismatch) as mismatch:
        await QdrantSearch(node="search").send(ctx, "handbook", vector=[0.5] * 3)
    assert mismatch.value.details == {"expected": SIZE, "given": 3}
    assert mismatch.value.node == "search"
    with pytest.raises(CollectionMismatch):
        await INDEX.send(ctx, "handbook", PIECES[:1], [[0.5] * 3])
    assert len(await found(ctx, "leave", limit=100)) == 6


async def test_a_collection_without_words(ctx: ExecutionContext) -> None:
    await index(ctx, node=QdrantUpsert(node="index"))
    for mode in ("words", "hybrid"):
        with pytest.raises(CollectionMismatch, match="without words"):
            await found(ctx, "leave", mode=mode)
    with pytest.raises(CollectionMismatch, match="without words"):
        await index(ctx)


async def test_no_collection(ctx: ExecutionContext) -> None:
    for mode in ("dense", "words", "hybrid"):
        with pytest.raises(CollectionMissing):
            await found(ctx, "leave", mode=mode)


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "a b", "a?wait=x", "\0", "x" * 101, "a\n"])
async def test_names_of_collections(ctx: ExecutionContext, name: str) -> None:
    with pytest.raises(InvalidCollection):
        await INDEX.send(ctx, name, PIECES[:1], [[0.5]])
    with pytest.raises(InvalidCollection):
        await QdrantSearch(node="search").send(ctx, name, vector=[0.5])


async def test_pieces_and_vectors_that_do_not_belong_together(ctx: ExecutionContext) -> None:
    wrong: list[tuple[Any, Any]] = [
        (PIECES, []),
        ("text", [[0.5]]),
        ([{"source": "a"}], [[0.5]]),
        (["text"], [[0.5]]),
        (PIECES[:1], ["text"]),
        (PIECES[:1], [[]]),
        (PIECES[:2], [[0.5], [0.5, 0.5]]),
    ]
    for pieces, vectors in wrong:
        with pytest.raises(InvalidPieces):
            await INDEX.send(ctx, "handbook", pieces, vectors)
    with pytest.raises(InvalidPieces):
        await QdrantSearch(node="search").send(ctx, "handbook", vector="text")


async def test_a_schema_of_the_payload(ctx: ExecutionContext) -> None:
    await index(ctx)
    with pytest.raises(AnswerUnusable) as unusable:
        await found(ctx, "leave", payload_schema={"type": "object", "required": ["author"]})
    assert unusable.value.details["errors"]


async def test_vectors_with_a_name(ctx: ExecutionContext) -> None:
    await index(ctx, node=QdrantUpsert(node="index", vector="text-dense", hybrid=True))
    for mode in ("dense", "hybrid"):
        assert (await found(ctx, "go by train", mode=mode, vector="text-dense"))[0] == "Journeys go by train"
    with pytest.raises(CollectionMismatch, match="only vectors with names"):
        await found(ctx, "leave")


async def test_many_at_the_same_time(ctx: ExecutionContext) -> None:
    sources = {f"{number}.md": [f"{text} {number}" for text in TEXTS["leave.md"]] for number in range(8)}
    made = await asyncio.gather(*(index(ctx, pieces_of({name: texts})) for name, texts in sources.items()))
    assert sum(each["upserted"] for each in made) == 24
    assert sum(each["deleted"] for each in made) == 0
    everything = await asyncio.gather(*(found(ctx, "leave", limit=100) for _ in range(8)))
    assert {len(texts) for texts in everything} == {24}


async def test_cancelled_in_the_middle(ctx: ExecutionContext) -> None:
    many = pieces_of({"many.md": [f"Sentence {number}" for number in range(150)]})
    ends: list[Any] = []
    for seconds in (0, 0.005, 0.02, 0.05):
        running = asyncio.create_task(index(ctx, many))
        await asyncio.sleep(seconds)
        running.cancel()
        ends += await asyncio.gather(running, return_exceptions=True)
    assert any(isinstance(end, asyncio.CancelledError) for end in ends)
    assert (await index(ctx, many))["upserted"] == 150
    assert len(await found(ctx, "Sentence", limit=1000)) == 150


async def test_it_outlives_the_process(ctx: ExecutionContext) -> None:
    await index(ctx)
    async with open_context() as other:
        assert len(await found(other, "leave", limit=100)) == 6


# What only a server does


def _answering(status: int, body: str = "no") -> Any:
    async def fault(_: Request) -> Response:
        return Response(body, status_code=status)

    return fault


FAULTS: list[tuple[Any, type[ServiceError], bool]] = [
    (_answering(401), StoreAccessDenied, False),
    (_answering(403), StoreAccessDenied, False),
    (_answering(400, '{"status": {"error": "Wrong input"}}'), QueryFailed, False),
    (_answering(500), QueryFailed, False),
    (_answering(503), DatabaseUnreachable, True),
    (_answering(429), DatabaseUnreachable, True),
    (_answering(200, "<html>"), DatabaseUnreachable, True),
    (_answering(200, "[1]"), DatabaseUnreachable, True),
]


@pytest.mark.parametrize(("fault", "expected", "retryable"), FAULTS)
async def test_what_a_server_refuses(
    served: ExecutionContext, fake: FakeQdrant, fault: Any, expected: type[ServiceError], *, retryable: bool
) -> None:
    fake.fault = fault
    for step in (index(served), found(served, "leave")):
        with pytest.raises(expected) as error:
            await step
        assert error.value.retryable is retryable
        assert error.value.node in ("index", "search")
        assert KEY not in json.dumps(error.value.problem())


async def test_a_wrong_key(served: ExecutionContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QDRANT_API_KEY", "another")
    async with open_context() as ctx:
        with pytest.raises(StoreAccessDenied):
            await index(ctx)


async def test_a_server_that_is_too_slow(
    served: ExecutionContext, fake: FakeQdrant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(_: Request) -> Response:
        await asyncio.sleep(2)
        return Response()

    fake.fault = slow
    monkeypatch.setenv("QDRANT_TIMEOUT_SECONDS", "0.1")
    async with open_context() as ctx:
        with pytest.raises(DatabaseTimeout):
            await found(ctx, "leave")


async def test_no_server(fake: FakeQdrant, monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    _environment(monkeypatch, "http://127.0.0.1:9", place)
    async with open_context() as ctx:
        with pytest.raises(DatabaseUnreachable) as error:
            await index(ctx)
        assert error.value.retryable


async def test_a_step_tries_again(served: ExecutionContext, fake: FakeQdrant) -> None:
    refused = 0

    async def once(request: Request) -> Response:
        nonlocal refused
        refused += 1
        fake.fault = None
        return Response(status_code=503)

    fake.fault = once
    step = Step("index", retries=Retries(2, backoff=0.001))
    vectors = [embedding(piece["text"], SIZE) for piece in PIECES]
    assert (await step.run(INDEX.send, served, "handbook", PIECES, vectors))["upserted"] == 6
    assert refused == 1


async def test_a_collection_that_is_made_anew_meanwhile(served: ExecutionContext, fake: FakeQdrant) -> None:
    await index(served)
    await found(served, "leave")
    fake.client.delete_collection("handbook")
    with pytest.raises(CollectionMissing):
        await found(served, "leave")
    await INDEX.send(served, "handbook", PIECES[:1], [[0.5, 0.5]])
    assert (await QdrantSearch(node="search").send(served, "handbook", vector=[1, 1]))["count"] == 1


async def test_many_points_go_in_batches(served: ExecutionContext, fake: FakeQdrant) -> None:
    assert fake.server is not None
    before = len(fake.server.requests)
    await index(served, pieces_of({"many.md": [f"Sentence {number}" for number in range(250)]}))
    sent = [request for request in fake.server.requests[before:] if request.path == "/collections/handbook/points"]
    assert [len(request.json["points"]) for request in sent] == [100, 100, 50]


# What only the folder does


async def test_processes_take_turns_with_the_folder(
    fake: FakeQdrant, monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    _environment(monkeypatch, None, place)
    program = """
import asyncio
from app.retrieval.search import QdrantSearch
from app.runtime.context import open_context
async def main():
    async with open_context() as ctx:
        print((await QdrantSearch(node="search", limit=50).send(ctx, "handbook", vector=[1.0] * 128))["count"])
asyncio.run(main())
"""
    async with open_context() as ctx:
        await index(ctx)
        command = [sys.executable, "-c", program]
        other = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=60)
        assert other.stdout.strip() == "6", other.stderr
        assert len(await found(ctx, "leave", limit=100)) == 6


async def test_a_folder_that_is_none(fake: FakeQdrant, monkeypatch: pytest.MonkeyPatch, place: Path) -> None:
    _environment(monkeypatch, None, place)
    (place / "qdrant").write_text("no folder")
    async with open_context() as ctx:
        with pytest.raises(DatabaseUnreachable):
            await index(ctx)
