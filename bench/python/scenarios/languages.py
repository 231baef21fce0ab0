"""languages: CPU per token of a workflow that is served as a model, beside its own events."""

from contextlib import ExitStack

from contestants import Contestant
from results import Measure, Target
from rounds import turned
from scenarios.tokens import cpu_per_token
from stage import Stage

_MOST = 1.1


def measure(stage: Stage, *, players: list[Contestant]) -> list[Measure]:
    """Text with one event a read, and with eight."""
    with ExitStack() as stack:
        services = [stack.enter_context(stage.serving(player)) for player in players]
        for service in services:
            cpu_per_token(stage, service, per_write=8, seconds=0.5)
        measures: list[Measure] = []
        for per_write, title in ((1, "one event per read"), (8, "eight events per read")):
            rounds = {player.key: list[float]() for player in players}
            for number in range(stage.rounds):
                for service in turned(services, number):
                    spent = cpu_per_token(
                        stage, service, per_write=per_write, seconds=0.5 if stage.quick else 4.0
                    )
                    rounds[service.contestant.key].append(spent)
            measures.append(
                Measure(
                    scenario="languages",
                    title=f"the same service by what it answers with, {title}",
                    unit="µs",
                    rounds=rounds,
                    targets=[Target(above=key, below="events", at_most=_MOST) for key in ("chat", "responses")],
                    plotted=False,
                )
            )
    return measures
