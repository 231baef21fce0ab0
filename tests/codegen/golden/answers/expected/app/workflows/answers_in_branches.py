"""answers-in-branches: Typed answers that not every run has."""

import asyncio
from typing import TypedDict

from pydantic import BaseModel, ConfigDict

from app.llm.types import CompletionOf
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

CLASSIFY: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "topic",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"topic": {"type": "string"}},
                "required": ["topic"],
                "additionalProperties": False,
            },
        },
    },
}
LEFT: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "topic",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"topic": {"type": "string"}},
                "required": ["topic"],
                "additionalProperties": False,
            },
        },
    },
}
RIGHT: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "word_list",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {"words": {"type": "array", "items": {"type": "string"}}},
                "required": ["words"],
                "additionalProperties": False,
            },
        },
    },
}


class AnswersInBranchesInput(BaseModel):
    """What POST /answers-in-branches takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str
    deep: bool


class Topic(TypedDict):
    """The shape of topic."""

    topic: str


class WordList(TypedDict):
    """The shape of word list."""

    words: list[str]


async def run(ctx: ExecutionContext, inputs: AnswersInBranchesInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def deep_branch() -> CompletionOf[Topic] | None:
        classify: CompletionOf[Topic] | None = None
        if inputs.deep:
            classify = await complete(
                ctx, {**CLASSIFY, "messages": [{"role": "user", "content": inputs.message}]}, node="classify"
            )
        return classify

    async with asyncio.TaskGroup() as tasks:
        deep_task = tasks.create_task(deep_branch())
        left_task = tasks.create_task(
            complete(ctx, {**LEFT, "messages": [{"role": "user", "content": f"Left: {inputs.message}"}]}, node="left")
        )
        right_task = tasks.create_task(
            complete(
                ctx, {**RIGHT, "messages": [{"role": "user", "content": f"Right: {inputs.message}"}]}, node="right"
            )
        )
    classify = deep_task.result()
    left: CompletionOf[Topic] = left_task.result()
    right: CompletionOf[WordList] = right_task.result()
    return Reply(
        {
            "topic": classify["parsed"]["topic"] if classify is not None else "not looked at",
            "left": left["parsed"]["topic"],
            "right": right["parsed"]["words"][0] if right["parsed"]["words"] else "",
        }
    )
