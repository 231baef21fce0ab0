"""Values of the environment as people paste them."""

import pytest

from app.llm.parts import OPENAI
from app.runtime.context import open_context
from app.runtime.settings import Settings


@pytest.mark.parametrize("around", ["{}\n", " {} ", '"{}"', "'{}'", '"{}"\r\n'])
def test_what_stands_around_a_value_is_taken_off(monkeypatch: pytest.MonkeyPatch, around: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", around.format("http://127.0.0.1:9/v1"))
    monkeypatch.setenv("OPENAI_API_KEY", around.format("sk-1"))
    monkeypatch.setenv("PORT", around.format("8001"))
    settings = Settings()
    assert settings.openai_base_url == "http://127.0.0.1:9/v1"
    assert settings.port == 8001
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-1"


async def test_a_proxy_that_does_not_apply_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:10808/")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    async with open_context() as ctx:
        assert ctx.pools.of(OPENAI) is not None
    monkeypatch.setenv("NO_PROXY", "")
    with pytest.raises(ValueError, match="NO_PROXY can leave it out"):
        async with open_context() as ctx:
            ctx.pools.of(OPENAI)
