"""What goes wrong with the Messages API alone, and how its answers end."""

import re
from typing import Any

from tests import messages_upstream as claude
from tests.faults.scene import HELD, JSON, Fault, Scripts, Way
from tests.faults.scripts import streamed, whole
from tests.upstream import answer, head

HEL = claude.BEGUN + claude.text("Hel")
RECEIVED = {"received_characters": 3}
QUICK: dict[str, Any] = {"max_retries": 0}
SOON = {"retry_after_ms": "10"}
LIMITS = {
    "anthropic_ratelimit_requests_limit": "50",
    "anthropic_ratelimit_requests_remaining": "0",
    "anthropic_ratelimit_input_tokens_remaining": "1000",
}
TOO_LONG = "prompt is too long: 208310 tokens > 200000 maximum"
TOO_LONG_TOGETHER = "input length and `max_tokens` exceed context limit: 188240 + 21333 > 200000, decrease input length"


def _both(*scripts: Any) -> dict[Way, Scripts]:
    return {"messages_stream": scripts, "messages_whole": scripts}


def _refused(status: str, body: bytes, **headers: str) -> dict[Way, Scripts]:
    return _both(answer(status, body, **headers))


def _ended(stop_reason: str, **more: Any) -> dict[Way, Scripts]:
    block = claude.text_block("Hel")
    return {
        **streamed(None, None, HEL + claude.stopped() + claude.finish(stop_reason, **more) + claude.STOP),
        **whole(None, None, claude.whole(block, stop_reason=stop_reason, **more)),
    }


def _broken(event: bytes, code: str) -> Fault:
    """An error in the middle of a stream."""
    return Fault(scripts=streamed(None, None, HEL + event), code=code, text="Hel", details=RECEIVED, estimated=True)


def _called(*blocks: Any, stream: bytes, calls: Any, ids: list[str], reason: str = "tool_use") -> Fault:
    return Fault(
        scripts={
            **streamed(None, None, claude.START + stream + claude.finish(reason) + claude.STOP),
            **whole(None, None, claude.whole(*blocks, stop_reason=reason)),
        },
        calls=calls,
        call_ids=ids,
        finish_reason="tool_calls",
        estimated=False,
    )


