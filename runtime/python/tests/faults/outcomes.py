"""Answers that came whole and still must not be used as they are: arguments, limits, filters, refusals."""

from typing import Any

from tests import messages_upstream as claude
from tests import responses_upstream as responses
from tests.faults.scene import GOOD, JSON, Fault, Scripts, Way
from tests.faults.scripts import streamed, whole
from tests.upstream import DONE, USAGE_CHUNK, Step, call_delta, chunk, head, text
from tests.upstream import whole as completion

FINISHED = USAGE_CHUNK + DONE
IN_JSON: Any = {
    "response_format": "json_object",
    "messages": [{"role": "user", "content": "Colours as JSON."}],
}


def _asking(arguments: str, finish: str = "tool_calls") -> dict[Way, bytes]:
    """The model calls `get_order` with this text for arguments, in each way."""
    call = {"id": "a", "type": "function", "function": {"name": "get_order", "arguments": arguments}}
    item = responses.call("a", "get_order", arguments)
    end = "completed" if finish == "tool_calls" else "incomplete"
    more: dict[str, Any] = {} if finish == "tool_calls" else {"incomplete_details": {"reason": "max_output_tokens"}}
    return {
        "chat_stream": head() + call_delta(index=0, **call) + chunk({}, finish) + FINISHED,
        "chat_whole": JSON + completion({"tool_calls": [call]}, finish),
        "responses_stream": head()
        + responses.CREATED
        + responses.done(0, item)
        + responses.ended(item, status=end, **more),
        "responses_whole": JSON + responses.whole(item, status=end, **more),
        "messages_stream": head() + _claude_asking(arguments, finish),
    }


def _claude_asking(arguments: str, finish: str) -> bytes:
    reason = {"tool_calls": "tool_use", "length": "max_tokens"}[finish]
    call = claude.called(0, "a", "get_order", arguments)
    return claude.START + call + claude.finish(reason) + claude.STOP


def _never_run(arguments: str, finish: str = "tool_calls") -> Fault:
    """Calls with such arguments are an error; in a loop of tools the model is told twice, and then it is one."""
    return Fault(
        scripts={way: [[body]] for way, body in _asking(arguments, finish).items()},
        code="invalid_tool_arguments",
        begun=True,
        details={"function": "get_order"},
        estimated=False,
    )


def _without_arguments(arguments: str) -> Fault:
    """A finished call without arguments, as functions without parameters get, is one with none."""
    return Fault(
        scripts={way: [[body]] for way, body in _asking(arguments).items()},
        calls=[("get_order", {})],
        finish_reason="tool_calls",
    )


def _told(times: int) -> dict[Way, Scripts]:
    """The model calls wrongly so many times, and then answers."""
    broken = _asking('{"number": ')
    answers: dict[Way, Scripts] = {}
    for way in broken:
        wrong: list[list[Step]] = [[broken[way]] for _ in range(times)]
        answers[way] = [*wrong, [GOOD[way]]]
    return answers


def _json(text_of_answer: str, finish: str) -> dict[Way, Scripts]:
    reason = {"stop": None, "length": "max_output_tokens"}[finish]
    status = "completed" if reason is None else "incomplete"
    message = responses.message(text_of_answer)
    details: Any = {"incomplete_details": reason and {"reason": reason}}
    return {
        **streamed(
            text(text_of_answer) + chunk({}, finish) + FINISHED,
            responses.BEGUN + responses.text(text_of_answer) + responses.ended(message, status=status, **details),
        ),
        **whole(completion({"content": text_of_answer}, finish), responses.whole(message, status=status, **details)),
    }


OUTCOMES: dict[str, Fault] = {
    "arguments that are not valid JSON": _never_run('{"number": 1'),
    "arguments that are empty": _without_arguments(""),
    "arguments that are blank": _without_arguments(" \n"),
    "arguments that are empty, cut by length": _never_run("", "length"),
    "arguments that are no object": _never_run("[1]"),
    "arguments with something after them": _never_run('{"number": "1"} and more'),
    "arguments cut by length": _never_run('{"number": "1', "length"),
    "arguments that do not fit in a tool loop: the model is told": Fault(
        scripts=_told(1), text="Hello", requests=2, tools=True
    ),
    "arguments that do not fit in a tool loop: at most 2 tries": Fault(
        scripts=_told(3),
        code="invalid_tool_arguments",
        begun=True,
        requests=3,
        tools=True,
        details={"function": "get_order"},
    ),
    'finish_reason "length" in JSON mode': Fault(
        scripts=_json('{"colours": ["re', "length"),
        code="output_truncated",
        text='{"colours": ["re',
        details={"completion_tokens": 2, "reasoning_tokens": 1},
        config=IN_JSON,
        estimated=False,
    ),
    'finish_reason "length" in JSON mode where the JSON is whole': Fault(
        scripts=_json("{}", "length"), code="output_truncated", text="{}", config=IN_JSON
    ),
    "an answer that is no JSON in JSON mode": Fault(
        scripts=_json("Sure! {}", "stop"), code="invalid_json_output", text="Sure! {}", config=IN_JSON
    ),
    "content_filter": Fault(
        scripts={
            **streamed(
                text("Hel") + chunk({}, "content_filter") + FINISHED,
                responses.BEGUN
                + responses.text("Hel")
                + responses.incomplete("content_filter", responses.message("Hel")),
            ),
            **whole(
                completion({"content": "Hel"}, "content_filter"),
                responses.whole(
                    responses.message("Hel"), status="incomplete", incomplete_details={"reason": "content_filter"}
                ),
            ),
        },
        code="content_filtered",
        text="Hel",
        details={"received_characters": 3},
        estimated=False,
    ),
    "refusal": Fault(
        scripts={
            **streamed(
                chunk({"refusal": "I "}) + chunk({"refusal": "cannot."}) + chunk({}, "stop") + FINISHED,
                responses.CREATED
                + responses.named("response.refusal.delta", output_index=0, delta="I cannot.")
                + responses.ended(responses.message(refusal="I cannot.")),
            ),
            **whole(completion({"refusal": "I cannot."}), responses.whole(responses.message(refusal="I cannot."))),
        },
        code="refused",
        details={"refusal": "I cannot."},
        estimated=False,
    ),
}
