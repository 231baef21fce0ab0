"""A caller, a service and a scripted upstream, each behind a socket, and what has to hold whatever goes wrong."""

import asyncio
import json
import logging
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import httpx2
import pytest

from tests import messages_upstream, responses_upstream
from tests.upstream import HELLO, Step, Upstream, head, upstream, whole

Way = Literal["chat_stream", "chat_whole", "responses_stream", "responses_whole", "messages_stream", "messages_whole"]
WAYS: tuple[Way, ...] = get_args(Way)

JSON = head(content_type="application/json")
GOOD: dict[Way, bytes] = {
    "chat_stream": head() + HELLO,
    "chat_whole": JSON + whole({"content": "Hello"}),
    "responses_stream": responses_upstream.STREAM,
    "responses_whole": responses_upstream.WHOLE,
    "messages_stream": messages_upstream.STREAM,
    "messages_whole": messages_upstream.WHOLE,
}
"""An answer that says "Hello" and reports its usage."""

Scripts = Sequence[Sequence[Step] | None]
"""A script for each request, the last one again and again; None is a good answer."""

HELD = 10.0
"""The upstream holds its end of the connection open: whoever is done with it has to close it."""

STATUS = {
    "invalid_api_key": 502,
    "permission_denied": 502,
    "model_not_found": 502,
    "model_retired": 502,
    "context_length_exceeded": 413,
    "rate_limited": 429,
    "quota_exceeded": 503,
    "invalid_request": 502,
    "invalid_json_output": 502,
    "output_truncated": 502,
    "content_filtered": 422,
    "refused": 422,
    "invalid_tool_arguments": 502,
    "upstream_unavailable": 503,
    "upstream_unreachable": 502,
    "upstream_timeout": 504,
    "stream_interrupted": 502,
    "stream_malformed": 502,
}
"""The HTTP status of an error that comes before the first byte of ours."""

RETRYABLE = {
    "rate_limited",
    "invalid_json_output",
    "invalid_tool_arguments",
    "upstream_unavailable",
    "upstream_unreachable",
    "upstream_timeout",
    "stream_interrupted",
}
"""Errors after which asking again may help; of those that cannot be reached some are not, and say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What upstream does, way by way, and what has to come of it.

    `code` None means that the answer is `text`. Otherwise a stream ends with the error after the tokens of `text`, and
    is a problem of its own where there are none; `begun` says that our answer had begun with something else, and with
    `text_goes_on` more may have come than `text`.
    `requests` is how often upstream was asked. `estimated` says whether the usage had to be estimated; None where
    nothing was used, or where it does not matter.
    """

    scripts: Mapping[Way, Scripts]
    code: str | None = None
    text: str = ""
    text_goes_on: bool = False
    begun: bool = False
    requests: int = 1
    details: Mapping[str, Any] = field(default_factory=dict[str, Any])
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    retryable: bool | None = None
    finish_reason: str = "stop"
    calls: Sequence[tuple[str, Any]] = ()
    call_ids: Sequence[str] | None = None
    refusal: str | None = None
    estimated: bool | None = None
    cut_after_finish: bool = False
    config: Mapping[str, Any] = field(default_factory=dict[str, Any])
    tools: bool = False
    within: float = 8.0


@dataclass(slots=True)
class Heard:
    """What our caller got: an HTTP answer, and the events of a stream."""

    status: int
    headers: httpx2.Headers
    body: str
    events: list[tuple[str, Any]]

    def named(self, name: str) -> list[Any]:
        """The contents of all events of a name."""
        return [content for event, content in self.events if event == name]


