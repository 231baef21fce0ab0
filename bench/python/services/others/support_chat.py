"""examples/support-chat around any tool that can ask a model: what B does, with the asking left to the tool."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

MODEL = "gpt-5.4-mini"
MAX_TOKENS = 500
PARAMETERS: dict[str, Any] = {
    "type": "object",
    "properties": {"number": {"type": "string", "description": "The order number, such as A-1042"}},
    "required": ["number"],
}
FUNCTION: dict[str, Any] = {
    "name": "get_order",
    "description": "Finds an order by its number.",
    "parameters": PARAMETERS,
}
ORDERS: dict[str, dict[str, Any]] = {
    "A-1042": {"number": "A-1042", "status": "shipped", "items": ["desk lamp", "two bulbs"]},
    "A-1043": {"number": "A-1043", "status": "in preparation", "items": ["bookshelf"]},
}

encode = msgspec.json.Encoder().encode


class Question(BaseModel):
    """What POST /chat takes."""

    message: str = Field(min_length=1, max_length=4000)
    language: str = "en"

    def system(self) -> str:
        """The system prompt."""
        return f"You help customers in every region. Answer in {self.language.upper()}."


@dataclass
class Answered:
    """The end of an answer: the call that the model asks for, if any, and the tokens used."""

    text: str = ""
    call_id: str = ""
    arguments: dict[str, Any] | None = None
    finish_reason: str | None = None
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def output(self) -> Any:
        """The order where one was asked for, else the text."""
        if self.arguments is None:
            return self.text
        return {"order": ORDERS.get(self.arguments["number"].strip().upper())}

    def usage(self) -> dict[str, int]:
        """The tokens used."""
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": self.completion_tokens,
            "total_tokens": self.prompt_tokens + self.completion_tokens,
        }


Ask = Callable[[Question], AsyncIterator[str | Answered]]
"""Asks the model; gives the text as it comes where it streams, and then how it ended."""


def support_chat(streamed: Ask, whole: Ask) -> FastAPI:
    """The service around a tool."""
    app = FastAPI()

    @app.post("/chat")
    async def chat(request: Request, question: Question) -> Response:  # pyright: ignore[reportUnusedFunction]
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(_events(streamed(question)), media_type="text/event-stream")
        async for end in whole(question):
            if isinstance(end, Answered):
                return Response(encode({"output": end.output(), "usage": end.usage()}), media_type="application/json")
        return Response(status_code=502)

    return app


async def _events(answer: AsyncIterator[str | Answered]) -> AsyncIterator[bytes]:
    text: list[str] = []
    async for piece in answer:
        if isinstance(piece, str):
            text.append(piece)
            yield _event("token", {"text": piece, "node": "answer"})
            continue
        piece.text = "".join(text)
        if piece.arguments is not None:
            call = {"node": "answer", "id": piece.call_id, "name": "get_order", "arguments": piece.arguments}
            yield _event("function_call", call)
        done = {"text": piece.text, "token_count": len(text), "finish_reason": piece.finish_reason}
        yield _event("usage", {"node": "answer", **piece.usage()})
        yield _event("done", {**done, "usage": piece.usage(), "output": piece.output()})


def _event(name: str, data: dict[str, Any]) -> bytes:
    return b"event: %b\ndata: %b\n\n" % (name.encode(), encode(data))
