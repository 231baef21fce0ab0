"""Values of the environment as people paste them."""

from pathlib import Path

import pytest

from app.llm.parts import OPENAI
from app.llm.providers.openai import OpenAIAccount
from app.outside.client import OutsideClient
from app.outside.conversations import ConversationStore
from app.outside.counters import Counters
from app.outside.postgres import Postgres
from app.outside.sqlite import Sqlite
from app.runtime.context import Asked, Process, Secrets, open_context
from app.runtime.redis_connections import RedisConnections
from app.runtime.settings import Settings, explain
from app.runtime.step_cache import StepCache

GOLDEN = Path(__file__).parents[3] / "tests/codegen/golden"


@pytest.mark.parametrize("around", ["{}\n", " {} ", '"{}"', "'{}'", '"{}"\r\n'])
def test_what_stands_around_a_value_is_taken_off(monkeypatch: pytest.MonkeyPatch, around: str) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", around.format("http://127.0.0.1:9/v1"))
    monkeypatch.setenv("OPENAI_API_KEY", around.format("sk-1"))
    monkeypatch.setenv("PORT", around.format("8001"))
    account = OpenAIAccount.load()
    assert account.openai_base_url == "http://127.0.0.1:9/v1"
    assert account.keys() == {"OPENAI_API_KEY": "sk-1"}
    assert Settings.load().port == 8001


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


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("PORT", "abc", "valid integer"),
        ("PORT", "70000", "65535"),
        ("OPENAI_BASE_URL", "api.example.com/v1", "https://"),
        ("OPENAI_BASE_URL", "ftp://api.example.com", "https://"),
        ("OPENAI_BASE_URL", "https://[half", "https://"),
        ("OPENAI_BASE_URL", "https://host:port/v1", "https://"),
        ("OPENAI_BASE_URL", "https://two words", "https://"),
        ("OPENAI_API_KEY", "sk-s\u00e9cret", "copy it again"),
        ("OPENAI_API_KEY", "sk-s\tecret", "copy it again"),
        ("OPENAI_ORG_ID", "org\u200b", "copy it again"),
        ("DRAIN_SECONDS", "-1", "greater than or equal to 0"),
        ("MAX_BODY_BYTES", "ten", "valid integer"),
        ("EXPOSE_ERRORS", "perhaps", "valid boolean"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, advice: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=name.lower()) as caught:
        (OpenAIAccount if name.startswith("OPENAI_") else Settings).load()
    line = explain(caught.value)
    assert line.startswith(f"{name} cannot be used. ")
    assert advice in line
    assert "\n" not in line
    assert value not in line + str(caught.value)


def test_the_example_of_an_environment_file_has_every_setting_with_its_default(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (GOLDEN / "answers/expected/.env.example").read_text().splitlines()
    shown = dict(
        line.removeprefix("# ").split("=") for line in lines if line.removeprefix("# ").split("=")[0].isupper()
    )
    account = {name.upper() for name in OpenAIAccount.model_fields}
    assert set(shown) == {name.upper() for name in Settings.model_fields} | account
    assert all(shown[name] == "" for name in account)
    for name in shown:
        monkeypatch.delenv(name, raising=False)
    defaults = Settings.load()
    for name, value in shown.items():
        monkeypatch.setenv(name, value)
    assert {name for name, value in shown.items() if value} == {
        name.upper() for name, value in defaults.model_dump().items() if value is not None
    }
    assert Settings.load() == defaults


@pytest.mark.parametrize(
    ("asked", "name", "value", "advice"),
    [
        (OutsideClient, "ALLOW_PRIVATE_ADDRESSES", "abc", "valid boolean"),
        (OutsideClient, "REQUEST_TIMEOUT_SECONDS", "0", "greater than 0"),
        (Sqlite, "QUERY_TIMEOUT_SECONDS", "soon", "valid number"),
        (Sqlite, "SQLITE_PATH", "/nowhere/data.sqlite", "in a folder that is there"),
        (Sqlite, "SQLITE_PATH", "/", "name a file"),
        (Postgres, "DATABASE_URL", "mysql://user:s3cret@host/name", "postgresql://"),
        (Postgres, "MAX_DATABASE_CONNECTIONS", "0", "greater than 0"),
        (RedisConnections, "REDIS_URL", "localhost:6379/s3cret", "redis://"),
        (Counters, "REDIS_TIMEOUT_SECONDS", "-1", "greater than 0"),
        (StepCache, "REDIS_URL", "http://s3cret", "rediss://"),
        (ConversationStore, "SQLITE_PATH", "/nowhere/data.sqlite", "in a folder that is there"),
        (ConversationStore, "DATABASE_URL", "s3cret", "postgresql://"),
        (ConversationStore, "REDIS_URL", "s3cret", "redis://"),
    ],
)
async def test_settings_of_what_is_asked_are_looked_at_when_a_service_starts(
    monkeypatch: pytest.MonkeyPatch, asked: Asked, name: str, value: str, advice: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValueError, match=name.lower()) as caught:
        Process(servers=[asked])
    said = explain(caught.value)
    assert name in said
    assert advice in said
    assert "s3cret" not in said


async def test_a_service_is_not_ready_without_its_databases(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    process = Process(servers=[Postgres, RedisConnections, ConversationStore, StepCache, Counters, OutsideClient])
    assert process.missing == ["DATABASE_URL", "REDIS_URL"]
    await process.pools.aclose()


def test_a_secret_may_be_a_file_which_counts_more_than_the_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mounted = tmp_path / "key"
    mounted.write_text("sk-file\n")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-variable")
    monkeypatch.setenv("OPENAI_API_KEY_FILE", str(mounted))
    assert OpenAIAccount.load().keys() == {"OPENAI_API_KEY": "sk-file"}
    assert Secrets()["OPENAI_API_KEY"] == "sk-file"
    mounted.write_bytes(b"sk-\xff")
    with pytest.raises(ValueError, match="OPENAI_API_KEY_FILE names a file that cannot be read"):
        OpenAIAccount.load()
    monkeypatch.setenv("OPENAI_API_KEY_FILE", "")
    assert OpenAIAccount.load().keys() == {"OPENAI_API_KEY": "sk-variable"}
