"""The command line of a batch."""

import argparse
import math
from collections.abc import Sequence
from pathlib import Path

from app.batch.workflow import BatchWorkflow

_ABOUT = """Runs a workflow for each row of a file.

Rows are lines of JSON, or of CSV where the name ends in .csv or .tsv. All are checked before anything is asked. The
result of each is a line of --out, in the same order: {"row", "id", "output" or "problem", "usage", "cost_usd"}. When
the same command is given again it goes on where it was stopped or killed; keep the .journal beside --out for that."""

_EXIT_CODES = (
    "Exit codes: 0 each row has an output, 2 wrong usage or rows, 3 a key is missing, 4 rows failed or are left."
)


def parsed(workflows: Sequence[BatchWorkflow], arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The arguments; ends the process with 2 where they are wrong."""
    names = [workflow.name for workflow in workflows]
    parser = argparse.ArgumentParser(
        prog="python -m app.batch",
        description=_ABOUT,
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "workflow",
        nargs="?",
        choices=names,
        metavar="WORKFLOW",
        help=f"one of {', '.join(names)}; {names[0]} if left out",
    )
    parser.add_argument("--input", type=Path, required=True, metavar="FILE", help="the rows: .jsonl, .csv or .tsv")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the results go: .jsonl")
    parser.add_argument("--check", action="store_true", help="only check that all rows fit; ask nothing")
    parser.add_argument("--concurrency", type=_count, default=50, metavar="N", help="rows at once, at most (50)")
    parser.add_argument("--max-cost", type=_amount, metavar="USD", help="ask no more than may cost so much")
    parser.add_argument(
        "--retry-failed", action="store_true", help="ask the rows again that have failed; all others keep their results"
    )
    parser.add_argument(
        "--provider-batch", action="store_true", help="ask by the providers' batches: half the price, within a day"
    )
    parser.add_argument(
        "--poll", type=_seconds, default=30.0, metavar="SECONDS", help="how often a provider is asked for a batch (30)"
    )
    parser.add_argument("--engine", choices=("local", "ray"), default="local", help="ray: on a cluster, with Ray Data")
    parser.add_argument("--json", action="store_true", help="one JSON object a line: progress, notes, summary")
    parser.add_argument(
        "--log", type=Path, metavar="FILE", help="where the log lines of the runs go, which are left out otherwise"
    )
    options = parser.parse_args(arguments)
    options.workflow = next(each for each in workflows if each.name == (options.workflow or names[0]))
    if options.out is None and not options.check:
        parser.error("the following arguments are required: --out (or --check)")
    if options.engine == "ray" and options.provider_batch:
        parser.error("--provider-batch needs no --engine: the providers do the work")
    return options


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 10_000:
        raise argparse.ArgumentTypeError("a number from 1 to 10000")
    return value


def _amount(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError("an amount above 0")
    return value


def _seconds(text: str) -> float:
    value = float(text)
    if not 0.05 <= value <= 3600:
        raise argparse.ArgumentTypeError("seconds from 0.05 to 3600")
    return value
