"""How events are sent to runs that wait for them."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from secrets import token_hex
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import BaseModel, ConfigDict, Field

from app.durable.mailboxes import Sent, mailbox, put
from app.durable.operator import require_operator
from app.durable.records import iso_time
from app.durable.serving import KeyReused, engine_of, reached
from app.durable.waiting_settings import WaitingSettings
from app.durable.waits import Waits
from app.runtime.bodies import JsonRoute
from app.runtime.errors import InvalidInput, ServiceError
from app.runtime.events import encode
from app.runtime.json_schema import schema_problems
from app.runtime.server import check_characters

Text = Annotated[str, Field(max_length=1000)]


class UnknownEvent(ServiceError, code="unknown_event", title="No such event", status=404):
    """No workflow of the service waits for events of this name."""

    hint = "Compare the name with `name` of the waitForEvent nodes."
    for_caller = ()


class Event(BaseModel):
    """What is sent, and to whom: runs that wait for this key."""

    model_config = ConfigDict(extra="forbid", strict=True)
    key: Text | int
    payload: Any = None


class Taken(BaseModel):
    """An event that is kept."""

    id: str
    name: str
    key: str
    sent_at: str


def events_router(payloads: Mapping[str, Sequence[Any]]) -> APIRouter:
    """The route by which events come. `payloads` has the schemas that what is sent has to fit, by the events' names."""
    router = APIRouter(tags=["events"], route_class=JsonRoute, responses={code: {} for code in (403, 404, 422, 503)})

    @router.post("/events/{name}", status_code=202, operation_id="send_event", response_model=Taken)
    async def send_event(
        request: Request,
        name: str,
        event: Event,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=255)] = None,
    ) -> Any:
        """Sends an event to all runs that wait for it, or will soon; needs the service's EVENT_TOKEN or RUNS_TOKEN."""
        require_operator(request, WaitingSettings.load().event_token, "EVENT_TOKEN")
        if name not in payloads:
            raise UnknownEvent(f"No workflow waits for events of the name {name[:100]}.")
        check_characters(event)
        problems = [problem for schema in payloads[name] for problem in schema_problems(event.payload, schema)]
        if problems:
            errors = [{"in": "body", **problem, "pointer": f"/payload{problem['pointer']}"} for problem in problems]
            raise InvalidInput("The payload does not fit what is waited for.", errors=errors)
        engine = engine_of(request)
        waits = engine.process.pools.shared(Waits)
        key = str(event.key)
        sent = await reached(engine, _once(waits, name, key, event.payload, idempotency_key))
        box = mailbox(name, key)
        await reached(engine, put(waits.keeper, box, sent))
        waits.wake(box)
        sent_at = iso_time(sent["at"])
        return {"id": sent["id"], "name": name, "key": key, "sent_at": sent_at}

    return router


async def _once(waits: Waits, name: str, key: str, payload: Any, idempotency_key: str | None) -> Sent:
    """The event, or the one that came with the same Idempotency-Key before.

    Raises:
        KeyReused: that was another one.
    """
    sent = Sent(id=token_hex(16), at=time.time(), payload=payload)
    if idempotency_key is None:
        return sent
    digest = hashlib.sha256(encode([key, payload])).hexdigest()
    told = hashlib.sha256(encode([name, idempotency_key])).hexdigest()
    first = await waits.keeper.keep(f"once-{told}", {"id": sent["id"], "at": sent["at"], "digest": digest})
    if first["digest"] != digest:
        raise KeyReused("This Idempotency-Key came with another event before.")
    return Sent(id=first["id"], at=first["at"], payload=payload)
