"""The faults of the simulated OpenAI on the Responses API, judged by what comes over the socket."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.raw_http import WEATHER, Answer, ask
from tests.response_events import named_events
from tests.simulated_providers.apis.responses.faults import RESPONSE_FAULTS
from tests.simulated_providers.testing import RunningSimulation, simulate

TOOLS = [{"type": "function", **WEATHER}]
DELTA = "response.output_text.delta"
ARGUMENTS = "response.function_call_arguments.delta"
TERMINAL = ("response.completed", "response.incomplete", "response.failed")
# Faults that must not change what a client understands.
HARMLESS = [
    "none", "slow_headers", "slow_body", "slow_first_token", "stall", "keep_alive_only", "empty_deltas_only", "gzip",
    "byte_by_byte", "crlf", "cr", "mixed_line_ends", "comments", "multi_line_data", "no_space", "byte_order_mark",
    "event_without_data", "empty_data", "retry_only", "id_only", "big_event", "done_appended", "unknown_event",
    "event_without_type", "types_missing", "names_missing", "delta_without_item_id", "items_out_of_order",
    "terminal_without_output", "terminal_without_usage",
]  # fmt: skip
# How the connection ends, whether the body is complete, and the type of the last event: a terminal one or none.
ENDINGS: dict[str, tuple[str, bool, str | None]] = {
    "cut": ("closed", False, None),
    "reset": ("reset", False, None),
    "cut_before_terminal": ("closed", False, None),
    "no_terminal": ("closed", True, None),
    "cut_after_finish": ("closed", False, "response.completed"),
    "reset_after_finish": ("reset", False, "response.completed"),
    "no_finish": ("closed", True, None),
    "done_without_finish": ("closed", True, None),
    "half_event": ("closed", True, None),
    "error_in_stream": ("closed", True, "error"),
    "error_event": ("closed", True, "error"),
    "failed_server_error": ("closed", True, "response.failed"),
    "failed_rate_limit": ("closed", True, "response.failed"),
    "context_length_in_stream": ("closed", True, "response.failed"),
    "length": ("closed", True, "response.incomplete"),
    "content_filter": ("closed", True, "response.incomplete"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[RunningSimulation]:
    with simulate() as running:
        yield running


def _ask(server: RunningSimulation, fault: str, *, stream: bool = True, **more: Any) -> Answer:
    return ask(server.base_url, fault, stream=stream, path="/responses", **more)


def _events(answer: Answer) -> list[tuple[str | None, Any]]:
    """The events under their names, which are on the `event:` line or else in the data."""
    return [(name or data.get("type"), data) for name, data in named_events(answer.content)]


def _text(answer: Answer, kind: str = DELTA) -> str:
    return "".join(data["delta"] for name, data in _events(answer) if name == kind)


def _arguments(answer: Answer) -> dict[int, str]:
    made: dict[int, str] = {}
    for name, data in _events(answer):
        if name == ARGUMENTS:
            made[data["output_index"]] = made.get(data["output_index"], "") + data["delta"]
    return made


def test_every_fault_of_responses_is_shown_here() -> None:
    assert {kind.name for kind in RESPONSE_FAULTS} <= {*HARMLESS, *ENDINGS}
    assert all(kind.about.startswith("Responses: ") for kind in RESPONSE_FAULTS)


@pytest.mark.parametrize("fault", ["invalid_api_key", "rate_limited_seconds", "server_error", "input_exceeds_window"])
@pytest.mark.parametrize("stream", [True, False])
def test_statuses(server: RunningSimulation, fault: str, stream: bool) -> None:
    answer = _ask(server, fault, stream=stream)
    assert answer.status in {400, 401, 429, 500}
    assert set(json.loads(answer.body)["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize("fault", ["bad_gateway_html", "ok_html", "ok_json", "ok_empty", "ok_empty_stream"])
def test_strange_bodies(server: RunningSimulation, fault: str) -> None:
    answer = _ask(server, fault)
    assert b"response.created" not in answer.body
    assert answer.complete


@pytest.mark.parametrize("fault", HARMLESS)
def test_harmless_faults_change_the_bytes_and_not_the_text(server: RunningSimulation, fault: str) -> None:
    plain = _ask(server, "none")
    options = "" if fault == "none" else "; seconds=0.1; size=100000"
    answer = _ask(server, f"{fault}{options}")
    assert _text(answer) == _text(plain) != ""
    assert [name for name, _ in _events(answer) if name in TERMINAL] == ["response.completed"]
    assert answer.complete
    same = {
        "none",
        "slow_headers",
        "slow_body",
        "slow_first_token",
        "stall",
        "byte_by_byte",
        "cr",
        "items_out_of_order",
    }
    assert (len(answer.body) == len(plain.body)) == (fault in same)


@pytest.mark.parametrize("fault", ENDINGS)
def test_endings(server: RunningSimulation, fault: str) -> None:
    answer = _ask(server, f"{fault}; after=3")
    found = _events(answer)
    last = found[-1][0] if found[-1][0] in (*TERMINAL, "error") else None
    assert (answer.end, answer.complete, last) == ENDINGS[fault]
    deltas = [data for name, data in found if name == DELTA]
    if last != "response.completed" and not fault.endswith("_terminal"):
        assert len(deltas) == (0 if fault == "context_length_in_stream" else 3)
    if fault.endswith("_terminal"):
        assert found[-1][0] == "response.output_item.done"


def test_errors_inside_a_stream(server: RunningSimulation) -> None:
    *_, (name, flat) = _events(_ask(server, "error_event"))
    assert (name, flat["type"], flat["code"], flat["param"]) == ("error", "error", "server_error", None)
    *_, (name, nested) = _events(_ask(server, "error_in_stream"))
    assert (name, nested["type"], nested["error"]["code"]) == ("error", "error", "server_error")
    *_, (error_name, error), (_, last) = _events(_ask(server, "context_length_in_stream"))
    assert (error_name, error["error"]["param"]) == ("error", "input")
    assert last["response"]["error"]["code"] == error["error"]["code"] == "context_length_exceeded"
    *_, (_, limited) = _events(_ask(server, "failed_rate_limit"))
    assert limited["response"]["error"]["code"] == "rate_limit_exceeded"
    assert [data["sequence_number"] for _, data in _events(_ask(server, "error_event"))] == list(range(7))


def test_what_events_lack(server: RunningSimulation) -> None:
    def data(fault: str) -> list[tuple[str | None, Any]]:
        return named_events(_ask(server, fault).body)

    assert not any("type" in each for _, each in data("types_missing"))
    assert not any(name for name, _ in data("names_missing"))
    assert not any("item_id" in each for name, each in data("delta_without_item_id") if name == DELTA)
    assert [each for name, each in data("event_without_type") if not (name or "type" in each)]
    assert "response.output_aura.delta" in [name for name, _ in data("unknown_event")]
    assert "usage" not in data("terminal_without_usage")[-1][1]["response"]
    assert data("terminal_without_output")[-1][1]["response"]["output"] == []


def test_no_names_are_needed_and_no_done_is_sent(server: RunningSimulation) -> None:
    plain = _ask(server, "none").body
    assert plain.count(b"event: ") == plain.count(b"data: ")
    assert b"[DONE]" not in plain
    assert b"[DONE]" in _ask(server, "done_appended").body
    assert b"[DONE]" in _ask(server, "done_without_finish").body


def test_broken_contents(server: RunningSimulation) -> None:
    with pytest.raises(json.JSONDecodeError):
        _events(_ask(server, "malformed_chunk"))
    with pytest.raises(UnicodeDecodeError):
        _events(_ask(server, "invalid_utf8"))
    with pytest.raises(EOFError):
        _events(_ask(server, "gzip_cut"))
    for fault in ("malformed_chunk", "cut", "half_event"):
        with pytest.raises(json.JSONDecodeError):
            json.loads(_ask(server, fault, stream=False).body)
    with pytest.raises(UnicodeDecodeError):
        _ask(server, "invalid_utf8", stream=False).body.decode()


def test_sizes(server: RunningSimulation) -> None:
    assert max(len(str(data)) for _, data in _events(_ask(server, "none"))) < 10_000
    assert len(_ask(server, "big_event; size=300000").body) > 300_000
    many = [name for name, _ in _events(_ask(server, "many_chunks; size=3000"))]
    assert many.count(DELTA) == 3000
    assert many[-1] == "response.completed"


def test_calls(server: RunningSimulation) -> None:
    plain = _arguments(_ask(server, "none", tools=TOOLS))
    assert plain == {0: '{"city":"Paris"}', 1: '{"city":"Tokyo"}'}
    for fault in ("tool_interleaved", "items_out_of_order", "tool_without_id"):
        assert _arguments(_ask(server, fault, tools=TOOLS)) == plain

    def indices(fault: str) -> list[int]:
        return [data["output_index"] for name, data in _events(_ask(server, fault, tools=TOOLS)) if name == ARGUMENTS]

    assert indices("tool_interleaved")[:6] == [0, 1, 0, 1, 0, 1]
    assert indices("items_out_of_order")[0] == 1
    assert b"call_id" not in _ask(server, "tool_without_id", tools=TOOLS).body
    assert b"call_id" not in _ask(server, "tool_without_id", tools=TOOLS, stream=False).body


@pytest.mark.parametrize("stream", [True, False])
def test_outcomes(server: RunningSimulation, stream: bool) -> None:
    def outcome(fault: str, **more: Any) -> Any:
        answer = _ask(server, fault, stream=stream, **more)
        return _events(answer)[-1][1]["response"] if stream else json.loads(answer.body)

    cut = outcome("length; after=4")
    assert cut["incomplete_details"] == {"reason": "max_output_tokens"}
    assert cut["output"][0]["status"] == "incomplete"
    assert outcome("content_filter")["incomplete_details"] == {"reason": "content_filter"}
    assert outcome("refusal")["output"][0]["content"][0]["type"] == "refusal"
    assert outcome("no_content")["output"][0]["content"][0]["text"] == ""
    assert outcome("finish_reason_error")["error"]["code"] == "server_error"
    assert outcome("terminal_without_output")["output"] == []
    assert [call["arguments"] for call in outcome("array_arguments", tools=TOOLS)["output"]] == ["[1]", "[1]"]
    assert [call["arguments"] for call in outcome("empty_arguments", tools=TOOLS)["output"]] == ["", ""]
    truncated = outcome("length", tools=TOOLS)
    assert [call["status"] for call in truncated["output"]] == ["completed", "incomplete"]
    for call in (truncated["output"][1], *outcome("invalid_arguments", tools=TOOLS)["output"]):
        with pytest.raises(json.JSONDecodeError):
            json.loads(call["arguments"])


def test_a_whole_answer_that_failed(server: RunningSimulation) -> None:
    answer = json.loads(_ask(server, "failed_rate_limit", stream=False).body)
    assert (answer["status"], answer["error"]["code"], answer["output"]) == ("failed", "rate_limit_exceeded", [])
    inside = json.loads(_ask(server, "error_in_stream", stream=False).body)
    assert inside["error"]["message"]
