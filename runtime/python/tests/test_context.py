"""What a run carries, and calling the project's functions."""

import asyncio
import threading
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from app.llm.errors import RateLimited
from app.llm.parts import OPENAI
from app.llm.providers.openai import OpenAIAccount
from app.runtime.context import Environment, ExecutionContext, Process, Secrets, Server
from app.runtime.errors import ServiceError
from app.runtime.events import encode
from app.runtime.functions import call_function
from app.runtime.needed_secrets import NeededSecret
from app.runtime.settings import ApiKey, BaseSettings, BaseUrl, Settings
from app.runtime.usage import UsageMeter
from tests.upstream import context_for

NOWHERE = "http://127.0.0.1:9/v1"


class Size(BaseModel):
    width: int


def thread_name(times: int, *, loud: bool = False) -> tuple[str, int, bool]:
    return threading.current_thread().name, times, loud


async def double(number: int) -> int:
    await asyncio.sleep(0)
    return number * 2


def broken(number: int) -> int:
    return Size.model_validate({"width": "wide"}).width


def limited() -> None:
    raise RateLimited("Slow down.")


async def test_functions_run_beside_the_loop_or_in_it() -> None:
    async with context_for(NOWHERE) as ctx:
        name, times, loud = await call_function(ctx, "n", thread_name, "3", loud="true")
        assert (times, loud) == (3, True)
        assert name != threading.current_thread().name
        assert await call_function(ctx, "d", double, number="4") == 8
        assert set(ctx.node_timings) == {"n", "d"}


@pytest.mark.parametrize("arguments", [{"number": "x"}, {}, {"number": 1, "more": 2}])
async def test_wrong_arguments(arguments: Any) -> None:
    async with context_for(NOWHERE) as ctx:
        with pytest.raises(ServiceError) as caught:
            await call_function(ctx, "d", double, **arguments)
        problem = caught.value.problem()
        assert (problem["code"], problem["node"]) == ("invalid_function_arguments", "d")
        assert problem["errors"][0]["argument"] == ("more" if "more" in arguments else "number")


async def test_a_failing_function() -> None:
    async with context_for(NOWHERE) as ctx:
        with pytest.raises(ServiceError) as caught:
            await call_function(ctx, "b", broken, 1)
        assert (caught.value.code, caught.value.node) == ("function_failed", "b")
        # Its own ValidationError is its failure and not that of its arguments.
        assert isinstance(caught.value.__cause__, ValidationError)
        with pytest.raises(RateLimited) as limit:
            await call_function(ctx, "l", limited)
        assert limit.value.node == "l"


async def test_secrets_show_nothing() -> None:
    async with context_for(NOWHERE) as ctx:
        ctx.pools.of(OPENAI)
        assert ctx.secrets["OPENAI_API_KEY"] == "sk-test"
        assert list(ctx.secrets) == ["OPENAI_API_KEY"]
        assert len(ctx.secrets) == 1
        assert "OPENAI_API_KEY" in ctx.secrets
        assert "sk-test" not in repr(ctx.secrets) + str(vars(ctx.settings)) + repr(ctx.settings)
        with pytest.raises(ServiceError) as caught:
            ctx.secrets["OTHER_API_KEY"]
        assert caught.value.code == "missing_api_key"
        assert "OTHER_API_KEY" in caught.value.hint
    assert not isinstance(ctx, dict)
    assert not ctx.streaming


def test_dot_env_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (tmp_path / ".env").write_text("OPENAI_API_KEY=sk-file\nREGION=Basel\nCITY=Bern\nOPENAI_BASE_URL=\n")
    monkeypatch.setenv("CITY", "Chur")
    assert Secrets()["OPENAI_API_KEY"] == "sk-file"
    assert OpenAIAccount.load().keys() == {"OPENAI_API_KEY": "sk-file"}
    assert OpenAIAccount.load().openai_base_url is None
    env = Environment(["REGION", "CITY", "COUNTRY"])
    assert dict(env) == {"REGION": "Basel", "CITY": "Chur"}
    assert len(env) == 2
    assert "COUNTRY" not in env
    with pytest.raises(ServiceError) as caught:
        env["COUNTRY"]
    assert (caught.value.code, caught.value.details["variable"]) == ("missing_env", "COUNTRY")
    # Not declared is not there, set or not.
    assert "CITY" not in Environment([])


class OtherAccount(BaseSettings):
    other_api_key: ApiKey | None = None
    other_base_url: BaseUrl | None = None


@dataclass
class Addressed:
    url: str | None
    key: str

    async def aclose(self) -> None:
        pass


def to_other(settings: Settings, account: OtherAccount, key: str) -> Addressed:
    return Addressed(account.other_base_url, key)


OTHER = Server("other", OtherAccount, "OTHER_API_KEY", to_other)


async def test_a_service_is_not_ready_without_the_secrets_that_its_steps_need(monkeypatch: pytest.MonkeyPatch) -> None:
    needed = [NeededSecret("CREDENTIAL_SHOP"), NeededSecret("CREDENTIAL_SHOP_HOST")]
    monkeypatch.setenv("CREDENTIAL_SHOP", "sk-shop")
    process = Process(servers=needed)
    assert process.missing == ["CREDENTIAL_SHOP_HOST"]
    await process.pools.aclose()


async def test_each_server_has_an_account_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    monkeypatch.setenv("OTHER_API_KEY", "'other-key'")
    monkeypatch.setenv("OTHER_BASE_URL", "http://127.0.0.1:9/v2")
    async with aclosing(Process(servers=[OPENAI, OTHER]).pools) as pools:
        assert pools.of(OTHER) == Addressed("http://127.0.0.1:9/v2", "other-key")
    assert dict(Process(servers=[OTHER]).secrets) == {"OTHER_API_KEY": "other-key"}
    # One that was not named is read when it is looked up.
    assert Process(servers=[OPENAI]).secrets["OTHER_API_KEY"] == "other-key"
    monkeypatch.setenv("OTHER_API_KEY", "")
    assert Process(servers=[OPENAI, OTHER]).missing == ["OTHER_API_KEY"]
    given = OtherAccount(other_api_key=SecretStr("given"))
    assert Process(servers=[OTHER], accounts=[given]).pools.of(OTHER) == Addressed(None, "given")


def test_usage_adds_up() -> None:
    meter = UsageMeter()
    meter.add(
        {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "cached_tokens": 1, "reasoning_tokens": 0},
        0.5,
    )
    assert "estimated" not in meter.total()
    meter.add(
        {
            "prompt_tokens": 1,
            "completion_tokens": 2,
            "total_tokens": 3,
            "cached_tokens": 0,
            "reasoning_tokens": 2,
            "estimated": True,
        },
        0.5,
    )
    assert meter.total() == {
        "prompt_tokens": 2,
        "completion_tokens": 4,
        "total_tokens": 6,
        "cached_tokens": 1,
        "reasoning_tokens": 2,
        "cost_usd": 1.0,
        "estimated": True,
    }
    assert meter.calls == 2


def test_json_of_what_functions_return() -> None:
    assert encode({"size": Size(width=1)}) == b'{"size":{"width":1}}'
    with pytest.raises(TypeError):
        encode(ExecutionContext)
