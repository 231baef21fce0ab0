"""The HTTP side of a service: the application, what requests pass first, routes for operators, and answers to errors.

Errors are problem objects: https://www.rfc-editor.org/rfc/rfc9457
"""

import gc
import logging
import re
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from os import urandom
from typing import Any, Protocol, cast, runtime_checkable

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.runtime.bodies import JSON, ArrivingBody, Bodies, media_type
from app.runtime.context import Asked, ExecutionContext, Process, Reply
from app.runtime.errors import HttpError, InvalidInput, ServiceError
from app.runtime.events import encode
from app.runtime.log import configure_logging, log_event
from app.runtime.openapi import Service, docs
from app.runtime.problems import as_service_error, public_problem, told_to_operator
from app.runtime.settings import starting
from app.runtime.streaming import Input, RunResponse, StreamMode, wants_stream

_REQUEST_ID = re.compile(rb"[!-~]{1,128}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SECURITY_HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
]
"""https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers"""
_ONLY_HTTPS = (b"strict-transport-security", b"max-age=31536000")
_NOT_KEPT = (b"cache-control", b"no-store")
_HINTS = {408: "Send the request in one go.", 413: "Send less at once.", 503: "Send the request again later."}


def create_app(
    *,
    title: str,
    description: str = "",
    version: str = "1.0.0",
    env: Sequence[str] = (),
    servers: Sequence[Asked] = (),
) -> FastAPI:
    """The application of a service, to which the caller adds the routes of its workflows.

    It has `/healthz`, `/readyz`, `/openapi.json` and `/docs`, and answers errors as problem objects.
    Settings are read when the application starts, from the environment or `.env`; `env` names the variables that the
    workflows read, `servers` are those that they ask.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[dict[str, Process | Bodies]]:
        configure_logging()
        with starting():
            process = Process(env=env, servers=servers)
        if process.missing:
            log_event("not_ready", level=logging.WARNING, detail=f"To be set: {', '.join(process.missing)}.")
        # What start-up has made lives as long as the process; looking for garbage in it took a tenth of the start.
        gc.freeze()
        # Next to nothing that requests make is garbage of that kind; looking for it took an eighth of a request.
        gc.set_threshold(20_000)
        gc.enable()
        app.state.process = process
        yield {"process": process, "bodies": Bodies(process.settings.max_bodies_bytes)}
        await process.pools.aclose()

    traced = find_spec("app.runtime.telemetry") is not None
    app = Service(
        title=title,
        description=description,
        version=version,
        lifespan=lifespan,
        # As with JsonRoute.
        strict_content_type=False,
        # FastAPI's pages load scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        # FastAPI's own spans; to ask for each request whether there are some to make takes 3 % of it.
        telemetry={"tracing": traced, "metrics": traced, "logs": traced},
    )
    app.add_middleware(Door)
    # Only a service that was built with it has it.
    if find_spec("app.runtime.access_log"):
        app.add_middleware(import_module("app.runtime.access_log").AccessLog)
    if traced:
        app.add_middleware(import_module("app.runtime.telemetry").ContinuedTraces)
    app.add_exception_handler(RequestValidationError, _invalid_input)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(ServiceError, _service_error)
    app.add_exception_handler(Exception, _service_error)
    for path, answer in (("/healthz", _healthz), ("/readyz", _readyz), ("/docs", docs)):
        app.add_route(path, answer, include_in_schema=False)
    return app


def respond(
    request: Request,
    run: Callable[[ExecutionContext, Input], Awaitable[Reply]],
    inputs: Input,
    *,
    workflow: str,
    stream: StreamMode = "auto",
    kinds: tuple[str, ...] = ("application/json",),
    whole: Callable[..., Response] = RunResponse[Any],
) -> Response:
    """The answer to a request: runs the workflow, and streams events or not as the caller's Accept says.

    `kinds` are the media types of its answers that are no events, which `whole` makes.

    Raises:
        HttpError: 406, the caller takes no answer of the kind that `stream` allows.
        InvalidInput: as `check_characters`.
    """
    check_characters(inputs)
    streaming = wants_stream(request.headers.get("accept"), stream, kinds)
    if request.method == "HEAD":
        return Response(media_type="text/event-stream" if streaming else kinds[0])
    answer = RunResponse[Any] if streaming else whole
    return answer(run, inputs, request.state.process, workflow=workflow, streaming=streaming)


def check_characters(inputs: Any) -> None:
    """Looks whether every text of an input can be sent on.

    Raises:
        InvalidInput: a text holds half a pair of surrogates, which is no character.
    """
    with suppress(ValueError):
        if isinstance(inputs, BaseModel):
            # Writes all of it far faster than it could be looked at here.
            inputs.model_dump_json(warnings=False)
            return
    broken = _half_character(inputs)
    if broken is not None:
        detail = "Half a pair of surrogates (such as \\ud83d alone) is no character."
        problems = [{"in": "body", "pointer": broken, "detail": detail}]
        raise InvalidInput("The request holds a text that is not Unicode.", errors=problems)


@runtime_checkable
class ErrorForm(Protocol):
    """A route whose errors have a form of their own."""

    def error_answer(self, error: ServiceError, *, exposed: bool) -> Response:
        """The answer to a request that fails; `exposed` lets it say what is the operator's to know."""
        ...


