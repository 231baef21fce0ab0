"""Routers of random candidates over servers that fail in turn, held against the rules of docs/router.md written down a
second time: who is asked in which order, how it ends, what the caller hears, what is counted."""

import json
import math
import random
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.llm.parts import COMPATIBLE
from app.llm.router.health import Health
from app.llm.router.orders import as_written
from app.llm.types import CompletionConfig, RequestConfig
from app.nodes.llm.router import Candidate, Router, complete_routed
from app.runtime.context import open_context
from app.runtime.errors import ServiceError
from app.runtime.settings import Settings
from tests.test_router import CUT, Heard
from tests.upstream import DONE, HELLO, Step, answer, chunk, event, head, problem, upstream, whole

REQUEST: RequestConfig = {"messages": [{"role": "user", "content": "Say hello."}]}
NAMES = ("one", "two", "three", "four", "five")
PROMPT_TOKENS = 9


@dataclass(frozen=True)
class Outcome:
    """What a server does with a request: how that is told, whether another model, or the same once more, could mend it,
    how long the model then rests, whether a token has left before, and what it has cost.
    """

    streamed: list[Step]
    whole: list[Step]
    code: str | None = None
    mendable: bool = True
    again: bool = False
    rest: float | None = None
    token: bool = False
    counted: bool = False


def refusal(status: str, code: str | None, told: str, **more: Any) -> Outcome:
    headers = more.pop("headers", {})
    script = answer(status, problem(code), **headers)
    return Outcome(script, script, told, **more)


def broken(streamed: list[Step], told: str, **more: Any) -> Outcome:
    return Outcome(streamed, streamed, told, counted=True, **more)


JSON = head(content_type="application/json")
LONG = head(content_type="application/json", content_length="1000")
DOWN_INSIDE = {"error": {"code": 503, "message": "x"}}
OUTCOMES = {
    "fine": Outcome([head() + HELLO], [JSON + whole({"content": "Hello"})], counted=True, token=True),
    "busy": refusal("429 Too Many Requests", "rate_limit_exceeded", "rate_limited", again=True, rest=10),
    "busy for long": refusal(
        "429 Too Many Requests", "rate_limit_exceeded", "rate_limited", rest=60, headers={"retry_after": "60"}
    ),
    "no credit": refusal("429 Too Many Requests", "insufficient_quota", "quota_exceeded", rest=300),
    "overloaded": refusal("529 Overloaded", None, "upstream_unavailable", again=True),
    "broken": refusal("500 Internal Server Error", "server_error", "upstream_unavailable", again=True),
    "no model": refusal("404 Not Found", "model_not_found", "model_not_found"),
    "no key": refusal("401 Unauthorized", "invalid_api_key", "invalid_api_key", mendable=False),
    "wrong": refusal("400 Bad Request", "invalid_value", "invalid_request", mendable=False),
    "reset": Outcome(["reset"], ["reset"], "upstream_unreachable", again=True),
    "nothing": Outcome([], [], "upstream_unreachable", again=True),
    "cut": Outcome([head(content_length="1000"), "reset"], [LONG, "reset"], "stream_interrupted", counted=True),
    "page": broken([head(content_type="text/html") + b"<html>Hello</html>"], "stream_malformed"),
    "no JSON": broken([head() + b"data: {]\n\n"], "stream_malformed"),
    "error inside": Outcome(
        [head() + event(DOWN_INSIDE)],
        [JSON + json.dumps(DOWN_INSIDE).encode()],
        "upstream_unavailable",
        counted=True,
    ),
    "filter": Outcome(
        [head() + chunk({}, "content_filter") + DONE],
        [JSON + whole({}, "content_filter")],
        "content_filtered",
        mendable=False,
        counted=True,
    ),
    "cut later": Outcome(CUT, [LONG + b'{"choices": [', "reset"], "stream_interrupted", counted=True, token=True),
    "silent": Outcome([head(), 5.0], [JSON, 5.0], "upstream_timeout", counted=True),
}
# What takes its time is rare.
_COMMON = [name for name in OUTCOMES if name != "silent"]


@dataclass
class Expected:
    """What has to come of a call."""

    attempts: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, str | None]])
    events: list[str] = field(default_factory=list[str])
    reason: str = "always"
    error: str | None = None
    calls: int = 0


@dataclass
class _Rest:
    failures: int = 0
    until: float = -math.inf


