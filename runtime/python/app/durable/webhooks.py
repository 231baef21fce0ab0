"""Webhooks that begin durable runs."""

from fastapi import Request, Response
from pydantic import BaseModel

from app.door.webhooks.receiver import Webhook, said
from app.durable.serving import begin_once, result_of
from app.runtime.log import log_event


async def receive_durably(request: Request, webhook: Webhook, takes: type[BaseModel]) -> Response:
    """Begins a run, if the webhook is signed; one that comes again begins none.

    Raises:
        ServiceError: as in `Webhook.receive`.
        RunsUnreachable: the database does not keep the run; whoever sends webhooks sends it again.
    """
    heard = await webhook.hear(request, takes)
    if isinstance(heard, Response):
        return heard
    run_id = await begin_once(request, webhook.workflow, heard.inputs, heard.caller["id"], heard.caller)
    if run_id is None:
        log_event("webhook_repeated", workflow=webhook.workflow, request_id=request.state.request_id)
        return said("duplicate")
    return webhook.accepted() if webhook.answer == "accepted" else await result_of(request, run_id)
