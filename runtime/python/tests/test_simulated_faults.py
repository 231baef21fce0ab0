"""Every fault of the simulated OpenAI, judged by what comes over the socket."""

import json
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from tests.raw_http import TOOLS, Answer, ask, events
from tests.simulated_providers.api import SHARED_FAULTS
from tests.simulated_providers.apis.chat_completions.azure import AZURE_FAULTS
from tests.simulated_providers.apis.chat_completions.groq import GROQ_FAULTS
from tests.simulated_providers.apis.messages.faults import MESSAGES_FAULTS
from tests.simulated_providers.apis.responses.faults import RESPONSE_FAULTS
from tests.simulated_providers.app import FAULTS, find_fault
from tests.simulated_providers.faults.notation import MULTI_BYTE_TEXT, SEPARATOR_TEXT
from tests.simulated_providers.settings import Fault
from tests.simulated_providers.testing import RunningSimulation, simulate

STATUSES: dict[str, tuple[int, str | None]] = {
    "invalid_api_key": (401, "invalid_api_key"),
    "permission_denied": (403, "model_not_available"),
    "model_not_found": (404, "model_not_found"),
    "model_retired": (404, "model_not_found"),
    "context_length_exceeded": (400, "context_length_exceeded"),
    "input_tokens_exceeded": (400, "context_length_exceeded"),
    "input_exceeds_window": (400, "context_length_exceeded"),
    "rate_limited": (429, "rate_limit_exceeded"),
    "rate_limited_seconds": (429, "rate_limit_exceeded"),
    "rate_limited_date": (429, "rate_limit_exceeded"),
    "rate_limited_ms": (429, "rate_limit_exceeded"),
    "insufficient_quota": (429, "insufficient_quota"),
    "server_error": (500, None),
    "unavailable": (503, None),
    "unavailable_seconds": (503, None),
    "overloaded": (529, None),
}
STRANGE_BODIES: dict[str, tuple[int, str, bytes]] = {
    "bad_gateway_html": (502, "text/html", b"<html>"),
    "ok_html": (200, "text/html", b"<html>"),
    "ok_json": (200, "application/json", b'{"status":"ok"}'),
    "ok_empty": (200, "application/json", b""),
    "ok_empty_stream": (200, "text/event-stream", b""),
}
# Faults that must not change what a client understands.
HARMLESS = [
    "none", "slow_headers", "slow_body", "slow_first_token", "stall", "keep_alive_only", "empty_deltas_only", "gzip",
    "byte_by_byte", "crlf", "cr", "mixed_line_ends", "comments", "multi_line_data", "no_space", "byte_order_mark",
    "event_without_data", "empty_data", "retry_only", "id_only", "big_event", "empty_choices", "missing_choices",
    "null_choices", "null_delta", "missing_delta", "null_content", "azure_filter", "no_done", "done_appended",
]  # fmt: skip
# How the connection ends, whether the body is complete, whether there is a finish reason and [DONE].
ENDINGS: dict[str, tuple[str, bool, bool, bool]] = {
    "cut": ("closed", False, False, False),
    "reset": ("reset", False, False, False),
    "cut_before_terminal": ("closed", False, False, False),
    "cut_after_finish": ("closed", False, True, False),
    "reset_after_finish": ("reset", False, True, False),
    "no_finish": ("closed", True, False, False),
    "no_terminal": ("closed", True, False, False),
    "done_without_finish": ("closed", True, False, True),
    "no_done": ("closed", True, True, False),
    "half_event": ("closed", True, False, False),
    "error_in_stream": ("closed", True, False, False),
    "error_event": ("closed", True, False, False),
}
SHOWN_ELSEWHERE = {
    "redirect", "cut_before_headers", "reset_before_headers", "gzip_cut", "malformed_chunk", "invalid_utf8",
    "split_utf8", "line_separator", "many_chunks", "tool_without_index", "tool_without_id", "tool_same_index",
    "tool_first_index_one", "tool_interleaved", "tool_name_repeated", "finish_reason_error", "stop_with_calls",
    "invalid_arguments", "array_arguments", "empty_arguments", "length", "content_filter", "refusal", "no_content",
}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


