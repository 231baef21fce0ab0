"""Rows on a Ray cluster: Ray Data hands them out to workers, each of which calls the workflow's `run`.

Ray is none of the requirements: `pip install "ray[data]"`. The project and its variables have to be on every node, as
in a container image; https://docs.ray.io/en/latest/data/data.html.
"""

import asyncio
import importlib
from collections.abc import Iterable, Sequence
from contextlib import aclosing
from itertools import islice
from typing import Any

import msgspec

from app.batch.batch import Batch
from app.batch.direct import opened_process
from app.batch.errors import MACHINE, BatchError
from app.batch.pace import Pace, patient_pools
from app.batch.row_runs import RowRuns, StopBatch
from app.batch.rows import Row
from app.runtime.context import Asked
from app.runtime.errors import ServiceError
from app.runtime.events import encode

_ROWS_AT_ONCE = 10_000
"""So many are given to the cluster together; what stops a batch is looked at between them."""
_ROWS_OF_A_CALL = 100


class RayRows:
    """Asks the rows of a batch on the cluster that Ray finds, or on this machine where it finds none.

    `module` is where a worker finds the workflows: their list under `WORKFLOWS`, with `ENV` and `SERVERS`.
    """

    def __init__(self, batch: Batch, module: str) -> None:
        try:
            self._ray: Any = importlib.import_module("ray")
            self._data: Any = importlib.import_module("ray.data")
        except ImportError as error:
            hint = 'Install it beside the project: pip install "ray[data]".'
            raise BatchError("Ray is not installed.", hint=hint, exit_code=MACHINE) from error
        self._batch = batch
        self._module = module

    async def run(self) -> None:
        """Gives the rows that are left to the workers, and keeps what they give."""
        batch, ray = self._batch, self._ray
        if not ray.is_initialized():
            await asyncio.to_thread(ray.init, log_to_driver=False, logging_level="ERROR")
        workers = max(1, int(ray.cluster_resources().get("CPU", 1)) - 1)
        told = {"module": self._module, "workflow": batch.wanted.workflow.name}
        told |= {"concurrency": max(1, batch.wanted.concurrency // workers)}
        remaining = batch.remaining()
        while batch.stop.reason is None and (rows := list(islice(remaining, _ROWS_AT_ONCE))):
            items = [{"row": _sent(row)} for row in rows]
            dataset = self._data.from_items(items, override_num_blocks=max(1, len(items) // _ROWS_OF_A_CALL))
            results = dataset.map_batches(
                RowWorker,
                fn_constructor_kwargs=told,
                batch_size=_ROWS_OF_A_CALL,
                compute=self._data.ActorPoolStrategy(size=workers),
            )
            results_left = iter(results.iter_rows())
            while (given := await asyncio.to_thread(next, results_left, None)) is not None:
                if given["problem"]:
                    code, detail, hint = given["problem"].split("\n", 2)
                    batch.stop.now(code, _error(code, detail, hint))
                else:
                    await batch.results.add(given["row"], given["line"])
                batch.tell()
            if not batch.may_begin(0):
                batch.stop.now("max_cost")


class RowWorker:
    """What a worker of the cluster has: the workflow, and connections of its own."""

    def __init__(self, module: str, workflow: str, concurrency: int) -> None:
        found = importlib.import_module(module)
        self._workflow = next(each for each in found.WORKFLOWS if each.name == workflow)
        self._env: Iterable[str] = found.ENV
        self._servers: Sequence[Asked] = found.SERVERS
        self._concurrency = concurrency

    def __call__(self, given: dict[str, Any]) -> dict[str, Any]:
        """The results of some rows: each a line, or why the batch has to stop."""
        results = asyncio.run(self._lines([_received(row) for row in given["row"]]))
        return {name: [each[name] for each in results] for name in ("row", "line", "problem")}

    async def _lines(self, rows: list[tuple[int, str | int | None, bytes]]) -> list[dict[str, Any]]:
        process, settings = opened_process(self._env, self._servers)
        pace = Pace(self._concurrency)
        process.pools = patient_pools(process.pools, pace, settings)
        runs = RowRuns(self._workflow)

        async def result(number: int, identifier: str | int | None, inputs: bytes) -> dict[str, Any]:
            await pace.begin()
            try:
                row = Row(number, self._workflow.input_model.model_validate_json(inputs), identifier)
                return {"row": number, "line": await runs.line(process.context(), row), "problem": ""}
            except StopBatch as stopped:
                error = stopped.error
                return {"row": number, "line": b"", "problem": f"{error.code}\n{error.detail}\n{error.hint}"}
            finally:
                pace.end()

        async with aclosing(process.pools):
            return await asyncio.gather(*(result(*row) for row in rows))


def _error(code: str, detail: str, hint: str) -> ServiceError:
    error = ServiceError(detail, hint=hint)
    error.code = code
    return error


def _sent(row: Row[Any]) -> bytes:
    """A row as it goes to a worker."""
    inputs = b"" if row.inputs is None else row.inputs.model_dump_json(by_alias=True, exclude_unset=True).encode()
    return encode([row.number, row.id, inputs.decode()])


def _received(sent: bytes) -> tuple[int, str | int | None, bytes]:
    number, identifier, inputs = msgspec.json.decode(sent)
    return number, identifier, inputs.encode()
