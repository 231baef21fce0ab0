"""Tests of triage-list against the simulated OpenAI."""

from typing import Any

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {
    "messages": [
        {"id": "m-1", "text": "Our checkout is down and customers cannot pay. Please help at once!"},
        {"id": "m-2", "text": "Could you send me last month's invoice again?"},
    ]
}


def test_list_when_each_has_2_rounds_and_is_urgent(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `list` answers."""
    stand_in("app.functions.entries.entry", "what entry gives")
    simulated_openai.settings.answers = [
        Answer('{"topic":"outage","urgent":true}', when="Sort the message of a customer."),
        Answer("Answer of draft.", when="Draft a short reply that says what happens next."),
        Answer('{"topic":"outage","urgent":true}', when="Sort the message of a customer."),
        Answer("Answer of draft.", when="Draft a short reply that says what happens next."),
    ]
    answer = service.ask("POST", "/triage-list", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"messages": ["what entry gives", "what entry gives"]}
    assert sorted(simulated_openai.questions) == [
        "Could you send me last month's invoice again?",
        "Could you send me last month's invoice again?",
        "Our checkout is down and customers cannot pay. Please help at once!",
        "Our checkout is down and customers cannot pay. Please help at once!",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["draft", "entry", "sort"]


def test_list_when_each_has_one_round_and_is_urgent(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `list` answers."""
    stand_in("app.functions.entries.entry", "what entry gives")
    simulated_openai.settings.answers = [
        Answer('{"topic":"outage","urgent":true}', when="Sort the message of a customer."),
        Answer("Answer of draft.", when="Draft a short reply that says what happens next."),
    ]
    answer = service.ask("POST", "/triage-list", {**INPUT, "messages": [{"id": "id", "text": "text"}]})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"messages": ["what entry gives"]}
    assert sorted(simulated_openai.questions) == ["text", "text"]
    assert sorted(body["meta"]["node_timings"]) == ["draft", "entry", "sort"]


def test_list_when_each_has_no_round(service: Service) -> None:
    """The response `list` answers."""
    answer = service.ask("POST", "/triage-list", {**INPUT, "messages": []})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"messages": []}


def test_list_when_not_is_urgent(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `list` answers."""
    stand_in("app.functions.entries.entry", "what entry gives")
    simulated_openai.settings.answers = [
        Answer('{"topic":"outage","urgent":false}'),
        Answer('{"topic":"outage","urgent":false}'),
    ]
    answer = service.ask("POST", "/triage-list", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"messages": ["what entry gives", "what entry gives"]}
    assert sorted(simulated_openai.questions) == [
        "Could you send me last month's invoice again?",
        "Our checkout is down and customers cannot pay. Please help at once!",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["entry", "sort"]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.functions.entries.entry", "what entry gives")
    answers = [
        Answer('{"topic":"outage","urgent":true}', when="Sort the message of a customer."),
        Answer("Answer of draft.", when="Draft a short reply that says what happens next."),
        Answer('{"topic":"outage","urgent":true}', when="Sort the message of a customer."),
        Answer("Answer of draft.", when="Draft a short reply that says what happens next."),
    ]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/triage-list", INPUT).json()
    events = service.stream("POST", "/triage-list", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/triage-list", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