MESSAGES: dict[str, Fault] = {
    "Claude: 401": Fault(
        scripts=_refused("401 Unauthorized", claude.refusal("authentication_error")), code="invalid_api_key"
    ),
    "Claude: 402": Fault(
        scripts=_refused("402 Payment Required", claude.refusal("billing_error")), code="quota_exceeded"
    ),
    "Claude: 403": Fault(
        scripts=_refused("403 Forbidden", claude.refusal("permission_error")), code="permission_denied"
    ),
    "Claude: 404": Fault(
        scripts=_refused("404 Not Found", claude.refusal("not_found_error", "model: claude-x")), code="model_not_found"
    ),
    "Claude: 404 of a retired model": Fault(
        scripts=_refused("404 Not Found", claude.refusal("not_found_error", "model: claude-3-opus-20240229")),
        code="model_retired",
        config={"model": "claude-3-opus-20240229"},
        details={"replacement": "claude-opus-5-5"},
    ),
    "Claude: 413": Fault(
        scripts=_refused("413 Content Too Large", claude.refusal("request_too_large")), code="context_length_exceeded"
    ),
    "Claude: prompt too long": Fault(
        scripts=_refused("400 Bad Request", claude.refusal("invalid_request_error", TOO_LONG)),
        code="context_length_exceeded",
        details={"limit": 200_000, "prompt_tokens": 208_310},
    ),
    "Claude: prompt and answer too long": Fault(
        scripts=_refused("400 Bad Request", claude.refusal("invalid_request_error", TOO_LONG_TOGETHER)),
        code="context_length_exceeded",
        details={"limit": 200_000, "prompt_tokens": 188_240, "completion_tokens": 21_333},
    ),
    "Claude: no credit": Fault(
        scripts=_refused(
            "400 Bad Request", claude.refusal("invalid_request_error", "Your credit balance is too low to access …")
        ),
        code="quota_exceeded",
    ),
    "Claude: a spend limit of one's own": Fault(
        scripts=_refused(
            "400 Bad Request",
            claude.refusal("invalid_request_error", details={"error_code": "enforced_spend_limit_reached"}),
        ),
        code="quota_exceeded",
    ),
    "Claude: 429 without a time is the limit of the month": Fault(
        scripts=_refused("429 Too Many Requests", claude.refusal("rate_limit_error")), code="quota_exceeded"
    ),
    "Claude: 429, then fine": Fault(
        scripts=_both(answer("429 Too Many Requests", claude.refusal("rate_limit_error"), **SOON), None),
        text="Hello",
        requests=2,
    ),
    "Claude: 429 for too long": Fault(
        scripts=_refused("429 Too Many Requests", claude.refusal("rate_limit_error"), retry_after="120", **LIMITS),
        code="rate_limited",
        details={
            "retry_after_s": 120,
            "limits": {"limit_requests": "50", "remaining_requests": "0", "remaining_input_tokens": "1000"},
        },
        headers={"retry-after": "120"},
    ),
    "Claude: 500, then fine": Fault(
        scripts=_both(answer("500 Internal Server Error", claude.refusal("api_error"), **SOON), None),
        text="Hello",
        requests=2,
    ),
    "Claude: 529": Fault(
        scripts=_refused("529 Overloaded", claude.refusal("overloaded_error"), **SOON),
        code="upstream_unavailable",
        requests=3,
        details={"upstream_status": 529},
    ),
    "Claude: 529 that is not worth another try": Fault(
        scripts=_refused("529 Overloaded", claude.refusal("overloaded_error"), x_should_retry="false"),
        code="upstream_unavailable",
    ),
    "Claude: the id of a request": Fault(
        scripts=_refused("400 Bad Request", claude.refusal("invalid_request_error"), request_id="req_7"),
        code="invalid_request",
        details={"request_id": "req_7"},
    ),
    "Claude: overloaded in the middle": _broken(claude.error("overloaded_error"), "upstream_unavailable"),
    "Claude: api_error in the middle": _broken(claude.error("api_error"), "upstream_unavailable"),
    "Claude: a limit in the middle": _broken(claude.error("rate_limit_error"), "rate_limited"),
    "Claude: an error without an event's name": _broken(
        claude.error("overloaded_error").partition(b"\n")[2], "upstream_unavailable"
    ),
    "Claude: an error of an unknown kind": _broken(claude.error("strange_error"), "stream_interrupted"),
    "Claude: an error for an answer in one piece": Fault(
        scripts={"messages_whole": [[JSON + claude.refusal("overloaded_error")]]}, code="upstream_unavailable"
    ),
    "Claude: a clean end before the stop reason": Fault(
        scripts=streamed(None, None, HEL + claude.stopped(), held=False),
        code="stream_interrupted",
        text="Hel",
        details=RECEIVED,
        estimated=True,
    ),
    "Claude: message_stop without a stop reason": Fault(
        scripts=streamed(None, None, HEL + claude.stopped() + claude.STOP),
        code="stream_interrupted",
        text="Hel",
        estimated=True,
    ),
    "Claude: a stop reason, then no message_stop": Fault(
        scripts=streamed(None, None, HEL + claude.text("lo") + claude.stopped() + claude.finish(), held=False),
        text="Hello",
        estimated=False,
    ),
    "Claude: pings only": Fault(
        scripts={"messages_stream": [[head() + HEL, *[claude.PING, 0.05] * 40, HELD]]},
        code="upstream_timeout",
        text="Hel",
        details={"phase": "idle", **RECEIVED},
        config={"timeout": {"idle": 0.3}, **QUICK},
        within=2.5,
    ),
    "Claude: an announced message is no first token": Fault(
        scripts=streamed(None, None, claude.START + claude.PING),
        code="upstream_timeout",
        details={"phase": "first_byte"},
        config={"timeout": {"first_byte": 0.3, "idle": 0.1}, **QUICK},
        estimated=True,
    ),
    "Claude: max_tokens": Fault(scripts=_ended("max_tokens"), text="Hel", finish_reason="length"),
    "Claude: the context is full": Fault(
        scripts=_ended("model_context_window_exceeded"), text="Hel", finish_reason="length"
    ),
    "Claude: stop_sequence": Fault(scripts=_ended("stop_sequence", stop_sequence="X"), text="Hel"),
    "Claude: refusal": Fault(
        scripts=_ended("refusal", stop_details={"type": "refusal", "category": "cyber", "explanation": "I may not."}),
        code="refused",
        text="Hel",
        details={"refusal": "I may not."},
        estimated=False,
    ),
    "Claude: refusal without words": Fault(
        scripts=_ended("refusal"), code="refused", text="Hel", details={"refusal": "The model declined to answer."}
    ),
    "Claude: a schema and max_tokens": Fault(
        scripts=_ended("max_tokens"),
        code="output_truncated",
        text="Hel",
        config={"response_format": "json_object"},
    ),
    "Claude: parallel calls": _called(
        claude.call_block("a", "get_order", {"number": "1"}),
        claude.call_block("b", "get_order", {}),
        stream=claude.called(0, "a", "get_order", "", '{"num', 'ber": "1"}') + claude.called(1, "b", "get_order", ""),
        calls=[("get_order", {"number": "1"}), ("get_order", {})],
        ids=["a", "b"],
    ),
    "Claude: calls with the same id": _called(
        claude.call_block("a", "get_order", {"number": "1"}),
        claude.call_block("a", "get_order", {"number": "2"}),
        stream=claude.called(0, "a", "get_order", '{"number": "1"}')
        + claude.called(1, "a", "get_order", '{"number": "2"}'),
        calls=[("get_order", {"number": "1"}), ("get_order", {"number": "2"})],
        ids=["a", "call_1"],
    ),
    "Claude: end_turn with a call": _called(
        claude.call_block("a", "get_order", {}),
        stream=claude.called(0, "a", "get_order"),
        calls=[("get_order", {})],
        ids=["a"],
        reason="end_turn",
    ),
    "Claude: a call, then an answer": Fault(
        scripts={
            "messages_whole": [
                [JSON + claude.whole(claude.call_block("a", "get_order", {"number": "1"}), stop_reason="tool_use")],
                None,
            ],
        },
        text="Hello",
        requests=2,
        tools=True,
    ),
    "Claude: events and deltas of unknown kinds": Fault(
        scripts=streamed(
            None,
            None,
            claude.BEGUN
            + claude.named("aura", x=1)
            + claude.delta(0, "aura_delta", aura="?")
            + claude.text("Hello")
            + claude.stopped()
            + claude.began(1, {"type": "fallback"})
            + claude.stopped(1)
            + claude.finish()
            + claude.STOP,
        ),
        text="Hello",
        estimated=False,
    ),
    "Claude: no event's name": Fault(
        scripts=streamed(None, None, re.sub(rb"event: \w+\n", b"", claude.HELLO)), text="Hello", estimated=False
    ),
    "Claude: a stream where one piece was asked for comes as it is": Fault(
        scripts={"messages_stream": [[JSON + claude.whole(claude.text_block("Hello"))]]}, text="Hello", estimated=False
    ),
}