def _text(answer: Answer) -> str:
    deltas: list[dict[str, Any]] = [choice.get("delta") or {} for choice in _choices(answer)]
    return "".join(delta.get("content") or "" for delta in deltas)


def _reasons(answer: Answer) -> list[str]:
    return [choice["finish_reason"] for choice in _choices(answer) if choice["finish_reason"]]


def _choices(answer: Answer) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for chunk in answer.chunks:
        found.extend(chunk.get("choices") or [])
    return found


def _call_deltas(answer: Answer) -> list[dict[str, Any]]:
    return [call for chunk in answer.chunks for call in chunk["choices"][0]["delta"].get("tool_calls", [])]


def test_the_table_is_covered() -> None:
    of_apis = (*RESPONSE_FAULTS, *GROQ_FAULTS, *AZURE_FAULTS, *MESSAGES_FAULTS)
    others = {kind.name for kind in of_apis} - set(SHARED_FAULTS)
    assert {*STATUSES, *STRANGE_BODIES, *HARMLESS, *ENDINGS, *SHOWN_ELSEWHERE} == set(FAULTS) - others
    assert all(kind.about for kind in FAULTS.values())


@pytest.mark.parametrize("stream", [True, False])
def test_faults_of_responses_leave_chat_alone(server: RunningSimulation, stream: bool) -> None:
    def said(fault: str) -> Any:
        answer = ask(server.base_url, fault, stream=stream)
        return _text(answer) if stream else json.loads(answer.body)["choices"][0]["message"]

    assert all(said(kind.name) == said("none") for kind in RESPONSE_FAULTS)


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize("fault", STATUSES)
def test_statuses(server: RunningSimulation, fault: str, stream: bool) -> None:
    answer = ask(server.base_url, fault, stream=stream)
    error = json.loads(answer.body)["error"]
    assert (answer.status, error["code"]) == STATUSES[fault]
    assert set(error) == {"message", "type", "param", "code"}
    assert answer.headers["x-request-id"]


def test_retry_headers(server: RunningSimulation) -> None:
    def headers(fault: str) -> dict[str, str]:
        return ask(server.base_url, f"{fault}; retry_after=7").headers

    assert not {"retry-after", "retry-after-ms"} & set(headers("rate_limited"))
    assert not {"retry-after", "retry-after-ms"} & set(headers("insufficient_quota"))
    assert headers("rate_limited_seconds")["retry-after"] == "7"
    assert headers("unavailable_seconds")["retry-after"] == "7"
    assert headers("rate_limited_ms")["retry-after-ms"] == "7000"
    assert 4 < parsedate_to_datetime(headers("rate_limited_date")["retry-after"]).timestamp() - time.time() <= 8
    assert headers("rate_limited")["x-ratelimit-remaining-requests"] == "0"


@pytest.mark.parametrize("fault", STRANGE_BODIES)
def test_strange_bodies(server: RunningSimulation, fault: str) -> None:
    status, content_type, start = STRANGE_BODIES[fault]
    answer = ask(server.base_url, fault)
    assert answer.status == status
    assert answer.headers["content-type"].startswith(content_type)
    assert answer.body.startswith(start)
    assert bool(answer.body) == bool(start)


def test_redirect(server: RunningSimulation) -> None:
    answer = ask(server.base_url, "redirect; location=http://localhost:1/v1/chat/completions")
    assert answer.status == 307
    assert answer.headers["location"] == "http://localhost:1/v1/chat/completions"


