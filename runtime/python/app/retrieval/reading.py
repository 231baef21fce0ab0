"""Reads documents: texts here, all that others have made in a process that is limited and can be ended."""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

import app
from app.retrieval.formats import Original, Page, Reading, Unreadable, refused
from app.retrieval.reader_process import Outcome, Task
from app.runtime.settings import BaseSettings, Seconds, Settings

_LENGTH_BYTES = 4
_MOST_PROCESSES = 2
_decode = msgspec.msgpack.Decoder(Outcome).decode


class DocumentSettings(BaseSettings):
    """What the operator can set for documents."""

    documents_path: str = "documents"
    """The folder of the documents; nothing outside of it is read."""
    document_timeout_seconds: Seconds = 60.0
    """For reading one document."""


class DocumentReaders:
    """What the runs of a process share to read documents."""

    def __init__(self, settings: Settings) -> None:  # made as all that is shared
        self.settings = DocumentSettings.load()
        self._places = asyncio.Semaphore(_MOST_PROCESSES)

    @asynccontextmanager
    async def reader(self) -> AsyncGenerator["DocumentReader"]:
        """A reader for the documents of one step; its process ends with the block."""
        reader = DocumentReader(self.settings.document_timeout_seconds, self._places)
        try:
            yield reader
        finally:
            await reader.end()

    async def aclose(self) -> None:
        """Processes end with the steps that use them."""


class DocumentReader:
    """Reads one document after the other. There are no more processes than `places`; further readers wait for one."""

    def __init__(self, seconds: float, places: asyncio.Semaphore) -> None:
        self._seconds = seconds
        self._places = places
        self._process: asyncio.subprocess.Process | None = None

    async def pages(self, original: Original, reading: Reading) -> list[Page]:
        """The pages of a document.

        Raises:
            DocumentUnusable: it cannot be read, or not in time.
        """
        try:
            if not original.format.is_apart:
                return await asyncio.to_thread(original.format.read, original.content, reading)
            process = await self._started()
            async with asyncio.timeout(self._seconds):
                return await _read_in(process, original, reading)
        except Unreadable as problem:
            raise refused(original.source, str(problem)) from None
        except TimeoutError:
            await self.end()
            raise refused(original.source, f"it takes longer than {self._seconds:g} s") from None
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
            await self.end()
            raise refused(original.source, "reading it takes more than there is, or breaks off") from None

    async def end(self) -> None:
        """Ends the process, whatever it does."""
        process, self._process = self._process, None
        if process is None:
            return
        self._places.release()
        if process.returncode is None:
            process.kill()
            await process.wait()

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is not None:
            return self._process
        await self._places.acquire()
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "app.retrieval.reader_process",
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                cwd=Path(app.__path__[0]).parent,
            )
        except BaseException:
            self._places.release()
            raise
        self._process = process
        return process


async def _read_in(process: asyncio.subprocess.Process, original: Original, reading: Reading) -> list[Page]:
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError
    read = original.format.read
    task = msgspec.msgpack.encode(Task(read.__module__, read.__name__, original.content, reading))
    process.stdin.write(len(task).to_bytes(_LENGTH_BYTES, "big") + task)
    await process.stdin.drain()
    length = int.from_bytes(await process.stdout.readexactly(_LENGTH_BYTES), "big")
    outcome = _decode(await process.stdout.readexactly(length))
    if outcome.problem is not None:
        raise Unreadable(outcome.problem)
    return outcome.pages
