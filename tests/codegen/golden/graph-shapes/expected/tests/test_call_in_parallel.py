"""Tests of call-in-parallel against the simulated OpenAI."""

from typing import Any

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


def test_reply_when_the_model_answers_in_text(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `reply` answers."""
    beside = stand_in("app.functions.beside.work", {"node": "node of beside"})
    simulated_openai.settings.answers = [Answer("Answer of model.")]
    answer = service.ask("POST", "/call-in-parallel", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"text": "Answer of model.", "weather": None, "beside": "node of beside"}
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["beside", "model"]
    assert beside.calls == [{"given": "beside"}]


def test_reply_when_the_model_calls_get_weather(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `reply` answers."""
    weather = stand_in("app.functions.weather.work", {"given": "given of weather"})
    beside = stand_in("app.functions.beside.work", {"node": "node of beside"})
    simulated_openai.settings.answers = [Answer(calls=(("get_weather", {"city": "city"}),))]
    answer = service.ask("POST", "/call-in-parallel", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"text": None, "weather": "given of weather", "beside": "node of beside"}
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert "get_weather" in simulated_openai.offered
    assert sorted(body["meta"]["node_timings"]) == ["beside", "model", "weather"]
    assert weather.calls == [{"given": "city"}]
    assert beside.calls == [{"given": "beside"}]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.beside.work", {"node": "node of beside"})
    answers = [Answer("Answer of model.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/call-in-parallel", INPUT).json()
    events = service.stream("POST", "/call-in-parallel", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    stand_in("app.functions.beside.work", {"node": "node of beside"})
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/call-in-parallel", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The model takes fewer tokens than the prompt has."""
    stand_in("app.functions.beside.work", {"node": "node of beside"})
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/call-in-parallel", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """No step goes on with an answer that is not there."""
    stand_in("app.functions.beside.work", {"node": "node of beside"})
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/call-in-parallel", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/call-in-parallel", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
