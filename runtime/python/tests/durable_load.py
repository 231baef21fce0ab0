"""What a durable run costs processes and their Postgres: `python -m tests.durable_load [RUNS]` in `runtime/python`.

Figures are of CPU time, so that they hold on a machine that has other things to do.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

import psycopg

from tests.durable_fleet import Workers, running_workers
from tests.simulated_providers.testing import simulate

_TICKS = os.sysconf("SC_CLK_TCK")
_STEPS = 9
"""Of a run of `survive` without words, those that begin."""


def _cpu_seconds(pid: int) -> float:
    """Of a process and of the children that it has waited for."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return sum(int(field) for field in fields[11:15]) / _TICKS


def _of_postgres(workers: Workers) -> float:
    """Of the server and of all its backends."""
    server = workers.postgres.process.pid
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return _cpu_seconds(server) + sum(_cpu_seconds(int(child)) for child in children)


def measure(processes: int, runs: int) -> None:
    """Prints what `runs` runs cost with so many processes."""
    with simulate() as simulation, tempfile.TemporaryDirectory() as folder:
        os.environ["OPENAI_API_KEY"] = "simulated"
        with running_workers(Path(folder), simulation.base_url, processes, {}) as workers:
            workers.start(*range(processes))
            pids = [worker.service.pid for worker in workers.workers]
            with psycopg.connect(workers.postgres.url, autocommit=True) as database:
                counted = (
                    "SELECT xact_commit, tup_inserted + tup_updated, pg_database_size(datname) FROM pg_stat_database"
                )
                counts = f"{counted} WHERE datname = 'postgres'"
                before = database.execute(counts).fetchone()
                cpu, server, began = sum(map(_cpu_seconds, pids)), _of_postgres(workers), time.monotonic()
                begun = [workers.begin({"name": f"load{number}"}, f"load{number}") for number in range(runs)]
                for run_id in begun:
                    workers.wait_for(run_id, 600)
                spent, of_server = sum(map(_cpu_seconds, pids)) - cpu, _of_postgres(workers) - server
                elapsed = time.monotonic() - began
                time.sleep(2)
                after = database.execute(counts).fetchone()
                [connections] = database.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL"
                ).fetchone() or (0,)
    assert before is not None
    assert after is not None
    commits, rows, size = (late - early for late, early in zip(after, before, strict=True))
    steps = runs * _STEPS
    told = [
        f"{processes} processes, {runs} runs of {_STEPS} steps in {elapsed:.0f} s",
        f"{spent / runs * 1000:.0f} ms of CPU a run, {spent / steps * 1000:.1f} a step",
        f"Postgres {of_server / steps * 1000:.2f} ms a step",
        f"{commits / steps:.1f} transactions and {rows / steps:.1f} rows written a step",
        f"{size / runs / 1024:.0f} KB a run",
        f"{connections - 1} connections",
    ]
    sys.stdout.write("; ".join(told) + "\n")


if __name__ == "__main__":
    for number in (1, 2, 4):
        measure(number, int(sys.argv[1]) if len(sys.argv) > 1 else 100)