@pytest.mark.parametrize("fault", HARMLESS)
def test_harmless_faults_change_the_bytes_and_not_the_text(server: RunningSimulation, fault: str) -> None:
    plain = ask(server.base_url, "none")
    options = "" if fault == "none" else "; seconds=0.1; size=100000"
    answer = ask(server.base_url, f"{fault}{options}")
    assert _text(answer) == _text(plain) != ""
    assert _reasons(answer) == ["stop"]
    assert answer.complete
    if fault not in {"none", "slow_headers", "slow_body", "slow_first_token", "stall", "byte_by_byte", "cr"}:
        assert len(answer.body) != len(plain.body)


def test_line_ends(server: RunningSimulation) -> None:
    def ends(fault: str) -> tuple[int, int, int]:
        body = ask(server.base_url, fault).body
        pairs = body.count(b"\r\n")
        return pairs > 0, body.count(b"\r") - pairs > 0, body.count(b"\n") - pairs > 0

    assert ends("none") == (False, False, True)
    assert ends("crlf") == (True, False, False)
    assert ends("cr") == (False, True, False)
    assert ends("mixed_line_ends") == (True, True, True)


@pytest.mark.parametrize(("fault", "said"), [("split_utf8", MULTI_BYTE_TEXT), ("line_separator", SEPARATOR_TEXT)])
def test_unusual_characters(server: RunningSimulation, fault: str, said: str) -> None:
    assert _text(ask(server.base_url, fault)) == said + _text(ask(server.base_url, "none"))
    whole = json.loads(ask(server.base_url, fault, stream=False).body)
    assert whole["choices"][0]["message"]["content"].startswith(said)


@pytest.mark.parametrize("fault", ENDINGS)
def test_endings(server: RunningSimulation, fault: str) -> None:
    answer = ask(server.base_url, f"{fault}; after=3")
    found = events(answer.body)
    decoded = [json.loads(each) for each in found if each != "[DONE]"]
    finished = any(choice["finish_reason"] for chunk in decoded for choice in chunk.get("choices", []))
    assert (answer.end, answer.complete, finished, found[-1] == "[DONE]") == ENDINGS[fault]
    if not finished and not fault.endswith("_terminal"):
        assert len([chunk for chunk in decoded if "error" not in chunk]) == 1 + 3
    assert ("error" in decoded[-1]) == fault.startswith("error")
    assert (b"event: error\n" in answer.body) == (fault == "error_event")


@pytest.mark.parametrize(("fault", "end"), [("cut_before_headers", "closed"), ("reset_before_headers", "reset")])
def test_no_answer_at_all(server: RunningSimulation, fault: str, end: str) -> None:
    answer = ask(server.base_url, fault)
    assert (answer.status, answer.end) == (None, end)


@pytest.mark.parametrize(("fault", "end"), [("cut", "closed"), ("reset", "reset"), ("half_event", "closed")])
def test_whole_answers_end_early_too(server: RunningSimulation, fault: str, end: str) -> None:
    answer = ask(server.base_url, fault, stream=False)
    assert answer.status == 200
    assert answer.end == end
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.body)


@pytest.mark.parametrize("stream", [True, False])
def test_broken_contents(server: RunningSimulation, stream: bool) -> None:
    with pytest.raises(json.JSONDecodeError):
        _decoded(ask(server.base_url, "malformed_chunk", stream=stream), stream)
    with pytest.raises(UnicodeDecodeError):
        _decoded(ask(server.base_url, "invalid_utf8", stream=stream), stream)
    with pytest.raises(EOFError):
        _decoded(ask(server.base_url, "gzip_cut", stream=stream), stream)


def _decoded(answer: Answer, stream: bool) -> Any:
    return answer.chunks if stream else json.loads(answer.content)


def test_sizes(server: RunningSimulation) -> None:
    big = ask(server.base_url, "big_event; size=300000")
    assert max(len(each) for each in events(big.body)) > 300_000
    many = ask(server.base_url, "many_chunks; size=3000")
    assert len(many.chunks) == 3000 + 2
    assert FAULTS["big_event"].about.endswith("(8 MB)")
    assert len(ask(server.base_url, "big_event").body) > 8 * 1024 * 1024


