"""Tests of ask-docs against the simulated OpenAI."""

from typing import Any

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"question": "How many weeks of parental leave are there?"}


def test_reply_when_found(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    stand_in(
        "app.workflows.ask_docs.SEARCH",
        {
            "hits": [
                {
                    "id": "id",
                    "score": 0.5,
                    "payload": {
                        "text": "Everyone has 30 days.",
                        "source": "handbook/leave.md",
                        "title": "Leave",
                        "page": 1,
                        "heading": "heading",
                        "start": 1,
                        "end": 1,
                        "number": 1,
                        "tokens": 1,
                    },
                }
            ],
            "count": 1,
        },
    )
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    answer = service.ask("POST", "/ask-docs", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "answer": "Answer of answer.",
        "sources": [
            {
                "text": "Everyone has 30 days.",
                "source": "handbook/leave.md",
                "title": "Leave",
                "page": 1,
                "heading": "heading",
                "start": 1,
                "end": 1,
                "number": 1,
                "tokens": 1,
            }
        ],
    }
    assert simulated_openai.questions == [
        "[handbook/leave.md] Leave\nEveryone has 30 days.\n\nQuestion: How many weeks of parental leave are there?"
    ]
    assert sorted(body["meta"]["node_timings"]) == ["answer", "embed", "search"]


def test_nothing_when_not_found(service: Service, stand_in: StandInFor) -> None:
    """The response `nothing` answers."""
    stand_in(
        "app.workflows.ask_docs.SEARCH",
        {
            "hits": [
                {
                    "id": "id",
                    "score": 0.5,
                    "payload": {
                        "text": "Everyone has 30 days.",
                        "source": "handbook/leave.md",
                        "title": "Leave",
                        "page": 1,
                        "heading": "heading",
                        "start": 1,
                        "end": 1,
                        "number": 1,
                        "tokens": 1,
                    },
                }
            ],
            "count": 0,
        },
    )
    answer = service.ask("POST", "/ask-docs", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {"answer": "None of the documents says anything about that.", "sources": []}
    assert sorted(body["meta"]["node_timings"]) == ["embed", "search"]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output as in one piece."""
    stand_in(
        "app.workflows.ask_docs.SEARCH",
        {
            "hits": [
                {
                    "id": "id",
                    "score": 0.5,
                    "payload": {
                        "text": "Everyone has 30 days.",
                        "source": "handbook/leave.md",
                        "title": "Leave",
                        "page": 1,
                        "heading": "heading",
                        "start": 1,
                        "end": 1,
                        "number": 1,
                        "tokens": 1,
                    },
                }
            ],
            "count": 1,
        },
    )
    answers = [Answer("Answer of answer.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/ask-docs", INPUT).json()
    events = service.stream("POST", "/ask-docs", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/ask-docs", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 0
    answer = service.ask("POST", "/ask-docs", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """No step goes on with an answer that is not there."""
    stand_in(
        "app.workflows.ask_docs.SEARCH",
        {
            "hits": [
                {
                    "id": "id",
                    "score": 0.5,
                    "payload": {
                        "text": "Everyone has 30 days.",
                        "source": "handbook/leave.md",
                        "title": "Leave",
                        "page": 1,
                        "heading": "heading",
                        "start": 1,
                        "end": 1,
                        "number": 1,
                        "tokens": 1,
                    },
                }
            ],
            "count": 1,
        },
    )
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/ask-docs", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/ask-docs", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
