"""Tests of index-docs against the simulated OpenAI."""

from typing import Any

from tests.service import Service, StandInFor
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {}


def test_reply_answers(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    stand_in(
        "app.workflows.index_docs.DOCUMENTS",
        {
            "documents": [
                {"text": "# Leave\n\nEveryone has 30 days.", "source": "handbook/leave.md", "title": "Leave", "page": 1}
            ],
            "broken": [{"source": "source", "problem": "problem"}],
            "files": 1,
        },
    )
    stand_in(
        "app.workflows.index_docs.PIECES",
        {
            "pieces": [
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
            "count": 1,
        },
    )
    stand_in("app.workflows.index_docs.INDEX", {"upserted": 1, "deleted": 1, "created": True})
    answer = service.ask("POST", "/index-docs", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "files": 1,
        "broken": [{"source": "source", "problem": "problem"}],
        "pieces": 1,
        "deleted": 1,
    }
    assert simulated_openai.embedded == ["Everyone has 30 days."]
    assert sorted(body["meta"]["node_timings"]) == ["documents", "embed", "index", "pieces"]


def test_a_stream_says_what_one_answer_says(service: Service, stand_in: StandInFor) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in(
        "app.workflows.index_docs.DOCUMENTS",
        {
            "documents": [
                {"text": "# Leave\n\nEveryone has 30 days.", "source": "handbook/leave.md", "title": "Leave", "page": 1}
            ],
            "broken": [{"source": "source", "problem": "problem"}],
            "files": 1,
        },
    )
    stand_in(
        "app.workflows.index_docs.PIECES",
        {
            "pieces": [
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
            "count": 1,
        },
    )
    stand_in("app.workflows.index_docs.INDEX", {"upserted": 1, "deleted": 1, "created": True})
    whole = service.ask("POST", "/index-docs", INPUT).json()
    events = service.stream("POST", "/index-docs", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    stand_in(
        "app.workflows.index_docs.DOCUMENTS",
        {
            "documents": [
                {"text": "# Leave\n\nEveryone has 30 days.", "source": "handbook/leave.md", "title": "Leave", "page": 1}
            ],
            "broken": [{"source": "source", "problem": "problem"}],
            "files": 1,
        },
    )
    stand_in(
        "app.workflows.index_docs.PIECES",
        {
            "pieces": [
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
            "count": 1,
        },
    )
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/index-docs", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The model takes fewer tokens than the prompt has."""
    stand_in(
        "app.workflows.index_docs.DOCUMENTS",
        {
            "documents": [
                {"text": "# Leave\n\nEveryone has 30 days.", "source": "handbook/leave.md", "title": "Leave", "page": 1}
            ],
            "broken": [{"source": "source", "problem": "problem"}],
            "files": 1,
        },
    )
    stand_in(
        "app.workflows.index_docs.PIECES",
        {
            "pieces": [
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
            "count": 1,
        },
    )
    simulated_openai.settings.context_window = 0
    answer = service.ask("POST", "/index-docs", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"
