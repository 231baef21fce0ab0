"""The command that runs a batch, from its arguments to its exit code."""

import asyncio
import logging
import signal
import sys
from argparse import Namespace
from collections.abc import Coroutine, Iterable, Sequence
from types import FrameType
from typing import Any

from app.batch.arguments import parsed
from app.batch.batch import Batch, Wanted, checked_rows, opened_batch
from app.batch.direct import DirectRows
from app.batch.errors import BatchError
from app.batch.progress import Progress
from app.batch.providers.levels import MakeBatches, ProviderRows
from app.batch.ray_rows import RayRows
from app.batch.workflow import BatchWorkflow
from app.runtime.context import Asked
from app.runtime.log import LineHandler
from app.runtime.settings import explain

if sys.platform != "win32":
    from uvloop import new_event_loop
else:
    from asyncio import new_event_loop

_INTERRUPTED = 128


def batch_command(
    workflows: Sequence[BatchWorkflow],
    env: Iterable[str],
    servers: Sequence[Asked],
    remotes: MakeBatches,
    module: str = "app.batch.workflows",
) -> int:
    """Runs the batch that the command line asks for; gives its exit code.

    `env` are the variables that the workflows read, `servers` what they ask, `remotes` the batches of
    providers, by their names. Workers of a cluster find the same in `module`.
    """
    if not workflows:
        hint = "Build one with `catalyst build --with batch`."
        return _failed(BatchError("This project has no workflow to run.", hint=hint))
    options = parsed(workflows)
    _log_to(options)
    style = "json" if options.json else "bar" if sys.stderr.isatty() else "lines"
    progress = Progress(style, sys.stdout if options.json else sys.stderr, 0)
    wanted = Wanted(
        options.workflow,
        options.input,
        options.out,
        options.concurrency,
        options.max_cost,
        options.provider_batch,
        options.retry_failed,
    )
    try:
        _check_waits(options.workflow)
        if options.provider_batch:
            _check_batches(options.workflow, remotes)
        if options.check:
            progress.note(f"All {checked_rows(wanted):,} rows of {wanted.input} fit what {wanted.workflow.name} takes.")
            return 0
        batch = opened_batch(wanted, progress)
        return _run(batch, options, _asked(batch, options, env, servers, remotes, module))
    except BatchError as error:
        progress.clear()
        return _failed(error)
    except ValueError as error:
        progress.clear()
        return _failed(BatchError(explain(error), hint="Correct the variable in the environment or in the .env file."))


def _check_waits(workflow: BatchWorkflow) -> None:
    """Whether rows come to their end without a service.

    Raises:
        BatchError: they wait for somebody, or put something into its queues.
    """
    if workflow.waits:
        hint = "Begin a run of the service for each row, or leave these steps out of a workflow for batches."
        raise BatchError(f"Rows run without the service that {', '.join(workflow.waits)} needs.", hint=hint)


def _check_batches(workflow: BatchWorkflow, remotes: MakeBatches) -> None:
    """Whether all calls of a workflow can go through batches.

    Raises:
        BatchError: some cannot, or something would be done again.
    """
    without = [server.name for server in workflow.asks if server.name not in remotes]
    if without:
        hint = "Ask without --provider-batch, or another provider."
        raise BatchError(f"{' and '.join(without)} cannot be asked by batches.", hint=hint)
    if not workflow.asks:
        raise BatchError(f"{workflow.name} asks no model.", hint="Run it without --provider-batch.")
    if workflow.repeats and workflow.keeps is None:
        steps = ", ".join(workflow.repeats)
        raise BatchError(
            f"A row that goes on with the answers of a batch would take these steps again: {steps}.",
            hint='With "durable": true in the workflow file, what they gave is kept and they are taken once.',
        )


def _run(batch: Batch, options: Namespace, work: Coroutine[Any, Any, None]) -> int:
    signalled: list[int] = []
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        loop = runner.get_loop()

        def interrupted(number: int, frame: FrameType | None) -> None:
            signalled.append(number)
            loop.call_soon_threadsafe(batch.stop.now if len(signalled) == 1 else _cancel_all, "interrupted")

        before = {each: signal.signal(each, interrupted) for each in (signal.SIGINT, signal.SIGTERM)}
        try:
            runner.run(work)
        except asyncio.CancelledError:
            pass  # asked to a second time; what is done is kept
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
            batch.results.close()
    batch.progress.clear()
    if options.json:
        batch.progress.event("summary", **batch.summary())
    else:
        batch.progress.note(batch.summary_text())
    return _INTERRUPTED + signalled[0] if signalled and batch.results.totals.rows < batch.rows else batch.exit_code()


async def _asked(
    batch: Batch, options: Namespace, env: Iterable[str], servers: Sequence[Asked], remotes: MakeBatches, module: str
) -> None:
    """Asks the rows that are left."""
    if options.provider_batch:
        await ProviderRows(batch, env, servers, remotes, options.poll).run()
    elif options.engine == "ray":
        await RayRows(batch, module).run()
    else:
        await DirectRows(batch, env, servers).run()


def _cancel_all(reason: str) -> None:
    for task in asyncio.all_tasks():
        task.cancel(reason)


def _log_to(options: Namespace) -> None:
    """Log lines go to a file; without one, only what nobody has expected is said, on stderr."""
    logger = logging.getLogger("app")
    stream = sys.stderr if options.log is None else options.log.open("a", encoding="utf-8")
    handler = LineHandler(stream)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.ERROR if options.log is None else logging.INFO)


def _failed(error: BatchError) -> int:
    sys.stderr.write(f"error: {error}\n  hint: {error.hint}\n")
    return error.exit_code
