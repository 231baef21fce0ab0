"""everything-kept: A durable workflow with all that can be kept."""

from pydantic import BaseModel, ConfigDict, Field

from app.durable import ambient
from app.durable.steps import DurableStep, TaskGroup, run_items, worked_out
from app.durable.times import delay, timed_durably
from app.durable.tool_calls import complete_with_tools
from app.functions.fetch import fetch
from app.functions.lookup import lookup
from app.functions.shout import shout
from app.llm.parts import OPENAI
from app.llm.tools import Tool
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import to_json
from app.runtime.functions import call_function
from app.runtime.steps import Retries, StepFailed
from app.runtime.sub_workflow import SubWorkflow
from app.transforms.crypto import hashed, token
from app.workflows import dig

TICKET_STEP = DurableStep("ticket")
FETCH_STEP = DurableStep("fetch", timeout=5, retries=Retries(2))
PROS: OpenAIConfig = {"model": "gpt-5.4-mini"}
PROS_STEP = DurableStep("pros")
CONS: OpenAIConfig = {"model": "gpt-5.4-mini"}
CONS_STEP = DurableStep("cons")
DIG = SubWorkflow("dig", timed_durably(dig.run, 60), dig.DigInput)
DUG_STEP = DurableStep("dug", parts=True)
SHOUT_STEP = DurableStep("shout")
PAUSE_STEP = DurableStep("pause", timeout=30, parts=True)
ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini"}
LOOKUP_TOOL = Tool.of(lookup, node="lookup")
DIG_TOOL = Tool(
    "dig",
    "Digs for a topic.",
    {"type": "object", "properties": {"topic": {"type": "string"}}, "required": ["topic"]},
    DIG.call_as_tool,
    node="dig",
)
ANSWER_STEP = DurableStep("answer", parts=True)


class EverythingKeptInput(BaseModel):
    """What POST /everything-kept takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    text: str
    words: list[str] = Field(max_length=5)


async def run(ctx: ExecutionContext, inputs: EverythingKeptInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    ticket = await TICKET_STEP.run(worked_out, ctx, token, 16)
    sum_ = hashed(inputs.text)
    try:
        fetch_result: str = await FETCH_STEP.attempt(
            call_function, ctx, "fetch", fetch, text=f"{inputs.text} {ctx.env['SHOP_REGION']}"
        )
    except StepFailed as failed:
        fetch_error = failed.problem
        return Reply(fetch_error["code"], status=502)

    async def cons_branch() -> str:
        cons = await CONS_STEP.run(
            complete,
            ctx,
            {
                **CONS,
                "messages": [{"role": "system", "content": "Against."}, {"role": "user", "content": fetch_result}],
            },
            node="cons",
        )
        return await DUG_STEP.run(DIG.call, ctx, "dug", {"topic": cons["content"]})

    async with TaskGroup() as tasks:
        pros_task = tasks.create_task(
            PROS_STEP.run(
                complete,
                ctx,
                {
                    **PROS,
                    "messages": [
                        {"role": "system", "content": "In favour."},
                        {"role": "user", "content": fetch_result},
                    ],
                },
                node="pros",
            )
        )
        cons_task = tasks.create_task(cons_branch())
    pros = pros_task.result()
    dug = cons_task.result()

    async def each_body(each_index: int, each_item: str) -> str:
        return await SHOUT_STEP.run(call_function, ctx, "shout", shout, text=each_item)

    each: list[str] = await run_items(ctx, "each", inputs.words, each_body, concurrency=3)
    await PAUSE_STEP.run(delay, ctx, "pause", 0.01)
    answer = await ANSWER_STEP.run(
        complete_with_tools,
        ctx,
        OPENAI,
        {
            **ANSWER,
            "messages": [
                {"role": "system", "content": "Decide."},
                {"role": "user", "content": f"{pros['content']} {dug} {to_json(each)}"},
            ],
        },
        node="answer",
        tools=[LOOKUP_TOOL, DIG_TOOL],
        max_tool_rounds=8,
    )
    return Reply({"text": answer["content"], "ticket": ticket, "sum": sum_, "id": ambient.uuid()})
