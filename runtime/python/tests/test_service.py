"""A whole service over real sockets: answers, streams, errors, cancellation."""

import asyncio
import json
import logging
import re
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
import pytest

from tests.example_service import WAITS, app
from tests.server import serve
from tests.upstream import (
    DONE,
    FINISH,
    HELLO,
    USAGE,
    USAGE_CHUNK,
    Step,
    Upstream,
    answer,
    call_delta,
    chunk,
    head,
    problem,
    text,
    whole,
)
from tests.upstream import upstream as scripted_upstream

JSON = {"accept": "application/json"}
STREAM = {"accept": "text/event-stream"}
BODY = {"message": "hello"}
WHOLE = head(content_type="application/json") + whole({"content": "Hello"})
COUNTS = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11, "cached_tokens": 4, "reasoning_tokens": 1}
# 5 + 4 cached + 2 tokens of gpt-5.4-mini.
PRICED = {**COUNTS, "cost_usd": 1.305e-05}
CALL = call_delta(index=0, id="call_a", function={"name": "get_order", "arguments": '{"number": "7"}'})


@dataclass
class Running:
    upstream: Upstream
    client: httpx2.AsyncClient

    async def ask(self, path: str, body: Any = BODY, **headers: str) -> httpx2.Response:
        return await self.client.post(path, json=body, headers={**JSON, **headers})

    async def stream(self, path: str) -> tuple[httpx2.Response, list[tuple[str, Any]]]:
        response = await self.client.post(path, json=BODY, headers=STREAM)
        return response, events_of(response.text)


Start = Callable[..., AbstractAsyncContextManager[Running]]


def events_of(body: str) -> list[tuple[str, Any]]:
    blocks = [block.split("\n") for block in body.split("\n\n") if block and not block.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in blocks]


