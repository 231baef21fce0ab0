"""examples/support-chat with LangChain's chat model for OpenAI."""

from collections.abc import AsyncIterator

from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI

from services.others.support_chat import FUNCTION, MAX_TOKENS, MODEL, Answered, Question, support_chat
from services.serving import serve

TOOLS = [{"type": "function", "function": FUNCTION}]
model = ChatOpenAI(model=MODEL, max_completion_tokens=MAX_TOKENS, stream_usage=True).bind_tools(TOOLS)


def _messages(question: Question) -> list[SystemMessage | HumanMessage]:
    return [SystemMessage(question.system()), HumanMessage(question.message)]


def _answered(message: AIMessage) -> Answered:
    end = Answered(text=str(message.text), finish_reason=message.response_metadata.get("finish_reason"))
    if message.tool_calls:
        end.call_id = message.tool_calls[0]["id"] or ""
        end.arguments = message.tool_calls[0]["args"]
    if message.usage_metadata is not None:
        end.prompt_tokens = message.usage_metadata["input_tokens"]
        end.completion_tokens = message.usage_metadata["output_tokens"]
    return end


async def streamed(question: Question) -> AsyncIterator[str | Answered]:
    """The answer as it comes; what is no text is added up, text is not, which saves it half of the work."""
    rest: AIMessageChunk | None = None
    async for chunk in model.astream(_messages(question)):
        if text := str(chunk.text):
            yield text
        else:
            rest = chunk if rest is None else rest + chunk
    yield _answered(rest or AIMessageChunk(""))


async def whole(question: Question) -> AsyncIterator[str | Answered]:
    """The answer in one piece."""
    yield _answered(await model.ainvoke(_messages(question)))


if __name__ == "__main__":
    serve(support_chat(streamed, whole))
