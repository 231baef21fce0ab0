"""Pieces of texts: no larger than they may be, nothing lost, each with the place that it is from."""

import random
import time
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any, Literal

import pytest

from app.retrieval.errors import InvalidPieces, TooManyDocuments
from app.retrieval.headings import heading_of
from app.retrieval.spans import Span, sentences, tokens_of
from app.retrieval.split import SplitText
from app.runtime.context import ExecutionContext, open_context

By = Literal["tokens", "sentences", "sections"]
WAYS: list[By] = ["tokens", "sentences", "sections"]


@pytest.fixture
async def ctx() -> AsyncIterator[ExecutionContext]:
    async with open_context() as opened:
        yield opened


async def split(ctx: ExecutionContext, documents: Any, **how: Any) -> list[dict[str, Any]]:
    made = await SplitText(node="split", **how).read(ctx, documents)
    assert made["count"] == len(made["pieces"])
    return made["pieces"]


def random_text(seed: int) -> str:
    chance = random.Random(seed)
    words = [
        "a",
        "Lamp",
        "lamps",
        "is",
        "naïve",
        "日本語のとても長い文",
        "e.g.",
        "Dr.",
        "3.5",
        "x" * 90,
        "end.",
        "why?",
        "😀",
    ]
    between = [" ", " ", " ", "\n", "\n\n", "\n# Head\n", "\n## Lower ##\n", "\n```\n# no\n```\n", "\t", "\u2028"]
    return "".join(chance.choice(words) + chance.choice(between) for _ in range(chance.randrange(300)))


@pytest.mark.parametrize("by", WAYS)
@pytest.mark.parametrize("seed", range(12))
async def test_any_text(ctx: ExecutionContext, by: By, seed: int) -> None:
    text = random_text(seed)
    chance = random.Random(seed)
    size = chance.choice([8, 20, 100])
    overlap = chance.randrange(size // 2 + 1)
    pieces = await split(ctx, text, by=by, size=size, overlap=overlap)
    covered = bytearray(len(text))
    for number, piece in enumerate(pieces):
        assert piece["number"] == number
        assert text[piece["start"] : piece["end"]] == piece["text"]
        assert piece["text"] == piece["text"].strip() != ""
        assert piece["tokens"] == tokens_of(piece["text"]) <= size
        covered[piece["start"] : piece["end"]] = b"x" * (piece["end"] - piece["start"])
    assert all(mark or character.isspace() for mark, character in zip(covered, text, strict=True))
    for one, other in pairwise(pieces):
        assert one["start"] < other["start"]
        assert one["end"] < other["end"]
        if other["start"] < one["end"]:
            assert tokens_of(text[other["start"] : one["end"]]) <= overlap


async def test_words_overlap(ctx: ExecutionContext) -> None:
    text = " ".join(f"word{number:03}" for number in range(60))
    pieces = await split(ctx, text, by="tokens", size=20, overlap=5)
    for one, other in pairwise(pieces):
        assert one["text"].split()[-2:] == other["text"].split()[:2]


async def test_sections_keep_their_headings(ctx: ExecutionContext) -> None:
    text = "before\n# Guide\nintro\n## Install\nstep\n```sh\n# no heading\n```\n### Linux\napt\n# Other\nx"
    pieces = await split(ctx, text, by="sections", size=100)
    assert [(piece["heading"], piece["text"].split("\n")[0]) for piece in pieces] == [
        (None, "before"),
        ("Guide", "# Guide"),
        ("Guide > Install", "## Install"),
        ("Guide > Install > Linux", "### Linux"),
        ("Other", "# Other"),
    ]


async def test_a_long_section_is_cut_by_sentences(ctx: ExecutionContext) -> None:
    pieces = await split(ctx, "# Long\n\n" + "One sentence is here. " * 20, by="sections", size=30, overlap=8)
    assert len(pieces) > 3
    assert {piece["heading"] for piece in pieces} == {"Long"}
    assert all(piece["text"].endswith(".") for piece in pieces)
    assert all(piece["text"].startswith("One") for piece in pieces[1:])


SENTENCES: list[tuple[str, list[str]]] = [
    ("Call Dr. Smith. Then rest!", ["Call Dr. Smith.", "Then rest!"]),
    ("It costs 3.50 euros. Really?", ["It costs 3.50 euros.", "Really?"]),
    ('He said "Go." She went.', ['He said "Go."', "She went."]),
    ("See e.g. Paris or U. K. Bell.", ["See e.g. Paris or U. K. Bell."]),
    ("1. First\n\n2. Second", ["1. First", "2. Second"]),
    ("日本です。次です。", ["日本です。", "次です。"]),
    ("no end", ["no end"]),
    ("A line\nbroken. and small", ["A line\nbroken. and small"]),
    ("", []),
]


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentences(text, Span(0, len(text)))] == expected


HEADINGS: list[tuple[str, tuple[int, str] | None]] = [
    ("# A", (1, "A")),
    ("   ###### A b ###  ", (6, "A b")),
    ("#\tC#", (1, "C#")),
    ("# C# #", (1, "C#")),
    ("#A", None),
    ("    # A", None),
    ("####### A", None),
    ("#", None),
    ("## ##", None),
    ("text # A", None),
]


@pytest.mark.parametrize(("line", "expected"), HEADINGS)
def test_headings(line: str, expected: tuple[int, str] | None) -> None:
    assert heading_of(line) == expected


async def test_places_of_documents_go_along(ctx: ExecutionContext) -> None:
    documents = [
        {"text": "One.", "source": "a.pdf", "title": "A", "page": 7},
        {"text": "Two.", "source": "b.md", "title": "B", "page": None},
    ]
    assert await split(ctx, documents) == [
        {
            "text": text,
            "source": source,
            "title": title,
            "heading": None,
            "page": page,
            "start": 0,
            "end": 4,
            "number": 0,
            "tokens": 1,
        }
        for text, source, title, page in [("One.", "a.pdf", "A", 7), ("Two.", "b.md", "B", None)]
    ]
    assert await split(ctx, documents[0]) == (await split(ctx, documents))[:1]
    assert (await split(ctx, "One."))[0]["source"] == "text"


@pytest.mark.parametrize("documents", [None, 1, [1], [{"source": "x"}], {"text": 1}, [[]]])
async def test_no_documents(ctx: ExecutionContext, documents: Any) -> None:
    with pytest.raises(InvalidPieces):
        await split(ctx, documents)


async def test_too_many(ctx: ExecutionContext) -> None:
    with pytest.raises(TooManyDocuments, match="more than 3 pieces"):
        await split(ctx, "word " * 1000, by="tokens", size=8, max_pieces=3)


HARD = [part * (300_000 // len(part)) for part in ["#", ".", ". ", "\n", "\n ", "x"]]
HARD.append(f"# a{HARD[0]}b")


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
@pytest.mark.parametrize("by", WAYS)
async def test_texts_made_to_take_long(ctx: ExecutionContext, by: By, text: str) -> None:
    started = time.process_time()
    await split(ctx, text, by=by, size=400, max_pieces=1_000_000)
    assert time.process_time() - started < 5
