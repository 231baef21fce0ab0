"""nightly-report: Counts what is left to do, every night."""

from typing import Any

from pydantic import BaseModel, ConfigDict

from app.durable.approvals import Approval
from app.durable.steps import run_items
from app.runtime.context import ExecutionContext, Reply

ASK = Approval("ask", timeout=3600, on_timeout="reject")


class NightlyReportInput(BaseModel):
    """What POST /schedules/nightly takes."""

    model_config = ConfigDict(strict=True, extra="forbid")
    days: int = 7
    teams: list[str] = ["north", "south"]
    dry: bool = False


async def run(ctx: ExecutionContext, inputs: NightlyReportInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def each_body(each_index: int, each_item: str) -> dict[str, Any]:
        ask = await ASK.wait(ctx, f"Close the week of {each_item}?")
        return {"team": each_item, "closed": ask["approved"]}

    each: list[dict[str, Any]] = await run_items(ctx, "each", inputs.teams, each_body, concurrency=4)
    return Reply({"days": inputs.days, "due": ctx.caller["scheduled_at"], "closed": each})
