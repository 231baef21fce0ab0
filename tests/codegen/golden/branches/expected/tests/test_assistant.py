"""Tests of assistant against the simulated OpenAI."""

from typing import Any

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


def test_said_when_the_model_answers_in_text(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `said` answers."""
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    events = service.stream("POST", "/assistant", INPUT)
    assert events.names[-1] == "done", events
    assert events.last["output"] == "Answer of answer."
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(events.last["meta"]["node_timings"]) == ["answer"]


def test_booked_when_is_booking(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `booked` answers."""
    simulated_openai.settings.answers = [Answer(calls=(("book_table", {"people": 1}),))]
    events = service.stream("POST", "/assistant", INPUT)
    assert events.names[-1] == "done", events
    assert events.last["output"] == {"people": 1}
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert "book_table" in simulated_openai.offered
    assert sorted(events.last["meta"]["node_timings"]) == ["answer"]


def test_cancelled_when_not_is_booking(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `cancelled` answers."""
    simulated_openai.settings.answers = [Answer(calls=(("cancel_table", {"code": "code"}),))]
    events = service.stream("POST", "/assistant", INPUT)
    assert events.names[-1] == "done", events
    assert events.last["output"] == {"call": {"name": "cancel_table", "arguments": {"code": "code"}}}
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert "cancel_table" in simulated_openai.offered
    assert sorted(events.last["meta"]["node_timings"]) == ["answer"]


def test_answer_calls_opening_hours(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The function gets what the model asks for, and the model is told what it gives."""
    opening_hours = stand_in("app.workflows.assistant.OPENING_HOURS_TOOL", "what opening_hours gives")
    simulated_openai.settings.answers = [Answer(calls=(("opening_hours", None),)), Answer("Answer of answer.")]
    events = service.stream("POST", "/assistant", INPUT)
    assert events.names[-1] == "done", events
    assert events.last["output"] == "Answer of answer."
    assert len(opening_hours.calls) == 1
    assert simulated_openai.tool_results == [("opening_hours", opening_hours.calls[0], "what opening_hours gives")]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/assistant", INPUT, accept="text/event-stream")
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/assistant", INPUT, accept="text/event-stream")
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/assistant", INPUT, accept="text/event-stream")
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_a_cut_stream_ends_with_one_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """Whoever listens keeps what had arrived, and is told that there is more to it."""
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    simulated_openai.settings.fault = "cut; after=2"
    events = service.stream("POST", "/assistant", INPUT)
    assert events.names[-1] == "error", events
    assert events.names.count("error") == 1
    assert "done" not in events.names
    assert events.last["code"] == "stream_interrupted"
    assert events.text != ""
    assert events.last["received_characters"] == len(events.text)


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/assistant", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