def test_tool_deltas(server: RunningSimulation) -> None:
    def deltas(fault: str) -> list[dict[str, Any]]:
        answer = ask(server.base_url, fault, tools=TOOLS)
        assert _reasons(answer) == ["tool_calls"]
        return _call_deltas(answer)

    plain = deltas("none")
    assert [delta["index"] for delta in plain if "id" in delta] == [0, 1]
    assert not any("index" in delta for delta in deltas("tool_without_index"))
    assert not any("id" in delta for delta in deltas("tool_without_id"))
    same = deltas("tool_same_index")
    assert {delta["index"] for delta in same} == {0}
    assert len({delta["id"] for delta in same if "id" in delta}) == 2
    assert {delta["index"] for delta in deltas("tool_first_index_one")} == {1, 2}
    assert [delta["index"] for delta in deltas("tool_interleaved")[:6]] == [0, 1, 0, 1, 0, 1]
    assert all(delta["id"] and delta["function"]["name"] for delta in deltas("tool_name_repeated"))
    for fault in ("tool_interleaved", "tool_name_repeated"):
        assert _joined(deltas(fault)) == _joined(plain) == ['{"city":"Paris"}', '{"city":"Tokyo"}']


def _joined(deltas: list[dict[str, Any]]) -> list[str]:
    return ["".join(each["function"]["arguments"] for each in deltas if each["index"] == index) for index in (0, 1)]


@pytest.mark.parametrize("stream", [True, False])
def test_outcomes(server: RunningSimulation, stream: bool) -> None:
    def outcome(fault: str, **more: Any) -> tuple[str, list[str], str]:
        answer = ask(server.base_url, fault, stream=stream, **more)
        if stream:
            return _text(answer), _joined(_call_deltas(answer)), _reasons(answer)[0]
        choice = json.loads(answer.body)["choices"][0]
        calls = [call["function"]["arguments"] for call in choice["message"].get("tool_calls", [])]
        return choice["message"]["content"] or "", calls, choice["finish_reason"]

    text, _, reason = outcome("length; after=4")
    assert reason == "length"
    assert 0 < len(text) < 40
    assert outcome("content_filter; after=4")[::2] == (text, "content_filter")
    assert outcome("finish_reason_error")[2] == "error"
    assert outcome("no_content")[::2] == ("", "stop")
    assert outcome("refusal")[::2] == ("", "stop")
    _, calls, reason = outcome("stop_with_calls", tools=TOOLS)
    assert (len(calls), reason) == (2, "stop")
    assert outcome("array_arguments", tools=TOOLS)[1] == ["[1]", "[1]"]
    assert outcome("empty_arguments", tools=TOOLS)[1] == ["", ""]
    for fault, kept, reason in (("invalid_arguments", 0, "tool_calls"), ("length", 1, "length")):
        _, calls, found = outcome(fault, tools=TOOLS)
        assert found == reason
        for call in calls[kept:]:
            with pytest.raises(json.JSONDecodeError):
                json.loads(call)


def test_faults_meet_requests_in_turn(server: RunningSimulation) -> None:
    server.settings.faults = ["rate_limited", None, Fault("server_error")]
    server.settings.fault = "overloaded"
    try:
        assert [ask(server.base_url, "").status for _ in range(5)] == [429, 200, 500, 529, 529]
        assert ask(server.base_url, "none").status == 200
    finally:
        server.settings.reset()
    assert ask(server.base_url, "").status == 200


def test_a_wrong_name_is_explained() -> None:
    with pytest.raises(ValueError, match=r"There is no fault `explode`\. There are: none, invalid_api_key"):
        find_fault("explode")
    with pytest.raises(ValueError, match=r"A fault has no option `loud`"):
        Fault.parse("cut; loud=1")
