"""The folder of the documents, and what may be read of it: nothing outside of it, wherever a path or a link leads."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.retrieval.errors import DocumentsNotFound, PathRefused, TooManyDocuments
from app.retrieval.formats import Format, Unreadable, format_of
from app.runtime.folders import LeadsOut, path_below


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the folder, by its path from there."""

    source: str
    path: Path
    format: Format
    size: int


class DocumentFolder:
    """The folder that the operator set."""

    def __init__(self, path: str) -> None:
        self._root = Path(path).resolve()

    def find(self, path: str, formats: Sequence[Format], *, recursive: bool, most: int) -> list[Found]:
        """The files of these formats below `path`, or that one file, in the order of their names. Names that begin with
        a dot are left out, and links to folders not followed.

        Raises:
            PathRefused, DocumentsNotFound: the path.
            TooManyDocuments: there are more than `most`.
        """
        start = self._below(path)
        found: list[Found] = []
        for file in [start] if start.is_file() else self._files(start, recursive=recursive):
            kind = format_of(file.name, formats)
            if kind is None or not file.is_file():
                continue
            if len(found) == most:
                raise TooManyDocuments(f"There are more than {most:,} documents in `{path}`.")
            found.append(Found(file.relative_to(self._root).as_posix(), file, kind, file.stat().st_size))
        return found

    def read(self, found: Found, most_bytes: int) -> bytes:
        """The content of a file.

        Raises:
            Unreadable: it is too large, a link that leads out of the folder, or cannot be opened.
        """
        real = found.path.resolve()
        if not real.is_relative_to(self._root):
            raise Unreadable("it is a link that leads out of the folder")
        try:
            with real.open("rb") as file:
                content = file.read(most_bytes + 1)
        except OSError as error:
            raise Unreadable(f"it cannot be opened ({type(error).__name__})") from error
        if len(content) > most_bytes:
            raise Unreadable(f"it has more than {most_bytes:,} bytes")
        return content

    def _below(self, path: str) -> Path:
        if not self._root.is_dir():
            raise DocumentsNotFound("The folder of the documents does not exist.", hint="Set DOCUMENTS_PATH to it.")
        try:
            path_below(self._root, path)
        except LeadsOut:
            raise PathRefused("The path of the documents leads out of their folder.") from None
        except OSError:
            raise DocumentsNotFound(f"There are no documents at `{path}`.") from None
        return self._root / path

    def _files(self, start: Path, *, recursive: bool) -> Iterator[Path]:
        for folder, folders, names in os.walk(start):
            folders[:] = sorted(name for name in folders if not name.startswith(".")) if recursive else []
            for name in sorted(names):
                if not name.startswith("."):
                    yield Path(folder, name)
