"""Webhooks over real sockets, signed by what services document and by the libraries that they publish."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
import stripe
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import Headers

from app.door.background import background_runs
from app.door.webhooks.receiver import Webhook
from app.door.webhooks.signatures import GitHub, Hmac, InvalidSignature, Shopify, Slack, Stripe
from app.runtime.context import ExecutionContext, Reply
from app.runtime.server import create_app
from tests.database_servers import running_redis
from tests.door.webhooks import SECRET, Signing
from tests.server import serve

STRIPE: Any = stripe.WebhookSignature

GITHUB_SECRET = "It's a Secret to Everybody"
GITHUB_BODY = b"Hello, World!"
GITHUB_SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
"""https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation"""

SLACK_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SLACK_TIME = 1531420618
SLACK_SIGNATURE = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
SLACK_BODY = (
    b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
    b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
    b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
    b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
)
"""https://docs.slack.dev/authentication/verifying-requests-from-slack"""


def test_github_and_slack_sign_as_they_document(monkeypatch: pytest.MonkeyPatch) -> None:
    GitHub().check(Headers({"x-hub-signature-256": GITHUB_SIGNATURE}), GITHUB_BODY, [GITHUB_SECRET])
    with pytest.raises(InvalidSignature):
        GitHub().check(Headers({"x-hub-signature-256": GITHUB_SIGNATURE}), GITHUB_BODY + b"!", [GITHUB_SECRET])
    headers = Headers({"x-slack-signature": SLACK_SIGNATURE, "x-slack-request-timestamp": str(SLACK_TIME)})
    with pytest.raises(InvalidSignature, match="ago"):
        Slack().check(headers, SLACK_BODY, [SLACK_SECRET])
    monkeypatch.setattr("app.door.webhooks.signatures.time.time", lambda: SLACK_TIME + 200.0)
    Slack().check(headers, SLACK_BODY, [SLACK_SECRET])


def test_stripe_signs_as_its_library_does() -> None:
    body = '{"id":"evt_1","type":"charge.succeeded"}'
    for age, is_taken in ((0, True), (200, True), (400, False), (-400, False)):
        at = int(time.time()) - age
        signature = STRIPE._compute_signature(f"{at}.{body}", SECRET)
        headers = Headers({"stripe-signature": f"t={at},v0=00,v1={'0' * 64},v1={signature}"})
        if is_taken:
            Stripe().check(headers, body.encode(), ["another", SECRET])
            STRIPE.verify_header(body, headers["stripe-signature"], SECRET, 300)
        else:
            with pytest.raises(InvalidSignature):
                Stripe().check(headers, body.encode(), [SECRET])


@pytest.mark.parametrize(
    "sent",
    [
        [],
        [("x-hub-signature-256", "sha256=")],
        [("x-hub-signature-256", GITHUB_SIGNATURE.removeprefix("sha256="))],
        [("x-hub-signature-256", GITHUB_SIGNATURE.replace("sha256", "sha1"))],
        [("x-hub-signature-256", "sha256=" + "é" * 64)],
        [("x-hub-signature-256", GITHUB_SIGNATURE), ("x-hub-signature-256", "sha256=00")],
    ],
)
def test_what_is_no_signature_is_refused(sent: list[tuple[str, str]]) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in sent]
    with pytest.raises(InvalidSignature):
        GitHub().check(Headers(raw=raw), GITHUB_BODY, [GITHUB_SECRET])


class Event(BaseModel):
    model_config = ConfigDict(extra="allow")


