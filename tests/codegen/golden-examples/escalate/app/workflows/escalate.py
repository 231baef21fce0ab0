"""escalate: Lets a cheap model answer, and asks a better one when the cheap one is not sure of its answer."""

from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.steps import Step, StepFailed

FIRST_TRY: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "max_tokens": 600,
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "answer",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"answer": {"type": "string"}, "sureness": {"type": "number"}},
                "required": ["answer", "sureness"],
                "additionalProperties": False,
            },
        },
    },
}
FIRST_TRY_STEP = Step("first_try", timeout=20)
SECOND_TRY: OpenAIConfig = {"model": "gpt-5.5", "max_tokens": 2000}


class EscalateInput(BaseModel):
    """What POST /escalate takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    question: str = Field(min_length=1, max_length=4000)
    sureness: float = Field(default=0.8, ge=0, le=1, description="How sure the cheap model has to be of its answer")


class FirstTry(TypedDict):
    """The shape of first try."""

    answer: str
    sureness: float


async def run(ctx: ExecutionContext, inputs: EscalateInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    try:
        first_try: Any = await FIRST_TRY_STEP.attempt(
            complete,
            ctx,
            {
                **FIRST_TRY,
                "messages": [
                    {
                        "role": "system",
                        "content": (
                            "Answer briefly. Say honestly, as a number from 0 to 1, how sure you are that the answer is right "
                            "and complete."
                        ),
                    },
                    {"role": "user", "content": inputs.question},
                ],
            },
            node="first_try",
        )
    except StepFailed:
        first_try = None
    if (
        first_try is not None
        and first_try["parsed"]["sureness"] >= inputs.sureness
        and first_try["parsed"]["answer"] != ""
    ):
        return Reply({"answer": first_try["parsed"]["answer"], "model": first_try["model"], "escalated": False})
    second_try = await complete(
        ctx,
        {
            **SECOND_TRY,
            "messages": [
                {
                    "role": "system",
                    "content": "A simpler model could not answer this question well. Answer it carefully and completely.",
                },
                {"role": "user", "content": inputs.question},
            ],
        },
        node="second_try",
    )
    return Reply({"answer": second_try["content"], "model": second_try["model"], "escalated": True})
