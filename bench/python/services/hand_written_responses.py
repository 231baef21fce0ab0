"""B over the Responses API: the streams of `hand_written`, by the same engineer, with `responses.create()`."""

from collections.abc import AsyncIterator

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from openai import APIError, AsyncOpenAI
from openai.types.responses import FunctionToolParam, ResponseInputParam, ResponseUsage

from services.hand_written import MAX_TOKENS, MODEL, TOOLS, Call, Question, event, last_events, lifespan
from services.serving import serve

_FUNCTION = TOOLS[0]["function"]
_TOOL: FunctionToolParam = {
    "type": "function",
    "name": _FUNCTION["name"],
    "description": _FUNCTION.get("description"),
    "parameters": _FUNCTION.get("parameters"),
    "strict": False,
}

app = FastAPI(lifespan=lifespan)


@app.post("/chat")
async def chat(request: Request, question: Question) -> Response:
    """Answers a customer; looks an order up when asked about one."""
    client: AsyncOpenAI = request.app.state.client
    messages: ResponseInputParam = [
        {"role": "system", "content": f"You help customers in every region. Answer in {question.language.upper()}."},
        {"role": "user", "content": question.message},
    ]
    return StreamingResponse(
        stream(client, messages), media_type="text/event-stream", headers={"cache-control": "no-cache"}
    )


async def stream(client: AsyncOpenAI, messages: ResponseInputParam) -> AsyncIterator[bytes]:
    """The answer as server-sent events, each sent as it comes."""
    text: list[str] = []
    calls: dict[int, Call] = {}
    usage: ResponseUsage | None = None
    events = await client.responses.create(
        model=MODEL, input=messages, max_output_tokens=MAX_TOKENS, tools=[_TOOL], stream=True, store=False
    )
    try:
        async with events:
            async for said in events:
                if said.type == "response.output_text.delta":
                    text.append(said.delta)
                    yield event("token", {"text": said.delta, "node": "answer"})
                elif said.type == "response.function_call_arguments.delta":
                    calls[said.output_index].arguments += said.delta
                elif said.type == "response.output_item.added" and said.item.type == "function_call":
                    calls[said.output_index] = Call(said.item.call_id, said.item.name)
                elif said.type == "response.completed":
                    usage = said.response.usage
    except APIError as error:
        yield event("error", {"code": "upstream_error", "detail": type(error).__name__})
        return
    finish_reason = "tool_calls" if calls else "stop"
    for frame in last_events("".join(text), len(text), calls.values(), finish_reason, _counts(usage)):
        yield frame


def _counts(usage: ResponseUsage | None) -> dict[str, int]:
    if usage is None:
        return {}
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.total_tokens,
    }


if __name__ == "__main__":
    serve(app)