def logged(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [json.loads(record.message) for record in caplog.records if record.name == "app"]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - what is waited for is no event
            await asyncio.sleep(0.01)


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Start:
    @asynccontextmanager
    async def start(*scripts: list[Step], **environment: str) -> AsyncGenerator[Running]:
        async with scripted_upstream(*scripts) as server:
            monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
            monkeypatch.setenv("OPENAI_BASE_URL", server.url)
            for name, value in environment.items():
                monkeypatch.setenv(name, value)
            with serve(app) as service:
                async with httpx2.AsyncClient(base_url=service.url, timeout=20, trust_env=False) as client:
                    yield Running(server, client)

    return start


async def test_one_json_answer(running: Start) -> None:
    async with running([WHOLE]) as service:
        response = await service.ask("/chat")
        assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
        body = response.json()
        assert (body["output"], body["usage"]) == ("Hello", PRICED)
        assert set(body["meta"]) == {"execution_id", "elapsed_ms", "node_timings"}
        assert 0 < body["meta"]["node_timings"]["answer"] <= body["meta"]["elapsed_ms"]
        sent = service.upstream.requests[0]
        assert sent == {
            "model": "gpt-5.4-mini",
            "messages": [{"role": "user", "content": "hello"}],
            "max_completion_tokens": 100,
        }
        assert "authorization: bearer sk-test" in service.upstream.heads[0].lower()


async def test_a_stream(running: Start) -> None:
    async with running([head() + HELLO]) as service:
        response, events = await service.stream("/chat")
        assert response.headers["content-type"] == "text/event-stream"
        assert response.headers["cache-control"] == "no-cache"
        assert response.headers["x-accel-buffering"] == "no"
        assert events[:3] == [
            ("token", {"text": "Hel", "node": "answer"}),
            ("token", {"text": "lo", "node": "answer"}),
            ("usage", {"node": "answer", **PRICED}),
        ]
        name, done = events[3]
        assert name == "done"
        assert len(events) == 4
        meta = done.pop("meta")
        assert set(meta) == {"execution_id", "elapsed_ms", "node_timings"}
        assert done == {
            "text": "Hello",
            "token_count": 2,
            "finish_reason": "stop",
            "usage": PRICED,
            "output": "Hello",
        }
        assert service.upstream.requests[0]["stream_options"] == {"include_usage": True}


async def test_tokens_leave_when_they_arrive(running: Start) -> None:
    """The model says no more before each has arrived."""
    first, second = asyncio.Event(), asyncio.Event()
    script: list[Step] = [head() + text("a"), first, text("b"), second, FINISH + DONE]
    async with running(script) as service, asyncio.timeout(20):
        arrived = iter((first, second))
        async with service.client.stream("POST", "/chat", json=BODY, headers=STREAM) as response:
            async for line in response.aiter_lines():
                if line == "event: token":
                    next(arrived).set()
        assert next(arrived, None) is None


async def test_function_call_streams_and_goes_on_to_the_function(running: Start) -> None:
    async with running([head() + CALL + chunk({}, "tool_calls") + DONE]) as service:
        _, events = await service.stream("/order")
        assert events[0] == (
            "function_call_delta",
            {"node": "answer", "id": "call_a", "name": "get_order", "arguments": '{"number": "7"}'},
        )
        assert events[1] == (
            "function_call",
            {"node": "answer", "id": "call_a", "name": "get_order", "arguments": {"number": "7"}},
        )
        name, done = events[-1]
        assert (name, done["output"], done["finish_reason"]) == ("done", {"order": {"number": 7}}, "tool_calls")
        assert set(done["meta"]["node_timings"]) == {"answer", "get_order"}


async def test_text_that_was_not_streamed_comes_as_one_token(running: Start) -> None:
    async with running([WHOLE]) as service:
        _, events = await service.stream("/fixed")
        assert [name for name, _ in events] == ["token", "done"]
        assert events[0][1]["text"] == events[1][1]["text"] == events[1][1]["output"] == "hello"
        assert (await service.ask("/fixed")).status_code == 201


@pytest.mark.parametrize(
    ("path", "accept", "kind"),
    [
        ("/chat", "application/json", "application/json"),
        ("/chat", "*/*", "application/json"),
        ("/chat", "text/event-stream", "text/event-stream"),
        ("/chat", "application/json, text/event-stream", "text/event-stream"),
        ("/chat", "application/json, text/event-stream;q=0.5", "application/json"),
        ("/chat", "text/*", "text/event-stream"),
        ("/chat", "text/event-stream;q=0, */*", "application/json"),
        ("/chat", "text/html", None),
        ("/chat", "nonsense", None),
        ("/chat", "text/event-stream;q=x", None),
        ("/always", "*/*", "text/event-stream"),
        ("/always", "application/json", None),
        ("/never", "*/*", "application/json"),
        ("/never", "text/event-stream", None),
    ],
)
async def test_accept(running: Start, path: str, accept: str, kind: str | None) -> None:
    script = [head() + HELLO] if kind == "text/event-stream" else [WHOLE]
    async with running(script) as service:
        response = await service.ask(path, accept=accept)
        if kind is None:
            assert response.status_code == 406
            assert response.json()["status"] == 406
        else:
            assert (response.status_code, response.headers["content-type"]) == (200, kind)


@pytest.mark.parametrize("headers", [JSON, STREAM], ids=["json", "stream"])
async def test_errors_before_the_first_byte_are_problems(running: Start, headers: dict[str, str]) -> None:
    async with running(answer("429 Too Many Requests", problem("rate_limit_exceeded"), retry_after="90")) as service:
        response = await service.ask("/chat", **headers)
        assert response.status_code == 429
        assert response.headers["content-type"] == "application/problem+json"
        assert response.headers["retry-after"] == "90"
        body = response.json()
        assert body["code"] == "rate_limited"
        assert body["node"] == "answer"
        assert body["retryable"] is True
        assert body["retry_after_s"] == 90
        assert {"type", "title", "status", "detail", "hint", "execution_id"} <= set(body)
        assert "sk-" not in response.text


async def test_errors_after_the_first_byte_are_one_error_event(running: Start) -> None:
    async with running([head() + text("Hel")]) as service:
        response, events = await service.stream("/chat")
        assert response.status_code == 200
        assert [name for name, _ in events] == ["token", "usage", "error"]
        assert events[1][1]["estimated"] is True
        assert (events[2][1]["code"], events[2][1]["node"]) == ("stream_interrupted", "answer")


async def test_a_failed_call_tells_what_it_used(running: Start) -> None:
    async with running([head() + text("Hel") + chunk({}, "content_filter") + USAGE_CHUNK + DONE]) as service:
        _, events = await service.stream("/chat")
        assert [name for name, _ in events] == ["token", "usage", "error"]
        assert (events[1][1]["total_tokens"], "estimated" in events[1][1]) == (11, False)
        assert events[2][1]["code"] == "content_filtered"


async def test_a_refusal_is_an_error_of_the_step(running: Start) -> None:
    async with running([head() + chunk({"refusal": "No."}) + FINISH + DONE]) as service:
        response = await service.ask("/chat", **STREAM)
        assert (response.status_code, response.json()["code"], response.json()["refusal"]) == (422, "refused", "No.")


async def test_the_first_real_error_of_parallel_branches_answers(running: Start) -> None:
    async with running(answer("401 Unauthorized", problem("invalid_api_key"))) as service:
        response = await service.ask("/fork")
        assert (response.status_code, response.json()["code"]) == (502, "invalid_api_key")


@pytest.mark.parametrize(
    ("path", "status", "code", "node"),
    [
        ("/broken", 500, "internal_error", None),
        ("/broken_function", 500, "function_failed", "lookup"),
        ("/wrong_arguments", 500, "invalid_function_arguments", "lookup"),
        ("/region", 500, "missing_env", None),
        ("/no_json", 500, "internal_error", None),
        ("/nowhere", 404, "http_error", None),
    ],
)
async def test_other_errors(
    running: Start, caplog: pytest.LogCaptureFixture, path: str, status: int, code: str, node: str | None
) -> None:
    caplog.set_level(logging.INFO, logger="app")
    async with running([WHOLE]) as service:
        response = await service.ask(path)
        assert response.headers["content-type"] == "application/problem+json"
        body = response.json()
        assert (response.status_code, body["code"], body.get("node")) == (status, code, node)
        assert "sk-" not in response.text
        if path == "/no_json":
            refused = await service.ask(path, **STREAM)
            assert (refused.status_code, refused.json()["code"]) == (500, "internal_error")
    outcomes = [json.loads(record.message)["outcome"] for record in caplog.records if record.name == "app"]
    assert set(outcomes) == {code}


async def test_declared_environment(running: Start) -> None:
    async with running([WHOLE], SUPPORT_REGION="Basel") as service:
        assert (await service.ask("/region")).json()["output"] == {"region": "Basel"}


async def test_a_missing_key_is_noticed_at_the_start(running: Start, caplog: pytest.LogCaptureFixture) -> None:
    async with running([WHOLE], OPENAI_API_KEY="") as service:
        (line,) = [json.loads(record.message) for record in caplog.records if record.name == "app"]
        assert (line["level"], line["event"]) == ("warning", "not_ready")
        assert "OPENAI_API_KEY" in line["detail"]
        assert (await service.client.get("/healthz")).status_code == 200
        ready = await service.client.get("/readyz")
        assert (ready.status_code, "OPENAI" in ready.text) == (503, False)
        assert "not configured" in ready.json()["status"]
        response = await service.ask("/chat")
        assert (response.status_code, response.json()["code"]) == (500, "missing_api_key")
        assert "OPENAI" not in response.text


async def test_invalid_input_points_at_the_field(running: Start) -> None:
    async with running([WHOLE]) as service:
        response = await service.ask("/chat", {"message": "x" * 101})
        assert response.status_code == 422
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["code"] == "invalid_input"
        assert response.json()["errors"][0]["pointer"] == "/message"
        broken = await service.client.post("/chat", content=b"{", headers={"content-type": "application/json"})
        assert (broken.status_code, broken.json()["errors"][0]["in"]) == (422, "body")
        assert (await service.client.get("/chat")).json()["status"] == 405
        assert service.upstream.requests == []


async def test_health(running: Start) -> None:
    async with running([WHOLE]) as service:
        assert (await service.client.get("/healthz")).json() == {"status": "ok"}
        assert (await service.client.get("/readyz")).json() == {"status": "ready"}
        assert "/chat" in (await service.client.get("/openapi.json")).json()["paths"]
        assert service.upstream.requests == []


@pytest.mark.parametrize("first", [b"", head(), head() + text("Hel")], ids=["before_headers", "before_token", "later"])
@pytest.mark.parametrize("headers", [JSON, STREAM], ids=["json", "stream"])
async def test_our_client_goes_away(
    running: Start, caplog: pytest.LogCaptureFixture, headers: dict[str, str], first: bytes
) -> None:
    caplog.set_level(logging.INFO, logger="app")
    async with running([first, 10.0]) as service:
        request = asyncio.create_task(service.ask("/chat", **headers))
        await service.upstream.asked()
        # What is said at once has time to arrive.
        await asyncio.sleep(0.1)
        request.cancel()
        await asyncio.wait_for(service.upstream.client_gone.wait(), 1)
        await until(lambda: len(logged(caplog)) == 2)
    lines = logged(caplog)
    call, run = (next(line for line in lines if line["event"] == name) for name in ("model_call", "run"))
    assert call["outcome"] == run["outcome"] == "cancelled"
    assert run["stopped_by"] == "disconnect"
    assert call["usage"]["estimated"] is True


async def test_our_client_goes_away_during_a_function(running: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="app")
    async with running([WHOLE]) as service:
        waited = len(WAITS)
        request = asyncio.create_task(service.ask("/slow_function"))
        await until(lambda: len(WAITS) > waited)
        request.cancel()
        await until(lambda: len(logged(caplog)) == 1)
        assert (await service.ask("/fixed")).status_code == 201
        assert (await service.ask("/slow_function")).json()["output"] == "waited"
    assert [line["outcome"] for line in logged(caplog)] == [
        "cancelled",
        "ok",
        "ok",
    ]


async def test_one_log_line_per_model_call_without_text_or_key(
    running: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="app")
    async with running([head(x_request_id="req_1") + HELLO]) as service:
        await service.stream("/chat")
    lines = logged(caplog)
    (call,) = [line for line in lines if line["event"] == "model_call"]
    assert (call["node"], call["outcome"], call["model"], call["request_id"]) == ("answer", "ok", "gpt-x", "req_1")
    assert call["usage"] == COUNTS
    assert call["timing"]["first_token_ms"] <= call["timing"]["total_ms"]
    assert call["attempts"] == 1
    assert not any(word in json.dumps(lines) for word in ("hello", "Hello", "sk-test"))


async def test_a_ping_only_after_silence_and_then_errors_are_events(running: Start) -> None:
    script: list[Step] = [head(), 1.5, *[step for _ in range(12) for step in (text("x"), 0.1)]]
    async with running(script, PING_SECONDS="1") as service:
        response = await service.ask("/chat", **STREAM)
        assert response.text.startswith(": ping\n\nevent: token")
        assert response.text.count(": ping") == 1
        assert events_of(response.text)[-1][0] == "error"


async def test_usage_counts_every_call(running: Start) -> None:
    async with running([WHOLE]) as service:
        first, second = await asyncio.gather(service.ask("/chat"), service.ask("/chat"))
        assert first.json()["usage"] == second.json()["usage"] == PRICED
        assert USAGE["prompt_tokens"] == COUNTS["prompt_tokens"]
        assert first.json()["meta"]["execution_id"] != second.json()["meta"]["execution_id"]


async def test_a_stream_that_is_over_is_not_waited_for(running: Start) -> None:
    """[DONE] without a finish_reason, on a connection that stays open."""
    async with running([head() + text("Hel"), 0.05, DONE, 20.0]) as service:
        started = time.monotonic()
        _, events = await service.stream("/chat")
        assert time.monotonic() - started < 3
        assert [name for name, _ in events] == ["token", "usage", "error"]
        assert events[-1][1]["code"] == "stream_interrupted"


async def test_what_no_workflow_sees_is_logged_too(running: Start, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="app")
    async with running([WHOLE]) as service:
        await service.ask("/nothing_here")
    (line,) = [json.loads(record.message) for record in caplog.records if record.name == "app"]
    assert datetime.fromisoformat(line.pop("time")).utcoffset() == timedelta(0)
    assert len(line.pop("request_id")) == 32
    assert line == {
        "level": "info",
        "event": "refused",
        "method": "POST",
        "path": "/nothing_here",
        "status": 404,
        "outcome": "http_error",
    }


async def test_an_answer_that_its_caller_does_not_take_is_logged(
    running: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="app")
    async with running([WHOLE]) as service:
        assert (await service.ask("/chat", accept="image/png")).status_code == 406
    (line,) = [json.loads(record.message) for record in caplog.records if record.name == "app"]
    assert (line["event"], line["status"]) == ("refused", 406)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
async def test_probes_may_ask_for_the_head_alone(running: Start, path: str) -> None:
    async with running([WHOLE]) as service:
        response = await service.client.head(path)
    assert (response.status_code, response.content) == (200, b"")


async def test_half_a_pair_of_surrogates_is_the_callers_mistake(running: Start) -> None:
    async with running([WHOLE]) as service:
        for text, status in (("hi \\ud83d", 422), ("hi \\ude00!", 422), ("hi \\ud83d\\ude00", 200)):
            body = f'{{"message": "{text}"}}'.encode()
            headers = {**JSON, "content-type": "application/json"}
            response = await service.client.post("/chat", content=body, headers=headers)
            assert response.status_code == status, response.text
            if status == 422:
                assert response.json()["code"] == "invalid_input"
                assert response.json()["errors"][0]["pointer"] == "/message"
        assert len(service.upstream.requests) == 1


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"message": "hi"}', None, 201),
        (b'{"message": "hi"}', "application/json; charset=utf-8", 201),
        (b'{"message": "hi"}', "application/vnd.api+json", 201),
        (b'{"message": "hi"}', "text/plain", 415),
        (b"message=hi", "application/x-www-form-urlencoded", 415),
        (b'"hi"', "application/json", 422),
        (b"", "text/plain", 422),
    ],
)
async def test_content_types(running: Start, body: bytes, content_type: str | None, status: int) -> None:
    async with running([WHOLE]) as service:
        headers = {} if content_type is None else {"content-type": content_type}
        response = await service.client.post("/fixed", content=body, headers=headers)
        assert response.status_code == status
        if status == 415:
            assert "application/json" in response.json()["hint"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("order-7/a:b", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("", False),
        ("two words", False),
        ("\u00e9", False),
    ],
)
async def test_request_ids(running: Start, caplog: pytest.LogCaptureFixture, sent: str, kept: bool) -> None:
    caplog.set_level(logging.INFO, logger="app")
    async with running([WHOLE]) as service:
        answered: list[str] = []
        for path, headers in (("/fixed", JSON), ("/fixed", STREAM), ("/nowhere", JSON), ("/broken", JSON)):
            fields = [
                *[(name.encode(), value.encode()) for name, value in headers.items()],
                (b"x-request-id", sent.encode()),
            ]
            response = await service.client.post(path, json=BODY, headers=fields)
            answered.append(response.headers["x-request-id"])
    assert [name == sent for name in answered] == [kept] * 4
    assert kept or len(set(answered)) == 4
    lines = logged(caplog)
    assert [line["request_id"] for line in lines] == answered


