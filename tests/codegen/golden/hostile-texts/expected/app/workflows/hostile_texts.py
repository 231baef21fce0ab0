"hostile-texts: \"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}"

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from app.functions.print_ import lambda_
from app.llm.types import FunctionSpec, Message
from app.nodes.llm.openai import OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.functions import call_function

IMPORT: FunctionSpec = {
    "name": "import",
    "description": "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}",
    "parameters": {
        "type": "object",
        "properties": {
            "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}": {
                "type": "string",
                "description": "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}",
            }
        },
    },
}
ASYNCIO: OpenAIConfig = {"model": "gpt-4o", "functions": [IMPORT]}


class HostileTextsInput(BaseModel):
    """What POST /hostile-texts takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    def_: str = Field(
        alias="def", description="\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}"
    )
    class_: str = Field(alias="__class__")
    a_b: str = Field(
        default="\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}", alias="a-b"
    )
    json_2: int = Field(default=3, alias="json")
    model_config_2: str = Field(default="x", alias="model_config")
    self: str = "y"
    a_b_2: str = Field(default="other", alias="a_b")
    e: Literal["\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}", "plain"] = Field(
        default="plain", alias="\xe9"
    )


async def run(ctx: ExecutionContext, inputs: HostileTextsInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    none: list[Message] = [
        {
            "role": "user",
            "content": (
                '"""\\\'\r\n'
                "\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n"
                f"'''${{y}}{inputs.def_}\"\"\"\\'\r\n"
                "\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n"
                "'''${y}"
            ),
        }
    ]
    asyncio_result = await complete(
        ctx,
        {
            **ASYNCIO,
            "messages": [
                {
                    "role": "system",
                    "content": "\"\"\"\\'\r\n\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n'''${y}",
                },
                *none,
            ],
        },
        node="asyncio",
    )
    print_: str = await call_function(ctx, "print", lambda_, x=inputs.a_b)
    return Reply(
        {
            "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}": (
                "\"\"\"\\'\r\n\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n'''${y}"
            ),
            "text": asyncio_result["content"],
            "json": inputs.json_2,
            "model_config": inputs.model_config_2,
            "self": inputs.self,
            "def": inputs.def_,
            "accent": inputs.e,
            "both": inputs.a_b_2,
            "function": print_,
        }
    )
