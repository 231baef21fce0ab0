"""Qdrant's embedded mode, in a folder: for trying things out, tests, and some ten thousand vectors.

https://github.com/qdrant/qdrant-client#local-mode. The folder belongs to one process at a time, and is let go as
soon as nobody asks for a moment.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from app.outside.queries import DatabaseTimeout, DatabaseUnreachable, QueryFailed

Result = TypeVar("Result")

_IDLE_SECONDS = 1.0
_LOCK_WAIT_SECONDS = 0.05


class EmbeddedQdrant:
    """As VectorStore."""

    def __init__(self, path: str, seconds: float) -> None:
        self._path = Path(path)
        self._seconds = seconds
        self._client: Any = None
        self._lock: Any = None
        # Everything runs in one thread, one after the other.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="qdrant")
        self._idle: asyncio.TimerHandle | None = None

    async def describe(self, collection: str) -> dict[str, Any] | None:
        """As in VectorStore."""
        return await self._run(lambda client, _: _described(client, collection))

    async def create(self, collection: str, params: dict[str, Any]) -> None:
        """As in VectorStore."""

        def create(client: Any, models: Any) -> None:
            made = models.CreateCollection.model_validate(params)
            if not client.collection_exists(collection):
                client.create_collection(
                    collection, vectors_config=made.vectors, sparse_vectors_config=made.sparse_vectors
                )

        await self._run(create)

    async def upsert(self, collection: str, points: list[dict[str, Any]]) -> None:
        """As in VectorStore."""
        await self._run(
            lambda client, models: client.upsert(
                collection, models.PointsList.model_validate({"points": points}).points
            )
        )

    async def delete(self, collection: str, where: dict[str, Any]) -> int:
        """As in VectorStore."""

        def delete(client: Any, models: Any) -> int:
            chosen = models.Filter.model_validate(where)
            count: int = client.count(collection, chosen).count
            if count:
                client.delete(collection, models.FilterSelector(filter=chosen))
            return count

        return await self._run(delete)

    async def query(self, collection: str, body: dict[str, Any]) -> list[dict[str, Any]] | None:
        """As in VectorStore."""

        def query(client: Any, models: Any) -> list[dict[str, Any]] | None:
            request = models.QueryRequest.model_validate(body)
            if not client.collection_exists(collection):
                return None
            found = client.query_points(
                collection,
                query=request.query,
                prefetch=request.prefetch,
                using=request.using,
                query_filter=request.filter,
                limit=request.limit,
                score_threshold=request.score_threshold,
            )
            return [{"id": str(point.id), "score": point.score, "payload": point.payload} for point in found.points]

        return await self._run(query)

    async def aclose(self) -> None:
        """Lets the folder go."""
        if self._idle is not None:
            self._idle.cancel()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[Any, Any], Result]) -> Result:
        loop = asyncio.get_running_loop()
        if self._idle is not None:
            self._idle.cancel()
        try:
            return await loop.run_in_executor(self._thread, self._working, work)
        finally:
            if self._idle is not None:
                self._idle.cancel()
            self._idle = loop.call_later(_IDLE_SECONDS, self._thread.submit, self._close)

    def _working(self, work: Callable[[Any, Any], Result]) -> Result:
        # It takes most of a second to load, and no other thread waits for it.
        from qdrant_client import models  # noqa: PLC0415

        client = self._open()
        try:
            return work(client, models)
        except (ValueError, KeyError, TypeError, AssertionError) as error:
            refused = QueryFailed("Qdrant's embedded mode refuses the request.", hint="The service's log says why.")
            refused.upstream = {"message": str(error)}
            raise refused from error
        except OSError as error:
            raise self._unusable(error) from error

    def _open(self) -> Any:
        if self._client is not None:
            return self._client
        import portalocker  # noqa: PLC0415
        from qdrant_client import QdrantClient  # noqa: PLC0415

        # Qdrant reads the folder before it looks whether it is free, and does not wait.
        until = time.monotonic() + self._seconds
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            lock = (self._path / ".opened").open("a")
            while True:
                try:
                    portalocker.lock(lock, portalocker.LockFlags.EXCLUSIVE | portalocker.LockFlags.NON_BLOCKING)
                    break
                except portalocker.LockException:
                    if time.monotonic() > until:
                        lock.close()
                        hint = "Stop the other process, or run a Qdrant server and set QDRANT_URL."
                        raise DatabaseTimeout("Another process uses the folder QDRANT_PATH.", hint=hint) from None
                    time.sleep(_LOCK_WAIT_SECONDS)
            self._lock = lock
            self._client = QdrantClient(path=str(self._path))
        except (OSError, RuntimeError, ValueError) as error:
            self._close()
            raise self._unusable(error) from error
        return self._client

    def _close(self) -> None:
        client, lock, self._client, self._lock = self._client, self._lock, None, None
        if client is not None:
            client.close()
        if lock is not None:
            lock.close()

    def _unusable(self, error: Exception) -> DatabaseUnreachable:
        hint = "Check that QDRANT_PATH is a folder of Qdrant that can be written."
        return DatabaseUnreachable(f"The folder QDRANT_PATH cannot be used ({type(error).__name__}).", hint=hint)


def _described(client: Any, collection: str) -> dict[str, Any] | None:
    if not client.collection_exists(collection):
        return None
    return client.get_collection(collection).config.params.model_dump(mode="json", exclude_none=True)
