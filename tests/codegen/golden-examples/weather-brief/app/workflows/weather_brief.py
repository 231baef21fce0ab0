"""weather-brief: Asks a weather service for a place and says what to wear there."""

from typing import TypedDict

from pydantic import BaseModel, ConfigDict, Field

from app.nodes.llm.openai import OpenAIConfig, complete
from app.outside.request import HttpRequest
from app.runtime.context import ExecutionContext, Reply
from app.runtime.expressions import as_text

WEATHER = HttpRequest(
    "weather",
    "GET",
    answer_schema={
        "type": "object",
        "properties": {
            "current": {
                "type": "object",
                "properties": {
                    "temperature_2m": {"type": "number"},
                    "wind_speed_10m": {"type": "number"},
                    "precipitation": {"type": "number"},
                },
                "required": ["temperature_2m", "wind_speed_10m", "precipitation"],
            }
        },
        "required": ["current"],
    },
)
BRIEF: OpenAIConfig = {"model": "gpt-5.4-mini", "max_tokens": 200}


class WeatherBriefInput(BaseModel):
    """What POST /brief takes."""

    model_config = ConfigDict(strict=True, extra="allow", allow_inf_nan=False)
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class WeatherOutputBodyCurrent(TypedDict):
    """The shape of weather output body current."""

    temperature_2m: float
    wind_speed_10m: float
    precipitation: float


class WeatherOutputBody(TypedDict):
    """The shape of weather output body."""

    current: WeatherOutputBodyCurrent


class WeatherOutput(TypedDict):
    """The shape of weather output."""

    status: int
    headers: dict[str, str]
    body: WeatherOutputBody


async def run(ctx: ExecutionContext, inputs: WeatherBriefInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    weather: WeatherOutput = await WEATHER.send(
        ctx,
        "https://api.open-meteo.com/v1/forecast",
        query={
            "latitude": inputs.latitude,
            "longitude": inputs.longitude,
            "current": "temperature_2m,wind_speed_10m,precipitation",
        },
    )
    brief = await complete(
        ctx,
        {
            **BRIEF,
            "messages": [
                {"role": "system", "content": "Say in one sentence what the weather is like and what to wear."},
                {
                    "role": "user",
                    "content": (
                        f"{as_text(weather['body']['current']['temperature_2m'])} degrees Celsius, wind {as_text(weather['body']['current']['wind_speed_10m'])} km/h, "
                        f"{as_text(weather['body']['current']['precipitation'])} mm of rain in the last hour."
                    ),
                },
            ],
        },
        node="brief",
        streamed=ctx.streaming,
    )
    return Reply({"brief": brief["content"], "temperature": weather["body"]["current"]["temperature_2m"]})
