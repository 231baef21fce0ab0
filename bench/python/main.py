"""Runs scenarios and writes what they measured; `bench/run.mjs` prepares what it needs and starts it."""

import argparse
import platform
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import msgspec

from contestants import by_language, by_provider, by_responses, contestants
from plot import plot
from processes import cores
from results import Measure
from scenarios import batch, capacity, figures, first_token, languages, mixed, providers, requests, start, tokens
from stage import Stage, WrongAnswer
from table import table

_FULL_ROUNDS = 7
PACKAGES = (
    "anthropic",
    "fastapi",
    "groq",
    "httptools",
    "httpx2",
    "msgspec",
    "openai",
    "pydantic",
    "starlette",
    "uvicorn",
    "uvloop",
)


def main() -> int:
    """Exit code 0; 1 when a contestant's answers were wrong."""
    options = _options()
    generated: Path = options.generated
    players = contestants(sys.executable, generated / "support-chat", options.others)
    scenarios: dict[str, Callable[[Stage], list[Measure]]] = {
        "1": tokens.one_event,
        "2": tokens.eight_events,
        "3": first_token.measure,
        "4": capacity.measure,
        "batch": lambda stage: batch.measure(stage, generated / "support-chat-batch"),
        "5": lambda stage: requests.measure(stage, generated / "chains"),
        "figures": figures.measure,
        "start": start.measure,
        "languages": lambda stage: languages.measure(
            stage, players=by_language(sys.executable, generated / "support-chat-served")
        ),
        "providers": lambda stage: providers.measure(
            stage, by_provider=by_provider(sys.executable, generated), generated=generated
        ),
        "mixed": lambda stage: mixed.measure(
            stage,
            in_json=contestants(sys.executable, generated / "support-chat-json", None),
            by_responses=by_responses(sys.executable, generated / "support-chat-responses"),
        ),
    }
    measures: list[Measure] = []
    with tempfile.TemporaryDirectory(prefix="catalyst-bench-") as folder:
        stage = Stage(
            python=sys.executable,
            rounds=options.rounds or (3 if options.quick else _FULL_ROUNDS),
            quick=options.quick,
            players=players,
            folder=Path(folder),
        )
        try:
            for name in options.scenarios:
                # Capacity and memory need their time; the quick mode is for every day.
                if name in scenarios and not (options.quick and name == "4"):
                    print(f"scenario {name} …", file=sys.stderr, flush=True)
                    measures.extend(scenarios[name](stage))
        except WrongAnswer as error:
            print(f"The round does not count: {error}", file=sys.stderr)
            return 1
        finally:
            stage.close()
    if options.compiler is not None:
        measures.extend(msgspec.json.decode(options.compiler.read_bytes(), type=list[Measure]))
    complete = not options.quick and {*scenarios, "6"} <= {*options.scenarios} and stage.rounds >= _FULL_ROUNDS
    _report(measures, options.out / ("latest" if complete else "partial"))
    return 0


def _report(measures: list[Measure], out: Path) -> None:
    """Prints the table and writes it, the figures and the plot, under one name."""
    measures.sort(key=lambda measure: measure.scenario)
    text = table(measures)
    print(text)
    on = {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "pinned": cores() != (None, None),
        "packages": {name: version(name) for name in PACKAGES},
    }
    result = {
        "on": on,
        "measures": measures,
        "verdicts": {f"{m.scenario} {m.title}": m.verdicts() for m in measures if m.targets},
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    encoded = msgspec.json.format(msgspec.json.encode(result), indent=1)
    out.with_suffix(".json").write_bytes(encoded + b"\n")
    out.with_suffix(".md").write_text(text + "\n")
    out.with_suffix(".svg").write_text(plot(measures))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--generated", type=Path, required=True, help="folder with the generated projects")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--compiler", type=Path, help="measures of the compiler, as JSON")
    parser.add_argument("--others", help="a Python that has the packages of the other tools")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
