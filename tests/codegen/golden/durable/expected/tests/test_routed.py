"""Tests of routed against the simulated OpenAI."""

from typing import Any

import pytest

from tests.durable import cut_off
from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"text": "Hello! What can you do for me?"}


def test_reply_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [Answer("Answer of route.")]
    answer = service.ask("POST", "/routed", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of route."
    assert simulated_openai.questions == ["Hello! What can you do for me?"]
    assert sorted(body["meta"]["node_timings"]) == ["route"]


def test_route_calls_lookup(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The function gets what the model asks for, and the model is told what it gives."""
    lookup = stand_in("app.workflows.routed.LOOKUP_TOOL", "what lookup gives")
    simulated_openai.settings.answers = [Answer(calls=(("lookup", None),)), Answer("Answer of route.")]
    answer = service.ask("POST", "/routed", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of route."
    assert len(lookup.calls) == 1
    assert simulated_openai.tool_results == [("lookup", lookup.calls[0], "what lookup gives")]


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer("Answer of route.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/routed", INPUT).json()
    events = service.stream("POST", "/routed", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
    assert events.text == "Answer of route."


def test_a_run_goes_on_where_its_service_left_it(
    simulated_openai: RunningSimulation, environment: pytest.MonkeyPatch
) -> None:
    """No model is asked again for what it has said."""
    answers = [Answer("Answer of route.")]
    taken_up = cut_off(simulated_openai, answers, "POST", "/routed", INPUT)
    assert taken_up["status"] == "succeeded", taken_up
    assert taken_up["result"]["output"] == "Answer of route."
    assert len(simulated_openai.requests) == 2


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/routed", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/routed", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/routed", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_the_next_model_of_route_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nobody notices but by the time that it takes."""
    simulated_openai.settings.faults = ["unavailable"]
    simulated_openai.settings.answers = [Answer("Answer of route.")]
    answer = service.ask("POST", "/routed", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of route."
    assert simulated_openai.models == ["gpt-5.4-mini", "claude-haiku-5-5"]


def test_all_models_of_route_are_asked(service: Service, simulated_openai: RunningSimulation) -> None:
    """The caller is told what the last one said."""
    simulated_openai.settings.faults = [
        "rate_limited_seconds; retry_after=120",
        "rate_limited_seconds; retry_after=120",
    ]
    simulated_openai.settings.answers = [Answer("Answer of route.")]
    answer = service.ask("POST", "/routed", INPUT)
    assert answer.status_code == 429, answer.text
    assert simulated_openai.models == ["gpt-5.4-mini", "claude-haiku-5-5"]


def test_a_cut_stream_of_route_begins_anew(service: Service, simulated_openai: RunningSimulation) -> None:
    """Whoever listens is told to forget what had arrived."""
    simulated_openai.settings.faults = ["cut; after=2"]
    simulated_openai.settings.answers = [Answer("Answer of route."), Answer("Answer of route.")]
    events = service.stream("POST", "/routed", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("restart") == 1
    assert "Answer of route." in events.last["text"]
    assert events.last["text"] != events.text


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/routed", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
