"""batch: what a row of a batch costs, and whether memory grows with the rows."""

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from accounting import cpu_seconds, memory_bytes
from results import Measure, Target
from stage import Stage, WrongAnswer
from work import Work

_ROWS = 20_000
_QUICK_ROWS = 2_000
_TOKENS = 20
_LOOK_S = 0.02


class Batch(NamedTuple):
    """What one batch took."""

    cpu_us: float
    """CPU time a row, from the first tenth of the rows to the last results, without the start."""
    early_mb: float
    """Resident memory when a tenth of the rows are done."""
    late_mb: float
    """The same at the last look before the end."""


def measure(stage: Stage, generated: Path) -> list[Measure]:
    """Runs the same rows again and again; the scripted upstream answers each at once."""
    rows = _QUICK_ROWS if stage.quick else _ROWS
    batches = [_run(stage, generated, rows) for _ in range(stage.rounds)]

    def figure(title: str, unit: str, values: list[float], at_most: float | None = None) -> Measure:
        targets = [] if at_most is None else [Target(above="C", at_most=at_most)]
        return Measure(scenario="batch", title=title, unit=unit, rounds={"C": values}, targets=targets, plotted=False)

    return [
        figure("CPU time of a row", "µs", [batch.cpu_us for batch in batches]),
        figure("resident memory at a tenth of the rows", "MB", [batch.early_mb for batch in batches]),
        # Flat, but for what the allocator keeps.
        figure("growth of it until the end", "MB", [batch.late_mb - batch.early_mb for batch in batches], at_most=5),
    ]


def _run(stage: Stage, generated: Path, rows: int) -> Batch:
    """Starts the command, and looks at it until it has ended.

    Raises:
        WrongAnswer: it has failed, or rows have no output.
    """
    with tempfile.TemporaryDirectory(dir=stage.folder) as folder:
        given, results = Path(folder, "rows.jsonl"), Path(folder, "results.jsonl")
        message = Work(tokens=_TOKENS).prompt()
        given.write_text(f"{json.dumps({'message': message})}\n" * rows)
        command = [stage.python, "-m", "app.batch", "--input", str(given), "--out", str(results), "--json"]
        environment = {**stage.environment, "OPENAI_API_KEY": "sk-bench", "OPENAI_BASE_URL": stage.base_url}
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=generated, env={**os.environ, **environment}, stdout=log, stderr=subprocess.STDOUT
            )
            batch = _watch(process, results, rows)
        if process.returncode != 0:
            raise WrongAnswer(f"the batch ended with {process.returncode}: {Path(folder, 'log').read_text()[-500:]}")
        if sum('"output":' in line for line in results.read_text().splitlines()) != rows:
            raise WrongAnswer("rows of the batch have no output")
        return batch


def _watch(process: "subprocess.Popen[bytes]", results: Path, rows: int) -> Batch:
    done, read = 0, 0
    early: tuple[int, float, float] | None = None
    cpu = memory = 0.0
    while process.poll() is None:
        time.sleep(_LOOK_S)
        if results.exists():
            with results.open("rb") as found:
                found.seek(read)
                piece = found.read()
            done, read = done + piece.count(b"\n"), read + len(piece)
        try:
            cpu, memory = cpu_seconds(process.pid), memory_bytes(process.pid) / 1_000_000 or memory
        except OSError:
            break
        if early is None and done >= rows / 10:
            early = done, cpu, memory
    process.wait()
    if early is None:
        return Batch(0.0, memory, memory)
    first, before, early_mb = early
    return Batch((cpu - before) * 1e6 / max(rows - first, 1), early_mb, memory)
