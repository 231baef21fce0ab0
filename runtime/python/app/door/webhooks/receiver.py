"""Webhooks: what other services send when something has happened there."""

import hmac
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from json import JSONDecodeError
from typing import Any, Generic, Literal, TypeVar, cast
from urllib.parse import parse_qsl

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from app.door.background import Background
from app.door.limits import address_key
from app.door.webhooks.signatures import InvalidSignature, Scheme, Signed
from app.outside.counters import Change, Counters, counter_name
from app.runtime.bodies import media_type, no_json, read_json
from app.runtime.context import ExecutionContext, Process, Reply, missing_api_key
from app.runtime.errors import HttpError, InvalidInput, ServiceError
from app.runtime.events import encode
from app.runtime.log import log_event
from app.runtime.server import respond
from app.runtime.settings import BaseSettings, Seconds, Settings, bare, variable, variables

Input = TypeVar("Input", bound=BaseModel)
Run = Callable[[ExecutionContext, Input], Awaitable[Reply]]

_FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 1000


class WebhookSettings(BaseSettings):
    """What the operator can set for webhooks."""

    webhook_memory_seconds: Seconds = 259_200.0
    """How long it is remembered which webhooks have come, so that none runs twice; Stripe repeats for three days."""


class SigningSecrets:
    """The secrets of a webhook, the newest first, and the token of who confirms it.

    Raises:
        MissingApiKey: one is not set that has to be.
    """

    def __init__(self, name: str, *, has_token: bool) -> None:
        self._variable = name
        self._has_token = has_token
        self._held: dict[str, str] = {}
        self.renew()

    def renew(self) -> list[str]:
        """Reads them again, and gives the variables whose values are others now.

        Raises:
            MissingApiKey, ValueError: one cannot be used; all stay as they were.
        """
        known = variables()
        names = (self._variable, f"{self._variable}_PREVIOUS", f"{self._variable}_VERIFY")
        held = {name: bare(variable(name, known) or "") for name in names}
        needed, _, confirming = names
        for name in (needed, confirming) if self._has_token else (needed,):
            if not held[name]:
                raise missing_api_key(name)
        replaced = [name for name in names if held[name] != self._held.get(name, "")]
        self._held = held
        return replaced

    @property
    def secrets(self) -> list[str]:
        """Those that sign."""
        return [text for name, text in self._held.items() if text and not name.endswith("_VERIFY")]

    @property
    def token(self) -> str:
        """What who confirms it is asked for."""
        return self._held[f"{self._variable}_VERIFY"]

    async def aclose(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class Heard(Generic[Input]):
    """What a webhook says, and who the workflow is told has sent it: `name`, `event` and `id`."""

    inputs: Input
    caller: dict[str, Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Webhook:
    """Where a service sends what has happened, to the workflow of this name.

    `variable` holds the secret that it is signed with; while that is replaced, the one before is in the variable with
    _PREVIOUS behind. Of `events` others start nothing. With `answer` "accepted" the service is answered at once and the
    run goes on; with "result" it is answered with what the run gives. With `is_confirmed` the service asks beforehand
    whether this address expects it.
    """

    workflow: str
    scheme: Scheme
    variable: str
    answer: Literal["accepted", "result"] = "accepted"
    events: Sequence[str] = ()
    is_confirmed: bool = False

    def secrets(self, _settings: Settings) -> SigningSecrets:  # made as all that is shared
        """Its secrets.

        Raises:
            MissingApiKey: they are not set.
        """
        return SigningSecrets(self.variable, has_token=self.is_confirmed)

    async def receive(self, request: Request, run: Run[Input], takes: type[Input]) -> Response:
        """Starts a run, if the webhook is signed and has not come before.

        Raises:
            InvalidSignature: it is not signed with the secret, or too long ago.
            InvalidInput, RequestValidationError: its body is not what the workflow takes.
            Overloaded: too many runs go on.
            MissingApiKey: the secret is not set.
            DatabaseUnreachable, DatabaseTimeout, QueryFailed: Redis cannot say whether it has come before.
        """
        heard = await self.hear(request, takes)
        if isinstance(heard, Response):
            return heard
        process: Process = request.state.process
        background: Background = request.state.background
        background.check()
        seen = Change(
            counter_name("webhook", self.workflow, key=heard.caller["id"]),
            1,
            WebhookSettings.load().webhook_memory_seconds,
        )
        [count] = await process.pools.shared(Counters).add(process.pools, seen)
        if count.total > 1:
            log_event("webhook_repeated", workflow=self.workflow, request_id=request.state.request_id)
            return said("duplicate")
        answer = respond(request, _once(run, heard.caller, seen), heard.inputs, workflow=self.workflow, stream="never")
        if self.answer == "result":
            return answer
        background.start(answer, request)
        return self.accepted()

    def accepted(self) -> Response:
        """The answer to a webhook whose run goes on."""
        return said("accepted", 200 if self.scheme.name == "slack" else 202)

    async def hear(self, request: Request, takes: type[Input]) -> "Heard[Input] | Response":
        """What a webhook says, if it is signed and is to start a run; else what it is answered.

        Raises:
            InvalidSignature, InvalidInput, RequestValidationError, MissingApiKey: as in `receive`.
        """
        process: Process = request.state.process
        told: dict[str, Any] = request.state.log_fields
        told["address"] = address_key(request.client)
        try:
            body = await request.body()
        except ClientDisconnect:
            raise HttpError(400, "The body did not arrive whole.") from None
        signed = self.scheme.check(request.headers, body, process.pools.shared(self.secrets).secrets)
        told["caller"] = self.scheme.name
        content = _content(request, body)
        challenge = _challenge(content) if self.scheme.name == "slack" else None
        if challenge is not None:
            return Response(challenge, media_type="text/plain", headers={"cache-control": "no-store"})
        event, identity = _identified(self.scheme, signed, content)
        told["webhook_event"] = event
        if self.scheme.name == "github" and event == "ping":
            return said("pong")
        if self.events and event not in self.events:
            return said("ignored")
        inputs = _validated(takes, content)
        return Heard(inputs, {"name": self.scheme.name, "event": event, "id": identity})

    async def confirm(self, request: Request) -> Response:
        """The answer to a GET that asks whether this webhook is expected: the challenge, to who knows the token.

        Its token is in the variable of the secret with _VERIFY behind.
        https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests

        Raises:
            InvalidSignature: he does not.
            MissingApiKey: the token is not set.
        """
        query = request.query_params
        process: Process = request.state.process
        token = process.pools.shared(self.secrets).token
        sent = query.get("hub.verify_token", "")
        if not token or query.get("hub.mode") != "subscribe" or not hmac.compare_digest(sent.encode(), token.encode()):
            raise InvalidSignature("The request does not hold the token of this webhook.")
        return Response(query.get("hub.challenge", "")[:1000], media_type="text/plain")


def said(status: str, code: int = 200) -> Response:
    """What whoever sends webhooks is told of one."""
    return Response(encode({"status": status}), code, media_type="application/json")


def _content(request: Request, body: bytes) -> Any:
    """JSON, or a form; what a form has as `payload` is JSON: so GitHub and Slack send it where they send forms."""
    kind = media_type(request.headers)
    if kind == _FORM:
        try:
            fields = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        except ValueError:
            raise InvalidInput("The body is no form that can be read.") from None
        if "payload" not in fields:
            return fields
        body = fields["payload"].encode()
    try:
        return read_json(body)
    except JSONDecodeError as error:
        raise RequestValidationError([no_json(error)]) from None


def _challenge(content: Any) -> str | None:
    """https://docs.slack.dev/reference/events/url_verification"""
    match content:
        case {"type": "url_verification", "challenge": str(challenge)}:
            return challenge[:1000]
        case _:
            return None


def _identified(scheme: Scheme, signed: Signed, content: Any) -> tuple[str | None, str]:
    """The event's name and an id of it, from the body where the service has them there: they are signed with it."""
    fields = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
    match scheme.name, fields:
        case "stripe", {"type": str(event), "id": str(identity)}:
            return event, identity
        case "slack", {"type": "event_callback", "event_id": str(identity), "event": {"type": str(event)}}:
            return event, identity
        case "slack", {"type": str(event)}:
            return event, signed.id
        case "slack", {"command": str(event)}:
            return event, signed.id
        case _:
            return signed.event, signed.id


def _validated(takes: type[Input], content: Any) -> Input:
    try:
        return takes.model_validate(content)
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        raise RequestValidationError([{**each, "loc": ("body", *each["loc"])} for each in problems]) from None


def _once(run: Run[Input], caller: dict[str, Any], seen: Change) -> Run[Input]:
    """A run of a webhook; when it fails it has not come, so that the service may send it again."""

    async def run_once(ctx: ExecutionContext, inputs: Input) -> Reply:
        ctx.caller = caller
        try:
            return await run(ctx, inputs)
        except BaseException:
            with suppress(ServiceError):
                await ctx.pools.shared(Counters).add(ctx.pools, Change(seen.name, -1, seen.seconds))
            raise

    return run_once