async def test_callers_are_told_what_concerns_them_and_the_operator_the_rest(
    running: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="app")
    limits = {"x_ratelimit_remaining_tokens": "12", "retry_after": "90"}
    refusals = [
        answer("401 Unauthorized", problem("invalid_api_key")),
        answer("429 Too Many Requests", problem("rate_limit_exceeded"), **limits),
    ]
    async with running(*refusals) as service:
        for code in ("invalid_api_key", "rate_limited"):
            body = (await service.ask("/chat")).json()
            assert body["code"] == code
            assert not any(word in json.dumps(body) for word in ("OPENAI", "OpenAI", "account", "limits"))
        assert body["retry_after_s"] == 90
        wrong = (await service.ask("/wrong_arguments")).json()
        assert (wrong["code"], "errors" in wrong) == ("invalid_function_arguments", False)
    first, second, third = [
        line for line in (json.loads(record.message) for record in caplog.records) if line["event"] == "run"
    ]
    assert "OPENAI_API_KEY" in first["hint"]
    assert second["details"]["limits"] == {"remaining_tokens": "12"}
    assert third["details"]["errors"][0]["argument"] == "number"


async def test_a_developer_may_be_told_all(running: Start) -> None:
    async with running(answer("401 Unauthorized", problem("invalid_api_key")), EXPOSE_ERRORS="1") as service:
        assert "OPENAI_API_KEY" in (await service.ask("/chat")).json()["hint"]


async def test_an_unexpected_error_leaves_its_traceback_in_the_log(
    running: Start, caplog: pytest.LogCaptureFixture
) -> None:
    async with running([WHOLE]) as service:
        await service.ask("/broken")
    (line,) = [json.loads(record.message) for record in caplog.records if record.name == "app"]
    assert (line["level"], line["outcome"]) == ("error", "internal_error")
    assert "in broken" in line["traceback"]


async def test_no_page_loads_anything_from_elsewhere(running: Start) -> None:
    async with running([WHOLE]) as service:
        assert (await service.client.get("/redoc")).status_code == 404
        page = await service.client.get("/docs")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//|@import|url\(""", page.text)


async def test_a_route_of_the_users_that_breaks_has_its_request_id(running: Start) -> None:
    async def breaks() -> None:
        raise RuntimeError("sk-secret")

    app.add_api_route("/breaks", breaks)
    async with running([WHOLE]) as service:
        response = await service.client.get("/breaks", headers={"x-request-id": "mine"})
    assert (response.status_code, response.headers.get_list("x-request-id")) == (500, ["mine"])
    assert (response.json()["code"], "sk-" in response.text) == ("internal_error", False)
