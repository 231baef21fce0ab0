"""providers: CPU per token of streams by each provider beside its own SDK, and what a router adds to a request."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from contestants import HERE, Contestant
from processes import Child
from results import Measure, Target
from rounds import turned
from scenarios.tokens import cpu_per_token
from stage import Stage


def measure(stage: Stage, *, by_provider: Mapping[str, list[Contestant]], generated: Path) -> list[Measure]:
    """Text with one event a read: B and C of each provider, and the C of all beside each other. Then the example whose
    model is one of three, beside the same with that one.
    """
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
    return [*each, beside, _router(stage, generated)]


def _router(stage: Stage, generated: Path) -> Measure:
    projects = [generated / "support-chat", generated / "support-chat-routed"]
    added: list[float] = []
    for _ in range(stage.rounds):
        direct, routed = (_run_us(stage, project) for project in projects)
        added.append(routed - direct)
    return Measure(
        scenario="providers",
        title="what a router adds to a request, balanced among three models",
        unit="µs",
        rounds={"C": added},
        targets=[Target(above="C", at_most=20)],
        plotted=False,
    )


def _run_us(stage: Stage, project: Path) -> float:
    command = [stage.python, str(HERE / "run_routed.py")]
    env = {**stage.environment, "OPENAI_API_KEY": "sk-bench"}
    child = Child(command, log=stage.folder / "routed.log", cwd=project, env=env, core=stage.service_core)
    try:
        us: float = child.ask()["us"]
        return us
    finally:
        child.stop()