class Ran:
    """What ran, and what it waits for."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.fails = False
        self.may_go_on = threading.Event()

    async def run(self, ctx: ExecutionContext, inputs: Event) -> Reply:
        while (inputs.model_extra or {}).get("slow") and not self.may_go_on.is_set():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        self.seen.append({"caller": ctx.caller, "input": inputs.model_dump()})
        if self.fails:
            raise RuntimeError("once")
        return Reply({"ran": len(self.seen)})


SCHEMES = {
    "github": GitHub(),
    "shopify": Shopify(),
    "stripe": Stripe(),
    "slack": Slack(),
    "hmac": Hmac(header="x-sign", timestamp_header="x-time", before_body="{timestamp}.", encoding="base64"),
}


class Hooks:
    def __init__(self, client: httpx2.AsyncClient, ran: Ran) -> None:
        self.client = client
        self.ran = ran

    async def send(self, name: str, content: Any, *, path: str = "", **headers: str) -> httpx2.Response:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        signed = Signing(SCHEMES[name]).headers(body)
        given = {"content-type": "application/json", **signed, **{k.replace("_", "-"): v for k, v in headers.items()}}
        return await self.client.post(path or f"/{name}", content=body, headers=given)


@asynccontextmanager
async def hooks(monkeypatch: pytest.MonkeyPatch, redis_url: str = "") -> AsyncGenerator[Hooks]:
    monkeypatch.setenv("REDIS_URL", redis_url)
    ran = Ran()
    router = APIRouter(lifespan=background_runs)

    def add(path: str, webhook: Webhook) -> None:
        monkeypatch.setenv(webhook.variable, SECRET)

        async def endpoint(request: Request) -> Response:
            return await webhook.receive(request, ran.run, Event)

        router.add_api_route(path, endpoint, methods=["POST"])
        router.add_api_route(path, webhook.confirm, methods=["GET"])

    for name, scheme in SCHEMES.items():
        add(f"/{name}", Webhook(workflow=name, scheme=scheme, variable=f"WEBHOOK_SECRET_{name.upper()}"))
    result = Webhook(
        workflow="result",
        scheme=GitHub(),
        variable="WEBHOOK_SECRET_R",
        answer="result",
        events=["push", "issues"],
        is_confirmed=True,
    )
    add("/result", result)
    monkeypatch.setenv("WEBHOOK_SECRET_R_VERIFY", "token of the operator")
    app = create_app(title="hooks")
    app.include_router(router)
    with serve(app) as server:
        async with httpx2.AsyncClient(base_url=server.url, trust_env=False) as client:
            yield Hooks(client, ran)


async def until(ran: Ran, count: int) -> None:
    for _ in range(500):
        if len(ran.seen) >= count:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(ran.seen)


@pytest.mark.parametrize("name", list(SCHEMES))
async def test_a_webhook_is_answered_at_once_and_runs_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hooks(monkeypatch) as at:
        body = {"id": "evt_1", "type": "charge.succeeded", "slow": True}
        first = await at.send(name, body)
        assert first.json() == {"status": "accepted"}
        assert first.status_code == (200 if name == "slack" else 202)
        assert at.ran.seen == []
        at.ran.may_go_on.set()
        sent = {name: value for name, value in first.request.headers.items() if name != "content-length"}
        again = await at.client.post(f"/{name}", content=first.request.content, headers=sent)
        assert again.json() == {"status": "duplicate"}
        await until(at.ran, 1)
        assert at.ran.seen[0]["caller"]["name"] == name
        forged = await at.client.post(f"/{name}", content=b"{}", headers=sent)
        assert (forged.status_code, forged.json()["code"]) == (401, "invalid_signature")


async def test_a_run_that_goes_on_is_waited_for_when_the_service_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hooks(monkeypatch) as at:
        assert (await at.send("github", {"slow": True})).status_code == 202
        ran = at.ran
        threading.Timer(0.5, ran.may_go_on.set).start()
        assert ran.seen == []
    assert len(ran.seen) == 1


async def test_challenges_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hooks(monkeypatch) as at:
        slack = await at.send("slack", {"type": "url_verification", "token": "x", "challenge": "3eZbrw1a"})
        assert (slack.status_code, slack.text) == (200, "3eZbrw1a")
        unsigned = await at.client.post("/slack", json={"type": "url_verification", "challenge": "x"})
        assert unsigned.status_code == 401
        ping = await at.send("github", {"zen": "Design for failure.", "hook_id": 1}, x_github_event="ping")
        assert ping.json() == {"status": "pong"}
        query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "token of the operator"}
        meta = await at.client.get("/result", params=query)
        assert (meta.status_code, meta.text) == (200, "1158201444")
        assert meta.headers["content-type"].startswith("text/plain")
        wrong = await at.client.get("/result", params={**query, "hub.verify_token": "guess"})
        assert wrong.status_code == 401
        assert at.ran.seen == []


async def test_only_listed_events_run_and_a_failed_run_may_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hooks(monkeypatch) as at:
        signed = {**Signing(GitHub()).headers(b'{"n":1}'), "content-type": "application/json"}

        async def send(event: str) -> httpx2.Response:
            return await at.client.post("/result", content=b'{"n":1}', headers={**signed, "x-github-event": event})

        assert (await send("star")).json() == {"status": "ignored"}
        at.ran.fails = True
        assert (await send("push")).status_code == 500
        at.ran.fails = False
        assert (await send("push")).json()["output"] == {"ran": 2}
        assert (await send("push")).json() == {"status": "duplicate"}
        # Another header does not make it another webhook: it is not signed.
        assert (await send("issues")).json() == {"status": "duplicate"}


async def test_slack_sends_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hooks(monkeypatch) as at:
        form = "application/x-www-form-urlencoded"
        await at.send("slack", b"command=%2Fweather&text=94070", content_type=form)
        await at.send("slack", b"payload=%7B%22type%22%3A%22block_actions%22%7D", content_type=form)
        await until(at.ran, 2)
        assert [each["input"] for each in at.ran.seen] == [
            {"command": "/weather", "text": "94070"},
            {"type": "block_actions"},
        ]
        assert [each["caller"]["event"] for each in at.ran.seen] == ["/weather", "block_actions"]


async def test_what_cannot_be_read_is_refused_after_it_was_found_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with hooks(monkeypatch) as at:
        for body in (b"{", b"[1]", b"\xff", b'"text"', b"[" * 100_000):
            answer = await at.send("github", body)
            assert (answer.status_code, answer.json()["code"]) == (422, "invalid_input")
        assert at.ran.seen == []


async def test_processes_that_share_redis_know_each_others_webhooks(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_redis() as redis:
        async with hooks(monkeypatch, redis) as at:
            first = await at.send("stripe", {"id": "evt_7", "type": "a"})
            assert first.status_code == 202
        async with hooks(monkeypatch, redis) as other:
            # Signed anew, as Stripe does when it sends again: its own id tells.
            assert (await other.send("stripe", {"id": "evt_7", "type": "a", "n": 2})).json()["status"] == "duplicate"


async def test_a_secret_is_replaced_without_losing_webhooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET_GITHUB_PREVIOUS", "the one before")
    async with hooks(monkeypatch) as at:
        headers = {**Signing(GitHub(), "the one before").headers(b"{}"), "content-type": "application/json"}
        assert (await at.client.post("/github", content=b"{}", headers=headers)).status_code == 202


async def test_too_many_runs_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_BACKGROUND_RUNS", "1")
    async with hooks(monkeypatch) as at:
        assert (await at.send("github", {"slow": True})).status_code == 202
        second = await at.send("github", {"n": 2})
        assert (second.status_code, second.json()["code"]) == (503, "overloaded")
        assert second.headers["retry-after"] == "10"
