"""A validated request to the Responses API."""

from dataclasses import dataclass

from tests.simulated_providers.json_values import JsonObject
from tests.simulated_providers.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsesRequest(Request):
    """What was asked for, with what an answer repeats.

    `items` is the conversation without instructions, earlier turns included; `store` says whether the next turn may
    refer to it. `tools` are the tools as an answer lists them. `summary` asks for a summary of the reasoning,
    `encrypted` for its encrypted form.
    """

    items: list[JsonObject]
    store: bool
    tools: list[JsonObject]
    summary: str | None
    encrypted: bool
