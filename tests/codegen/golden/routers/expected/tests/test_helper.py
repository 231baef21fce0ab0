"""Tests of helper against the simulated OpenAI."""

from typing import Any

import pytest

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"message": "Hello! What can you do for me?"}


@pytest.fixture(autouse=True)
def models_of_another_server(simulated_openai: RunningSimulation) -> None:
    """OpenAI itself does not have all the models of this workflow."""
    simulated_openai.settings.accept_unknown_models = True


def test_reply_when_the_model_answers_in_text(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [Answer("Answer of help.")]
    answer = service.ask("POST", "/helper", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of help."
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["help"]


def test_handed_when_the_model_calls_hand_over(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `handed` answers."""
    simulated_openai.settings.answers = [Answer(calls=(("hand_over", {"reason": "reason"}),))]
    answer = service.ask("POST", "/helper", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"handedOver": "reason"}
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert "hand_over" in simulated_openai.offered
    assert sorted(body["meta"]["node_timings"]) == ["help"]


def test_help_calls_get_order(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The function gets what the model asks for, and the model is told what it gives."""
    get_order = stand_in("app.workflows.helper.GET_ORDER_TOOL", "what get_order gives")
    simulated_openai.settings.answers = [Answer(calls=(("get_order", None),)), Answer("Answer of help.")]
    answer = service.ask("POST", "/helper", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of help."
    assert len(get_order.calls) == 1
    assert simulated_openai.tool_results == [("get_order", get_order.calls[0], "what get_order gives")]


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer("Answer of help.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/helper", INPUT).json()
    events = service.stream("POST", "/helper", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
    assert events.text == "Answer of help."


def test_a_stream_asks_for_the_same_calls(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer(calls=(("hand_over", {"reason": "reason"}),))]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/helper", INPUT).json()
    events = service.stream("POST", "/helper", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
    assert events.calls == [("hand_over", {"reason": "reason"})]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/helper", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/helper", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/helper", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_a_cut_stream_ends_with_one_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """Whoever listens keeps what had arrived, and is told that there is more to it."""
    simulated_openai.settings.answers = [Answer("Answer of help.")]
    simulated_openai.settings.fault = "cut; after=2"
    events = service.stream("POST", "/helper", INPUT)
    assert events.names[-1] == "error", events
    assert events.names.count("error") == 1
    assert "done" not in events.names
    assert events.last["code"] == "stream_interrupted"
    assert events.text != ""
    assert events.last["received_characters"] == len(events.text)


def test_the_next_model_of_help_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nobody notices but by the time that it takes."""
    simulated_openai.settings.faults = ["unavailable"]
    simulated_openai.settings.answers = [Answer("Answer of help.")]
    answer = service.ask("POST", "/helper", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of help."
    assert len(simulated_openai.models) == 2


def test_all_models_of_help_are_asked(service: Service, simulated_openai: RunningSimulation) -> None:
    """The caller is told what the last one said."""
    simulated_openai.settings.faults = [
        "rate_limited_seconds; retry_after=120",
        "rate_limited_seconds; retry_after=120",
        "rate_limited_seconds; retry_after=120",
        "rate_limited_seconds; retry_after=120",
    ]
    simulated_openai.settings.answers = [Answer("Answer of help.")]
    answer = service.ask("POST", "/helper", INPUT)
    assert answer.status_code == 429, answer.text
    assert len(simulated_openai.models) == 4


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/helper", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
