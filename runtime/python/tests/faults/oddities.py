"""Streams that are odd in one thing each, whoever sends them, and what is in them."""

import json

from tests.faults.chunks import CALLED, COUNTED, END, ONE, OSLO, PARIS, SAID, STOP, TEXT, TWO, Said, call, chunk, sse
from tests.upstream import DONE, USAGE, event

ODDITIES: dict[str, Said] = {
    "usage before finish_reason": Said(stream=sse(TEXT, COUNTED, STOP, DONE), text="Hello"),
    "usage as floats and in quotes": Said(
        stream=sse(
            TEXT,
            STOP,
            {**COUNTED, "usage": {"prompt_tokens": 9.0, "completion_tokens": "2", "total_tokens": 11.0}},
            DONE,
        ),
        text="Hello",
    ),
    "usage of null, then of nothing": Said(
        stream=sse(chunk(SAID, usage=USAGE), chunk({}, "stop", usage=None), {**COUNTED, "usage": {}}, DONE),
        text="Hello",
    ),
    "usage that is no object": Said(
        stream=sse(TEXT, STOP, {**COUNTED, "usage": [1, 2]}, DONE), text="Hello", prompt_tokens=None
    ),
    "role in each chunk": Said(
        stream=sse(
            chunk({"role": "assistant", "content": "Hel"}), chunk({"role": "assistant", "content": "lo"}), STOP, *END
        ),
        text="Hello",
    ),
    "delta after the finish": Said(stream=sse(TEXT, STOP, chunk({}), chunk({"content": ""}), *END), text="Hello"),
    "two finish chunks": Said(stream=sse(TEXT, STOP, STOP, *END), text="Hello"),
    "length, then stop": Said(
        stream=sse(TEXT, chunk({}, "length"), STOP, *END),
        text="Hello",
        finish_reason="length",
    ),
    "finish_reason that nobody knows": Said(
        stream=sse(TEXT, chunk({}, "satisfied"), *END), text="Hello", finish_reason="satisfied"
    ),
    "finish_reason in capitals": Said(
        stream=sse(TEXT, chunk({}, "STOP"), *END),
        text="Hello",
    ),
    "finish_reason end_turn": Said(
        stream=sse(TEXT, chunk({}, "end_turn"), *END),
        text="Hello",
    ),
    "finish_reason of an empty text": Said(
        stream=sse(chunk(SAID, ""), chunk({}, ""), DONE),
        code="stream_interrupted",
        text="Hello",
        prompt_tokens=None,
    ),
    "tool_calls without a call": Said(
        stream=sse(CALLED, *END),
        code="stream_malformed",
    ),
    "another choice only": Said(
        stream=sse(chunk({"content": "no"}, choice={"index": 1}), chunk({}, "stop", choice={"index": 1}), *END),
        code="stream_interrupted",
    ),
    "two choices in a chunk, the second first": Said(
        stream=sse(
            {
                **TEXT,
                "choices": [
                    {"index": 1, "delta": {"content": "no"}},
                    {"index": 0, "delta": SAID, "finish_reason": None},
                ],
            },
            {
                **TEXT,
                "choices": [
                    {"index": 1, "delta": {}, "finish_reason": "length"},
                    {"index": 0, "delta": {}, "finish_reason": "stop"},
                ],
            },
            *END,
        ),
        text="Hello",
    ),
    "the other choice between": Said(
        stream=sse(
            chunk({"content": "Hel"}),
            chunk({"content": "no"}, "stop", choice={"index": 1}),
            chunk({"content": "lo"}),
            STOP,
            *END,
        ),
        text="Hello",
    ),
    "arguments null, then the arguments": Said(
        stream=sse(chunk(call(None, id="a", index=0)), chunk(call(ONE, name=None, index=0)), CALLED, *END),
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "arguments null and nothing else": Said(
        stream=sse(chunk(call(None, id="a", index=0)), CALLED, *END),
        calls=[("get_weather", {})],
        finish_reason="tool_calls",
    ),
    "two calls with one id": Said(
        stream=sse(
            chunk(call(ONE, id="get_weather", index=0)), chunk(call(TWO, id="get_weather", index=1)), CALLED, *END
        ),
        calls=[PARIS, OSLO],
        finish_reason="tool_calls",
    ),
    "name in a later chunk": Said(
        stream=sse(
            chunk({"tool_calls": [{"index": 0, "id": "a", "type": "function", "function": {"arguments": ""}}]}),
            chunk(call(ONE[:5], index=0)),
            chunk(call(ONE[5:], name=None, index=0)),
            CALLED,
            *END,
        ),
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "calls in both forms": Said(
        stream=sse(
            chunk({"function_call": {"name": "get_weather", "arguments": ONE}, **call(ONE, id="a", index=0)}),
            CALLED,
            *END,
        ),
        calls=[PARIS],
        finish_reason="tool_calls",
    ),
    "a legacy call": Said(
        stream=sse(
            chunk({"function_call": {"name": "get_weather", "arguments": ""}}),
            chunk({"function_call": {"arguments": ONE}}),
            chunk({}, "function_call"),
            *END,
        ),
        calls=[PARIS],
        finish_reason="function_call",
    ),
    "error as text": Said(
        stream=sse(TEXT, {"error": "sk-secret"}),
        code="stream_interrupted",
        text="Hello",
        prompt_tokens=None,
    ),
    "error as a list": Said(
        stream=sse(TEXT, {"error": ["sk-secret"]}),
        code="stream_interrupted",
        text="Hello",
        prompt_tokens=None,
    ),
    "error null or empty beside a chunk": Said(
        stream=sse(chunk(SAID, error=None), chunk({}, "stop", error={}), *END), text="Hello"
    ),
    "error after finish_reason": Said(
        stream=sse(TEXT, STOP, {"error": {"type": "server_error"}}),
        code="upstream_unavailable",
        text="Hello",
        prompt_tokens=None,
    ),
    "[DONE] with blanks": Said(
        stream=sse(TEXT, STOP, COUNTED, b"data:  [DONE] \n\n"),
        text="Hello",
    ),
    "[DONE] without a blank": Said(stream=sse(TEXT, STOP, COUNTED, b"data:[DONE]\n\n"), text="Hello"),
    "[DONE] in quotes": Said(
        stream=sse(TEXT, STOP, COUNTED, b'data: "[DONE]"\n\n'),
        text="Hello",
    ),
    "[DONE] without a blank line after it": Said(stream=sse(TEXT, STOP, COUNTED, b"data: [DONE]"), text="Hello"),
    "events named message": Said(
        stream=sse(*(b"event: message\n" + event(each) for each in (TEXT, STOP)), *END), text="Hello"
    ),
    "events named completion.chunk": Said(
        stream=sse(*(b"event: completion.chunk\n" + event(each) for each in (TEXT, STOP)), *END), text="Hello"
    ),
    "pings as events": Said(
        stream=sse(b"event: ping\n", {"type": "ping"}, TEXT, b"event: ping\ndata: {}\n\n", STOP, *END), text="Hello"
    ),
    "junk after [DONE]": Said(stream=sse(TEXT, STOP, *END, b"<html>sk-secret</html>\n\ndata: {junk\n\n"), text="Hello"),
    "HTML in the middle": Said(
        stream=sse(TEXT, b"<html><body>502 sk-secret</body></html>\n"),
        code="stream_interrupted",
        text="Hello",
        prompt_tokens=None,
    ),
    "HTML in an event": Said(
        stream=sse(TEXT, b"data: <html>sk-secret</html>\n\n"),
        code="stream_malformed",
        text="Hello",
        prompt_tokens=None,
    ),
    "a JSON list of chunks": Said(
        stream=json.dumps([TEXT, STOP]).encode(),
        code="stream_malformed",
        prompt_tokens=None,
    ),
    "chunks of JSON without events": Said(
        stream=b"\n".join(json.dumps(each).encode() for each in (TEXT, STOP)),
        code="stream_malformed",
        prompt_tokens=None,
    ),
    "two objects in one event": Said(
        stream=sse(b"data: %b%b\n\n" % (json.dumps(TEXT).encode(), json.dumps(STOP).encode())),
        code="stream_malformed",
        prompt_tokens=None,
    ),
    "surrogates cut apart": Said(
        stream=sse(chunk({"content": "Hi \ud83d"}), chunk({"content": "\ude00!"}), STOP, *END),
        text="Hi \U0001f600!",
    ),
    "half a pair of surrogates": Said(
        stream=sse(chunk({"content": "a\udc00b"}), STOP, *END),
        text="a\ufffdb",
    ),
    "NaN in a field that nobody reads": Said(
        stream=sse(
            b'data: {"choices": [{"index": 0, "delta": {"content": "Hello"}, "logprobs": [-Infinity, NaN]}]}\n\n',
            STOP,
            *END,
        ),
        text="Hello",
    ),
    "numbers in quotes": Said(
        stream=sse(chunk(SAID, choice={"index": "0"}), chunk({}, "stop", choice={"index": "0"}, created="1"), *END),
        text="Hello",
    ),
    "keys twice": Said(
        stream=sse(
            b'data: {"choices": [], "choices": [{"index": 0, "delta": {"content": "no", "content": "Hello"}}]}\n\n',
            STOP,
            *END,
        ),
        text="Hello",
    ),
}
