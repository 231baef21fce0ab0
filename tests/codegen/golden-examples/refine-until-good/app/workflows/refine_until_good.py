"""refine-until-good: Rewrites a draft until an editor finds it good, three times at most, and streams the versions."""

from typing import Any, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.llm.types import CompletionOf
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.loops import in_round, note_item, send_item

WRITE: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 800}
JUDGE: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "max_tokens": 100,
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "judgement",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"good": {"type": "boolean"}},
                "required": ["good"],
                "additionalProperties": False,
            },
        },
    },
}


class RefineUntilGoodInput(BaseModel):
    """What POST /refine takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    draft: str = Field(min_length=1, max_length=4000)


class Judgement(TypedDict):
    """The shape of judgement."""

    good: bool


async def run(ctx: ExecutionContext, inputs: RefineUntilGoodInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    again_item: Any = {"content": inputs.draft}
    for again_index in range(3):
        try:
            write = await complete(
                in_round(ctx, ("again", again_index)),
                {
                    **WRITE,
                    "messages": [
                        {"role": "system", "content": "Make the text shorter and clearer. Answer with the text alone."},
                        {"role": "user", "content": again_item["content"]},
                    ],
                },
                node="write",
                streamed=ctx.streaming,
            )
            judge: CompletionOf[Judgement] = await complete(
                in_round(ctx, ("again", again_index)),
                {
                    **JUDGE,
                    "messages": [
                        {
                            "role": "system",
                            "content": "You are an editor. Say whether the text can be published as it is.",
                        },
                        {"role": "user", "content": write["content"]},
                    ],
                },
                node="judge",
            )
            again_done = judge["parsed"]["good"]
            again_item = write
        except Exception as error:
            note_item(error, "again", again_index)
            raise
        await send_item(ctx, "again", again_index, again_item)
        if again_done:
            break
    again: Any = again_item
    return Reply(again["content"])
