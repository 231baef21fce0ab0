"""A batch of a workflow that is written by hand: `python -m tests.batch_project` takes what `python -m app.batch` does.

`chain` asks a model twice, the second time with what it answered first; `echo` asks it once.
"""

import sys

from pydantic import BaseModel, ConfigDict

from app.batch.command import batch_command
from app.batch.workflow import BatchWorkflow
from app.batch.workflows import BATCHES
from app.llm.parts import ANTHROPIC, OPENAI
from app.nodes.llm import anthropic, openai
from app.runtime.context import ExecutionContext, Reply


class TextInput(BaseModel):
    """What the workflows take."""

    model_config = ConfigDict(strict=True)
    text: str
    times: int = 1
    tags: list[str] | None = None


async def echo(ctx: ExecutionContext, inputs: TextInput) -> Reply:
    """Asks OpenAI."""
    answer = await asked(ctx, "echo", inputs.text)
    return Reply(answer)


async def chain(ctx: ExecutionContext, inputs: TextInput) -> Reply:
    """Asks OpenAI, and then OpenAI again."""
    first = await asked(ctx, "first", inputs.text)
    return Reply([first, await asked(ctx, "second", f"Shorten: {first[:40]}")])


async def claude(ctx: ExecutionContext, inputs: TextInput) -> Reply:
    """Asks Claude."""
    answer = await anthropic.complete_anthropic(
        ctx,
        {"model": "claude-sonnet-4-6", "max_tokens": 100, "messages": [{"role": "user", "content": inputs.text}]},
        node="claude",
        streamed=ctx.streaming,
    )
    return Reply(answer["content"])


async def asked(ctx: ExecutionContext, node: str, text: str) -> str:
    """What OpenAI answers."""
    answer = await openai.complete(
        ctx,
        {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": text}]},
        node=node,
        streamed=ctx.streaming,
    )
    return answer["content"] or ""


WORKFLOWS = [
    BatchWorkflow("echo", echo, TextInput, asks=(OPENAI,)),
    BatchWorkflow("chain", chain, TextInput, asks=(OPENAI,)),
    BatchWorkflow("claude", claude, TextInput, asks=(ANTHROPIC,)),
    BatchWorkflow("waits", echo, TextInput, asks=(OPENAI,), waits=("approve",)),
]

ENV: list[str] = []
SERVERS = [OPENAI, ANTHROPIC]

if __name__ == "__main__":
    sys.exit(batch_command(WORKFLOWS, ENV, SERVERS, BATCHES, "tests.batch_project"))
