"""triage-list: Sorts a list of messages, several at a time, and drafts a reply to those that are urgent."""

from typing import Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.functions import entries
from app.llm.types import CompletionOf
from app.nodes.llm.openai import OpenAICompletion, OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function
from app.runtime.loops import in_round, run_items

SORT: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "max_tokens": 200,
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "sorted",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {
                    "topic": {"type": "string", "enum": ["outage", "billing", "other"]},
                    "urgent": {"type": "boolean"},
                },
                "required": ["topic", "urgent"],
                "additionalProperties": False,
            },
        },
    },
}
DRAFT: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 300}


class TriageListInputMessagesItem(BaseModel):
    """An object of the input: input messages item."""

    model_config = ConfigDict(strict=True, extra="allow")
    id: str
    text: str = Field(max_length=4000)


class TriageListInput(BaseModel):
    """What POST /triage-list takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    messages: list[TriageListInputMessagesItem] = Field(max_length=100)


class Sorted(TypedDict):
    """The shape of sorted."""

    topic: Literal["outage", "billing", "other"]
    urgent: bool


async def run(ctx: ExecutionContext, inputs: TriageListInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def each_body(each_index: int, each_item: TriageListInputMessagesItem) -> Any:
        sort: CompletionOf[Sorted] = await complete(
            in_round(ctx, ("each", each_index)),
            {
                **SORT,
                "messages": [
                    {"role": "system", "content": "Sort the message of a customer."},
                    {"role": "user", "content": each_item.text},
                ],
            },
            node="sort",
        )
        draft: OpenAICompletion | None = None
        if sort["parsed"]["urgent"]:
            draft = await complete(
                in_round(ctx, ("each", each_index)),
                {
                    **DRAFT,
                    "messages": [
                        {"role": "system", "content": "Draft a short reply that says what happens next."},
                        {"role": "user", "content": each_item.text},
                    ],
                },
                node="draft",
            )
        return await call_function(
            ctx,
            "entry",
            entries.entry,
            message_id=each_item.id,
            topic=sort["parsed"]["topic"],
            reply=draft["content"] if draft is not None else None,
        )

    each: list[Any] = await run_items(ctx, "each", inputs.messages, each_body, concurrency=4, on_error="collect")
    return Reply({"messages": each})
