"""Tests of second-opinion against the simulated OpenAI."""

from typing import Any

from tests.service import Service
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"question": "Should our shop offer free returns?"}


def test_decided_when_wants_verdict(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `decided` answers."""
    simulated_openai.settings.answers = [
        Answer("Answer of pros.", when="Give the three best arguments in favour."),
        Answer("Answer of cons.", when="Give the three best arguments against."),
        Answer("Answer of verdict."),
    ]
    answer = service.ask("POST", "/weigh", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of verdict."
    assert sorted(simulated_openai.questions) == [
        "Should our shop offer free returns?",
        "Should our shop offer free returns?",
        "Should our shop offer free returns?\n\nIn favour:\nAnswer of pros.\n\nAgainst:\nAnswer of cons.",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["cons", "pros", "verdict"]


def test_both_sides_when_not_wants_verdict(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `both_sides` answers."""
    simulated_openai.settings.answers = [
        Answer("Answer of pros.", when="Give the three best arguments in favour."),
        Answer("Answer of cons.", when="Give the three best arguments against."),
    ]
    answer = service.ask("POST", "/weigh", {**INPUT, "verdict": False})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"pros": "Answer of pros.", "cons": "Answer of cons."}
    assert sorted(simulated_openai.questions) == [
        "Should our shop offer free returns?",
        "Should our shop offer free returns?",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["cons", "pros"]


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [
        Answer("Answer of pros.", when="Give the three best arguments in favour."),
        Answer("Answer of cons.", when="Give the three best arguments against."),
        Answer("Answer of verdict."),
    ]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/weigh", INPUT).json()
    events = service.stream("POST", "/weigh", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
    assert events.text == "Answer of verdict."


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/weigh", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/weigh", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/weigh", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_a_cut_stream_ends_with_one_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """Whoever listens keeps what had arrived, and is told that there is more to it."""
    simulated_openai.settings.answers = [
        Answer("Answer of pros.", when="Give the three best arguments in favour."),
        Answer("Answer of cons.", when="Give the three best arguments against."),
        Answer("Answer of verdict."),
    ]
    simulated_openai.settings.faults = [None, None, "cut; after=2"]
    events = service.stream("POST", "/weigh", INPUT)
    assert events.names[-1] == "error", events
    assert events.names.count("error") == 1
    assert "done" not in events.names
    assert events.last["code"] == "stream_interrupted"
    assert events.text != ""
    assert events.last["received_characters"] == len(events.text)


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/weigh", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
