"""start: how soon a service accepts requests, and what it holds in memory before anybody asks anything."""

import time
from http.client import HTTPConnection
from urllib.parse import urlsplit

from accounting import memory_bytes
from contestants import Contestant
from results import Measure, Target
from stage import Stage

# Nothing of the start is under way any more.
_SETTLED_S = 1.0
_TOKENS = 10


def measure(stage: Stage) -> list[Measure]:
    """Starts one service after the other, in another order every round; the first start of each reads its files from
    disk, writes their bytecode and does not count.
    """
    # The relay is no service that anyone would start in its place.
    players = [player for player in stage.players if player.wire == "catalyst"]
    started: dict[str, list[float]] = {player.key: [] for player in players}
    resting: dict[str, list[float]] = {player.key: [] for player in players}
    answered: dict[str, list[float]] = {player.key: [] for player in players}
    for player in players:
        _start(stage, player)
    for number in range(stage.rounds):
        shift = number % len(players)
        for player in players[shift:] + players[:shift]:
            started_ms, resting_mb, answer_ms = _start(stage, player)
            started[player.key].append(started_ms)
            resting[player.key].append(resting_mb)
            answered[player.key].append(started_ms + answer_ms)
    return [
        Measure(
            scenario="start",
            title="from the command to accepting requests",
            unit="ms",
            rounds=started,
            targets=[Target(above="C", below="B", at_most=0.6)],
        ),
        Measure(
            scenario="start",
            title="resident memory at rest after the start",
            unit="MB",
            rounds=resting,
            targets=[Target(above="C", below="B", at_most=0.8)],
        ),
        # What is put off until somebody asks shows here.
        Measure(
            scenario="start",
            title="the start and the first answer together",
            unit="ms",
            rounds=answered,
            plotted=False,
        ),
    ]


def _start(stage: Stage, player: Contestant) -> tuple[float, float, float]:
    """Milliseconds until a fresh process answers over HTTP, its memory in MB when it rests, and the milliseconds that
    its first answer takes, a stream of ten tokens which the upstream sends at once.
    """
    began = time.perf_counter()
    with stage.serving(player) as service:
        _knock(service.url)
        started_ms = (time.perf_counter() - began) * 1000
        time.sleep(_SETTLED_S)
        resting_mb = memory_bytes(service.pid) / 1_000_000
        asked = time.perf_counter()
        stage.load(service, stage.job(service, stream=True, connections=1, requests_each=1, tokens=_TOKENS))
        return started_ms, resting_mb, (time.perf_counter() - asked) * 1000


def _knock(url: str) -> None:
    """One exchange over HTTP; any status shows that requests are accepted."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    finally:
        connection.close()
