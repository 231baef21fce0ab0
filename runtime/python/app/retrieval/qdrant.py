"""A Qdrant server, asked by its REST interface: https://api.qdrant.tech/api-reference."""

from typing import Any
from urllib.parse import quote

import httpx2
import msgspec

from app.outside.queries import DatabaseTimeout, DatabaseUnreachable, QueryFailed
from app.retrieval.errors import StoreAccessDenied
from app.runtime.errors import ServiceError
from app.runtime.settings import Settings

_NOT_FOUND, _CONFLICT = 404, 409
_KEPT_OF_AN_ERROR = 2000


class QdrantServer:
    """As VectorStore."""

    def __init__(self, url: str, key: str, seconds: float, settings: Settings) -> None:
        if not url.startswith(("http://", "https://")):
            raise ValueError("QDRANT_URL cannot be used. Write it with http:// or https://, as http://localhost:6333.")
        self._seconds = seconds
        self._client = httpx2.AsyncClient(
            base_url=url,
            headers={"api-key": key} if key else {},
            timeout=httpx2.Timeout(seconds, connect=min(seconds, settings.connect_timeout_seconds)),
        )

    async def describe(self, collection: str) -> dict[str, Any] | None:
        """As in VectorStore."""
        found = await self._ask("GET", collection, "")
        return None if found is None else found["config"]["params"]

    async def create(self, collection: str, params: dict[str, Any]) -> None:
        """As in VectorStore."""
        await self._ask("PUT", collection, "", params, accept=_CONFLICT)

    async def upsert(self, collection: str, points: list[dict[str, Any]]) -> None:
        """As in VectorStore."""
        if await self._ask("PUT", collection, "/points?wait=true", {"points": points}) is None:
            raise _gone(collection)

    async def delete(self, collection: str, where: dict[str, Any]) -> int:
        """As in VectorStore."""
        counted = await self._ask("POST", collection, "/points/count", {"filter": where, "exact": True})
        count: int = 0 if counted is None else counted["count"]
        if count:
            await self._ask("POST", collection, "/points/delete?wait=true", {"filter": where})
        return count

    async def query(self, collection: str, body: dict[str, Any]) -> list[dict[str, Any]] | None:
        """As in VectorStore."""
        found = await self._ask("POST", collection, "/points/query", body)
        return None if found is None else found["points"]

    async def aclose(self) -> None:
        """Closes all connections."""
        await self._client.aclose()

    async def _ask(
        self, method: str, collection: str, path: str, body: dict[str, Any] | None = None, *, accept: int | None = None
    ) -> Any:
        """The result of a request; None where the collection is not found, or with the status `accept`."""
        content = None if body is None else msgspec.json.encode(body)
        headers = {} if body is None else {"content-type": "application/json"}
        try:
            response = await self._client.request(
                method, f"/collections/{quote(collection, safe='')}{path}", content=content, headers=headers
            )
        except httpx2.TimeoutException as error:
            hint = "Look at what the server does, or raise QDRANT_TIMEOUT_SECONDS."
            raise DatabaseTimeout(f"Qdrant did not answer within {self._seconds:g} s.", hint=hint) from error
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            hint = "Check that QDRANT_URL is right and that the server is up."
            raise DatabaseUnreachable("Qdrant cannot be reached.", hint=hint) from error
        if response.status_code in (_NOT_FOUND, accept):
            return None
        if response.is_error:
            raise _refused(response)
        try:
            return msgspec.json.decode(response.content)["result"]
        except (msgspec.DecodeError, KeyError, TypeError) as error:
            hint = "Check that QDRANT_URL is the address of a Qdrant server."
            raise DatabaseUnreachable("What answers at QDRANT_URL is not Qdrant.", hint=hint) from error


def _refused(response: httpx2.Response) -> ServiceError:
    status = response.status_code
    if status in (401, 403):
        return StoreAccessDenied(f"Qdrant refuses with {status}.")
    if status in (408, 429, 502, 503, 504):
        return DatabaseUnreachable(f"Qdrant answers with {status}.")
    refused = QueryFailed(f"Qdrant refuses the request with {status}.", hint="Its log says why; so does the service's.")
    refused.upstream = {"body": response.text[:_KEPT_OF_AN_ERROR]}
    return refused


def _gone(collection: str) -> ServiceError:
    return QueryFailed(f"The collection `{collection}` was taken away meanwhile.", hint="Index again.", retryable=True)
