"""The routes of house-model, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.openai_api.models import Model, openai_router
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import house_model

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/house-model", operation_id="house_model")
async def ask(request: Request, inputs: house_model.HouseModelInput) -> Response:
    """A model of the house: what any client of OpenAI's API can chat with, with rules of its own."""
    return respond(request, house_model.run, inputs, workflow="house-model", stream="auto")


router.include_router(
    openai_router(
        Model(
            id="house-model",
            workflow="house-model",
            run=house_model.run,
            input_model=house_model.HouseModelInput,
            make=house_model.from_openai,
            caller_tools=True,
        )
    )
)
