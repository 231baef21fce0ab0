"""Faults of the model itself: how an answer ends, and arguments that are not what was asked for."""

from collections.abc import Callable
from dataclasses import replace

from tests.simulated_providers import tokens
from tests.simulated_providers.answers.calls import Call
from tests.simulated_providers.completion import Choice, Completion
from tests.simulated_providers.faults.kinds import FaultKind
from tests.simulated_providers.settings import Fault

REFUSAL = "I'm sorry, but I can't assist with that request."


def _each(change: Callable[[Choice, Fault], Choice]) -> Callable[[Completion, Fault], Completion]:
    def changed(completion: Completion, fault: Fault) -> Completion:
        return replace(completion, choices=tuple(change(choice, fault) for choice in completion.choices))

    return changed


def _ended(reason: str) -> Callable[[Choice, Fault], Choice]:
    return lambda choice, _: replace(choice, finish_reason=reason)


def _cut_short(reason: str) -> Callable[[Choice, Fault], Choice]:
    """The text after `after` tokens, or the last call's arguments in their middle."""

    def change(choice: Choice, fault: Fault) -> Choice:
        cut = replace(choice, pieces=choice.pieces[: fault.after], finish_reason=reason)
        return replace(cut, calls=(*choice.calls[:-1], _halved(choice.calls[-1]))) if choice.calls else cut

    return change


def _halved(call: Call) -> Call:
    return Call(call.name, call.arguments[: max(1, len(call.arguments) // 2)])


def _with_arguments(change: Callable[[str], str]) -> Callable[[Choice, Fault], Choice]:
    return lambda choice, _: replace(
        choice, calls=tuple(Call(call.name, change(call.arguments)) for call in choice.calls)
    )


def _refused(_: Choice, __: Fault) -> Choice:
    return Choice(tuple(tokens.pieces(REFUSAL)), (), "stop", refused=True)


def _filtered(choice: Choice, fault: Fault) -> Choice:
    return replace(choice, pieces=choice.pieces[: fault.after], calls=(), finish_reason="content_filter")


def _silent(_: Choice, __: Fault) -> Choice:
    return Choice((), (), "stop")


OUTCOME_FAULTS = [
    FaultKind("finish_reason_error", 'finish_reason "error", as gateways send it', completion=_each(_ended("error"))),
    FaultKind("stop_with_calls", 'finish_reason "stop" together with calls', completion=_each(_ended("stop"))),
    FaultKind(
        "invalid_arguments",
        "arguments that are no JSON",
        completion=_each(_with_arguments(lambda text: f"{text[:-1]}, note: 'see above'}}")),
    ),
    FaultKind("array_arguments", "arguments that are no object", completion=_each(_with_arguments(lambda _: "[1]"))),
    FaultKind("empty_arguments", "arguments that are empty text", completion=_each(_with_arguments(lambda _: ""))),
    FaultKind(
        "length", "cut by the limit on output tokens, also in JSON or arguments", completion=_each(_cut_short("length"))
    ),
    FaultKind("content_filter", "ended by the content filter after `after` tokens", completion=_each(_filtered)),
    FaultKind("refusal", "a refusal instead of an answer", completion=_each(_refused)),
    FaultKind("no_content", "an empty answer", completion=_each(_silent)),
]
