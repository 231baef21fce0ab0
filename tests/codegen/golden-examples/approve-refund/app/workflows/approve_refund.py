"""approve-refund: Asks a person by a signed link before a refund is paid, and pays it when that person approves."""

from pydantic import BaseModel, ConfigDict, Field

from app.durable.approvals import Approval, ApprovalLink
from app.durable.steps import DurableStep
from app.functions.mail import send_mail
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text, present
from app.runtime.functions import call_function

ADVICE: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 300}
ADVICE_STEP = DurableStep("advice")
LINK = ApprovalLink("link", "approve")
MAIL_STEP = DurableStep("mail")
APPROVE = Approval(
    "approve",
    timeout=259200,
    on_timeout="reject",
    form={
        "type": "object",
        "properties": {"amount": {"type": "number", "title": "Amount to refund", "minimum": 0, "maximum": 5000}},
        "required": ["amount"],
    },
)


class ApproveRefundInput(BaseModel):
    """What POST /refunds takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    order: str = Field(max_length=40)
    amount: float = Field(ge=0.01, le=5000)
    complaint: str = Field(max_length=4000)


async def run(ctx: ExecutionContext, inputs: ApproveRefundInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    advice = await ADVICE_STEP.run(
        complete,
        ctx,
        {
            **ADVICE,
            "messages": [
                {
                    "role": "system",
                    "content": "You advise a support lead. Say in two sentences what speaks for and against the refund.",
                },
                {
                    "role": "user",
                    "content": f"Order {inputs.order}, refund of {as_text(inputs.amount)}:\n\n{inputs.complaint}",
                },
            ],
        },
        node="advice",
    )
    link = await LINK.make(ctx, ctx.env["APPROVER"])
    await MAIL_STEP.run(
        call_function,
        ctx,
        "mail",
        send_mail,
        to=ctx.env["APPROVER"],
        subject=f"Refund for order {inputs.order}",
        text=f"{advice['content']}\n\nPlease decide within three days:\n{link}",
    )
    approve = await APPROVE.wait(
        ctx, f"Refund {as_text(inputs.amount)} for order {inputs.order}?\n\n{inputs.complaint}\n\n{advice['content']}"
    )
    if approve["approved"]:
        return Reply(
            {
                "refunded": present(approve["values"].get("amount"), "nodes.approve.output.values.amount"),
                "by": approve["by"],
                "comment": approve["comment"],
            }
        )
    return Reply({"refunded": 0, "by": approve["by"], "comment": approve["comment"]})
