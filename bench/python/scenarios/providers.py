"""providers: CPU per token of streams by each provider, beside what its own SDK takes."""

from collections.abc import Mapping
from contextlib import ExitStack

from contestants import Contestant
from results import Measure, Target
from rounds import turned
from scenarios.tokens import cpu_per_token
from stage import Stage


def measure(stage: Stage, *, by_provider: Mapping[str, list[Contestant]]) -> list[Measure]:
    """Text with one event a read: B and C of each provider, and the C of all beside each other."""
    values = {name: {player.key: list[float]() for player in players} for name, players in by_provider.items()}
    with ExitStack() as stack:
        services = [
            (name, stack.enter_context(stage.serving(player)))
            for name, players in by_provider.items()
            for player in players
        ]
        for _, service in services:
            cpu_per_token(stage, service, per_write=8, seconds=0.5)
        for number in range(stage.rounds):
            for name, service in turned(services, number):
                spent = cpu_per_token(stage, service, per_write=1, seconds=0.5 if stage.quick else 2.0)
                values[name][service.contestant.key].append(spent)
    each = [
        Measure(
            scenario="providers",
            title=f"{name}, one event per read",
            unit="µs",
            rounds=rounds,
            plotted=False,
        )
        for name, rounds in values.items()
    ]
    beside = Measure(
        scenario="providers",
        title="generated services, by who answers",
        unit="µs",
        rounds={name: rounds["C"] for name, rounds in values.items()},
        targets=[Target(above=name, below="OpenAI", at_most=1.15) for name in values if name != "OpenAI"],
        plotted=False,
    )
    return [*each, beside]
