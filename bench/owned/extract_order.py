"""examples/extract-order by hand: turns an e-mail into order lines as JSON."""

import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request
from openai import AsyncOpenAI
from pydantic import BaseModel, Field


class ExtractOrderInput(BaseModel):
    """What POST /orders/extract takes."""

    text: str = Field(max_length=20000)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Keeps one client for the life of the process."""
    async with AsyncOpenAI() as client:
        app.state.client = client
        yield


app = FastAPI(title="extract-order", lifespan=lifespan)


@app.post("/orders/extract")
async def extract(request: Request, body: ExtractOrderInput) -> dict[str, Any]:
    """Turns an e-mail into order lines as JSON."""
    client: AsyncOpenAI = request.app.state.client
    completion = await client.chat.completions.create(
        model="gpt-5.4-mini",
        max_completion_tokens=800,
        response_format={"type": "json_object"},
        messages=[
            {
                "role": "system",
                "content": (
                    'Read the e-mail and answer with a JSON object that has the fields "product", "quantity" and '
                    '"city".'
                ),
            },
            {"role": "user", "content": body.text},
        ],
    )
    order: dict[str, Any] = json.loads(completion.choices[0].message.content or "")
    output = {
        "order": order,
        "city": order.get("city", "unknown"),
        "tokens": completion.usage and completion.usage.total_tokens,
    }
    return {"output": output, "usage": completion.usage}
