"""start: how soon a service accepts requests, and what it holds in memory before anybody asks anything."""

import time
from collections.abc import Callable
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlsplit

from accounting import cpu_seconds, memory_bytes
from contestants import Contestant
from results import Measure, Target
from stage import Stage

# Nothing of the start is under way any more.
_SETTLED_S = 1.0
_TOKENS = 10


class Start(NamedTuple):
    """What one start took."""

    accepting_ms: float
    """From the command to the answer of a first request over HTTP."""
    cpu_ms: float
    """What the process has computed by then."""
    resting_mb: float
    """Resident memory a second later."""
    answered_ms: float
    """From the command to the end of the first stream, without that second."""


def measure(stage: Stage) -> list[Measure]:
    """Starts one service after the other, in another order every round; the first start of each reads its files from
    disk, writes their bytecode and does not count.
    """
    # The relay is no service that anyone would start in its place.
    players = [player for player in stage.players if player.wire == "catalyst"]
    starts: dict[str, list[Start]] = {player.key: [] for player in players}
    for player in players:
        _start(stage, player)
    for number in range(stage.rounds):
        shift = number % len(players)
        for player in players[shift:] + players[:shift]:
            starts[player.key].append(_start(stage, player))

    def figure(title: str, unit: str, value: Callable[[Start], float], at_most: float | None = None) -> Measure:
        rounds = {key: [value(start) for start in of_player] for key, of_player in starts.items()}
        targets = [] if at_most is None else [Target(above="C", below="B", at_most=at_most)]
        return Measure(scenario="start", title=title, unit=unit, rounds=rounds, targets=targets, plotted=bool(targets))

    return [
        figure("from the command to accepting requests", "ms", lambda start: start.accepting_ms, at_most=0.6),
        figure("CPU time of that", "ms", lambda start: start.cpu_ms),
        figure("resident memory at rest after the start", "MB", lambda start: start.resting_mb, at_most=0.8),
        # What is put off until somebody asks shows here.
        figure("from the command to the end of the first answer", "ms", lambda start: start.answered_ms),
    ]


def _start(stage: Stage, player: Contestant) -> Start:
    """Starts a process, lets it rest, and asks it for a stream of ten tokens, which the upstream sends at once."""
    began = time.perf_counter()
    with stage.serving(player) as service:
        _knock(service.url)
        accepting_ms = (time.perf_counter() - began) * 1000
        cpu_ms = cpu_seconds(service.pid) * 1000
        time.sleep(_SETTLED_S)
        resting_mb = memory_bytes(service.pid) / 1_000_000
        asked = time.perf_counter()
        stage.load(service, stage.job(service, stream=True, connections=1, requests_each=1, tokens=_TOKENS))
        answered_ms = accepting_ms + (time.perf_counter() - asked) * 1000
        return Start(accepting_ms, cpu_ms, resting_mb, answered_ms)


def _knock(url: str) -> None:
    """One exchange over HTTP; any status shows that requests are accepted."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    finally:
        connection.close()
