"""How people decide: by the API with a token of the operator's, or on a page that a signed link leads to."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from app.durable.approval_links import Asked, public_url, read, sign
from app.durable.approval_page import asking_page, told_page
from app.durable.approvals import Decision, decision_of
from app.durable.deciding import AlreadyDecided, NoSuchApproval, Question, outcome_of
from app.durable.form_values import read_form
from app.durable.operator import require_operator
from app.durable.serving import engine_of, find_run
from app.durable.waiting_settings import WaitingSettings
from app.runtime.bodies import JsonRoute
from app.runtime.errors import InvalidInput
from app.runtime.server import check_characters

approvals_router = APIRouter(
    tags=["approvals"], route_class=JsonRoute, responses={code: {} for code in (403, 404, 409, 503)}
)
_LONGEST_TEXT = 10_000
_LONGEST_TOKEN = 4_000
Text = Annotated[str, Field(max_length=_LONGEST_TEXT)]


class Decided(BaseModel):
    """What somebody decides, and who it is."""

    model_config = ConfigDict(extra="forbid", strict=True)
    approved: bool
    by: Text | None = None
    comment: Text | None = None
    values: dict[str, Any] = {}


class OpenApproval(BaseModel):
    """What a run asks. `link` is where it can be decided without a token, where APPROVAL_SECRET is set."""

    step: str
    message: str
    until: float
    form: dict[str, Any] | None = None
    link: str | None = None


class OpenApprovals(BaseModel):
    """All that a run asks."""

    approvals: list[OpenApproval]


@approvals_router.get(
    "/runs/{run_id}/approvals",
    operation_id="list_approvals",
    response_model=OpenApprovals,
    response_model_exclude_none=True,
)
async def list_approvals(request: Request, run_id: str) -> Any:
    """What a run asks people and nobody has decided; needs the service's RUNS_TOKEN."""
    require_operator(request)
    engine = engine_of(request)
    run = await find_run(engine, run_id)
    settings = WaitingSettings.load()
    base = f"{public_url(settings, engine.process.settings)}/approvals/"
    return {
        "approvals": [
            {
                "step": each.step,
                "message": each.message,
                "until": each.until,
                "form": each.form,
                "link": None
                if settings.approval_secret is None
                else f"{base}{sign(settings, Asked(run_id, each.step, None))}",
            }
            for each in await Question.open_of(engine, run)
        ]
    }


@approvals_router.post("/runs/{run_id}/approvals/{step:path}", operation_id="decide", response_model=Decision)
async def decide(request: Request, run_id: str, step: str, decided: Decided) -> Any:
    """Decides what a step of a run asks; needs the service's RUNS_TOKEN. The first decision counts."""
    require_operator(request)
    check_characters(decided)
    question = await Question.find(engine_of(request), run_id, step)
    if question is None:
        raise NoSuchApproval(f"The run has no step {step} that asks for a decision.")
    return await question.decide(engine_of(request), decision_of(**decided.model_dump()))


@approvals_router.get("/approvals/{token}", include_in_schema=False)
async def show(request: Request, token: str) -> Response:
    """The page on which a question is decided. Looking at it decides nothing: scanners of mail follow links."""
    asked = _read(token)
    question = asked and await Question.find(engine_of(request), asked.run, asked.step)
    if asked is None:
        return told_page(404, "This link is not valid", "It was cut off, or is no link of this service any more.")
    if question is None:
        return told_page(404, "Not asked yet", "The run has not come to this question. Please try again in a moment.")
    if question.decision is not None:
        return _decided(question.decision)
    if not question.is_open:
        return told_page(410, "Too late", "The time for this decision is over, or the run has ended.")
    return asking_page(question)


@approvals_router.post("/approvals/{token}", include_in_schema=False)
async def decide_on_page(request: Request, token: str) -> Response:
    """What the buttons of the page send."""
    asked = _read(token)
    question = asked and await Question.find(engine_of(request), asked.run, asked.step)
    if asked is None or question is None:
        return told_page(404, "This link is not valid", "It was cut off, or is no link of this service any more.")
    sent = await read_form(request)
    if sent is None or sent.get("decision") not in ("approve", "reject"):
        return told_page(422, "Nothing was decided", "Please go back and use one of the buttons.")
    approved = sent["decision"] == "approve"
    comment = sent.get("comment", "").strip()[:_LONGEST_TEXT] or None
    values = question.values_of(sent) if approved else {}
    decision = decision_of(approved=approved, by=asked.by, comment=comment, values=values)
    try:
        return _decided(await question.decide(engine_of(request), decision))
    except InvalidInput as error:
        problems = [f"{each['pointer'].removeprefix('/')} {each['detail']}" for each in error.details["errors"]]
        return asking_page(question, sent, problems)
    except AlreadyDecided as error:
        before: Decision | None = error.details["decision"]
        if before is None:
            return told_page(410, "Too late", "The time for this decision is over, or the run has ended.")
        return _decided(before, status=409)


def _read(token: str) -> Asked | None:
    return read(WaitingSettings.load(), token) if len(token) <= _LONGEST_TOKEN else None


def _decided(decision: Decision, status: int = 200) -> Response:
    title = f"{outcome_of(decision).capitalize()}"
    if decision["timed_out"]:
        return told_page(410, title, "Nobody had decided when the time was over.")
    first = "It was decided before, and the first decision counts: " if status == 409 else ""
    return told_page(status, title, f"{first}{outcome_of(decision)} at {decision['decided_at']}.")
