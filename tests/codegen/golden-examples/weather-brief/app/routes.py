"""The routes of weather-brief, the variables of the environment that they need, and the servers that they ask."""

from fastapi import APIRouter, Request, Response

from app.llm.parts import OPENAI
from app.outside.client import OutsideClient
from app.runtime.bodies import JsonRoute
from app.runtime.context import Asked
from app.runtime.server import respond
from app.workflows import weather_brief

router = APIRouter(route_class=JsonRoute)
ENV: list[str] = []
SERVERS: list[Asked] = [OPENAI, OutsideClient]


@router.post("/brief", operation_id="weather_brief")
async def request_2(request: Request, inputs: weather_brief.WeatherBriefInput) -> Response:
    """Asks a weather service for a place and says what to wear there."""
    return respond(request, weather_brief.run, inputs, workflow="weather-brief", stream="auto")
