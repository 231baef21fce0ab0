"""The simulated OpenAI as the official SDK sees it."""

import openai
import pytest

from simulated_openai.testing import RunningSimulation


@pytest.fixture
def client(simulated_openai: RunningSimulation) -> openai.OpenAI:
    return openai.OpenAI(api_key="sk-test", base_url=simulated_openai.base_url, max_retries=0)


def test_answer_uses_the_prompt(client: openai.OpenAI) -> None:
    answer = client.chat.completions.create(
        model="gpt-5.4-mini", messages=[{"role": "user", "content": "What is the capital of France?"}]
    )
    assert "capital of France" in (answer.choices[0].message.content or "")
