"""second-opinion: Weighs a question from two sides at once and, when asked for a verdict, streams one."""

import asyncio

from pydantic import BaseModel, ConfigDict, Field

from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

PROS: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 300}
CONS: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 300}
VERDICT: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 200}


class SecondOpinionInput(BaseModel):
    """What POST /weigh takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    question: str = Field(min_length=1, max_length=2000)
    verdict: bool = True


async def run(ctx: ExecutionContext, inputs: SecondOpinionInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    async with asyncio.TaskGroup() as tasks:
        pros_task = tasks.create_task(
            complete(
                ctx,
                {
                    **PROS,
                    "messages": [
                        {"role": "system", "content": "Give the three best arguments in favour."},
                        {"role": "user", "content": inputs.question},
                    ],
                },
                node="pros",
            )
        )
        cons_task = tasks.create_task(
            complete(
                ctx,
                {
                    **CONS,
                    "messages": [
                        {"role": "system", "content": "Give the three best arguments against."},
                        {"role": "user", "content": inputs.question},
                    ],
                },
                node="cons",
            )
        )
    pros = pros_task.result()
    cons = cons_task.result()
    if inputs.verdict and pros["content"] != "":
        verdict = await complete(
            ctx,
            {
                **VERDICT,
                "messages": [
                    {"role": "system", "content": "Decide. Say in two sentences which side is stronger and why."},
                    {
                        "role": "user",
                        "content": f"{inputs.question}\n\nIn favour:\n{pros['content']}\n\nAgainst:\n{cons['content']}",
                    },
                ],
            },
            node="verdict",
            streamed=ctx.streaming,
        )
        return Reply(verdict["content"])
    return Reply({"pros": pros["content"], "cons": cons["content"]})
