"""Documents in pieces that an embedding can stand for, each with the place in its document that it is from."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from app.retrieval.errors import InvalidPieces, TooManyDocuments
from app.retrieval.spans import Section, Span, pack, sections, sentences, tokens_of, words
from app.runtime.context import ExecutionContext
from app.runtime.timing import timed_step

# What takes longer than some milliseconds is done beside the event loop.
_SHORT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitText:
    """How a step splits texts; `node` is the step. No piece has more than `size` tokens, estimated at four bytes each.

    `tokens`: as many words as that holds. `sentences`: as many sentences. `sections`: a section below a heading, and
    its sentences where it has more. Pieces of one section share up to `overlap` tokens at their ends.
    """

    node: str
    by: Literal["tokens", "sentences", "sections"] = "sentences"
    size: int = 400
    overlap: int = 40
    max_pieces: int = 10_000

    async def read(self, ctx: ExecutionContext, documents: Any) -> Any:
        """Gives `{"pieces": [{"text", "source", "title", "heading", "page", "start", "end", "number", "tokens"}],
        "count": …}`; `start` and `end` count the characters of the document's text, or of its page's.

        `documents` are those of loadDocuments, one of them, or a text.

        Raises:
            InvalidPieces: they are none of these.
            TooManyDocuments: there are more pieces than the step makes.
        """
        with timed_step(ctx, self.node):
            given = [self._document(each) for each in _listed(documents)]
            if sum(len(document["text"]) for document in given) <= _SHORT:
                pieces = self._pieces(given)
            else:
                pieces = await asyncio.to_thread(self._pieces, given)
            return {"pieces": pieces, "count": len(pieces)}

    def _document(self, given: Any) -> dict[str, Any]:
        if isinstance(given, str):
            return {"text": given}
        document = cast("dict[str, Any]", given) if isinstance(given, dict) else {}
        if not isinstance(document.get("text"), str):
            raise InvalidPieces("What is to be split are no documents.", node=self.node)
        return document

    def _pieces(self, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        pieces: list[dict[str, Any]] = []
        for document in documents:
            text: str = document["text"]
            for number, (span, heading) in enumerate(self._spans(text)):
                if len(pieces) == self.max_pieces:
                    raise TooManyDocuments(
                        f"The documents have more than {self.max_pieces:,} pieces.",
                        node=self.node,
                        hint="Take fewer documents at a time, larger pieces, or raise `maxPieces`.",
                    )
                piece = text[span.start : span.end]
                pieces.append(
                    {
                        "text": piece,
                        "source": document.get("source") or "text",
                        "title": document.get("title") or document.get("source") or "text",
                        "heading": heading,
                        "page": document.get("page"),
                        "start": span.start,
                        "end": span.end,
                        "number": number,
                        "tokens": tokens_of(piece),
                    }
                )
        return pieces

    def _spans(self, text: str) -> Iterator[tuple[Span, str | None]]:
        parts = sections(text) if self.by == "sections" else [Section(0, len(text), None)]
        for start, end, heading in parts:
            whole = Span(start, end)
            if self.by == "sections" and tokens_of(text[start:end]) <= self.size:
                yield whole, heading
                continue
            for span in pack(text, list(self._parts(text, whole)), self.size, self.overlap):
                yield span, heading

    def _parts(self, text: str, whole: Span) -> Iterator[Span]:
        if self.by == "tokens":
            yield from words(text, whole, self.size)
            return
        for sentence in sentences(text, whole):
            if tokens_of(text[sentence.start : sentence.end]) <= self.size:
                yield sentence
            else:
                yield from words(text, sentence, self.size)


def _listed(documents: Any) -> list[Any]:
    return cast("list[Any]", documents) if isinstance(documents, list) else [documents]
