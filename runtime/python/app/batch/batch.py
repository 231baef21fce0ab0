"""A batch from its files to its summary: which rows are left, when it ends early, and what it has come to."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.batch.errors import FAILED, BatchError, price_unknown
from app.batch.progress import Progress, duration, money
from app.batch.results import Begun, ResultFile
from app.batch.rows import Flaw, InputFile, Row
from app.batch.workflow import BatchWorkflow
from app.runtime.errors import ServiceError
from app.runtime.program import program_digest

_SHOWN_FLAWS = 20
_SYNC_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a batch."""

    workflow: BatchWorkflow
    input: Path
    out: Path
    concurrency: int = 50
    max_cost_usd: float | None = None
    provider_batch: bool = False
    retry_failed: bool = False


@dataclass(slots=True)
class Stop:
    """Why no further row is begun: `reason` is `interrupted`, `max_cost`, or the code of a problem."""

    reason: str | None = None
    error: ServiceError | None = None
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self, reason: str, error: ServiceError | None = None) -> None:
        """Begins no further row; the first reason counts."""
        if self.reason is None:
            self.reason, self.error = reason, error
            self.heard.set()


class Batch:
    """The rows of an input that have no result yet, and what becomes of them."""

    def __init__(self, wanted: Wanted, rows: int, results: ResultFile, progress: Progress) -> None:
        self.wanted = wanted
        self.rows = rows
        self.results = results
        self.progress = progress
        self.stop = Stop()
        self.at_once: Callable[[], int] = lambda: wanted.concurrency
        """How many may be."""
        self._started = time.monotonic()

    def remaining(self) -> Iterator[Row[Any]]:
        """The rows that have no result yet, in order."""
        for row in InputFile(self.wanted.input, self.wanted.workflow.input_model).rows():
            if not self.results.has(row.number):
                yield row

    def may_begin(self, under_way: int) -> bool:
        """Whether the cap allows another row, if each of those under way costs as much as the dearest so far."""
        cap, totals = self.wanted.max_cost_usd, self.results.totals
        if cap is None:
            return True
        if totals.cost_usd is None:
            raise price_unknown()
        return totals.cost_usd + (under_way + 1) * totals.dearest_row_usd <= cap

    def tell(self, note: str = "") -> None:
        """Says how far it is."""
        self.progress.tell(self.results.totals, limit=self.at_once(), note=note)

    async def keep_synced(self) -> None:
        """Has the disk keep the results, and says how far it is, until it is cancelled."""
        last = 0.0
        while True:
            await asyncio.sleep(0.1)
            self.tell()
            if time.monotonic() - last > _SYNC_SECONDS:
                # Where the disk is full, whoever writes says so; a journal that is written anew was synced already.
                with suppress(OSError, ValueError):
                    await asyncio.to_thread(self.results.sync)
                last = time.monotonic()

    def exit_code(self) -> int:
        """0 where each row has an output."""
        totals = self.results.totals
        return 0 if totals.rows == self.rows and not totals.failed else FAILED

    def summary(self) -> dict[str, Any]:
        """What it has come to."""
        return {
            "workflow": self.wanted.workflow.name,
            "of": self.rows,
            **self.results.totals.summary(),
            "stopped": self.stop.reason,
            "problem": None if self.stop.error is None else self.stop.error.problem(),
            "seconds": round(time.monotonic() - self._started, 1),
            "out": str(self.wanted.out),
        }

    def summary_text(self) -> str:
        """The same for people."""
        totals = self.results.totals
        failed = sum(totals.failed.values())
        usage = totals.usage
        took = duration(time.monotonic() - self._started)
        lines = [
            f"{totals.rows:,} of {self.rows:,} rows done, {failed:,} of them failed, in {took}.",
            f"{usage['prompt_tokens']:,} tokens in, {usage['completion_tokens']:,} out, {money(totals.cost_usd)}.",
            *(f"  {code}: {count:,}" for code, count in totals.failed.most_common()),
            f"Results: {self.wanted.out}",
        ]
        left = self.rows - totals.rows
        if self.stop.error is not None:
            lines += [f"Stopped: {self.stop.error.detail}", f"  {self.stop.error.hint}"]
        elif self.stop.reason == "max_cost":
            lines.append(f"Stopped before --max-cost {money(self.wanted.max_cost_usd)} would be passed.")
        if left:
            lines.append(f"{left:,} rows are left; the same command goes on with them.")
        return "\n".join(lines)


def opened_batch(wanted: Wanted, progress: Progress) -> Batch:
    """A batch whose rows have all been checked, with the results that are there already.

    Raises:
        BatchError: rows do not fit, or the files cannot be used.
    """
    if wanted.input.exists() and wanted.out.exists() and wanted.input.samefile(wanted.out):
        raise BatchError("--out names the input.", hint="Take another file for the results.")
    rows = checked_rows(wanted)
    digest = InputFile(wanted.input, wanted.workflow.input_model).digest()
    calls = "provider" if wanted.provider_batch else "direct"
    begun = Begun(wanted.workflow.name, digest, rows, program_digest(), calls)
    results = ResultFile(wanted.out, begun, progress.note)
    results.open(retry_failed=wanted.retry_failed)
    progress.rows = rows
    if results.resumed and results.totals.rows < rows:
        progress.note(f"Going on with {wanted.out}: {results.totals.rows:,} of {rows:,} rows are done.")
        if results.program_changed:
            progress.note(
                "The workflow is another than when it was begun; the rows that are left are run by the new one."
            )
    return Batch(wanted, rows, results, progress)


def checked_rows(wanted: Wanted) -> int:
    """How many rows there are, all of which fit.

    Raises:
        BatchError: some do not; it lists them by line.
    """
    count, flawed = 0, 0
    flaws: list[Flaw] = []
    for row in InputFile(wanted.input, wanted.workflow.input_model).rows():
        count += 1
        if row.flaws:
            flawed += 1
            flaws += row.flaws[: _SHOWN_FLAWS - len(flaws)]
    if flaws:
        shown = "\n".join(f"  {flaw}" for flaw in flaws)
        more = "" if len(flaws) < _SHOWN_FLAWS else "\n  …"
        raise BatchError(
            f"{flawed:,} of {count:,} rows of {wanted.input} do not fit {wanted.workflow.name}:\n{shown}{more}",
            hint="Nothing was asked. Correct these rows and try again.",
        )
    if count == 0:
        raise BatchError(f"{wanted.input} has no rows.", hint="A row is a line of JSON, or of CSV below the names.")
    return count
