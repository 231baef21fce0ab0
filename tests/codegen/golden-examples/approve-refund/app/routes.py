"""The routes of approve-refund, the variables of the environment that they need, and the servers that they ask."""

from fastapi import APIRouter, Request, Response

from app.durable.approving import approvals_router
from app.durable.engine import DurableWorkflow
from app.durable.serving import Durable, respond_durably
from app.durable.waits import Waiting
from app.llm.parts import OPENAI
from app.runtime.bodies import JsonRoute
from app.runtime.context import Asked
from app.runtime.needed_secrets import NeededSecret
from app.workflows import approve_refund

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = ["APPROVER"]
DURABLE = Durable(
    "approve-refund",
    DurableWorkflow("approve-refund", approve_refund.run, approve_refund.ApproveRefundInput),
    parts=[Waiting(approvals_router)],
)
SERVERS: list[Asked] = [OPENAI, NeededSecret("APPROVAL_SECRET")]


@router.post("/refunds", operation_id="approve_refund")
async def request_2(request: Request, inputs: approve_refund.ApproveRefundInput) -> Response:
    """Asks a person by a signed link before a refund is paid, and pays it when that person approves."""
    return await respond_durably(request, "approve-refund", inputs, stream="auto")


router.include_router(DURABLE.routes)
