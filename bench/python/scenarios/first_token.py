"""3: what a service adds to the time to the first token, and how many connections it opens upstream."""

import statistics
from contextlib import ExitStack

from results import Measure, Target
from rounds import same_answers, turned
from stage import Service, Stage

TOKENS = 10


def measure(stage: Stage) -> list[Measure]:
    """One stream after the other over one connection; the upstream answers at once."""
    added: dict[str, list[float]] = {player.key: [] for player in stage.players}
    opened: dict[str, list[float]] = {player.key: [] for player in stage.players}
    count = 40 if stage.quick else 100
    with ExitStack() as stack:
        services = [stack.enter_context(stage.serving(player)) for player in stage.players]
        for service in services:
            _first_token_ms(stage, service, count)
        for number in range(stage.rounds):
            same_answers(stage, services)
            direct = _first_token_ms(stage, None, count)
            for service in turned(services, number):
                added[service.contestant.key].append(max(_first_token_ms(stage, service, count) - direct, 0.0))
                opened[service.contestant.key].append(_connections(stage, service, count))
    return [
        Measure(
            scenario="3",
            title="added time to first token, one stream",
            unit="ms",
            rounds=added,
            targets=[Target(above="B", below="C", at_least=4)],
        ),
        Measure(
            scenario="3",
            title="upstream connections per 100 streams in sequence",
            unit="",
            rounds=opened,
            targets=[Target(above="C", at_most=2)],
            plotted=False,
        ),
    ]


def _connections(stage: Stage, service: Service, count: int) -> float:
    """Connections per 100 streams, when the end of the body comes two milliseconds after `[DONE]` as over a network."""
    before = stage.upstream_stats()["connections"]
    job = stage.job(service, stream=True, connections=1, requests_each=count, tokens=TOKENS, end_delay_ms=2)
    stage.load(service, job)
    return (stage.upstream_stats()["connections"] - before) * 100 / count


def _first_token_ms(stage: Stage, service: Service | None, count: int) -> float:
    job = stage.job(service, stream=True, connections=1, requests_each=count, tokens=TOKENS)
    return statistics.median(stage.load(service, job).report.first_token_ms)
