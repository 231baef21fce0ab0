"""The results of a batch on disk, so that a batch that was killed goes on where it was.

Results stand in the order of the rows in the file that was asked for. Those that are done before an earlier row is
wait in the journal beside it, `NAME.journal`, whose first line says what batch they are of. A result counts as soon as
its line is whole in one of the two.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO

import msgspec

from app.batch.errors import FAILED, MACHINE, BatchError
from app.batch.totals import Result, Totals, read_result

if sys.platform != "win32":
    import fcntl

_COMPACTED_BYTES = 8 * 1024 * 1024
"""A journal that is larger is written anew, with what still waits."""
_DISK_WAIT_SECONDS = 5.0


class Begun(msgspec.Struct):
    """What a batch was begun with: the first line of its journal."""

    workflow: str
    input_sha256: str
    rows: int
    program: str
    """What the workflow's Python was."""
    calls: str = "direct"
    """How models are asked: one by one, or by the batches of their providers."""
    batch: int = 1
    spent_usd: float = 0.0
    """What rows have cost whose results were given up, to be asked again."""


_read_begun = msgspec.json.Decoder(Begun).decode


class ResultFile:
    """The results so far, and those to come.

    `on_wait` is told when the disk takes nothing more; the batch goes on when it does again.
    """

    def __init__(self, path: Path, begun: Begun, on_wait: Callable[[str], None] = lambda text: None) -> None:
        self.path = path
        self.journal_path = path.with_name(f"{path.name}.journal")
        self.totals = Totals()
        self.written = 0
        """How many rows, from the first on, have their result in the file."""
        self.resumed = False
        self.program_changed = False
        self._begun = begun
        self._on_wait = on_wait
        self._waiting: dict[int, tuple[int, int]] = {}
        """Where in the journal the results stand that wait for an earlier row: offset and length."""
        self._found_ahead = 0
        self._turn = asyncio.Lock()
        self._out: IO[bytes]
        self._journal: IO[bytes]

    def open(self, *, retry_failed: bool = False) -> None:
        """Takes up what is there, or begins anew. With `retry_failed` rows that have failed count as not done.

        Raises:
            BatchError: the files are another batch's, or another process writes them, or they cannot be written.
        """
        try:
            self._open()
            if retry_failed and self.totals.failed:
                self._give_up_failed()
        except OSError as error:
            hint = "--out names a file that can be written."
            raise BatchError(f"{self.path} cannot be written: {error.strerror}.", hint=hint) from error

    def has(self, row: int) -> bool:
        """Whether the result of a row is there."""
        return row <= self.written or row in self._waiting

    @property
    def rows_ahead(self) -> int:
        """How many results have come that wait for an earlier row."""
        return len(self._waiting) - self._found_ahead

    async def add(self, row: int, line: bytes) -> None:
        """Keeps the result of a row, a line of JSON with its end. Waits while the disk is full."""
        async with self._turn:
            if row == self.written + 1:
                lines = [line]
                last = row
                while last + 1 in self._waiting:
                    last += 1
                    lines.append(self._read_waiting(last))
                await self._append(self._out, b"".join(lines))
                for done in range(row + 1, last + 1):
                    del self._waiting[done]
                self.written = last
            else:
                offset = self._journal.tell()
                await self._append(self._journal, line)
                self._waiting[row] = offset, len(line)
                if self._journal.tell() > _COMPACTED_BYTES + 2 * sum(length for _, length in self._waiting.values()):
                    self._compact()
        self.totals.add(read_result(line))

    def sync(self) -> None:
        """Has the disk keep all that was written."""
        for file in (self._out, self._journal):
            os.fsync(file.fileno())

    def close(self) -> None:
        """Closes the files. The journal stays, so that the same command finds out that there is nothing left to do."""
        self.sync()
        if not self._waiting:
            self._journal.truncate(self._write_head(self._journal))
        self._out.close()
        self._journal.close()

    def _open(self) -> None:
        out_bytes = self.path.stat().st_size if self.path.exists() else 0
        has_journal = self.journal_path.exists() and self.journal_path.stat().st_size > 0
        if out_bytes and not has_journal:
            hint = f"Take another --out, or remove {self.path}."
            raise BatchError(f"{self.path} is there, and no {self.journal_path.name} says what it is of.", hint=hint)
        self._journal = self.journal_path.open("r+b" if has_journal else "w+b", buffering=0)
        self._lock()
        self._out = self.path.open("r+b" if out_bytes else "w+b", buffering=0)
        if has_journal and self._take_up_journal():
            self._take_up_results()
        else:
            self._write_head(self._journal)
        # What has reached the file need not wait any more, and what waits for it may follow at once.
        self._waiting = {row: place for row, place in self._waiting.items() if row > self.written}
        for offset, length in self._waiting.values():
            self._journal.seek(offset)
            self.totals.add(read_result(self._journal.read(length)))
        self._journal.seek(0, os.SEEK_END)
        self._move_up()

    def _give_up_failed(self) -> None:
        """Forgets the results of rows that have failed; those behind the first of them wait in the journal again."""
        end, written, totals = 0, 0, Totals()
        for result, line in self._results():
            if result.problem is not None:
                self._begun.spent_usd += result.cost_usd or 0.0
                continue
            totals.add(result)
            if result.row == written + 1 and result.row <= self.written:
                end, written = end + len(line), result.row
        behind = ((result.row, line) for result, line in self._results() if result.problem is None)
        self._write_journal((row, line) for row, line in behind if row > written)
        self._out.truncate(end)
        self._out.seek(end)
        totals.spend(self._begun.spent_usd)
        self.totals, self.written, self._found_ahead = totals, written, len(self._waiting)

    def _results(self) -> Iterator[tuple[Result, bytes]]:
        """All results, with their lines."""
        with self.path.open("rb") as file:
            yield from ((read_result(line), line) for line in file)
        for row in sorted(self._waiting):
            line = self._read_waiting(row)
            yield read_result(line), line

    def _lock(self) -> None:
        if sys.platform == "win32":
            return
        try:
            fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            hint = "Wait for it, or stop it; both would ask the same rows."
            raise BatchError(f"Another batch writes {self.path}.", hint=hint, exit_code=MACHINE) from error

    def _write_head(self, journal: IO[bytes]) -> int:
        journal.seek(0)
        head = msgspec.json.encode(self._begun) + b"\n"
        _write_all(journal, head)
        return len(head)

    def _take_up_journal(self) -> bool:
        """Reads what waits; False where the journal was torn in its first line, so that nothing has begun."""
        head = self._journal.readline()
        if not head.endswith(b"\n"):
            self._journal.truncate(0)
            return False
        try:
            begun = _read_begun(head)
        except msgspec.DecodeError as error:
            raise BatchError(
                f"{self.journal_path} is no journal of a batch.",
                hint=f"Take another --out, or remove {self.journal_path}.",
            ) from error
        self._check_same(begun)
        self._begun.spent_usd = begun.spent_usd
        self.totals.spend(begun.spent_usd)
        self.program_changed = begun.program != self._begun.program
        offset = len(head)
        while line := self._journal.readline():
            result = _whole_result(line)
            if result is None:
                self._journal.truncate(offset)
                break
            self._waiting[result.row] = offset, len(line)
            offset += len(line)
        return True

    def _check_same(self, begun: Begun) -> None:
        own = self._begun
        other = f"Take another --out, or remove {self.path} and {self.journal_path}."
        if begun.workflow != own.workflow:
            raise BatchError(
                f"{self.path} was begun with the workflow {begun.workflow}, not {own.workflow}.", hint=other
            )
        if begun.input_sha256 != own.input_sha256:
            detail = (
                f"it had {begun.rows} rows, and this file has {own.rows}" if begun.rows != own.rows else "rows differ"
            )
            raise BatchError(f"{self.path} was begun with another input: {detail}.", hint=other)
        if begun.calls != own.calls:
            how = "with --provider-batch" if begun.calls == "provider" else "without --provider-batch"
            raise BatchError(f"{self.path} was begun {how}.", hint=f"Go on {how}. {other}")

    def _take_up_results(self) -> None:
        """Counts the results that are there. A last line that is not whole goes; elsewhere it is an error."""
        self.resumed = True
        offset = 0
        reader = self.path.open("rb")
        with reader:
            for line in reader:
                result = _whole_result(line)
                if result is None and (not line.endswith(b"\n") or b"\0" in line):
                    break
                if result is None or result.row != self.written + 1:
                    raise BatchError(
                        f"{self.path}, line {self.written + 1}: this is not the result of row {self.written + 1}.",
                        hint="A batch that goes on needs its results as they were written. Take another --out.",
                        exit_code=FAILED,
                    )
                self.totals.add(result)
                self.written += 1
                offset += len(line)
        self._out.truncate(offset)
        self._out.seek(offset)

    def _move_up(self) -> None:
        """Writes what waits and whose turn it is, as is so where a batch was killed between two writes."""
        while self.written + 1 in self._waiting:
            _write_all(self._out, self._read_waiting(self.written + 1))
            self.written += 1
            del self._waiting[self.written]

    def _read_waiting(self, row: int) -> bytes:
        offset, length = self._waiting[row]
        self._journal.seek(offset)
        line = self._journal.read(length)
        self._journal.seek(0, os.SEEK_END)
        return line

    async def _append(self, file: IO[bytes], lines: bytes) -> None:
        end = file.tell()
        while True:
            try:
                _write_all(file, lines)
                return
            except OSError as error:
                self._on_wait(f"{self.path} cannot be written ({error.strerror}); trying again.")
            await asyncio.sleep(_DISK_WAIT_SECONDS)
            file.seek(end)

    def _compact(self) -> None:
        """Leaves out of the journal what has reached the file, if there is room for that."""
        os.fsync(self._out.fileno())
        with suppress(OSError):
            self._write_journal((row, self._read_waiting(row)) for row in sorted(self._waiting))

    def _write_journal(self, waiting: Iterable[tuple[int, bytes]]) -> None:
        """Writes the journal anew. Whoever looks finds the one or the other."""
        beside = self.journal_path.with_name(f"{self.journal_path.name}.new")
        journal = beside.open("w+b", buffering=0)
        if sys.platform != "win32":
            fcntl.flock(journal, fcntl.LOCK_EX)
        self._write_head(journal)
        places: dict[int, tuple[int, int]] = {}
        for row, line in waiting:
            places[row] = journal.tell(), len(line)
            _write_all(journal, line)
        os.fsync(journal.fileno())
        beside.replace(self.journal_path)
        self._journal.close()
        self._journal, self._waiting = journal, places


def _whole_result(line: bytes) -> Result | None:
    if not line.endswith(b"\n"):
        return None
    try:
        return read_result(line)
    except msgspec.DecodeError:
        return None


def _write_all(file: IO[bytes], data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[file.write(left) :]
