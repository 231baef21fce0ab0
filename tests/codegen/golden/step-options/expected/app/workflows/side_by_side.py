"""side-by-side: Steps that may fail, side by side."""

import asyncio
from contextlib import suppress
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from app.functions import four, join_2, one, three, two
from app.nodes.llm.openai import OpenAICompletion, OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.delay import delay
from app.runtime.expressions import as_text
from app.runtime.functions import call_function
from app.runtime.inputs import Omittable
from app.runtime.steps import Retries, Step, StepFailed

ONE_STEP = Step("one", timeout=3)
TWO_STEP = Step("two")
FOUR_STEP = Step("four", retries=Retries(3, on=("function_failed", "step_timeout")))
SAY: OpenAIConfig = {"model": "gpt-5.4-mini"}
SAY_STEP = Step("say", retries=Retries(2))
NOTE_STEP = Step("note", timeout=1)


class SideBySideInput(BaseModel):
    """What POST /side-by-side takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    kind: Literal["bill", "bug", "other"]
    urgent: bool
    text: str
    amount: Omittable[float] = None
    note: str | None = None


async def run(ctx: ExecutionContext, inputs: SideBySideInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def parallel_branch() -> tuple[OpenAICompletion | None, dict[str, Any] | None]:
        async def one_branch() -> Any:
            try:
                one_result: Any = await ONE_STEP.attempt(call_function, ctx, "one", one.run, text=inputs.text)
            except StepFailed:
                one_result = None
            return one_result

        async def two_branch() -> tuple[str | None, str | None]:
            two_result: str | None = None
            three_result: str | None = None
            try:
                two_result = await TWO_STEP.attempt(call_function, ctx, "two", two.run, text=inputs.text)
            except StepFailed as failed:
                two_error = failed.problem
                three_result = await call_function(ctx, "three", three.run, text=two_error["detail"])
            return (two_result, three_result)

        async with asyncio.TaskGroup() as tasks:
            one_task = tasks.create_task(one_branch())
            two_task = tasks.create_task(two_branch())
            four_task = tasks.create_task(FOUR_STEP.run(call_function, ctx, "four", four.run, text=inputs.text))
        one_result = one_task.result()
        (two_result, three_result) = two_task.result()
        four_result: str = four_task.result()
        join_result: str = await call_function(
            ctx,
            "join",
            join_2.run,
            text=f"{as_text(one_result)} {two_result if two_result is not None else three_result if three_result is not None else 'two'} {four_result}",
        )
        say: OpenAICompletion | None = None
        say_error: dict[str, Any] | None = None
        try:
            say = await SAY_STEP.attempt(
                complete,
                ctx,
                {**SAY, "messages": [{"role": "user", "content": join_result}]},
                node="say",
                streamed=ctx.streaming,
            )
        except StepFailed as failed:
            say_error = failed.problem
        return (say, say_error)

    async def note_branch() -> None:
        with suppress(StepFailed):
            await NOTE_STEP.attempt(delay, ctx, "note", 0.01)

    async with asyncio.TaskGroup() as tasks:
        parallel_task = tasks.create_task(parallel_branch())
        tasks.create_task(note_branch())
    (say, say_error) = parallel_task.result()
    if say_error is None and say is not None:
        return Reply(say["content"])
    if say_error is not None:
        return Reply(say_error["code"])
    return Reply(None)
