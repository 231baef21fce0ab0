"""remembering-chat: Chats, and remembers what was said in a session; what gets too long is summarised."""

from typing import Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.llm.conversation import conversation
from app.nodes.llm.openai import OpenAIConfig, complete
from app.outside.conversations import Conversation
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text

HISTORY = Conversation(node="history", max_tokens=3000, max_age_seconds=2592000)
ANSWER: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 800}
REMEMBER = Conversation(node="remember", max_age_seconds=2592000)
SUMMARY: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 300}
SHORTEN = Conversation(node="shorten")


class RememberingChatInput(BaseModel):
    """What POST /talk takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    session: str = Field(min_length=8, max_length=100)
    message: str = Field(min_length=1, max_length=4000)


class HistoryOutputMessagesItem(TypedDict):
    """The shape of history output messages item."""

    role: Literal["user", "assistant", "system", "developer", "tool"]
    content: Any


class HistoryOutput(TypedDict):
    """The shape of history output."""

    messages: list[HistoryOutputMessagesItem]
    dropped: list[HistoryOutputMessagesItem]
    until: int | None


async def run(ctx: ExecutionContext, inputs: RememberingChatInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    history: HistoryOutput = await HISTORY.read(ctx, inputs.session)
    answer = await complete(
        ctx,
        {
            **ANSWER,
            "messages": [
                {"role": "system", "content": "You are a helpful companion who remembers what was said."},
                *conversation(history["messages"], "{{ nodes.history.output.messages }}"),
                {"role": "user", "content": inputs.message},
            ],
        },
        node="answer",
        streamed=ctx.streaming,
    )
    await REMEMBER.append(
        ctx,
        inputs.session,
        [{"role": "user", "content": inputs.message}, {"role": "assistant", "content": answer["content"]}],
    )
    if len(history["dropped"]) > 0:
        summary = await complete(
            ctx,
            {
                **SUMMARY,
                "messages": [
                    {
                        "role": "system",
                        "content": (
                            "Summarise this part of a conversation in at most five sentences, for the one who goes on with "
                            "it."
                        ),
                    },
                    {"role": "user", "content": as_text(history["dropped"])},
                ],
            },
            node="summary",
        )
        await SHORTEN.compact(
            ctx, inputs.session, until=history["until"], summary=f"What was said before: {summary['content']}"
        )
    return Reply(answer["content"])