class Scene:
    """The service that runs, and the address where it looks for upstream."""

    def __init__(self, url: str, listener: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
        self._url = url
        self._listener = listener
        self._caplog = caplog

    async def check(self, fault: Fault, way: Way) -> None:
        """Plays the fault in one of its ways and asserts everything that is known of the outcome."""
        self._caplog.set_level(logging.INFO, logger="app")
        self._caplog.clear()
        scripts = [[GOOD[way]] if script is None else script for script in fault.scripts[way]]
        async with upstream(*scripts, listener=self._listener) as server:
            started = time.monotonic()
            heard = await self._ask(fault, way)
            elapsed = time.monotonic() - started
            if scripts[min(len(server.requests), len(scripts)) - 1][-1:] == [HELD]:
                await asyncio.wait_for(server.client_gone.wait(), 1)
        lines = await self._lines()
        if fault.code is None:
            _check_answer(heard, fault, way)
        else:
            _check_error(heard, fault, way)
        _check_requests(server, fault, way)
        _check_log(lines, fault, heard)
        assert elapsed < fault.within
        # The provider's words are for the operator, who reads the log; keys are for nobody.
        assert "words of the provider" not in f"{heard.body} {heard.headers}"
        assert not any(word in f"{heard.body} {heard.headers} {lines}" for word in ("sk-", "Bearer"))

    async def _ask(self, fault: Fault, way: Way) -> Heard:
        config: dict[str, Any] = {**fault.config, "api": way.partition("_")[0]}
        accept = "text/event-stream" if way.endswith("stream") else "application/json"
        async with httpx2.AsyncClient(base_url=self._url, timeout=30, trust_env=False, verify=False) as client:
            asked = {"config": config, "tools": fault.tools}
            response = await client.post("/ask", json=asked, headers={"accept": accept})
        return Heard(response.status_code, response.headers, response.text, _events(response))

    async def _lines(self) -> list[dict[str, Any]]:
        """The service's log lines, once that of the run is there, which is written after the answer."""
        for _ in range(4000):
            lines = [json.loads(record.getMessage()) for record in self._caplog.records if record.name == "app"]
            if lines and lines[-1]["event"] == "run":
                return lines
            await asyncio.sleep(0.005)
        raise AssertionError("The run wrote no log line.")


def _events(response: httpx2.Response) -> list[tuple[str, Any]]:
    if response.headers["content-type"] != "text/event-stream":
        return []
    blocks = [block.split("\n") for block in response.text.split("\n\n") if block and not block.startswith(":")]
    return [(name.removeprefix("event: "), json.loads(content.removeprefix("data: "))) for name, content in blocks]


def _check_answer(heard: Heard, fault: Fault, way: Way) -> None:
    assert heard.status == 200, heard.body
    if way.endswith("stream"):
        terminal = [name for name, _ in heard.events if name in ("done", "error")]
        assert (terminal, heard.events[-1][0]) == (["done"], "done"), heard.body
        output = heard.events[-1][1]["output"]
        assert "".join(event["text"] for event in heard.named("token")) == fault.text
        calls = [(event["name"], event["arguments"]) for event in heard.named("function_call")]
    else:
        output = json.loads(heard.body)["output"]
        calls = [(call["name"], call["arguments"]) for call in output["tool_calls"]]
    assert (output["content"] or "") == fault.text
    assert output["finish_reason"] == fault.finish_reason
    assert calls == list(fault.calls)
    if fault.call_ids is not None:
        assert [call["id"] for call in output["tool_calls"]] == list(fault.call_ids)
    if fault.estimated is not None:
        assert output["usage"].get("estimated", False) is fault.estimated


def _check_error(heard: Heard, fault: Fault, way: Way) -> None:
    begun = way.endswith("stream") and (fault.begun or bool(fault.text))
    if begun:
        assert heard.status == 200
        terminal = [name for name, _ in heard.events if name in ("done", "error")]
        assert (terminal, heard.events[-1][0]) == (["error"], "error"), heard.body
        said = "".join(event["text"] for event in heard.named("token"))
        assert said.startswith(fault.text) if fault.text_goes_on else said == fault.text
        problem = heard.events[-1][1]
    else:
        assert heard.headers["content-type"] == "application/problem+json", heard.body
        problem = json.loads(heard.body)
        assert heard.status == problem["status"]
    assert problem["code"] == fault.code, problem
    assert problem["status"] == STATUS[problem["code"]]
    assert problem["node"] == "answer"
    assert problem["retryable"] is (problem["code"] in RETRYABLE if fault.retryable is None else fault.retryable)
    assert all(problem[member] for member in ("type", "title", "detail", "hint", "execution_id"))
    expected = {**fault.details}
    if not way.endswith("stream"):
        expected.pop("received_characters", None)
        # There is no first byte to wait for in an answer that comes whole.
        if expected.get("phase") in ("first_byte", "idle"):
            expected["phase"] = "total"
    assert {name: problem.get(name) for name in expected} == expected
    if not begun:
        assert {name: heard.headers.get(name) for name in fault.headers} == dict(fault.headers)


_ADDRESSED = {
    "chat": ("/v1/chat/completions", "authorization: bearer "),
    "responses": ("/v1/responses", "authorization: bearer "),
    "messages": ("/v1/messages", "x-api-key: "),
}
"""Where each API is asked, and how it is told the key."""


def _check_requests(server: Upstream, fault: Fault, way: Way) -> None:
    """Every attempt asks for the same, by the same address and with the key, and nothing has gone elsewhere."""
    assert len(server.requests) == fault.requests
    path, key = _ADDRESSED[way.partition("_")[0]]
    for request, lines in zip(server.requests, server.heads, strict=True):
        assert lines.startswith(f"POST {path} HTTP/1.1\r\n")
        assert f"{key}sk-test" in lines.lower()
        assert bool(request.get("stream")) is way.endswith("stream")
        if not fault.tools:
            assert request == server.requests[0]


def _check_log(lines: list[dict[str, Any]], fault: Fault, heard: Heard) -> None:
    """One line for each model call with its outcome, its attempts and what it used, and one for the run."""
    calls = [line for line in lines if line["event"] == "model_call"]
    outcome = fault.code or "ok"
    assert lines[-1]["outcome"] == outcome
    if not fault.tools:
        (call,) = calls
        if fault.code != "refused":  # of which the call itself knows nothing: it is the workflow that stops there
            assert call["outcome"] == outcome
        assert call["attempts"] == fault.requests
        assert call.get("cut_after_finish", False) is fault.cut_after_finish
        if fault.code is not None and fault.estimated is not None:
            assert call["usage"].get("estimated", False) is fault.estimated
    assert sum(call["attempts"] for call in calls) == fault.requests
    assert all(call["node"] == "answer" for call in calls)
    assert lines[-1]["execution_id"] in heard.body
