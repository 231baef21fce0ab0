"""B over Anthropic's Messages API: the text streams of `hand_written`, by the same engineer, with the Anthropic SDK."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from anthropic import AnthropicError, AsyncAnthropic
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from services.hand_written import MAX_TOKENS, Question, event, last_events
from services.serving import serve
from wire.messages_events import MODEL


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Keeps one client for the life of the process."""
    async with AsyncAnthropic() as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/chat")
async def chat(request: Request, question: Question) -> Response:
    """Answers a customer."""
    client: AsyncAnthropic = request.app.state.client
    return StreamingResponse(
        stream(client, question), media_type="text/event-stream", headers={"cache-control": "no-cache"}
    )


async def stream(client: AsyncAnthropic, question: Question) -> AsyncIterator[bytes]:
    """The answer as server-sent events, each sent as it comes."""
    text: list[str] = []
    usage: dict[str, int] = {}
    finish_reason: str | None = None
    events = await client.messages.create(
        model=MODEL,
        max_tokens=MAX_TOKENS,
        system=f"You help customers in every region. Answer in {question.language.upper()}.",
        messages=[{"role": "user", "content": question.message}],
        stream=True,
    )
    try:
        async with events:
            async for said in events:
                if said.type == "content_block_delta" and said.delta.type == "text_delta":
                    text.append(said.delta.text)
                    yield event("token", {"text": said.delta.text, "node": "answer"})
                elif said.type == "message_delta":
                    counts = (said.usage.input_tokens or 0, said.usage.output_tokens)
                    names = ("prompt_tokens", "completion_tokens", "total_tokens")
                    usage = dict(zip(names, (*counts, sum(counts)), strict=True))
                    finish_reason = "stop" if said.delta.stop_reason == "end_turn" else said.delta.stop_reason
    except AnthropicError as error:
        yield event("error", {"code": "upstream_error", "detail": type(error).__name__})
        return
    for frame in last_events("".join(text), len(text), (), finish_reason, usage):
        yield frame


if __name__ == "__main__":
    serve(app)
