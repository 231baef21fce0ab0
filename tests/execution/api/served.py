"""Starts a service of all examples before the simulated providers; a stand-in answers for the weather service."""

import os
from typing import Any

from app.runtime.serve import main
from app.workflows import weather_brief


class Weather:
    """Answers as https://open-meteo.com does."""

    async def send(self, *_: Any, **__: Any) -> dict[str, Any]:
        """The same weather everywhere."""
        current = {"temperature_2m": 21.5, "wind_speed_10m": 3.0, "precipitation": 0.0}
        return {"status": 200, "headers": {}, "body": {"current": current}}


simulated = os.environ["OPENAI_BASE_URL"].removesuffix("/v1")
os.environ |= {"GROQ_BASE_URL": f"{simulated}/groq/openai/v1", "ANTHROPIC_BASE_URL": simulated}
os.environ |= {"GROQ_API_KEY": "gsk-test", "ANTHROPIC_API_KEY": "sk-ant-test"}
weather_brief.WEATHER = Weather()
main()
