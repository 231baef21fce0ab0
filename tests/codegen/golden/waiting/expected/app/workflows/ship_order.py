"""ship-order: Ships an order of a queue once it is paid."""

from pydantic import BaseModel, ConfigDict, Field

from app.durable.awaited_events import EventWait
from app.runtime.context import ExecutionContext, Reply

PAID = EventWait("paid", "order.paid", timeout=86400)
SEEN = EventWait("seen", "order.seen", timeout=60, goes_on=True)


class ShipOrderInput(BaseModel):
    """What POST /queues/orders takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    order: str = Field(max_length=40)


async def run(ctx: ExecutionContext, inputs: ShipOrderInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    paid = await PAID.wait(ctx, inputs.order)
    seen = await SEEN.wait(ctx, inputs.order, {"by": "nobody"})
    return Reply({"shipped": inputs.order, "amount": paid["payload"]["amount"], "seen": seen["payload"]})
