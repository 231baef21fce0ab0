"""mixed: CPU per event of streams that are more than plain text, and that servers write in other ways than OpenAI."""

from collections.abc import Sequence
from contextlib import ExitStack
from itertools import product

from contestants import Contestant
from results import Measure, Target
from rounds import turned
from scenarios.tokens import cpu_per_token
from stage import Service, Stage
from work import PATTERNS

MOST_ROUNDS = 3
IN_JSON = "json"
CHAT_KINDS = tuple(kind for kind in PATTERNS if kind != IN_JSON)
RESPONSES_KINDS = ("text", "thinking", "call", "mixed")
# Those that differ most; of the others each costs what one of these does.
KINDS_IN_EIGHTS = ("text", "comments", "named", "vendors", "usage", "call", "mixed", IN_JSON)


def measure(stage: Stage, *, in_json: list[Contestant], by_responses: list[Contestant]) -> list[Measure]:
    """Kinds with one event and with eight events per read. JSON is asked for as such; C then also sends the value
    as it grows.
    """
    return [
        *_measures(stage, stage.players, CHAT_KINDS, ""),
        *_measures(stage, in_json, (IN_JSON,), ""),
        *_measures(stage, by_responses, RESPONSES_KINDS, "Responses, "),
    ]


def _measures(stage: Stage, players: list[Contestant], kinds: Sequence[str], api: str) -> list[Measure]:
    players = [player for player in players if player.core]
    rows = [(1, kind) for kind in kinds]
    if not stage.quick:
        rows += [(8, kind) for kind in kinds if kind in KINDS_IN_EIGHTS]
    values = {row: {player.key: list[float]() for player in players} for row in rows}
    with ExitStack() as stack:
        services = [stack.enter_context(stage.serving(player)) for player in players]
        for service in services:
            _cost(stage, service, kinds[0], 8)
        for number in range(1 if stage.quick else min(stage.rounds, MOST_ROUNDS)):
            for (per_write, kind), service in product(rows, turned(services, number)):
                values[per_write, kind][service.contestant.key].append(_cost(stage, service, kind, per_write))
    return [
        Measure(
            scenario="mixed",
            title=f"{api}{kind}, {'one event' if per_write == 1 else 'eight events'} per read",
            unit="µs",
            rounds=values[per_write, kind],
            targets=_TARGETS[per_write],
            plotted=False,
        )
        for per_write, kind in rows
    ]


_TARGETS = {
    1: [Target(above="B", below="C", at_least=5), Target(above="C", below="L", at_most=2.5)],
    8: [Target(above="B", below="C", at_least=12)],
}


def _cost(stage: Stage, service: Service, kind: str, per_write: int) -> float:
    """By event that the upstream sends, whether or not a caller gets to see it."""
    return cpu_per_token(stage, service, per_write=per_write, seconds=0.5 if stage.quick else 1.0, kind=kind)
