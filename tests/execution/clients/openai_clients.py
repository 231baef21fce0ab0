"""Asks a workflow that is served as a model with the clients of several makers; prints what each got as JSON.

`python openai_clients.py URL MODEL`
"""

import asyncio
import json
import sys
from typing import Any

from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_openai import ChatOpenAI
from openai import OpenAI
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

QUESTION = "When does the canteen open?"


def canteen_hours(day: str) -> str:
    """When the canteen opens on a day."""
    return "At seven."


def by_langchain(url: str, model: str) -> dict[str, Any]:
    chat = ChatOpenAI(model=model, base_url=url, api_key="sk-none", stream_usage=True)  # type: ignore
    messages: list[Any] = [SystemMessage("Be short."), HumanMessage(QUESTION)]
    whole = chat.invoke(messages)
    streamed = list(chat.stream(messages))
    bound = chat.bind_tools([canteen_hours], tool_choice="required")
    asked = bound.invoke(messages)
    [call] = asked.tool_calls
    results = [asked, ToolMessage("At seven.", tool_call_id=call["id"])]
    return {
        "whole": whole.content,
        "streamed": "".join(str(chunk.content) for chunk in streamed),
        "chunks": len(streamed),
        "usage": (streamed[-1].usage_metadata or streamed[-2].usage_metadata) is not None,
        "called": call["name"],
        "went_on": bound.bind(tool_choice="auto").invoke([*messages, *results]).content,
    }


async def by_pydantic_ai(url: str, model: str, kind: type[Any]) -> dict[str, Any]:
    provider = OpenAIProvider(base_url=url, api_key="sk-none")
    agent = Agent(kind(model, provider=provider), tools=[canteen_hours])
    whole = await agent.run(QUESTION)
    async with agent.run_stream(QUESTION) as stream:
        pieces = [piece async for piece in stream.stream_text(delta=True)]
    return {"whole": whole.output, "streamed": "".join(pieces), "usage": whole.usage.output_tokens > 0}


def by_openai(url: str, model: str) -> dict[str, Any]:
    client = OpenAI(base_url=url, api_key="sk-none")
    asked: Any = {"model": model, "messages": [{"role": "user", "content": QUESTION}]}
    with client.chat.completions.stream(**asked) as stream:
        streamed = stream.get_final_completion().choices[0].message.content
    return {"whole": client.responses.create(model=model, input=QUESTION).output_text, "streamed": streamed}


async def main(url: str, model: str) -> None:
    found = {
        "openai": await asyncio.to_thread(by_openai, url, model),
        "langchain": await asyncio.to_thread(by_langchain, url, model),
        "pydantic_ai": await by_pydantic_ai(url, model, OpenAIChatModel),
        "pydantic_ai_responses": await by_pydantic_ai(url, model, OpenAIResponsesModel),
    }
    print(json.dumps(found))


asyncio.run(main(*sys.argv[1:]))
