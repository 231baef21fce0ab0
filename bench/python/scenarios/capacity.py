"""4: how many streams one core carries before tokens come late, and what a stream costs in memory."""

import threading
import time
from itertools import pairwise

from accounting import memory_bytes
from jobs import Window
from results import Measure, Target
from rounds import in_turns
from stage import Service, Stage, WrongAnswer

TOKENS_PER_SECOND = 50
# As long as one token's place in the stream: what comes later meets the next token.
LATE_MS = 20.0
HELD_STREAMS = 500


def measure(stage: Stage) -> list[Measure]:
    """Streams without lateness, and memory per stream with 500 of them open."""
    most = {player.key: 0 for player in stage.players}
    measures = [
        Measure(
            scenario="4",
            title=f"streams on one core at {TOKENS_PER_SECOND} tokens/s, 99 % of tokens less than {LATE_MS:g} ms late",
            unit="",
            rounds=in_turns(
                stage,
                lambda service: _streams_without_lateness(stage, service, most),
                players=[player for player in stage.players if player.core],
            ),
            targets=[Target(above="C", below="B", at_least=5)],
        )
    ]
    memory: dict[str, list[float]] = {player.key: [] for player in stage.players}
    for _ in range(3):
        for player in stage.players:
            with stage.serving(player) as service:
                memory[player.key].append(_memory_per_stream(stage, service))
    measures.append(
        Measure(
            scenario="4",
            title=f"memory per stream at {HELD_STREAMS} streams",
            unit="KB",
            rounds=memory,
            targets=[Target(above="C", below="B", at_most=0.5)],
        )
    )
    return measures


def _streams_without_lateness(stage: Stage, service: Service, most: dict[str, int]) -> float:
    """Adds streams evenly until tokens first come late and stay so; counts those that were open before. As many are
    added in the same six seconds as were ever needed for that, so that every round of a service adds them at one pace.
    """
    key = service.contestant.key
    most[key] = most[key] or _first_guess(stage, service)
    seconds = 6.0
    while True:
        job = stage.job(
            service,
            stream=True,
            connections=most[key],
            spacing_s=seconds / most[key],
            stop_after_s=seconds,
            tokens=int(seconds + 2) * TOKENS_PER_SECOND,
            writes_per_second=TOKENS_PER_SECOND,
        )
        in_time = _last_in_time(stage.load(service, job).report.windows)
        if in_time is not None:
            return in_time
        most[key] = int(most[key] * 1.4)


def _first_guess(stage: Stage, service: Service) -> int:
    """What the CPU time per token of ten streams lets expect, and half as much again: many keep the caches warmer."""
    job = stage.job(
        service, stream=True, connections=10, spacing_s=0.002, tokens=50, writes_per_second=TOKENS_PER_SECOND
    )
    load = stage.load(service, job)
    return int(1.5e6 / (load.cpu_us / load.report.tokens * TOKENS_PER_SECOND)) + 4


def _last_in_time(windows: list[Window]) -> float | None:
    """Streams that were open before the first two windows in a row with late tokens; None without such two."""
    streams = windows[0].streams
    for window, following in pairwise(windows):
        if window.late_p99_ms > LATE_MS and following.late_p99_ms > LATE_MS:
            return float(streams)
        streams = window.streams
    return None


def _memory_per_stream(stage: Stage, service: Service) -> float:
    """Kilobytes: what resident memory grows by from 50 open streams to 500, by stream."""
    few, many = (_memory_with(stage, service, streams) for streams in (HELD_STREAMS // 10, HELD_STREAMS))
    return (many - few) / 1024 / (HELD_STREAMS - HELD_STREAMS // 10)


def _memory_with(stage: Stage, service: Service, streams: int) -> int:
    """Bytes of resident memory with so many slow streams open at once.

    Raises:
        WrongAnswer: the service did not open them all.
    """
    spacing = 0.016
    # A busy service opens them later than they are asked for.
    seconds = streams * spacing + 2.0 + streams / 100
    seen: list[int] = []
    watcher = threading.Thread(target=_watch, args=(stage, service, streams, seconds - 1.1, seen))
    watcher.start()
    job = stage.job(
        service,
        stream=True,
        connections=streams,
        spacing_s=spacing,
        stop_after_s=seconds,
        tokens=100,
        writes_per_second=0.2,
    )
    stage.load(service, job)
    watcher.join()
    if not seen:
        raise WrongAnswer(f"{service.contestant.key} did not open {streams} streams in time")
    return seen[0]


def _watch(stage: Stage, service: Service, streams: int, seconds: float, seen: list[int]) -> None:
    """Waits until all streams are open and a second old, then reads the memory."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if stage.upstream_stats()["open_streams"] >= streams:
            time.sleep(1.0)
            seen.append(memory_bytes(service.pid))
            return
        time.sleep(0.1)
