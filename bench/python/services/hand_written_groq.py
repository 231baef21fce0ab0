"""B with Groq's SDK: the text streams of `hand_written`, by the same engineer."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from groq import AsyncGroq, GroqError

from services.hand_written import MAX_TOKENS, Question, event, last_events
from services.serving import serve

MODEL = "openai/gpt-oss-120b"


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Keeps one client for the life of the process."""
    async with AsyncGroq() as client:
        app.state.client = client
        yield


app = FastAPI(lifespan=lifespan)


@app.post("/chat")
async def chat(request: Request, question: Question) -> Response:
    """Answers a customer."""
    client: AsyncGroq = request.app.state.client
    return StreamingResponse(
        stream(client, question), media_type="text/event-stream", headers={"cache-control": "no-cache"}
    )


async def stream(client: AsyncGroq, question: Question) -> AsyncIterator[bytes]:
    """The answer as server-sent events, each sent as it comes."""
    text: list[str] = []
    usage: dict[str, int] = {}
    finish_reason: str | None = None
    told = f"You help customers in every region. Answer in {question.language.upper()}."
    chunks = await client.chat.completions.create(
        model=MODEL,
        max_completion_tokens=MAX_TOKENS,
        messages=[
            {"role": "system", "content": told},
            {"role": "user", "content": question.message},
        ],
        stream=True,
    )
    try:
        async with chunks:
            async for chunk in chunks:
                counts = chunk.x_groq.usage if chunk.x_groq is not None else None
                if counts is not None:
                    names = ("prompt_tokens", "completion_tokens", "total_tokens")
                    usage = {name: getattr(counts, name) for name in names}
                if not chunk.choices:
                    continue
                choice = chunk.choices[0]
                if choice.delta.content:
                    text.append(choice.delta.content)
                    yield event("token", {"text": choice.delta.content, "node": "answer"})
                finish_reason = choice.finish_reason or finish_reason
    except GroqError as error:
        yield event("error", {"code": "upstream_error", "detail": type(error).__name__})
        return
    for frame in last_events("".join(text), len(text), (), finish_reason, usage):
        yield frame


if __name__ == "__main__":
    serve(app)
