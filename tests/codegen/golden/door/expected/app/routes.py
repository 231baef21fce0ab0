"""The routes of for-anyone, the variables of the environment that they need, and the servers that they ask."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.door.api_keys import ApiKeys, BasicKeys
from app.door.background import background_runs
from app.door.bearer import BearerTokens, Issuer
from app.door.cors import Cors, Origins
from app.door.guard import Guard, GuardedRoute, admitted
from app.door.limits import Quota, RateLimits
from app.door.webhooks.receiver import Webhook
from app.door.webhooks.signatures import GitHub, Hmac, Stripe
from app.llm.parts import OPENAI
from app.mcp_server.server import Tool, mcp_router
from app.openai_api.models import Model, openai_router
from app.runtime.budget import Budget, limited
from app.runtime.context import Asked
from app.runtime.server import respond
from app.workflows import for_anyone, notice, pages, paid, pushed, signed, with_key, with_name, with_token

router = APIRouter(route_class=GuardedRoute, lifespan=background_runs)
ENV: list[str] = []
FOR_ANYONE_GUARD = Guard(limits=RateLimits("for-anyone", [Quota(3, "requests", "day")], open_when_uncounted=True))
NOTICE_WEBHOOK = Webhook(workflow="notice", scheme=GitHub(), variable="WEBHOOK_SECRET_NOTICE")
PAGES_CORS = Cors(["POST"], headers=["X-Own"])
PAGES_GUARD = Guard(cors=PAGES_CORS)
PAID_WEBHOOK = Webhook(workflow="paid", scheme=Stripe(tolerance_seconds=60), variable="WEBHOOK_SECRET_PAID")
PUSHED_WEBHOOK = Webhook(
    workflow="pushed", scheme=GitHub(), variable="WEBHOOK_SECRET_PUSHED", answer="result", events=["push"]
)
SIGNED_WEBHOOK = Webhook(
    workflow="signed",
    scheme=Hmac(
        header="X-Signature",
        algorithm="sha512",
        encoding="base64",
        prefix="v1=",
        before_body="{timestamp}.",
        timestamp_header="X-Time",
        event_header="X-Event",
    ),
    variable="WEBHOOK_SECRET_SIGNED",
    is_confirmed=True,
)
WITH_KEY_CORS = Cors(["POST"], headers=["X-Page"], credentials=True)
WITH_KEY_GUARD = Guard(
    auth=ApiKeys(),
    scopes=["ask", "tell"],
    limits=RateLimits(
        "with-key", [Quota(5, "requests", "minute"), Quota(20000, "tokens", "minute"), Quota(2.5, "usd", "day")]
    ),
    cors=WITH_KEY_CORS,
)
WITH_NAME_CORS = Cors(["GET", "PUT"], max_age_seconds=60)
WITH_NAME_GUARD = Guard(auth=BasicKeys(), cors=WITH_NAME_CORS)
WITH_TOKEN_CORS = Cors(["GET", "PUT"])
WITH_TOKEN_GUARD = Guard(auth=BearerTokens(["ES256"]), scopes=["tell"], cors=WITH_TOKEN_CORS)
OPENAI_CORS = Cors(
    ["GET", "POST"],
    headers=[
        "X-Own",
        "Idempotency-Key",
        "OpenAI-Beta",
        "OpenAI-Organization",
        "OpenAI-Project",
        "X-Stainless-Arch",
        "X-Stainless-Lang",
        "X-Stainless-OS",
        "X-Stainless-Package-Version",
        "X-Stainless-Retry-Count",
        "X-Stainless-Runtime",
        "X-Stainless-Runtime-Version",
        "X-Stainless-Timeout",
    ],
)
MCP_CORS = Cors(
    ["POST"], headers=["X-Own", "Last-Event-ID", "Mcp-Method", "Mcp-Name", "Mcp-Protocol-Version", "Mcp-Session-Id"]
)
SERVERS: list[Asked] = [
    OPENAI,
    Issuer,
    Origins,
    NOTICE_WEBHOOK.secrets,
    PAID_WEBHOOK.secrets,
    PUSHED_WEBHOOK.secrets,
    SIGNED_WEBHOOK.secrets,
]


@router.post("/door/open", operation_id="for_anyone", dependencies=FOR_ANYONE_GUARD.dependencies)
async def start(request: Request, inputs: for_anyone.ForAnyoneInput) -> Response:
    """Answers anyone, a little."""
    return respond(request, admitted(for_anyone.run, request), inputs, workflow="for-anyone", stream="auto")


@router.post("/webhooks/notice", operation_id="notice")
async def event(request: Request) -> Response:
    """Runs the workflow notice."""
    return await NOTICE_WEBHOOK.receive(request, notice.run, notice.NoticeInput)


@router.post("/pages", operation_id="pages", dependencies=PAGES_GUARD.dependencies)
async def ask(request: Request, inputs: pages.PagesInput) -> Response:
    """Runs the workflow pages."""
    return respond(request, admitted(pages.run, request), inputs, workflow="pages", stream="auto")


router.add_api_route("/pages", PAGES_CORS.preflight, methods=["OPTIONS"], include_in_schema=False)


@router.post("/door/stripe", operation_id="paid")
async def start_2(request: Request) -> Response:
    """Hears of payments, and answers at once."""
    return await PAID_WEBHOOK.receive(request, limited(paid.run, Budget(max_tokens=5000)), paid.PaidInput)


@router.post("/door/github", operation_id="pushed")
async def start_3(request: Request) -> Response:
    """Hears of pushes."""
    return await PUSHED_WEBHOOK.receive(request, pushed.run, pushed.PushedInput)


@router.post("/door/hmac", operation_id="signed")
async def start_4(request: Request) -> Response:
    """Hears from a service of our own, signed with an HMAC."""
    return await SIGNED_WEBHOOK.receive(request, signed.run, signed.SignedInput)


router.add_api_route("/door/hmac", SIGNED_WEBHOOK.confirm, methods=["GET"], include_in_schema=False)


@router.post("/door/key", operation_id="with_key", dependencies=WITH_KEY_GUARD.dependencies)
async def start_5(request: Request, inputs: with_key.WithKeyInput) -> Response:
    """Answers callers who have a key, and counts what they use."""
    return respond(request, admitted(with_key.run, request), inputs, workflow="with-key", stream="auto")


router.add_api_route("/door/key", WITH_KEY_CORS.preflight, methods=["OPTIONS"], include_in_schema=False)


@router.get("/door/token", operation_id="with_name", dependencies=WITH_NAME_GUARD.dependencies)
@router.head("/door/token", include_in_schema=False, dependencies=WITH_NAME_GUARD.dependencies)
async def start_6(request: Request, inputs: Annotated[with_name.WithNameInput, Query()]) -> Response:
    """For tools that know names and passwords."""
    return respond(request, admitted(with_name.run, request), inputs, workflow="with-name", stream="auto")


router.add_api_route("/door/token", WITH_NAME_CORS.preflight, methods=["OPTIONS"], include_in_schema=False)


@router.put("/door/token", operation_id="with_token", dependencies=WITH_TOKEN_GUARD.dependencies)
async def start_7(request: Request, inputs: with_token.WithTokenInput) -> Response:
    """Answers callers who have a token of the issuer."""
    return respond(request, admitted(with_token.run, request), inputs, workflow="with-token", stream="never")


router.include_router(
    openai_router(
        Model(
            id="pages-model",
            workflow="pages",
            run=pages.run,
            input_model=pages.PagesInput,
            make=pages.from_openai,
            text_only=True,
            admit=PAGES_GUARD.admit,
            admitted=admitted,
        )
    )
)
router.include_router(
    mcp_router(
        "for-anyone",
        Tool(
            name="pages",
            description="Says it again.",
            workflow="pages",
            run=pages.run,
            input_model=pages.PagesInput,
            takes={"type": "object", "properties": {"message": {"type": "string"}}, "required": ["message"]},
            gives={"type": "string"},
            wraps=True,
            guard=PAGES_GUARD,
            admitted=admitted,
        ),
    )
)
router.add_api_route("/v1/chat/completions", OPENAI_CORS.preflight, methods=["OPTIONS"], include_in_schema=False)
router.add_api_route("/v1/responses", OPENAI_CORS.preflight, methods=["OPTIONS"], include_in_schema=False)
router.add_api_route("/v1/models", OPENAI_CORS.preflight, methods=["OPTIONS"], include_in_schema=False)
router.add_api_route("/v1/models/{name}", OPENAI_CORS.preflight, methods=["OPTIONS"], include_in_schema=False)
router.add_api_route("/mcp", MCP_CORS.preflight, methods=["OPTIONS"], include_in_schema=False)
