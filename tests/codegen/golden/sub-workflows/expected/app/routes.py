"""The routes of name-clashes, the variables of the environment that they need, and the servers that they ask."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.openai_api.models import Model, openai_router
from app.runtime.bodies import JsonRoute
from app.runtime.context import Server
from app.runtime.server import respond
from app.workflows import name_clashes, order_step, order_told, order_tool

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = ["SHOP_REGION"]
SERVERS: list[Server[Any]] = [OPENAI]


@router.post("/name-clashes", operation_id="name_clashes")
async def ask(request: Request, inputs: name_clashes.NameClashesInput) -> Response:
    """Workflows and functions with the same names."""
    return respond(request, name_clashes.run, inputs, workflow="name-clashes", stream="auto")


@router.post("/order-step", operation_id="order_step")
async def ask_2(request: Request, inputs: order_step.OrderStepInput) -> Response:
    """Looks an order up before it answers."""
    return respond(request, order_step.run, inputs, workflow="order-step", stream="auto")


@router.post("/order-told", operation_id="order_told")
async def ask_3(request: Request, inputs: order_told.OrderToldInput) -> Response:
    """Passes on what another workflow says, as it says it."""
    return respond(request, order_told.run, inputs, workflow="order-told", stream="auto")


@router.post("/order-tool", operation_id="order_tool")
async def ask_4(request: Request, inputs: order_tool.OrderToolInput) -> Response:
    """A model that may look orders up."""
    return respond(request, order_tool.run, inputs, workflow="order-tool", stream="auto")


router.include_router(
    openai_router(
        Model(
            id="orders",
            workflow="order-told",
            run=order_told.run,
            input_model=order_told.OrderToldInput,
            make=order_told.from_openai,
            text_only=True,
        )
    )
)
