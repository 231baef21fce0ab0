"""1 and 2: CPU per streamed token, with one event and with eight events per read."""

from contestants import Contestant
from results import Measure, Target
from rounds import in_turns
from stage import Service, Stage

READS_PER_SECOND = 50


def one_event(stage: Stage) -> list[Measure]:
    """Twenty streams at 50 tokens per second, each token a read of its own; again over TLS."""
    targets = [Target(above="B", below="C", at_least=5), Target(above="C", below="L", at_most=2.5)]
    measures = [
        Measure(
            scenario="1",
            title="CPU per token, one event per read",
            unit="µs",
            rounds=in_turns(stage, lambda service: _plain(stage, service, 1)),
            targets=targets,
        )
    ]
    # Over TLS the reads go through a decryption that is the same for all.
    if stage.tls_base_url is not None and not stage.quick:
        players = [player for player in stage.players if player.core]
        measures.append(_over_tls(stage, players, stage.tls_base_url))
    return measures


def eight_events(stage: Stage) -> list[Measure]:
    """Ten streams with as many reads per second each, eight tokens in each read."""
    return [
        Measure(
            scenario="2",
            title="CPU per token, eight events per read",
            unit="µs",
            rounds=in_turns(stage, lambda service: _plain(stage, service, 8)),
            targets=[Target(above="B", below="C", at_least=12)],
        )
    ]


def _over_tls(stage: Stage, players: list[Contestant], base_url: str) -> Measure:
    return Measure(
        scenario="1",
        title="the same, upstream over TLS",
        unit="µs",
        rounds=in_turns(
            stage,
            lambda service: _plain(stage, service, 1),
            players=players,
            base_url=base_url,
        ),
    )


def cpu_per_token(stage: Stage, service: Service, *, per_write: int, seconds: float, kind: str = "text") -> float:
    """Microseconds of the service's process per token of a stream of this kind. Few enough tokens per second for B's
    core, so that nobody's reads run together; long enough streams for the request's own cost to weigh little."""
    streams = 20 if per_write == 1 else 10
    job = stage.job(
        service,
        stream=True,
        connections=streams,
        # Streams that start apart stay apart: their tokens do not come in one burst.
        spacing_s=1 / READS_PER_SECOND / streams,
        tokens=int(READS_PER_SECOND * seconds) * per_write,
        per_write=per_write,
        writes_per_second=READS_PER_SECOND,
        kind=kind,
    )
    return stage.load(service, job).cpu_us / (job.tokens * streams)


def _plain(stage: Stage, service: Service, per_write: int) -> float:
    return cpu_per_token(stage, service, per_write=per_write, seconds=1 if stage.quick else 4)
