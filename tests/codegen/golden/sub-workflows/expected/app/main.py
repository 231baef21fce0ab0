"""name-clashes as an HTTP service."""

from fastapi import Request, Response

from app.llm.parts import OPENAI
from app.runtime.server import create_app, respond
from app.workflows import name_clashes, order_step, order_tool

app = create_app(title="name-clashes", env=["SHOP_REGION"], servers=[OPENAI])


@app.post("/name-clashes")
async def ask(request: Request, input: name_clashes.NameClashesInput) -> Response:
    """Workflows and functions with the same names."""
    return respond(request, name_clashes.run, input, workflow="name-clashes", stream="auto")


@app.post("/order-step")
async def ask_2(request: Request, input: order_step.OrderStepInput) -> Response:
    """Looks an order up before it answers."""
    return respond(request, order_step.run, input, workflow="order-step", stream="auto")


@app.post("/order-tool")
async def ask_3(request: Request, input: order_tool.OrderToolInput) -> Response:
    """A model that may look orders up."""
    return respond(request, order_tool.run, input, workflow="order-tool", stream="auto")