class Door:
    """An ASGI application around another.

    A caller's `X-Request-ID` is kept where it is well-formed, else one is made; the answer and the log lines have it.
    Bodies are limited as `ArrivingBody` says. What is in the state's `answer_headers` goes out with the answer,
    whatever it is, and `log_fields` into the log line of the request.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request in."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        request_id = headers.get(b"x-request-id", b"")
        if not _REQUEST_ID.fullmatch(request_id):
            request_id = urandom(16).hex().encode()
        further = [(b"x-request-id", request_id), *_SECURITY_HEADERS]
        if scope.get("scheme") == "https":
            further.append(_ONLY_HTTPS)
        scope["state"].update(request_id=request_id.decode(), answer_headers=further, log_fields={})

        def answer(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                told = [*message.get("headers", ()), *further]
                if b"cache-control" not in dict(told):
                    told.append(_NOT_KEPT)
                message = {**message, "headers": told}
            return send(message)

        body = ArrivingBody(receive, headers, scope["state"]["process"].settings, scope["state"]["bodies"])
        try:
            await self.app(scope, body.receive, answer)
        finally:
            body.release()


async def _healthz(request: Request) -> Response:
    return Response(encode({"status": "ok"}), media_type="application/json")


async def _readyz(request: Request) -> Response:
    process: Process = request.state.process
    unable = "not configured; the log says what is missing" if process.missing else None
    if process.draining:
        unable = "draining"
    return Response(encode({"status": unable or "ready"}), 503 if unable else 200, media_type="application/json")


def template(scope: Scope) -> str | None:
    """The path of a request as its route has it, as what stands in the place of a parameter may be a secret, such as
    the token of a link; None where there is no route.
    """
    fixed = scope["path"] if "endpoint" in scope and not scope["path_params"] else None
    return getattr(scope.get("route"), "path", fixed)


async def _service_error(request: Request, error: Exception) -> Response:
    """The answer to a request that no workflow runs for, and a log line: of the request, method and path alone."""
    found = as_service_error(error)
    exposed = request.state.process.settings.expose_errors
    path = template(request.scope) or request.url.path[:200]
    asked = {"request_id": request.state.request_id, "method": request.method, "path": path}
    asked |= request.state.log_fields
    told: dict[str, Any] = told_to_operator(found) if found.status >= 500 else {"outcome": found.code}
    log_event("refused", **asked, status=found.status, **told)
    if found is not error:  # What nobody has expected is answered outside of the door.
        found.headers = {"x-request-id": request.state.request_id}
    if isinstance(route := request.scope.get("route"), ErrorForm):
        return route.error_answer(found, exposed=exposed)
    problem = public_problem(found, exposed=exposed)
    return Response(encode(problem), found.status, found.headers, media_type="application/problem+json")


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    headers, detail = dict(error.headers or {}), error.detail
    if error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))
        detail = f"This path is not asked with {request.method}, but with {headers['Allow']}."
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=headers)
    hint = _HINTS.get(error.status_code)
    found = HttpError(error.status_code, detail, hint=hint, headers=headers, retryable=error.status_code == 503)
    return await _service_error(request, found)


def _methods(request: Request) -> list[str]:
    """What a path can be asked with; the router names those of one of its routes alone."""
    known = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
    routes = request.app.routes
    taken = [each for each in known if any(_takes(route, {**request.scope, "method": each}) for route in routes)]
    return [*taken, "OPTIONS"]


def _takes(route: BaseRoute, scope: Scope) -> bool:
    return route.matches(scope)[0] is Match.FULL


async def _invalid_input(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = error.errors()
    kind = media_type(request.headers, "application/json")
    if not JSON.fullmatch(kind) and any(item["loc"] == ("body",) and item["type"] != "missing" for item in errors):
        hint = "Send the body as JSON, with Content-Type: application/json."
        found = HttpError(415, "This endpoint takes JSON, and the body is said to be something else.", hint=hint)
    else:
        problems = [_field_error(item) for item in errors]
        found = InvalidInput("The request does not fit what this endpoint takes.", errors=problems)
    return await _service_error(request, found)


def _field_error(item: dict[str, Any]) -> dict[str, str]:
    """Where (a JSON pointer, RFC 6901, into the body or the query) and what."""
    part, *path = item["loc"]
    if item["type"] == "json_invalid":
        place = f" at character {path[0]}" if path[0] >= 0 else ""
        return {"in": "body", "pointer": "", "detail": f"The body is not valid JSON{place}. {item['ctx']['error']}."}
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
