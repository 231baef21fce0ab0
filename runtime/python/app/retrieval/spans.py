"""Where texts can be cut: between words, sentences and sections. A span is where a part begins, and where it ends."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.retrieval.headings import heading_of
from app.runtime.usage import estimate_tokens

_WORD = re.compile(r"\S+")
# After the end of a sentence, what closes quotes and brackets still belongs to it.
_SENTENCE_END = re.compile(
    r"(?<=[.!?\u2026])[\"'\u201d\u2019)\]]*\s+(?=[^\sa-z])"
    r"|[\u3002\uff01\uff1f]+[\u300d\u300f\uff09]*"
    r"|\n[ \t]*\n\s*"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|St|No|Fig|vs|etc|approx|e\.g|i\.e|cf|z\.B|bzw|ca|Nr)\.|^\s*\d+\.)$"
)
_LOOK_BACK = 12
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")


class Span(NamedTuple):
    """Characters of a text, from `start` up to, but not including, `end`."""

    start: int
    end: int


class Section(NamedTuple):
    """A span below a heading; `heading` names it with those above it: `Leave > Parental leave`."""

    start: int
    end: int
    heading: str | None


def tokens_of(text: str) -> int:
    """The tokens of a text, estimated as those of prompts are: four bytes each."""
    return estimate_tokens(len(text.encode("utf-8", "replace")))


def words(text: str, span: Span, most_tokens: int) -> Iterator[Span]:
    """The words of a span; one of more tokens is cut, as texts without spaces have to be."""
    # No character has more than four bytes, so no part has more tokens than characters.
    step = max(1, most_tokens // 8)
    for found in _WORD.finditer(text, span.start, span.end):
        start, end = found.span()
        if tokens_of(found.group()) <= most_tokens:
            yield Span(start, end)
        else:
            yield from (Span(cut, min(cut + step, end)) for cut in range(start, end, step))


def sentences(text: str, span: Span) -> Iterator[Span]:
    """The sentences of a span; a blank line ends one in any case."""
    start = span.start
    for found in _SENTENCE_END.finditer(text, span.start, span.end):
        is_break = "\n" in found.group() and text[found.start()] in "\n \t"
        before = text[max(start, found.start() - _LOOK_BACK) : found.start()]
        if not is_break and _ABBREVIATION.search(before):
            continue
        yield from _stripped(text, start, found.end())
        start = found.end()
    yield from _stripped(text, start, span.end)


def sections(text: str) -> Iterator[Section]:
    """The sections of a text by its Markdown headings, each with its own; what stands in code is no heading."""
    path: list[tuple[int, str]] = []
    start = place = 0
    fence: str | None = None
    for line in text.splitlines(keepends=True):
        bare = line.rstrip("\r\n")
        fenced = _FENCE.match(bare)
        if fence is not None:
            if fenced is not None and fenced.group(1).startswith(fence):
                fence = None
        elif fenced is not None:
            fence = fenced.group(1)
        elif (heading := heading_of(bare)) is not None:
            yield from _section(text, start, place, path)
            start = place
            path = [*(above for above in path if above[0] < heading[0]), heading]
        place += len(line)
    yield from _section(text, start, place, path)


def pack(text: str, parts: Sequence[Span], size: int, overlap: int) -> Iterator[Span]:
    """Spans of as many parts in a row as `size` tokens hold. Each begins with those of the last parts of the one before
    it that `overlap` tokens hold.
    """
    first = 0
    while first < len(parts):
        last = first
        while last + 1 < len(parts) and tokens_of(text[parts[first].start : parts[last + 1].end]) <= size:
            last += 1
        yield Span(parts[first].start, parts[last].end)
        if last + 1 == len(parts):
            return
        following = last + 1
        # A piece that begins where the next part does not fit behind would say nothing new.
        while (
            following - 1 > first
            and tokens_of(text[parts[following - 1].start : parts[last].end]) <= overlap
            and tokens_of(text[parts[following - 1].start : parts[last + 1].end]) <= size
        ):
            following -= 1
        first = following


def _section(text: str, start: int, end: int, path: list[tuple[int, str]]) -> Iterator[Section]:
    heading = " > ".join(name for _, name in path) or None
    for span in _stripped(text, start, end):
        yield Section(span.start, span.end, heading)


def _stripped(text: str, start: int, end: int) -> Iterator[Span]:
    """The span without the white space around it; none where nothing is left."""
    part = text[start:end]
    bare = part.strip()
    if bare:
        begin = start + len(part) - len(part.lstrip())
        yield Span(begin, begin + len(bare))
