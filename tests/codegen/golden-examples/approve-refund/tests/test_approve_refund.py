"""Tests of approve-refund against the simulated OpenAI."""

from typing import Any

import pytest

from tests.durable import cut_off
from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {
    "order": "A-1017",
    "amount": 49.9,
    "complaint": "The kettle arrived broken, and nobody has answered me for two weeks.",
}


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVER", "test approver")


def test_refunded_when_approve(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `refunded` answers."""
    stand_in("app.workflows.approve_refund.LINK", "what link gives")
    mail = stand_in("app.workflows.approve_refund.send_mail", None)
    stand_in(
        "app.workflows.approve_refund.APPROVE",
        {
            "approved": True,
            "by": "kim@example.com",
            "comment": None,
            "values": {"amount": 0.5},
            "decided_at": "2026-01-31T12:00:00.000+00:00",
            "timed_out": False,
        },
    )
    simulated_openai.settings.answers = [Answer("Answer of advice.")]
    answer = service.ask("POST", "/refunds", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"refunded": 0.5, "by": "kim@example.com", "comment": None}
    assert simulated_openai.questions == [
        "Order A-1017, refund of 49.9:\n\nThe kettle arrived broken, and nobody has answered me for two weeks."
    ]
    assert sorted(body["meta"]["node_timings"]) == ["advice", "approve", "link", "mail"]
    assert mail.calls == [
        {
            "to": "test approver",
            "subject": "Refund for order A-1017",
            "text": "Answer of advice.\n\nPlease decide within three days:\nwhat link gives",
        }
    ]


def test_kept_when_not_approve(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `kept` answers."""
    stand_in("app.workflows.approve_refund.LINK", "what link gives")
    mail = stand_in("app.workflows.approve_refund.send_mail", None)
    stand_in(
        "app.workflows.approve_refund.APPROVE",
        {
            "approved": False,
            "by": "kim@example.com",
            "comment": None,
            "values": {},
            "decided_at": "2026-01-31T12:00:00.000+00:00",
            "timed_out": False,
        },
    )
    simulated_openai.settings.answers = [Answer("Answer of advice.")]
    answer = service.ask("POST", "/refunds", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"refunded": 0, "by": "kim@example.com", "comment": None}
    assert simulated_openai.questions == [
        "Order A-1017, refund of 49.9:\n\nThe kettle arrived broken, and nobody has answered me for two weeks."
    ]
    assert sorted(body["meta"]["node_timings"]) == ["advice", "approve", "link", "mail"]
    assert mail.calls == [
        {
            "to": "test approver",
            "subject": "Refund for order A-1017",
            "text": "Answer of advice.\n\nPlease decide within three days:\nwhat link gives",
        }
    ]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.workflows.approve_refund.LINK", "what link gives")
    stand_in("app.workflows.approve_refund.send_mail", None)
    stand_in(
        "app.workflows.approve_refund.APPROVE",
        {
            "approved": True,
            "by": "kim@example.com",
            "comment": None,
            "values": {"amount": 0.5},
            "decided_at": "2026-01-31T12:00:00.000+00:00",
            "timed_out": False,
        },
    )
    answers = [Answer("Answer of advice.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/refunds", INPUT).json()
    events = service.stream("POST", "/refunds", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_run_goes_on_where_its_service_left_it(
    simulated_openai: RunningSimulation, stand_in: StandInFor, environment: pytest.MonkeyPatch
) -> None:
    """No model is asked again for what it has said."""
    stand_in("app.workflows.approve_refund.LINK", "what link gives")
    stand_in("app.workflows.approve_refund.send_mail", None)
    stand_in(
        "app.workflows.approve_refund.APPROVE",
        {
            "approved": True,
            "by": "kim@example.com",
            "comment": None,
            "values": {"amount": 0.5},
            "decided_at": "2026-01-31T12:00:00.000+00:00",
            "timed_out": False,
        },
    )
    answers = [Answer("Answer of advice.")]
    taken_up = cut_off(simulated_openai, answers, "POST", "/refunds", INPUT)
    assert taken_up["status"] == "succeeded", taken_up
    assert taken_up["result"]["output"] == {"refunded": 0.5, "by": "kim@example.com", "comment": None}
    assert len(simulated_openai.requests) == 2


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/refunds", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/refunds", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/refunds", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/refunds", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
