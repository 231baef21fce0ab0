"""Routes of workflows, as against those to which their owner has added something that FastAPI sees to."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx2
import pytest
from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.runtime.bodies import JsonRoute
from app.runtime.server import create_app
from tests.server import serve


class Inner(BaseModel):
    size: int


class Input(BaseModel):
    model_config = ConfigDict(strict=True)
    message: str = Field(min_length=1)
    inner: Inner | None = None


def refuse() -> None:
    raise HTTPException(402, "Not for free.")


def routed(**options: Any) -> APIRouter:
    router = APIRouter(route_class=JsonRoute)

    async def bare(request: Request, inputs: Input) -> Response:
        return Response(f"{inputs.model_dump_json()} {len(await request.body())}")

    async def more(request: Request, inputs: Input, tag: Annotated[str, Header()] = "-") -> Response:
        return Response(f"{inputs.model_dump_json()} {len(await request.body())}{tag.removeprefix('-')}")

    async def plain(inputs: Input) -> Any:
        return inputs

    router.add_api_route("/bare", bare, methods=["POST"], **options)
    router.add_api_route("/more", more, methods=["POST"], **options)
    router.add_api_route("/plain", plain, methods=["POST"], **options)
    return router


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(title="test")
    app.include_router(routed())
    app.include_router(routed(dependencies=[Depends(refuse)]), prefix="/route")
    app.include_router(routed(), prefix="/router", dependencies=[Depends(refuse)])
    with serve(app) as server:
        async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as found:
            yield found


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'{"message": "Hi", "inner": {"size": 2}}', {}),
        (b'\xef\xbb\xbf{"message": "Hi"}', {}),
        (b'{"message": "Hi"}', {"content-type": "application/problem+json; charset=utf-8"}),
        (b"", {}),
        (b"{", {}),
        (b"[1]", {}),
        (b"null", {}),
        (b'{"message": "", "inner": {"size": "2"}}', {}),
        (b'{"message": NaN}', {}),
        (b'{"message": "a", "message": "b"}', {}),
        (b'{"message": "\xff"}', {}),
        (b'{"message": "Hi"}', {"content-type": "text/plain"}),
        (b'{"message": "Hi"}', {"content-type": "application/x-www-form-urlencoded"}),
        (b'{"message": "Hi"}', {"content-encoding": "gzip"}),
        (b"", {"content-type": "text/plain"}),
    ],
)
async def test_all_of_them_take_the_same(client: httpx2.AsyncClient, body: bytes, headers: dict[str, str]) -> None:
    answers = [await client.post(path, content=body, headers=headers) for path in ("/bare", "/more")]
    assert answers[0].status_code == answers[1].status_code
    told, expected = [answer.text.replace(answer.headers["x-request-id"], "") for answer in answers]
    assert told == expected
    assert answers[0].status_code == 200 or answers[0].json()["status"] in (415, 422)


async def test_what_is_added_to_a_route_is_heeded(client: httpx2.AsyncClient) -> None:
    good = {"message": "Hi"}
    assert (await client.post("/more", json=good, headers={"tag": "!"})).text.endswith("!")
    assert (await client.post("/plain", json=good)).json() == {"message": "Hi", "inner": None}
    for path in ("/route/bare", "/route/more", "/router/bare", "/router/more"):
        assert (await client.post(path, json=good)).status_code == 402
    refused = await client.get("/bare")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST, OPTIONS")
