"""Tests of hostile-texts against the simulated OpenAI."""

from typing import Any

from tests.service import Service, StandInFor
from tests.simulated_providers import Answer
from tests.simulated_providers.testing import RunningSimulation

INPUT: dict[str, Any] = {
    "def": "Hello! What can you do for me?",
    "__class__": "Hello! What can you do for me?",
    "a-b": "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}",
}


def test_run_answers(service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor) -> None:
    """The response `run` answers."""
    print_ = stand_in("app.workflows.hostile_texts.lambda_", "what print gives")
    simulated_openai.settings.answers = [Answer("Answer of asyncio.")]
    answer = service.ask("POST", "/hostile-texts", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}": (
            "\"\"\"\\'\r\n\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n'''${y}"
        ),
        "text": "Answer of asyncio.",
        "json": 3,
        "model_config": "x",
        "self": "y",
        "def": "Hello! What can you do for me?",
        "accent": "plain",
        "both": "other",
        "function": "what print gives",
    }
    assert simulated_openai.questions == [
        (
            '"""\\\'\r\n'
            "\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n"
            "'''${y}Hello! What can you do for me?\"\"\"\\'\r\n"
            "\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n"
            "'''${y}"
        )
    ]
    assert sorted(body["meta"]["node_timings"]) == ["asyncio", "print"]
    assert print_.calls == [{"x": "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}"}]


def test_run_when_the_model_calls_import(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """The response `run` answers."""
    print_ = stand_in("app.workflows.hostile_texts.lambda_", "what print gives")
    simulated_openai.settings.answers = [Answer(calls=(("import", {}),))]
    answer = service.ask("POST", "/hostile-texts", INPUT)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["output"] == {
        "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}": (
            "\"\"\"\\'\r\n\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n'''${y}"
        ),
        "text": None,
        "json": 3,
        "model_config": "x",
        "self": "y",
        "def": "Hello! What can you do for me?",
        "accent": "plain",
        "both": "other",
        "function": "what print gives",
    }
    assert simulated_openai.questions == [
        (
            '"""\\\'\r\n'
            "\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n"
            "'''${y}Hello! What can you do for me?\"\"\"\\'\r\n"
            "\u2028\u202e{x}{{%s\\N{DASH}\t\U0001f600 # import os\n"
            "'''${y}"
        )
    ]
    assert "import" in simulated_openai.offered
    assert sorted(body["meta"]["node_timings"]) == ["asyncio", "print"]
    assert print_.calls == [{"x": "\"\"\"\\'\r\n\u2028\u202e{x}{{ '{{' }}%s\\N{DASH}\t\U0001f600 # import os\n'''${y}"}]


def test_a_stream_says_what_one_answer_says(
    service: Service, simulated_openai: RunningSimulation, stand_in: StandInFor
) -> None:
    """It ends once, with the same output and usage as in one piece."""
    stand_in("app.workflows.hostile_texts.lambda_", "what print gives")
    answers = [Answer("Answer of asyncio.")]
    simulated_openai.settings.answers = [*answers, *answers]
    whole = service.ask("POST", "/hostile-texts", INPUT).json()
    events = service.stream("POST", "/hostile-texts", INPUT)
    assert events.names[-1] == "done", events
    assert events.names.count("done") == 1
    done = events.last
    assert done["output"] == whole["output"]
    assert done["usage"] == whole["usage"]
    assert events.text == done["text"]


def test_a_rate_limit_is_passed_on(service: Service, simulated_openai: RunningSimulation) -> None:
    """A wait that is too long for the service is left to its caller, who is told how long."""
    simulated_openai.settings.fault = "rate_limited_seconds; retry_after=120"
    answer = service.ask("POST", "/hostile-texts", INPUT)
    assert answer.status_code == 429, answer.text
    assert answer.json()["code"] == "rate_limited"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["retry-after"] == "120"


def test_a_prompt_that_is_too_long_is_refused(service: Service, simulated_openai: RunningSimulation) -> None:
    """The model takes fewer tokens than the prompt has."""
    simulated_openai.settings.context_window = 1
    answer = service.ask("POST", "/hostile-texts", INPUT)
    assert answer.status_code == 413, answer.text
    assert answer.json()["code"] == "context_length_exceeded"


def test_a_refusal_is_an_error(service: Service, simulated_openai: RunningSimulation) -> None:
    """No step goes on with an answer that is not there."""
    simulated_openai.settings.fault = "refusal"
    answer = service.ask("POST", "/hostile-texts", INPUT)
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] == "refused"


def test_refuses_input_that_does_not_fit(service: Service, simulated_openai: RunningSimulation) -> None:
    """Nothing is sent to a model."""
    answer = service.ask("POST", "/hostile-texts", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
    assert simulated_openai.requests == []
