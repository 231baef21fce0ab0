"""lines: Puts lines into other words, one after the other."""

from pydantic import BaseModel, ConfigDict, Field

from app.llm.parts import GROQ, OPENAI
from app.llm.router.orders import as_written
from app.nodes.llm.groq import GroqConfig
from app.nodes.llm.openai import OpenAIConfig
from app.nodes.llm.router import Candidate, RoutedCompletion, Router, complete_routed
from app.runtime.context import ExecutionContext, Reply
from app.runtime.loops import in_round, note_item, send_item

REWORD_OPENAI = Candidate[OpenAIConfig](OPENAI, {"model": "gpt-5.4-mini"})
REWORD_GROQ = Candidate[GroqConfig](GROQ, {"model": "openai/gpt-oss-20b"})
REWORD_ROUTER = Router(as_written, restarts=True)


class LinesInput(BaseModel):
    """What POST /lines takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    lines: list[str] = Field(max_length=5)


async def run(ctx: ExecutionContext, inputs: LinesInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    each: list[RoutedCompletion] = []
    for each_index, each_item in enumerate(inputs.lines):
        try:
            reword = await complete_routed(
                in_round(ctx, ("each", each_index)),
                REWORD_ROUTER,
                [REWORD_OPENAI],
                {"messages": [{"role": "user", "content": each_item}]},
                node="reword",
                streamed=ctx.streaming,
                fallback=REWORD_GROQ,
            )
        except Exception as error:
            note_item(error, "each", each_index)
            raise
        each.append(reword)
        await send_item(ctx, "each", each_index, reword)
    return Reply(each)
