"""Workflows that are served as models, and the routes on which OpenAI's clients ask them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, cast

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from app.openai_api.chat_completions import ChatCompletion
from app.openai_api.chat_requests import read_chat_request
from app.openai_api.errors import BadRequest, UnknownModel, error_response
from app.openai_api.requests import Asked, Given
from app.openai_api.responses import ResponseAnswer
from app.openai_api.responses_requests import read_responses_request
from app.runtime.bodies import read_json
from app.runtime.caller_tools import OFFERED, CallerTools
from app.runtime.context import ExecutionContext, Reply
from app.runtime.errors import HttpError, InvalidInput, ServiceError
from app.runtime.events import encode
from app.runtime.server import check_characters
from app.runtime.streaming import Input

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
Admit = Callable[[Request], Awaitable[object]]
Admitted = Callable[[Any, Request], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Model(Generic[Input]):
    """A workflow as a model: `make` gives its input from what a request says.

    With `text_only` the workflow sees nothing of a conversation but texts; with `caller_tools` its model may call
    functions of the caller. `admit` raises where the sender of a request may not ask it, and `admitted` makes of `run`
    one that knows who asks.
    """

    id: str
    workflow: str
    run: Callable[[ExecutionContext, Input], Awaitable[Reply]]
    input_model: type[BaseModel]
    make: Callable[[Given], dict[str, Any]]
    text_only: bool = False
    caller_tools: bool = False
    admit: Admit | None = None
    admitted: Admitted | None = None

    def inputs(self, asked: Asked) -> Any:
        """The workflow's input.

        Raises:
            BadRequest, InvalidInput: the request does not fit the workflow.
        """
        made = self.make(asked.given(text_only=self.text_only))
        try:
            inputs = self.input_model.model_validate(made)
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            problems = [{"pointer": ".".join(map(str, item["loc"])), "detail": item["msg"]} for item in found]
            raise InvalidInput("The request does not fit what this model takes.", errors=problems) from None
        return inputs

    def described(self) -> dict[str, Any]:
        """The model as a list of models has it."""
        return {"id": self.id, "object": "model", "created": 0, "owned_by": "workflow"}


class _OpenAIRoute(APIRoute):
    """A route whose errors have OpenAI's form, whoever raises them."""

    def error_answer(self, error: ServiceError, *, exposed: bool) -> Response:
        """The answer to a request that fails."""
        return error_response(error, exposed=exposed)


class _Elsewhere(_OpenAIRoute):
    """What no other route takes, whichever of them stand behind it; clients of OpenAI ask for more than there is, such
    as `/v1/embeddings`.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Takes second what another route may take first; who only ends a path with a slash is led on as elsewhere."""
        match, more = super().matches(scope)
        return (Match.NONE, {}) if match is Match.NONE or scope["path"].endswith("/") else (Match.PARTIAL, more)


def openai_router(*models: Model[Any]) -> APIRouter:
    """`/v1/chat/completions`, `/v1/responses` and `/v1/models`, answered by workflows."""
    router = APIRouter(prefix="/v1", route_class=_OpenAIRoute)
    by_id = {model.id: model for model in models}

    async def asked_model(request: Request, name: str) -> Model[Any]:
        model = by_id.get(name)
        if model is None:
            raise UnknownModel(f"There is no model `{name[:200]}`.", param="model")
        if model.admit is not None:
            await model.admit(request)
        return model

    async def may_ask(request: Request, model: Model[Any]) -> bool:
        try:
            await asked_model(request, model.id)
        except (ServiceError, HTTPException):
            return False
        return True

    @router.post("/chat/completions", operation_id="createChatCompletion")
    async def create_chat_completion(request: Request) -> Response:
        """Answers a conversation: https://platform.openai.com/docs/api-reference/chat/create"""
        asked = read_chat_request(await _body(request))
        return _run(ChatCompletion, request, await asked_model(request, asked.model), asked)

    @router.post("/responses", operation_id="createResponse")
    async def create_response(request: Request) -> Response:
        """Answers a conversation: https://platform.openai.com/docs/api-reference/responses/create"""
        asked = read_responses_request(await _body(request))
        return _run(ResponseAnswer, request, await asked_model(request, asked.model), asked)

    @router.get("/models", operation_id="listModels")
    async def list_models(request: Request) -> Response:
        """The models that the caller may ask: https://platform.openai.com/docs/api-reference/models/list"""
        described = [model.described() for model in by_id.values() if await may_ask(request, model)]
        return _json({"object": "list", "data": described})

    @router.get("/models/{model:path}", operation_id="retrieveModel")
    async def retrieve_model(request: Request, model: str) -> Response:
        """One model: https://platform.openai.com/docs/api-reference/models/retrieve"""
        return _json((await asked_model(request, model)).described())

    async def tell(request: Request) -> None:
        hint = "POST /v1/chat/completions, POST /v1/responses and GET /v1/models are."
        raise HttpError(404, f"{request.method} {request.url.path[:200]} is not served.", hint=hint)

    router.add_api_route(
        "/{path:path}", tell, methods=_METHODS, include_in_schema=False, route_class_override=_Elsewhere
    )
    return router


async def _body(request: Request) -> dict[str, Any]:
    try:
        body = read_json(await request.body())
    except ValueError:
        raise BadRequest("The body is not valid JSON.", hint="Send a JSON object.") from None
    check_characters(body)
    if not isinstance(body, dict):
        raise BadRequest("The body is no JSON object.", hint="Send a JSON object.")
    return cast("dict[str, Any]", body)


def _run(
    kind: type[ChatCompletion[Any]] | type[ResponseAnswer[Any]], request: Request, model: Model[Any], asked: Asked
) -> Response:
    run = model.run
    if model.admitted is not None:
        run = model.admitted(run, request)
    if not model.caller_tools:
        asked = replace(asked, tools=[])
    elif asked.tools:
        run = _offering(run, CallerTools(asked.tools, asked.tool_choice))
    return kind(run, model.inputs(asked), request.state.process, model.workflow, asked.stream, asked=asked)


def _offering(run: Any, tools: CallerTools) -> Any:
    async def run_with_tools(ctx: ExecutionContext, inputs: Any) -> Reply:
        OFFERED.set(tools)  # for the task of this request alone
        return await run(ctx, inputs)

    return run_with_tools


def _json(value: Any) -> Response:
    return Response(encode(value), media_type="application/json")
