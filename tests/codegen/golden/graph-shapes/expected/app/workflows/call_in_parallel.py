"""call-in-parallel: A function call in an arm of a fork."""

import asyncio
from typing import Any

from pydantic import BaseModel, ConfigDict

from app.functions import beside, weather
from app.llm.types import FunctionSpec
from app.nodes.llm.openai import OpenAICompletion, OpenAIConfig, complete
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import MISSING, get
from app.runtime.functions import call_function

GET_WEATHER: FunctionSpec = {
    "name": "get_weather",
    "description": "Weather of a city",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
MODEL: OpenAIConfig = {"model": "gpt-4o", "functions": [GET_WEATHER], "parallel_tool_calls": False}


class CallInParallelInput(BaseModel):
    """What POST /call-in-parallel takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    message: str


async def run(ctx: ExecutionContext, inputs: CallInParallelInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""

    async def model_branch() -> tuple[OpenAICompletion, Any]:
        model = await complete(
            ctx, {**MODEL, "messages": [{"role": "user", "content": inputs.message}]}, node="model", one_call=True
        )
        weather_result: Any = MISSING
        if call := model["function_call"]:
            weather_result = await call_function(ctx, "weather", weather.work, given=call["arguments"]["city"])
        return (model, weather_result)

    async with asyncio.TaskGroup() as tasks:
        model_task = tasks.create_task(model_branch())
        beside_task = tasks.create_task(call_function(ctx, "beside", beside.work, given="beside"))
    (model, weather_result) = model_task.result()
    beside_result = beside_task.result()
    return Reply(
        {
            "text": model["content"],
            "weather": get(weather_result, "given", default=None),
            "beside": beside_result["node"],
        }
    )
