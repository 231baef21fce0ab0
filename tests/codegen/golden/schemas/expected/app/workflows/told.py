"""told: Answers and a tool with schemas as tools write them."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from pydantic import BaseModel, ConfigDict

from app.llm.types import CompletionOf, FunctionSpec
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply

EXTRACT: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "tree",
            "strict": False,
            "schema": {
                "type": "object",
                "title": "Node",
                "properties": {
                    "value": {"type": "string", "title": "Value"},
                    "children": {
                        "type": "array",
                        "title": "Children",
                        "default": [],
                        "items": {"$ref": "#/$defs/Node"},
                    },
                },
                "required": ["value"],
                "$defs": {
                    "Node": {
                        "type": "object",
                        "title": "Node",
                        "properties": {
                            "value": {"type": "string", "title": "Value"},
                            "children": {
                                "type": "array",
                                "title": "Children",
                                "default": [],
                                "items": {"$ref": "#/$defs/Node"},
                            },
                        },
                        "required": ["value"],
                    }
                },
            },
        },
    },
}
SUM_UP: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "response_format": {
        "type": "json_schema",
        "json_schema": {
            "name": "summary",
            "strict": True,
            "schema": {
                "type": "object",
                "properties": {
                    "summary": {"type": "string", "title": "Summary"},
                    "score": {"anyOf": [{"type": "number"}, {"type": "null"}]},
                    "next": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
                    "kind": {
                        "anyOf": [
                            {
                                "type": "object",
                                "properties": {"k": {"const": "a"}},
                                "required": ["k"],
                                "additionalProperties": False,
                            },
                            {
                                "type": "object",
                                "properties": {"k": {"const": "b"}, "n": {"type": "integer"}},
                                "required": ["k", "n"],
                                "additionalProperties": False,
                            },
                        ]
                    },
                },
                "required": ["summary", "score", "next", "kind"],
                "additionalProperties": False,
            },
        },
    },
}
SEND: FunctionSpec = {
    "name": "send",
    "description": "Sends it.",
    "parameters": {
        "type": "object",
        "properties": {
            "email": {
                "type": "string",
                "pattern": "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
                "format": "email",
            },
            "start": {
                "type": "string",
                "pattern": "^(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))T(?:(?:[01]\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d(?:\\.\\d+)?)?(?:Z))$",
                "format": "date-time",
            },
            "url": {"type": "string", "format": "uri"},
            "n": {"type": "integer", "minimum": 0, "maximum": 100},
            "rec": {"type": "object", "additionalProperties": {"type": "number"}, "propertyNames": {"type": "string"}},
            "pt": {"type": "array", "prefixItems": [{"type": "number"}, {"type": "number"}], "items": {}},
            "opt": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "lit": {"type": "string", "const": "a"},
        },
        "required": ["email", "start", "n", "rec", "pt", "opt", "lit"],
        "additionalProperties": False,
        "$schema": "https://json-schema.org/draft/2020-12/schema",
    },
}
ACT: OpenAIConfig = {
    "model": "gpt-5.4-mini",
    "tools": [{"type": "function", "function": SEND}],
    "parallel_tool_calls": False,
}


class ToldInput(BaseModel):
    """What POST /told takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    text: str


class Node(TypedDict):
    """The shape of node."""

    value: str
    children: NotRequired[list[Node]]


class SummaryKind1(TypedDict):
    """The shape of summary kind 1."""

    k: Literal["a"]


class SummaryKind2(TypedDict):
    """The shape of summary kind 2."""

    k: Literal["b"]
    n: int


Summary = TypedDict(
    "Summary",
    {
        "summary": str,
        "score": NotRequired[float | None],
        "next": dict[str, Any] | None,
        "kind": SummaryKind1 | SummaryKind2,
    },
)


async def run(ctx: ExecutionContext, inputs: ToldInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    extract: CompletionOf[Node] = await complete(
        ctx, {**EXTRACT, "messages": [{"role": "user", "content": f"Extract as JSON. {inputs.text}"}]}, node="extract"
    )
    sum_up: CompletionOf[Summary] = await complete(
        ctx, {**SUM_UP, "messages": [{"role": "user", "content": f"Sum up {inputs.text}"}]}, node="sum_up"
    )
    act = await complete(
        ctx,
        {**ACT, "messages": [{"role": "user", "content": f"Act. {extract['parsed']['value']}"}]},
        node="act",
        one_call=True,
    )
    if call := act["function_call"]:
        return Reply({"c": call["arguments"]["email"]})
    return Reply(
        {
            "first": extract["parsed"]["children"][0]["value"]
            if "children" in extract["parsed"] and extract["parsed"]["children"]
            else "none",
            "next": sum_up["parsed"]["next"]["summary"]
            if sum_up["parsed"]["next"] is not None and "summary" in sum_up["parsed"]["next"]
            else "none",
            "k": sum_up["parsed"]["kind"]["k"],
        }
    )
