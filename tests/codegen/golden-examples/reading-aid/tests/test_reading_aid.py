"""Tests of reading-aid against the simulated OpenAI."""

from typing import Any

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {
    "question": "Summarize this: when do owls hunt?",
    "text": "Owls hunt at night. They hear better than they see.",
}


def test_reply_answers(service: Service, simulated_openai: RunningSimulation) -> None:
    """The response `reply` answers."""
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    answer = service.ask("POST", "/reading-aid", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of answer."
    assert simulated_openai.questions == [
        "Summarize this: when do owls hunt?\n\nOwls hunt at night. They hear better than they see."
    ]
    assert sorted(body["meta"]["node_timings"]) == ["answer"]


def test_answer_calls_summaries_summarize(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The function gets what the model asks for, and the model is told what it gives."""
    answer_summaries_summarize = stand_in(
        "app.workflows.reading_aid.ANSWER_SUMMARIES_SUMMARIZE_TOOL", "what summaries_summarize gives"
    )
    simulated_openai.settings.answers = [Answer(calls=(("summaries_summarize", None),)), Answer("Answer of answer.")]
    answer = service.ask("POST", "/reading-aid", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == "Answer of answer."
    assert len(answer_summaries_summarize.calls) == 1
    assert simulated_openai.tool_results == [
        ("summaries_summarize", answer_summaries_summarize.calls[0], "what summaries_summarize gives")
    ]


def test_a_stream_says_what_one_answer_says(service: Service, simulated_openai: RunningSimulation) -> None:
    """It ends once, with the same output and usage as in one piece."""
    answers = [Answer("Answer of answer.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/reading-aid", INPUT).json()
    events = service.stream("POST", "/reading-aid", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]
    assert events.text == "Answer of answer."


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/reading-aid", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/reading-aid", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/reading-aid", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_a_cut_stream_ends_with_one_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """Whoever listens keeps what had arrived, and is told that there is more to it."""
    simulated_openai.settings.answers = [Answer("Answer of answer.")]
    simulated_openai.settings.fault = "cut; after=2"
    events = service.stream("POST", "/reading-aid", INPUT)
    assert events.names[-1] == "error", events
    assert events.names.count("error") == 1
    assert "done" not in events.names
    assert events.last["code"] == "stream_interrupted"
    assert events.text != ""
    assert events.last["received_characters"] == len(events.text)


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/reading-aid", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
