"""5: CPU per request that does not stream, and what a node of the graph and an item of a loop cost."""

from pathlib import Path
from typing import Any

from processes import Child
from results import Measure, Target
from rounds import in_turns
from stage import Service, Stage

IN_FLIGHT = 32
TOKENS = 60


def measure(stage: Stage, chains: Path) -> list[Measure]:
    """`chains` holds projects generated from chains of nodes, by kind and length."""
    return [
        Measure(
            scenario="5",
            title=f"CPU per request that does not stream, {IN_FLIGHT} in flight",
            unit="µs",
            rounds=in_turns(stage, lambda service: _cpu_per_request(stage, service)),
            targets=[Target(above="B", below="C", at_least=4)],
        ),
        *(_node_cost(stage, chains, kind, *row) for kind, row in _KINDS.items()),
    ]


_KINDS = {
    "prompt": ("time per prompt node", [Target(above="C", at_most=1)]),
    "condition": ("time per condition node", [Target(above="C", at_most=1)]),
    "function": ("time per function node", []),
    "loop": ("time per item of a loop of 10,000, with a body of one object", [Target(above="C", at_most=1)]),
}


def _cpu_per_request(stage: Stage, service: Service) -> float:
    each = 10 if stage.quick else 30
    job = stage.job(service, stream=False, connections=IN_FLIGHT, requests_each=each, tokens=TOKENS)
    load = stage.load(service, job)
    return load.cpu_us / load.report.requests


def _node_cost(stage: Stage, chains: Path, kind: str, title: str, targets: list[Target]) -> Measure:
    """Time of a run of a long chain, or loop, less that of a short one, by node or item more."""
    values: list[float] = []
    # Each round is two processes to start, and each already gives the best of nine batches.
    for _ in range(1 if stage.quick else stage.rounds):
        short, long = (_run_us(stage, chains / f"{kind}-{length}") for length in ("short", "long"))
        values.append((long["us"] - short["us"]) / (long["nodes"] - short["nodes"]))
    return Measure(scenario="5", title=title, unit="µs", rounds={"C": values}, targets=targets, plotted=False)


def _run_us(stage: Stage, project: Path) -> dict[str, Any]:
    command = [stage.python, str(Path(__file__).parent.parent / "run_chain.py")]
    child = Child(command, log=stage.folder / "chain.log", cwd=project, env=stage.environment, core=stage.service_core)
    try:
        return child.ask()
    finally:
        child.stop()
