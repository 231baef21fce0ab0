"""Rounds in which the contestants take turns."""

from collections.abc import Callable
from contextlib import ExitStack
from itertools import product
from typing import Any

from contestants import Contestant
from stage import Service, Stage, WrongAnswer


def in_turns(
    stage: Stage,
    measure: Callable[[Service], float],
    *,
    players: list[Contestant] | None = None,
    base_url: str | None = None,
    rounds: int | None = None,
) -> dict[str, list[float]]:
    """Starts all contestants and measures each once per round, in another order every round.

    Side by side they share whatever the machine does meanwhile; the first measurement of each warms it up and does not
    count.
    """
    players = players or stage.players
    values: dict[str, list[float]] = {player.key: [] for player in players}
    with ExitStack() as stack:
        services = [stack.enter_context(stage.serving(player, base_url)) for player in players]
        for service in services:
            measure(service)
        for number in range(rounds or stage.rounds):
            same_answers(stage, services)
            for service in turned(services, number):
                values[service.contestant.key].append(measure(service))
    return values


def turned(services: list[Service], number: int) -> list[Service]:
    """The order of a round."""
    shift = number % len(services)
    return services[shift:] + services[:shift]


def same_answers(stage: Stage, services: list[Service]) -> None:
    """Asks every contestant for a text and for a function call, streamed and whole, and compares with the first (B).

    Raises:
        WrongAnswer: text, calls, output or usage differ, or another request has reached the upstream.
    """
    for stream, kind in product((True, False), ("text", "call")):
        expected: dict[str, Any] | None = None
        asked: dict[str, Any] | None = None
        for service in services:
            job = stage.job(service, stream=stream, connections=1, tokens=14, kind=kind)
            [answer] = stage.load(service, job).report.answers
            request = _normal(stage.last_request())
            expected = expected or answer
            asked = asked or request
            # The relay's bytes are the upstream's own; the load generator has read text and usage from them.
            if service.contestant.wire == "catalyst" and answer != expected:
                raise WrongAnswer(f"{service.contestant.key} answers {answer}, {services[0].contestant.key} {expected}")
            # Other tools add fields of their own to a request.
            if service.contestant.core and request != asked:
                raise WrongAnswer(f"{service.contestant.key} asks {request}, {services[0].contestant.key} {asked}")


def _normal(request: dict[str, Any]) -> dict[str, Any]:
    """What matters of a request, without what only says the default."""
    keys = ("model", "messages", "tools", "max_completion_tokens", "stream", "stream_options")
    return {key: request[key] for key in keys if request.get(key)}
