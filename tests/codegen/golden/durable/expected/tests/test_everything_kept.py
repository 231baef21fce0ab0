"""Tests of everything-kept against the simulated OpenAI."""

from typing import Any
from unittest.mock import ANY, AsyncMock

import pytest

from app.runtime.errors import ServiceError
from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"text": "Hello! What can you do for me?", "words": ["Hello! What can you do for me?"]}


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_REGION", "test shop_region")


@pytest.fixture(autouse=True)
def delays_that_pass_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.durable.times.sleep_until", AsyncMock())


def test_reply_when_each_has_one_round(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """The response `reply` answers."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    fetch = stand_in("app.workflows.everything_kept.fetch", "what fetch gives")
    dug = stand_in("app.workflows.everything_kept.DIG", "what dug gives")
    stand_in("app.workflows.everything_kept.shout", "what shout gives")
    simulated_openai.settings.answers = [
        Answer("Answer of pros.", when="In favour."),
        Answer("Answer of cons.", when="Against."),
        Answer("Answer of answer."),
    ]
    answer = service.ask("POST", "/everything-kept", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "text": "Answer of answer.",
        "ticket": ANY,
        "sum": ANY,
        "id": "00000000-0000-4000-8000-000000000000",
    }
    assert sorted(simulated_openai.questions) == [
        'Answer of pros. what dug gives ["what shout gives"]',
        "what fetch gives",
        "what fetch gives",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["answer", "cons", "dug", "fetch", "pause", "pros", "shout"]
    assert fetch.calls == [{"text": "Hello! What can you do for me? test shop_region"}]
    assert dug.calls == [{"topic": "Answer of cons."}]


def test_failed_when_fetch_fails(service: Service, stand_in: StandInFor, environment: pytest.MonkeyPatch) -> None:
    """The response `failed` answers."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    fetch = stand_in("app.workflows.everything_kept.fetch", ServiceError("A test lets it fail."))
    answer = service.ask("POST", "/everything-kept", INPUT)
    assert answer.status_code == 502, answer.text
    body = answer.json()
    assert body["output"] == "internal_error"
    assert sorted(body["meta"]["node_timings"]) == ["fetch"]
    assert fetch.calls == [{"text": "Hello! What can you do for me? test shop_region"}]


def test_reply_when_each_has_2_rounds(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """The response `reply` answers."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    fetch = stand_in("app.workflows.everything_kept.fetch", "what fetch gives")
    dug = stand_in("app.workflows.everything_kept.DIG", "what dug gives")
    stand_in("app.workflows.everything_kept.shout", "what shout gives")
    simulated_openai.settings.answers = [
        Answer("Answer of pros.", when="In favour."),
        Answer("Answer of cons.", when="Against."),
        Answer("Answer of answer."),
    ]
    answer = service.ask("POST", "/everything-kept", {**INPUT, "words": ["item 1", "item 2"]})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "text": "Answer of answer.",
        "ticket": ANY,
        "sum": ANY,
        "id": "00000000-0000-4000-8000-000000000000",
    }
    assert sorted(simulated_openai.questions) == [
        'Answer of pros. what dug gives ["what shout gives","what shout gives"]',
        "what fetch gives",
        "what fetch gives",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["answer", "cons", "dug", "fetch", "pause", "pros", "shout"]
    assert fetch.calls == [{"text": "Hello! What can you do for me? test shop_region"}]
    assert dug.calls == [{"topic": "Answer of cons."}]


def test_reply_when_each_has_no_round(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """The response `reply` answers."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    fetch = stand_in("app.workflows.everything_kept.fetch", "what fetch gives")
    dug = stand_in("app.workflows.everything_kept.DIG", "what dug gives")
    simulated_openai.settings.answers = [
        Answer("Answer of pros.", when="In favour."),
        Answer("Answer of cons.", when="Against."),
        Answer("Answer of answer."),
    ]
    answer = service.ask("POST", "/everything-kept", {**INPUT, "words": []})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "text": "Answer of answer.",
        "ticket": ANY,
        "sum": ANY,
        "id": "00000000-0000-4000-8000-000000000000",
    }
    assert sorted(simulated_openai.questions) == [
        "Answer of pros. what dug gives []",
        "what fetch gives",
        "what fetch gives",
    ]
    assert sorted(body["meta"]["node_timings"]) == ["answer", "cons", "dug", "fetch", "pause", "pros"]
    assert fetch.calls == [{"text": "Hello! What can you do for me? test shop_region"}]
    assert dug.calls == [{"topic": "Answer of cons."}]


def test_answer_calls_lookup(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """The function gets what the model asks for, and the model is told what it gives."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    stand_in("app.workflows.everything_kept.fetch", "what fetch gives")
    stand_in("app.workflows.everything_kept.DIG", "what dug gives")
    stand_in("app.workflows.everything_kept.shout", "what shout gives")
    lookup = stand_in("app.workflows.everything_kept.LOOKUP_TOOL", "what lookup gives")
    simulated_openai.settings.answers = [
        Answer("Answer of pros.", when="In favour."),
        Answer("Answer of cons.", when="Against."),
        Answer(calls=(("lookup", None),)),
        Answer("Answer of answer."),
    ]
    answer = service.ask("POST", "/everything-kept", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "text": "Answer of answer.",
        "ticket": ANY,
        "sum": ANY,
        "id": "00000000-0000-4000-8000-000000000000",
    }
    assert len(lookup.calls) == 1
    assert simulated_openai.tool_results == [("lookup", lookup.calls[0], "what lookup gives")]


def test_answer_calls_dig(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """The function gets what the model asks for, and the model is told what it gives."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    stand_in("app.workflows.everything_kept.fetch", "what fetch gives")
    stand_in("app.workflows.everything_kept.DIG", "what dug gives")
    stand_in("app.workflows.everything_kept.shout", "what shout gives")
    dig = stand_in("app.workflows.everything_kept.DIG_TOOL", "what dig gives")
    simulated_openai.settings.answers = [
        Answer("Answer of pros.", when="In favour."),
        Answer("Answer of cons.", when="Against."),
        Answer(calls=(("dig", None),)),
        Answer("Answer of answer."),
    ]
    answer = service.ask("POST", "/everything-kept", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "text": "Answer of answer.",
        "ticket": ANY,
        "sum": ANY,
        "id": "00000000-0000-4000-8000-000000000000",
    }
    assert len(dig.calls) == 1
    assert simulated_openai.tool_results == [("dig", dig.calls[0], "what dig gives")]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    stand_in("app.workflows.everything_kept.fetch", "what fetch gives")
    stand_in("app.workflows.everything_kept.DIG", "what dug gives")
    stand_in("app.workflows.everything_kept.shout", "what shout gives")
    answers = [
        Answer("Answer of pros.", when="In favour."),
        Answer("Answer of cons.", when="Against."),
        Answer("Answer of answer."),
    ]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/everything-kept", INPUT).json()
    events = service.stream("POST", "/everything-kept", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == {
        "text": "Answer of answer.",
        "ticket": ANY,
        "sum": ANY,
        "id": "00000000-0000-4000-8000-000000000000",
    }
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    stand_in("app.workflows.everything_kept.fetch", "what fetch gives")
    stand_in("app.workflows.everything_kept.DIG", "what dug gives")
    stand_in("app.workflows.everything_kept.shout", "what shout gives")
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/everything-kept", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """The model takes fewer tokens than the prompt has."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    stand_in("app.workflows.everything_kept.fetch", "what fetch gives")
    stand_in("app.workflows.everything_kept.DIG", "what dug gives")
    stand_in("app.workflows.everything_kept.shout", "what shout gives")
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/everything-kept", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """No step goes on with an answer that is not there."""
    environment.setattr("app.durable.ambient.uuid", lambda: "00000000-0000-4000-8000-000000000000")
    stand_in("app.workflows.everything_kept.fetch", "what fetch gives")
    stand_in("app.workflows.everything_kept.DIG", "what dug gives")
    stand_in("app.workflows.everything_kept.shout", "what shout gives")
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/everything-kept", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/everything-kept", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
