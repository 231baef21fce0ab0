"""Tests of remembering-chat against the simulated OpenAI."""

from typing import Any

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {"session": "session-7f3a91", "message": "What did I ask you before?"}


def test_reply_when_too_long(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    stand_in(
        "app.workflows.remembering_chat.HISTORY",
        {
            "messages": [{"role": "user", "content": "What was said."}],
            "dropped": [{"role": "user", "content": "What was said."}],
            "until": 1,
        },
    )
    stand_in("app.workflows.remembering_chat.REMEMBER", {"kept": 1})
    stand_in("app.workflows.remembering_chat.SHORTEN", {"compacted": True})
    simulated_openai.settings.answers = [Answer("Answer of answer."), Answer("Answer of summary.")]
    answer = service.ask("POST", "/talk", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of answer."
    assert simulated_openai.questions == ["What did I ask you before?", '[{"role":"user","content":"What was said."}]']
    assert sorted(body["meta"]["node_timings"]) == ["answer", "history", "remember", "shorten", "summary"]


def test_reply_when_not_too_long(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `reply` answers."""
    stand_in(
        "app.workflows.remembering_chat.HISTORY",
        {"messages": [{"role": "user", "content": "What was said."}], "dropped": [], "until": 1},
    )
    stand_in("app.workflows.remembering_chat.REMEMBER", {"kept": 1})
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    answer = service.ask("POST", "/talk", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of answer."
    assert simulated_openai.questions == ["What did I ask you before?"]
    assert sorted(body["meta"]["node_timings"]) == ["answer", "history", "remember"]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in(
        "app.workflows.remembering_chat.HISTORY",
        {
            "messages": [{"role": "user", "content": "What was said."}],
            "dropped": [{"role": "user", "content": "What was said."}],
            "until": 1,
        },
    )
    stand_in("app.workflows.remembering_chat.REMEMBER", {"kept": 1})
    stand_in("app.workflows.remembering_chat.SHORTEN", {"compacted": True})
    answers = [Answer("Answer of answer."), Answer("Answer of summary.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/talk", INPUT).json()
    events = service.stream("POST", "/talk", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
    assert events.text == "Answer of answer."


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    stand_in(
        "app.workflows.remembering_chat.HISTORY",
        {
            "messages": [{"role": "user", "content": "What was said."}],
            "dropped": [{"role": "user", "content": "What was said."}],
            "until": 1,
        },
    )
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/talk", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The model takes fewer tokens than the prompt has."""
    stand_in(
        "app.workflows.remembering_chat.HISTORY",
        {
            "messages": [{"role": "user", "content": "What was said."}],
            "dropped": [{"role": "user", "content": "What was said."}],
            "until": 1,
        },
    )
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/talk", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """No step goes on with an answer that is not there."""
    stand_in(
        "app.workflows.remembering_chat.HISTORY",
        {
            "messages": [{"role": "user", "content": "What was said."}],
            "dropped": [{"role": "user", "content": "What was said."}],
            "until": 1,
        },
    )
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/talk", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_a_cut_stream_ends_with_one_error(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """Whoever listens keeps what had arrived, and is told that there is more to it."""
    stand_in(
        "app.workflows.remembering_chat.HISTORY",
        {
            "messages": [{"role": "user", "content": "What was said."}],
            "dropped": [{"role": "user", "content": "What was said."}],
            "until": 1,
        },
    )
    simulated_openai.settings.answers = [Answer("Answer of answer."), Answer("Answer of summary.")]
    simulated_openai.settings.fault = "cut; after=2"
    events = service.stream("POST", "/talk", INPUT)
    assert events.names[-1] == "error", events
    assert events.names.count("error") == 1
    assert "done" not in events.names
    assert events.last["code"] == "stream_interrupted"
    assert events.text != ""
    assert events.last["received_characters"] == len(events.text)


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/talk", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
