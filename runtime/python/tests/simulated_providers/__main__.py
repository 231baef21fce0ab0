"""`python -m tests.simulated_providers`: runs the simulated providers until they are stopped."""

import argparse
import asyncio
import json
import socket
import sys

import uvicorn

from tests.server import Connections, listen, make_server
from tests.simulated_providers.app import FAULTS, SimulatedProviders, find_fault
from tests.simulated_providers.carried import APIS
from tests.simulated_providers.settings import Fault, Settings


def main() -> None:
    """Runs it as the command line says."""
    options = _parse_options()
    settings = Settings(
        first_token_ms=options.first_token_ms,
        tokens_per_second=options.tokens_per_second,
        tokens_per_chunk=options.tokens_per_chunk,
        chunks_per_write=options.chunks_per_write,
        fault=options.fault,
        accept_retired_models=options.accept_retired_models,
        accept_unknown_models=options.accept_unknown_models,
        context_window=options.context_window,
        batch_seconds=options.batch_seconds,
        batch_ends=options.batch_ends,
    )
    server = make_server(SimulatedProviders(settings), Connections(record=False), timeout_graceful_shutdown=1)
    listener = listen(options.host, options.port)
    port = listener.getsockname()[1]
    asyncio.run(_run(server, listener, f"http://{options.host}:{port}/v1"))


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulated_providers",
        description=f"{' and '.join(api.path for api in APIS)} without a model behind them, until it is stopped.\n"
        'Prints one line of JSON, {"base_url": ...}, when it is ready to answer.',
        epilog=_fault_table(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--host", default="127.0.0.1", help="where it listens (127.0.0.1)")
    parser.add_argument("--port", type=int, default=0, metavar="N", help="0 takes a free one (0)")
    speed = parser.add_argument_group("speed")
    speed.add_argument("--first-token-ms", type=float, default=0, metavar="MS", help="wait before the first token (0)")
    speed.add_argument("--tokens-per-second", type=float, default=0, metavar="N", help="0 is at once (0)")
    speed.add_argument("--tokens-per-chunk", type=int, default=1, metavar="N", help="tokens in one chunk (1)")
    speed.add_argument("--chunks-per-write", type=int, default=1, metavar="N", help="chunks in one write (1)")
    speed.add_argument("--batch-seconds", type=float, default=0, metavar="S", help="until a batch ends (0)")
    models = parser.add_argument_group("models")
    models.add_argument("--accept-retired-models", action="store_true", help="answer as if they still ran")
    models.add_argument("--accept-unknown-models", action="store_true", help="answer under any model name")
    models.add_argument("--context-window", type=int, metavar="TOKENS", help="in place of the models' own")
    faults = parser.add_argument_group("faults")
    faults.add_argument("--fault", type=_fault, metavar="FAULT", help='meets every request; such as "cut; after=3"')
    ends = ("completed", "expired", "cancelled", "failed")
    faults.add_argument("--batch-ends", choices=ends, default="completed", help="how batches end (completed)")
    return parser.parse_args()


def _fault_table() -> str:
    """Every fault in a line, as `--help` ends with."""
    width = max(map(len, FAULTS))
    lines = (f"  {kind.name:{width}}  {kind.about}" for kind in FAULTS.values())
    return "\n".join(
        [
            "A fault is a name and options, apart by semicolons: after=N (content chunks before it), seconds=N,",
            "retry_after=SECONDS, size=N, location=URL. A single request asks for one with the header",
            "x-simulated-fault. One that begins with the name of an API is of that API alone.",
            "",
            *lines,
        ]
    )


def _fault(text: str) -> Fault:
    try:
        fault = Fault.parse(text)
        find_fault(fault.name)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{error} `--help` says what they do.") from None
    return fault


async def _run(server: uvicorn.Server, listener: socket.socket, base_url: str) -> None:
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started and not serving.done():  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.005)
    if server.started:
        sys.stdout.write(json.dumps({"base_url": base_url}) + "\n")
        sys.stdout.flush()
    await serving


if __name__ == "__main__":
    main()
