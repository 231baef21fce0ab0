"""The HTTP side of a service: the application, its routes for operators, and its answers to errors.

Errors are problem objects: https://www.rfc-editor.org/rfc/rfc9457
"""

import gc
import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any, cast

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from app.runtime.context import ExecutionContext, Reply
from app.runtime.door import Door
from app.runtime.errors import HttpError, InvalidInput, ServiceError
from app.runtime.json import encode
from app.runtime.log import configure_logging, log_event
from app.runtime.pools import Server
from app.runtime.problems import as_service_error, public_problem, told_to_operator
from app.runtime.process import Process
from app.runtime.settings import explain
from app.runtime.streaming import Input, RunResponse, StreamMode, wants_stream
from app.runtime.usage import Budget

_JSON = re.compile(r"application/([^/]+\+)?json")
_SURROGATE = re.compile("[\ud800-\udfff]")


def create_app(
    *,
    title: str,
    description: str = "",
    version: str = "1.0.0",
    env: Sequence[str] = (),
    servers: Sequence[Server[Any]] = (),
) -> FastAPI:
    """The application of a service, to which the caller adds the routes of its workflows.

    It has `/healthz`, `/readyz` and `/openapi.json`, and answers errors as problem objects.
    Settings are read when the application starts, from the environment or `.env`; `env` names the variables that the
    workflows read, `servers` are those that they ask.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[dict[str, Process]]:
        configure_logging()
        try:
            process = Process(env=env, servers=servers)
        except ValueError as error:
            log_event("cannot_start", level=logging.ERROR, detail=explain(error))
            # The server would add the traceback of what has just been said.
            logging.getLogger("uvicorn.error").disabled = True
            raise
        # What start-up has made lives as long as the process; looking for garbage in it took a tenth of the start.
        gc.freeze()
        gc.enable()
        yield {"process": process}
        await process.pools.aclose()

    app = FastAPI(
        title=title,
        description=description,
        version=version,
        lifespan=lifespan,
        # A body that does not say what it is counts as JSON.
        strict_content_type=False,
        # Their pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
    )
    app.add_middleware(Door)
    app.add_exception_handler(RequestValidationError, _invalid_input)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(Exception, _service_error)
    for path, probe in (("/healthz", _healthz), ("/readyz", _readyz)):
        app.add_api_route(path, probe, methods=["GET", "HEAD"], include_in_schema=False)
    return app


def respond(
    request: Request,
    run: Callable[[ExecutionContext, Input], Awaitable[Reply]],
    inputs: Input,
    *,
    workflow: str,
    stream: StreamMode = "auto",
    budget: Budget | None = None,
) -> Response:
    """The answer to a request: runs the workflow within its budget, and streams or not as the caller's Accept says.

    Raises:
        HttpError: 406, the caller takes no answer of the kind that `stream` allows.
        InvalidInput: a text of the input holds half a pair of surrogates, which is no character and cannot be sent on.
    """
    broken = _half_character(inputs)
    if broken is not None:
        detail = "Half a pair of surrogates (such as \\ud83d alone) is no character."
        raise InvalidInput(
            "The request holds a text that is not Unicode.",
            errors=[{"in": "body", "pointer": broken, "detail": detail}],
        )
    return RunResponse(
        run,
        inputs,
        request.state.process,
        workflow=workflow,
        budget=budget,
        streaming=wants_stream(request.headers.get("accept"), stream),
    )


async def _healthz() -> dict[str, str]:
    return {"status": "ok"}


async def _readyz(request: Request) -> Response:
    process: Process = request.state.process
    status, code = "ready", 200
    if process.draining or process.missing:
        status, code = "draining" if process.draining else "not configured; the log says what is missing", 503
    return Response(encode({"status": status}), code, media_type="application/json")


async def _service_error(request: Request, error: Exception) -> Response:
    """The answer to a request that no workflow runs for, and a log line: of the request, method and path alone."""
    found = as_service_error(error)
    problem = public_problem(found, exposed=request.state.process.settings.expose_errors)
    asked = {"request_id": request.state.request_id, "method": request.method, "path": request.url.path[:200]}
    told: dict[str, Any] = told_to_operator(found) if found.status >= 500 else {"outcome": found.code}
    log_event("refused", **asked, status=found.status, **told)
    # What nobody has expected is answered outside of the door.
    headers = found.headers if found is error else {"x-request-id": request.state.request_id}
    return Response(encode(problem), found.status, headers, media_type="application/problem+json")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    title = HTTPStatus(error.status_code).phrase
    found = HttpError(error.detail, status_code=error.status_code, title=title, hint=_HINTS.get(error.status_code))
    found.headers.update(error.headers or {})
    return await _service_error(request, found)


_HINTS = {408: "Send the request in one go.", 413: "Send less at once."}


async def _invalid_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = error.errors()
    kind = request.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
    if not _JSON.fullmatch(kind) and any(item["loc"] == ("body",) and item["type"] != "missing" for item in errors):
        unread = HttpError(
            "This endpoint takes JSON, and the body is said to be something else.",
            status_code=415,
            title="Unsupported Media Type",
            hint="Send the body as JSON, with Content-Type: application/json.",
        )
        return await _service_error(request, unread)
    told = [_field_error(item) for item in errors]
    return await _service_error(
        request, InvalidInput("The request does not fit what this endpoint takes.", errors=told)
    )


def _field_error(item: dict[str, Any]) -> dict[str, str]:
    """Where (a JSON pointer, RFC 6901, into the body or the query) and what."""
    part, *path = item["loc"]
    if item["type"] == "json_invalid":
        return {"in": "body", "pointer": "", "detail": f"The body is not valid JSON at character {path[0]}."}
    pointer = "".join(_step(step) for step in path)
    return {"in": str(part), "pointer": pointer, "detail": item["msg"]}


def _step(name: str | int) -> str:
    return "/" + str(name).replace("~", "~0").replace("/", "~1")


def _half_character(value: Any) -> str | None:
    """The pointer to a text with a surrogate in it; JSON can escape one without the other (RFC 8259, 8.2)."""
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting:
        pointer, value = waiting.pop()
        match value:
            case str() if not value.isascii() and _SURROGATE.search(value):
                return pointer
            case BaseModel():
                fields = type(value).model_fields
                for name, item in value:
                    waiting.append((pointer + _step((name in fields and fields[name].alias) or name), item))
            case dict():
                for name, item in cast("dict[str, Any]", value).items():
                    waiting += ((pointer + _step(name), item), (pointer, name))
            case list():
                waiting += ((pointer + _step(place), item) for place, item in enumerate(cast("list[Any]", value)))
            case _:
                pass
    return None
