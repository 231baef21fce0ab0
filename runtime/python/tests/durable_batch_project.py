"""As `batch_project`, of a workflow whose steps are kept."""

import os
import sys
from pathlib import Path

from app.batch.command import batch_command
from app.batch.providers.kept_steps import RowSteps
from app.batch.workflow import BatchWorkflow
from app.batch.workflows import BATCHES
from app.durable.steps import DurableStep, TaskGroup
from app.llm.parts import OPENAI
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function
from tests.batch_project import TextInput, asked


def noted(text: str) -> str:
    """Notes in a file that it was called."""
    with Path(os.environ["NOTED"]).open("a") as file:
        file.write(f"{text}\n")
    return text.upper()


async def kept(ctx: ExecutionContext, inputs: TextInput) -> Reply:
    """Asks OpenAI twice with functions around, all of whose steps are kept."""
    first = await DurableStep("before").run(call_function, ctx, "before", noted, text=f"before {inputs.text}")
    answer = await DurableStep("first").run(asked, ctx, "first", first)
    between = await DurableStep("between").run(call_function, ctx, "between", noted, text=f"between {inputs.text}")
    async with TaskGroup() as tasks:
        one = tasks.create_task(DurableStep("one").run(asked, ctx, "one", f"{between} {answer[:20]}"))
        two = tasks.create_task(
            DurableStep("beside").run(call_function, ctx, "beside", noted, text=f"and {inputs.text}")
        )
    return Reply([one.result(), two.result()])


KEPT = BatchWorkflow("kept", kept, TextInput, asks=(OPENAI,), repeats=("before", "between", "beside"), keeps=RowSteps)

if __name__ == "__main__":
    sys.exit(batch_command([KEPT], [], [OPENAI], BATCHES))
