"""Three plain figures, with the simulated OpenAI behind a generated service."""

from contextlib import ExitStack

from jobs import Report
from results import Measure, Target
from stage import Service, Stage

_PROSE = "How do I return a lamp that I bought last week?"
_ORDER = "Where is my order A-1042?"
_TOKENS_PER_SECOND = 50


def measure(stage: Stage) -> list[Measure]:
    """What a caller of the generated service waits for when the model takes no time, and between paced tokens."""
    [generated] = [player for player in stage.players if player.key == "C"]
    first: list[float] = []
    gaps: list[float] = []
    calls: list[float] = []
    with ExitStack() as stack:
        at_once = stack.enter_context(stage.simulated_openai(generated.cwd))
        paced = stack.enter_context(stage.simulated_openai(generated.cwd, tokens_per_second=_TOKENS_PER_SECOND))
        service = stack.enter_context(stage.serving(generated, at_once))
        paced_service = stack.enter_context(stage.serving(generated, paced))
        _ask(stage, service, _PROSE, 3)
        for _ in range(stage.rounds):
            first.extend(_ask(stage, service, _PROSE, 10).first_token_ms)
            calls.extend(_ask(stage, service, _ORDER, 10).call_ms)
            if not (gaps and stage.quick):
                gaps.append(_ask(stage, paced_service, _PROSE, 1).gap_ms[1] - 1000 / _TOKENS_PER_SECOND)
    return [
        _figure("first token, end to end", first, 200),
        _figure("added delay between tokens, 99th percentile", gaps, 30),
        _figure("function call, from request to parsed arguments", calls, 500),
    ]


def _ask(stage: Stage, service: Service, message: str, times: int) -> Report:
    job = stage.job(service, upstream="", stream=True, connections=1, requests_each=times, tokens=0, message=message)
    return stage.load(service, job).report


def _figure(title: str, values: list[float], limit: float) -> Measure:
    targets = [Target(above="C", at_most=limit)]
    return Measure(scenario="figures", title=title, unit="ms", rounds={"C": values}, targets=targets, plotted=False)
