"""Documents as a step of a workflow: those of a folder, or one that the run brings along."""

import asyncio
import base64
import binascii
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from app.retrieval.errors import DocumentUnusable, TooManyDocuments
from app.retrieval.folder import DocumentFolder
from app.retrieval.formats import Format, Original, Reading, Unreadable, format_of, refused
from app.retrieval.reading import DocumentReader, DocumentReaders
from app.runtime.context import ExecutionContext
from app.runtime.errors import ServiceError
from app.runtime.expressions import as_text
from app.runtime.timing import timed_step

_NAMED = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadDocuments:
    """What of a step that loads documents is the same in every run; `node` is the step.

    A document that cannot be read ends the run, or is left out and named where `skip_broken` is set. There are at most
    `max_files` files of `max_bytes` each, with `max_characters` in all of them together.
    """

    node: str
    formats: Sequence[Format]
    recursive: bool = True
    skip_broken: bool = False
    max_files: int = 1000
    max_bytes: int = 20_971_520
    max_characters: int = 10_000_000
    encoding: str = "windows-1252"

    async def read(
        self,
        ctx: ExecutionContext,
        path: str = ".",
        *,
        content: Any = None,
        encoded: str | None = None,
        name: str | None = None,
    ) -> Any:
        """Gives `{"documents": [{"text", "source", "title", "page"}], "broken": [{"source", "problem"}], "files": …}`.

        They are the documents at `path` below the operator's folder, or the one whose text is `content` or whose bytes
        are `encoded` in Base64; `name` is what that is called, and its end says of what kind it is.

        Raises:
            PathRefused, DocumentsNotFound: the path.
            DocumentUnusable: a document.
            TooManyDocuments: a limit.
        """
        readers = ctx.pools.shared(DocumentReaders)
        loaded = _Loaded(self.max_characters)
        with timed_step(ctx, self.node):
            try:
                async with readers.reader() as reader:
                    if content is not None or encoded is not None:
                        original = self._given(content, encoded, name or _NAMED)
                        await self._add(loaded, reader, original)
                    else:
                        async for original in self._of_folder(readers, path, loaded):
                            await self._add(loaded, reader, original)
            except ServiceError as error:
                error.node = error.node or self.node
                raise
        return {"documents": loaded.documents, "broken": loaded.broken, "files": loaded.files}

    async def _of_folder(self, readers: DocumentReaders, path: str, loaded: "_Loaded") -> AsyncGenerator[Original]:
        folder = await asyncio.to_thread(DocumentFolder, readers.settings.documents_path)
        found = await asyncio.to_thread(folder.find, path, self.formats, recursive=self.recursive, most=self.max_files)
        for file in found:
            try:
                content = await asyncio.to_thread(folder.read, file, self.max_bytes)
            except Unreadable as problem:
                self._note(loaded, refused(file.source, str(problem)))
            else:
                yield Original(file.source, file.format, content)

    def _given(self, text: Any, encoded: str | None, name: str) -> Original:
        given = format_of(name, self.formats)
        if given is None and text is not None:
            given = self.formats[0]
        if given is None:
            kinds = ", ".join(each.kind for each in self.formats)
            raise refused(name, f"by the end of its name it is none of {kinds}")
        try:
            content = as_text(text).encode() if encoded is None else _bytes_of(encoded, self.max_bytes)
        except UnicodeEncodeError:
            raise refused(name, "it is no text") from None
        except binascii.Error:
            raise refused(name, "it is no Base64") from None
        if len(content) > self.max_bytes:
            raise refused(name, f"it has more than {self.max_bytes:,} bytes")
        return Original(name, given, content)

    async def _add(self, loaded: "_Loaded", reader: DocumentReader, original: Original) -> None:
        try:
            pages = await reader.pages(original, Reading(self.encoding, self.max_characters))
        except DocumentUnusable as error:
            self._note(loaded, error)
        else:
            loaded.add(original.documents(pages))

    def _note(self, loaded: "_Loaded", error: DocumentUnusable) -> None:
        if not self.skip_broken:
            raise error
        loaded.broken.append({"source": error.details["source"], "problem": error.details["problem"]})


class _Loaded:
    """What has been loaded so far."""

    def __init__(self, most_characters: int) -> None:
        self.documents: list[dict[str, Any]] = []
        self.broken: list[dict[str, str]] = []
        self.files = 0
        self._most = most_characters
        self._left = most_characters

    def add(self, documents: list[dict[str, Any]]) -> None:
        """Takes the pages of one more document."""
        self.files += 1
        self._left -= sum(len(document["text"]) for document in documents)
        if self._left < 0:
            raise TooManyDocuments(f"The documents have more than {self._most:,} characters together.")
        self.documents += documents


def _bytes_of(encoded: str, most: int) -> bytes:
    text = encoded.partition(",")[2] if encoded.startswith("data:") else encoded
    # Four characters are three bytes; what is far too long is not decoded at all.
    if len(text) // 4 * 3 > most + 4:
        return bytes(most + 1)
    return base64.b64decode("".join(text.split()), validate=True)
