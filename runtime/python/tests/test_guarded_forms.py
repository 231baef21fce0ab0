"""Forms behind a guard, over real sockets."""

from pathlib import Path
from typing import Annotated

import httpx2
import pytest
from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from app.door import key_file
from app.door.api_keys import ApiKeys
from app.door.guard import Guard, admitted
from app.door.guarded_forms import GuardedFormRoute
from app.runtime.context import ExecutionContext, Reply
from app.runtime.server import create_app, respond
from tests.server import serve


class Input(BaseModel):
    message: str


async def run(ctx: ExecutionContext, inputs: Input) -> Reply:
    return Reply([inputs.message, ctx.caller and ctx.caller["name"]])


async def test_the_guard_is_asked_before_a_form_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_KEYS_FILE", str(tmp_path / "keys.json"))
    key = key_file.add(tmp_path / "keys.json", "shop", [])
    guard = Guard(auth=ApiKeys())
    router = APIRouter(route_class=GuardedFormRoute)

    async def ask(request: Request, inputs: Annotated[Input, Form()]) -> Response:
        return respond(request, admitted(run, request), inputs, workflow="test")

    async def ask_json(request: Request, inputs: Input) -> Response:
        return respond(request, admitted(run, request), inputs, workflow="test")

    router.add_api_route("/form", ask, methods=["POST"], dependencies=guard.dependencies)
    router.add_api_route("/json", ask_json, methods=["POST"], dependencies=guard.dependencies)
    app = create_app(title="test", servers=[])
    app.include_router(router)
    known = {"x-api-key": key}
    with serve(app) as server:
        async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as client:
            assert (await client.post("/form", data={"message": "Hi"})).status_code == 401
            # What is no form at all is not even looked at.
            assert (await client.post("/form", json=["no form"])).status_code == 401
            assert (await client.post("/form", json=["no form"], headers=known)).status_code == 415
            answer = await client.post("/form", data={"message": "Hi"}, headers=known)
            assert answer.json()["output"] == ["Hi", "shop"]
            assert (await client.post("/json", content=b'{"message": NaN}')).status_code == 401
            strict = await client.post("/json", content=b'{"message": "a", "message": "b"}', headers=known)
            assert strict.status_code == 422
            assert (await client.post("/json", json={"message": "Ho"}, headers=known)).json()["output"] == [
                "Ho",
                "shop",
            ]
