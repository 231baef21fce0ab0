"""The routes of everything-kept, the variables of the environment that they need, and the servers that they ask."""

from fastapi import APIRouter, Request, Response

from app.door.api_keys import ApiKeys
from app.door.cors import Cors, Origins
from app.door.guard import Guard, GuardedRoute
from app.door.limits import Quota, RateLimits
from app.door.webhooks.receiver import Webhook
from app.door.webhooks.signatures import GitHub
from app.durable.engine import DurableWorkflow
from app.durable.serving import Durable, respond_durably
from app.durable.times import timed_durably
from app.durable.webhooks import receive_durably
from app.llm.parts import ANTHROPIC, OPENAI
from app.runtime.context import Asked
from app.workflows import everything_kept, for_members, pushed_and_kept, routed, two_letters

router = APIRouter(route_class=GuardedRoute)
ENV: list[str] = ["SHOP_REGION"]
FOR_MEMBERS_CORS = Cors(["POST"], headers=["Idempotency-Key", "Last-Event-ID", "Prefer"])
FOR_MEMBERS_GUARD = Guard(
    auth=ApiKeys(),
    scopes=["ask"],
    limits=RateLimits("for-members", [Quota(8, "requests", "minute"), Quota(20000, "tokens", "minute")]),
    cors=FOR_MEMBERS_CORS,
)
PUSHED_AND_KEPT_WEBHOOK = Webhook(
    workflow="pushed-and-kept", scheme=GitHub(), variable="WEBHOOK_SECRET_PUSHED_AND_KEPT", events=["push"]
)
RUNS_CORS = Cors(["DELETE", "GET", "POST"], headers=["Idempotency-Key", "Last-Event-ID", "Prefer"])
DURABLE = Durable(
    "everything-kept",
    DurableWorkflow("everything-kept", everything_kept.run, everything_kept.EverythingKeptInput),
    DurableWorkflow("for-members", for_members.run, for_members.ForMembersInput, guard=FOR_MEMBERS_GUARD),
    DurableWorkflow("pushed-and-kept", pushed_and_kept.run, pushed_and_kept.PushedAndKeptInput),
    DurableWorkflow("routed", routed.run, routed.RoutedInput),
    DurableWorkflow("two-letters", timed_durably(two_letters.run, 86400), two_letters.TwoLettersInput),
    cors=RUNS_CORS,
)
SERVERS: list[Asked] = [OPENAI, ANTHROPIC, Origins, PUSHED_AND_KEPT_WEBHOOK.secrets]


@router.post("/everything-kept", operation_id="everything_kept")
async def ask(request: Request, inputs: everything_kept.EverythingKeptInput) -> Response:
    """A durable workflow with all that can be kept."""
    return await respond_durably(request, "everything-kept", inputs, stream="auto")


@router.post("/durable/members", operation_id="for_members", dependencies=FOR_MEMBERS_GUARD.dependencies)
async def start(request: Request, inputs: for_members.ForMembersInput) -> Response:
    """Answers members, and counts what they use."""
    return await respond_durably(request, "for-members", inputs, stream="auto")


router.add_api_route("/durable/members", FOR_MEMBERS_CORS.preflight, methods=["OPTIONS"], include_in_schema=False)


@router.post("/durable/github", operation_id="pushed_and_kept")
async def start_2(request: Request) -> Response:
    """Keeps what it hears of pushes."""
    return await receive_durably(request, PUSHED_AND_KEPT_WEBHOOK, pushed_and_kept.PushedAndKeptInput)


@router.post("/routed", operation_id="routed")
async def ask_2(request: Request, inputs: routed.RoutedInput) -> Response:
    """Has one of two models look things up, and keeps which one has begun to."""
    return await respond_durably(request, "routed", inputs, stream="auto")


@router.post("/two-letters", operation_id="two_letters")
async def ask_3(request: Request, inputs: two_letters.TwoLettersInput) -> Response:
    """Writes a letter, waits for days, and writes another."""
    return await respond_durably(request, "two-letters", inputs, stream="auto")


router.include_router(DURABLE.routes)