class Rules:
    """The rules of the documentation, for candidates in the order in which they are written."""

    def __init__(self, turns: dict[str, list[str]], *, restarts: bool, streamed: bool) -> None:
        self.turns = turns
        self.restarts = restarts
        self.streamed = streamed
        self.rests: dict[str, _Rest] = {}

    def call(self, candidates: list[str], fallback: str | None, now: float) -> Expected:
        """What comes of a call at that time."""
        expected = Expected()
        order = [*((name, "always") for name in candidates), *([(fallback, "fallback")] if fallback else [])]
        left: list[tuple[str, str]] = []
        why = ""
        for name, reason in order:
            if self._rest(name).until <= now:
                left.append((name, reason + why))
            else:
                why = why or f" while {name} model-{name} rests"
        if not left:
            left = [(name, f"{reason} while all rest") for name, reason in order]
            left.sort(key=lambda each: self._rest(each[0]).until)
        while left:
            (name, expected.reason), *left = left
            outcome = self._ask(name, is_last=not left, expected=expected)
            expected.attempts.append((name, outcome.code))
            self._note(name, outcome, now)
            expected.error = outcome.code
            if outcome.code is None or not outcome.mendable:
                break
            if outcome.token and self.streamed and left:
                if not self.restarts:
                    break
                expected.events.append("restart")
            left = [(each, f"fallback after {outcome.code}") for each, _ in left]
        return expected

    def _rest(self, name: str) -> _Rest:
        return self.rests.setdefault(name, _Rest())

    def _ask(self, name: str, *, is_last: bool, expected: Expected) -> Outcome:
        outcome = OUTCOMES[self.turns[name].pop(0)]
        if outcome.again and is_last:  # only the last is tried twice
            outcome = OUTCOMES[self.turns[name].pop(0)]
        expected.calls += outcome.counted
        if self.streamed and outcome.token:
            expected.events += ["route", "token"]
        return outcome

    def _note(self, name: str, outcome: Outcome, now: float) -> None:
        rest = self._rest(name)
        if outcome.code is None:
            self.rests[name] = _Rest()
        elif outcome.mendable:
            rest.failures += 1
            if outcome.rest is not None:
                rest.until = now + outcome.rest
            elif rest.failures >= 3:
                rest.until = now + 30.0 * 2.0 ** min(rest.failures - 3, 4)
                rest.until = min(rest.until, now + 300.0)


def candidate(name: str) -> Candidate[CompletionConfig]:
    config: CompletionConfig = {"model": f"model-{name}"}
    return Candidate(COMPATIBLE[name], config)


@pytest.mark.parametrize("seed", range(12))
async def test_routers_do_as_the_rules_say(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr("app.llm.upstream._FIRST_BACKOFF_SECONDS", 0.0)
    names: list[str] = list(NAMES[: chance.randint(2, 5)])
    streamed, restarts = chance.random() < 0.6, chance.random() < 0.5
    odds = ["fine"] * chance.randint(0, 12) + _COMMON
    turns = {name: [chance.choice(odds) for _ in range(40)] for name in names}
    if chance.random() < 0.15:
        turns[names[0]][0] = "silent"
    rules = Rules({name: list(each) for name, each in turns.items()}, restarts=restarts, streamed=streamed)
    fallback = names.pop() if chance.random() < 0.5 else None
    settings = Settings(
        max_retries=1, max_retry_wait_seconds=1.0, first_byte_timeout_seconds=0.3, total_timeout_seconds=0.4
    )
    now = 0.0
    async with AsyncExitStack() as stack:
        for name, each in turns.items():
            scripts = [OUTCOMES[turn].streamed if streamed else OUTCOMES[turn].whole for turn in each]
            server = await stack.enter_async_context(upstream(*scripts))
            monkeypatch.setenv(f"{name.upper()}_BASE_URL", server.url)
        ctx = await stack.enter_async_context(open_context(settings=settings))
        ctx.pools.shared(Health).clock = lambda: now
        router = Router(as_written, restarts=restarts)
        last = None if fallback is None else candidate(fallback)
        for _ in range(8):
            expected = rules.call(names, fallback, now)
            heard, calls = Heard(), ctx.usage.calls
            ctx.sink = heard.sink if streamed else None
            found: Any = None
            try:
                found = await complete_routed(
                    ctx, router, [candidate(name) for name in names], REQUEST, node="route", fallback=last,
                    streamed=streamed,
                )  # fmt: skip
                error = None
            except ServiceError as failed:
                error = failed
            heard.sink.close()
            assert (None if error is None else error.code) == expected.error
            route: Any = found["route"] if error is None else {"attempts": error.details.get("attempts")}
            if error is None or len(expected.attempts) > 1:
                assert [(each["provider"], each["error"]) for each in route["attempts"]] == expected.attempts
            if error is None:
                assert (route["provider"], route["reason"]) == (expected.attempts[-1][0], expected.reason)
                assert found["content"] == "Hello"
                assert found["usage"]["prompt_tokens"] >= PROMPT_TOKENS
            assert ctx.usage.calls - calls == expected.calls
            told = [name for name in heard.names if name != "usage"]
            assert [name for place, name in enumerate(told) if (name, told[place - 1]) != ("token", "token")] == (
                expected.events
            )
            now += chance.choice([0.0, 0.0, 5.0, 11.0, 31.0, 120.0])
