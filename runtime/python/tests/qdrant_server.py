"""What stands for a Qdrant server: its REST interface, as the models of the official client have it, over that client's
own in-memory engine. No server of Qdrant's can be installed from a package registry.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from pydantic import BaseModel, ValidationError
from qdrant_client import QdrantClient, models
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.server import RunningServer, serve

KEY = "a-key-of-qdrant"


@dataclass
class FakeQdrant:
    """The state of the server. `fault`, where set, answers instead of it."""

    client: Any = field(default_factory=lambda: QdrantClient(":memory:"))
    fault: Callable[[Request], Awaitable[Response]] | None = None
    server: RunningServer | None = None

    @property
    def url(self) -> str:
        assert self.server is not None
        return self.server.url

    async def answer(self, request: Request) -> Response:
        if self.fault is not None:
            return await self.fault(request)
        if request.headers.get("api-key") != KEY:
            return Response("Must provide an API key or an Authorization bearer token", status_code=401)
        name = unquote(request.path_params["name"])
        body = await request.body()
        try:
            result = await asyncio.to_thread(self._do, request.method, request.path_params.get("rest", ""), name, body)
            return JSONResponse({"result": result, "status": "ok", "time": 0.001})
        except ValidationError as error:
            return _problem(400, f"Format error in JSON body: {error}")
        except LookupError:
            return _problem(404, f"Not found: Collection `{name}` doesn't exist!")
        except FileExistsError:
            return _problem(409, f"Wrong input: Collection `{name}` already exists!")
        except (ValueError, TypeError) as error:
            return _problem(400, f"Wrong input: {error}")

    def _do(self, method: str, rest: str, name: str, body: bytes) -> Any:
        client = self.client
        is_there = client.collection_exists(name)
        if (method, rest) == ("PUT", ""):
            made = _strictly(models.CreateCollection, body)
            if is_there:
                raise FileExistsError
            client.create_collection(name, vectors_config=made.vectors, sparse_vectors_config=made.sparse_vectors)
            return True
        if not is_there:
            raise LookupError
        match method, rest:
            case "GET", "":
                return client.get_collection(name).model_dump(mode="json", exclude_none=True)
            case "PUT", "points":
                return _dumped(client.upsert(name, _strictly(models.PointsList, body).points))
            case "POST", "points/count":
                asked = _strictly(models.CountRequest, body)
                return _dumped(client.count(name, asked.filter, exact=bool(asked.exact)))
            case "POST", "points/delete":
                return _dumped(client.delete(name, _strictly(models.FilterSelector, body)))
            case "POST", "points/query":
                asked = _strictly(models.QueryRequest, body)
                return _dumped(
                    client.query_points(
                        name,
                        query=asked.query,
                        prefetch=asked.prefetch,
                        using=asked.using,
                        query_filter=asked.filter,
                        limit=asked.limit or 10,
                        score_threshold=asked.score_threshold,
                    )
                )
            case _:
                raise LookupError


def _strictly(model: Any, body: bytes) -> Any:
    """The body as the client's model of it, which takes nothing that the interface does not have."""
    return model.model_validate_json(body)


def _dumped(result: BaseModel) -> Any:
    return result.model_dump(mode="json")


def _problem(status: int, error: str) -> Response:
    return JSONResponse({"status": {"error": error}, "time": 0.001}, status_code=status)


@contextmanager
def running_qdrant() -> Generator[FakeQdrant]:
    """A running one."""
    fake = FakeQdrant()

    app = Starlette(
        routes=[
            Route("/collections/{name}", fake.answer, methods=["GET", "PUT"]),
            Route("/collections/{name}/{rest:path}", fake.answer, methods=["PUT", "POST"]),
        ]
    )
    with serve(app) as server:
        fake.server = server
        yield fake
