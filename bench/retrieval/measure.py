"""How well questions find the passage that answers them, with simulated embeddings: by sizes, overlaps and ways to search.

The documents are the topics of Python's own help (`pydoc_data.topics`, which every CPython ships), the questions those of
`questions.json`, written for this. A passage counts as found when a piece that covers it is among the first k.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from pydoc_data.topics import topics
from typing import Any

from app.retrieval.search import QdrantSearch
from app.retrieval.split import SplitText
from app.retrieval.upsert import QdrantUpsert
from app.runtime.context import ExecutionContext, open_context
from tests.simulated_providers.apis.embeddings.vectors import embedding

# The topics that hold no other topic's text again.
TOPICS = (
    "assert assignment async bltin-null-object booleans break calls class comparisons continue conversions debugger del dict"
    " execmodel exprlists floating for formatstrings function global identifiers imaginary import in integers lambda lists"
    " nonlocal objects operator-summary pass raise return sequence-types slicings specialattrs specialnames string-methods"
    " strings subscriptions truth try types typesmapping typesmethods typesmodules typesseq while with yield compound"
).split()
DIMENSIONS = 512
DEPTH = 10
SPLITS = [
    ("tokens", 100, 0),
    ("tokens", 200, 0),
    ("tokens", 200, 40),
    ("tokens", 400, 0),
    ("tokens", 400, 80),
    ("tokens", 800, 80),
    ("sentences", 200, 0),
    ("sentences", 200, 40),
    ("sentences", 400, 40),
    ("sentences", 400, 80),
    ("sentences", 800, 80),
]
MODES = ("dense", "words", "hybrid")


@dataclass(frozen=True)
class Question:
    """A question, and where in which documents it is answered."""

    text: str
    places: list[tuple[str, int, int]]

    def is_answered_by(self, piece: dict[str, Any]) -> bool:
        """Whether a piece covers one of the passages."""
        return any(
            source == piece["source"] and piece["start"] <= start and end <= piece["end"]
            for source, start, end in self.places
        )


def read_questions() -> list[Question]:
    """The questions; one whose passage is in no document ends the measurement."""
    questions: list[Question] = []
    for text, passage in json.loads(Path(__file__).with_name("questions.json").read_text()):
        pattern = re.compile(r"\s+".join(map(re.escape, passage.split())))
        places = [(name, *found.span()) for name in TOPICS for found in pattern.finditer(topics[name])]
        if not places:
            sys.exit(f"This Python's help does not say: {passage}")
        questions.append(Question(text, places))
    return questions


async def measure(ctx: ExecutionContext, questions: list[Question], split: tuple[Any, int, int]) -> list[str]:
    """The rows of one way to cut the documents."""
    by, size, overlap = split
    documents = [{"text": topics[name], "source": name, "title": name, "page": None} for name in TOPICS]
    pieces = (await SplitText(node="split", by=by, size=size, overlap=overlap).read(ctx, documents))["pieces"]
    vectors = [embedding(piece["text"], DIMENSIONS) for piece in pieces]
    name = f"{by}-{size}-{overlap}"
    await QdrantUpsert(node="index", hybrid=True).send(ctx, name, pieces, vectors)
    lost = sum(not any(question.is_answered_by(piece) for piece in pieces) for question in questions)
    rows: list[str] = []
    for mode in MODES:
        search = QdrantSearch(node="search", mode=mode, limit=DEPTH)
        ranks: list[int | None] = []
        for question in questions:
            vector = embedding(question.text, DIMENSIONS)
            hits = (await search.send(ctx, name, vector=vector, text=question.text))["hits"]
            answering = (n for n, hit in enumerate(hits, 1) if question.is_answered_by(hit["payload"]))
            ranks.append(next(answering, None))
        recall = [sum(rank is not None and rank <= k for rank in ranks) / len(ranks) for k in (1, 5, 10)]
        mrr = sum(0 if rank is None else 1 / rank for rank in ranks) / len(ranks)
        shown = " | ".join(f"{value:.2f}" for value in (*recall, mrr))
        rows.append(f"| {by} | {size} | {overlap} | {len(pieces)} | {lost} | {mode} | {shown} |")
    return rows


async def main() -> None:
    """Prints the table."""
    questions = read_questions()
    characters = sum(len(topics[name]) for name in TOPICS)
    print(f"{len(questions)} questions, {len(TOPICS)} documents of {characters:,} characters, Python {sys.version.split()[0]}")
    print("\n| cut by | size | overlap | pieces | cut apart | search | recall@1 | recall@5 | recall@10 | MRR@10 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    started = time.process_time()
    for split in SPLITS:
        # The embedded store syncs each point; a folder of its own for each keeps what it loads small.
        with tempfile.TemporaryDirectory() as folder:
            os.environ["QDRANT_PATH"] = folder
            os.environ.pop("QDRANT_URL", None)
            async with open_context() as ctx:
                print("\n".join(await measure(ctx, questions, split)), flush=True)
    print(f"\n{time.process_time() - started:.0f} s of CPU")


asyncio.run(main())
