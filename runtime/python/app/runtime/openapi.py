"""`/openapi.json`: what FastAPI knows of the routes, what their workflows answer, and how a request can fail; and
`/docs`, a page that asks the service by it and loads nothing from elsewhere.

`NAME.api.json` in a folder of `app` says what is answered by the route that has NAME for its operation id. The document
is OpenAPI 3.1, which generators of clients read; the events of a stream stand in `itemSchema`, as FastAPI writes those
of its own: https://spec.openapis.org/oas/v3.2.0#sequential-media-types
"""

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response

from app.runtime.bodies import JsonRoute
from app.runtime.errors import HttpError, ServiceError
from app.runtime.problems import WORKFLOWS, public_problem

_PAGE = Path(__file__).with_name("docs.html")
_PARTS = re.compile(rb"<(style|script)>(.*?)</\1>", re.DOTALL)
_REFUSALS = (400, 406, 408, 413, 415, 431, 503)
"""What a request can get that never reaches a workflow."""

_REQUEST_ID = {"description": "That of the request, or a new one; the log has it too.", "schema": {"type": "string"}}
_RETRY_AFTER = {"description": "Seconds to wait, where that is known.", "schema": {"type": "integer"}}


class Service(FastAPI):
    """FastAPI, with a description of what workflows answer and of every error."""

    def include_router(self, router: APIRouter, **options: Any) -> None:
        """As in FastAPI. Routes of workflows to which nothing is added stand among the application's own: a router that
        is included looks for the route of each request twice.
        """
        super().include_router(router, **options)
        if issubclass(router.route_class, JsonRoute) and not options and not self.router.dependencies:
            self.routes[-1:] = router.routes

    def openapi(self) -> dict[str, Any]:
        """The document, which is made when it is asked for first."""
        if self.openapi_schema is None:
            document, self.openapi_schema = super().openapi(), None
            self.openapi_schema = _completed(document)
        return self.openapi_schema


def _completed(told: dict[str, Any]) -> dict[str, Any]:
    # A null that is told as a default stands for what was left out; sent, it would be refused.
    document: dict[str, Any] = json.loads(json.dumps(told), object_hook=_without_null)
    components: dict[str, Any] = document.setdefault("components", {})
    schemas: dict[str, Any] = components.setdefault("schemas", {})
    components["responses"] = {f"Problem{status}": problem for status, problem in _problems().items()}
    for operation in (each for path in document["paths"].values() for each in path.values()):
        schemas |= _describe(operation, components["responses"])
    while unused := [name for name in schemas if f'/{name}"' not in json.dumps(document)]:
        for name in unused:
            del schemas[name]
    document["paths"] |= {"/healthz": _probe("healthz", 200), "/readyz": _probe("readyz", 200, 503)}
    return document


def _without_null(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if name != "default" or value is not None}


def _describe(operation: dict[str, Any], problems: dict[str, Any]) -> dict[str, Any]:
    """Completes an operation; gives the schemas that it refers to."""
    path = next(WORKFLOWS.parent.glob(f"*/{operation['operationId']}.api.json"), None)
    told: dict[str, Any] = {"operation": {}, "schemas": {}} if path is None else json.loads(path.read_bytes())
    answers: dict[str, Any] = told["operation"].pop("responses", {})
    operation |= told["operation"]
    operation["responses"] = answers or operation["responses"]
    if "5XX" in answers:  # It has errors in a form of its own.
        return told["schemas"]
    for name, problem in problems.items():
        status = name.removeprefix("Problem")
        if status in answers:
            answers[status]["content"] |= problem["content"]
        elif answers or status in operation["responses"]:
            operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    return told["schemas"]


def _problems() -> dict[int, dict[str, Any]]:
    """A response for each status that an error can have, with an example for each code."""
    found: dict[int, list[ServiceError]] = {}
    for error in (*(HttpError(status, "Why.") for status in _REFUSALS), *_errors(ServiceError)):
        found.setdefault(error.status, []).append(error)
    return {status: _problem(found[status]) for status in sorted(found)}


def _errors(kind: type[ServiceError]) -> Iterator[ServiceError]:
    """One of each kind of error that the modules of this service define."""
    for each in kind.__subclasses__():
        if each.code != kind.code and each is not HttpError and getattr(each, "is_described", True):
            yield each(f"{each.title}.")
        yield from _errors(each)


def _problem(errors: list[ServiceError]) -> dict[str, Any]:
    headers = {"x-request-id": _REQUEST_ID}
    if any(error.retryable for error in errors):
        headers["retry-after"] = _RETRY_AFTER
    examples = {error.code: {"summary": error.title, "value": public_problem(error)} for error in errors}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    codes = ", ".join(f"`{code}`" for code in examples)
    return {"description": f"{codes}.", "headers": headers, "content": {"application/problem+json": content}}


def _probe(name: str, *statuses: int) -> dict[str, Any]:
    schema = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
    answer = {"headers": {"x-request-id": _REQUEST_ID}, "content": {"application/json": {"schema": schema}}}
    summary = "Whether requests are taken." if 503 in statuses else "Whether the process answers; asks nobody else."
    responses = {str(status): {"description": "Yes." if status == 200 else "No.", **answer} for status in statuses}
    return {"get": {"operationId": name, "summary": summary, "responses": responses}}


async def docs(_: Request) -> Response:
    """The page, in which nothing runs but what it came with: https://www.w3.org/TR/CSP3/#directive-script-src"""
    page = _PAGE.read_bytes()
    rules = [f"{kind.decode()}-src 'sha256-{_hash(text)}'" for kind, text in _PARTS.findall(page)]
    policy = ["default-src 'none'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'", *rules]
    headers = {
        "content-security-policy": "; ".join([*policy, "frame-ancestors 'none'"]),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    return Response(page, media_type="text/html", headers=headers)


def _hash(text: bytes) -> str:
    return b64encode(sha256(text).digest()).decode()
