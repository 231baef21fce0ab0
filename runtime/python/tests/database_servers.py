"""Real servers of databases for tests: Debian's, started in a folder of their own and stopped when the tests end."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from pathlib import Path
from socket import create_connection, socket

import pytest

_LOWEST_PORT, _PORTS, _PORTS_OF_EACH = 20_000, 12_768, 16
_asked = count()


def _found(program: str) -> str:
    """Where a program is. Without it the test is left out, unless CATALYST_DATABASES says that it has to be there."""
    elsewhere = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), reverse=True)
    path = shutil.which(program) or next(map(str, elsewhere), None)
    if path is None:
        said = f"{program} is not installed; Debian has it in postgresql or redis-server."
        if os.environ.get("CATALYST_DATABASES") == "required":
            pytest.fail(said)
        pytest.skip(said)
    return path


def free_port() -> int:
    """A port of 127.0.0.1 that is free, and that no connection or other server is given while nobody listens there.

    It lies below those that a system gives away by itself (from 32768 on Linux), and each process tries others.
    """
    own = os.getpid() * _PORTS_OF_EACH
    for _ in range(_PORTS):
        port = _LOWEST_PORT + (own + next(_asked)) % _PORTS
        with socket() as made, suppress(OSError):
            made.bind(("127.0.0.1", port))
            return port
    raise AssertionError("No port is free")


def _wait_for(ready: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        if ready():
            return
        time.sleep(0.05)
    raise AssertionError(f"{process.args} does not listen")


def _listens(port: int) -> bool:
    try:
        create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class PostgresServer:
    """A server of Postgres, which a test can stop and start again."""

    def __init__(self, initdb: str, folder: Path) -> None:
        # It refuses to run as root.
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user is not None:
            shutil.chown(folder, self._user, self._user)
        self._postgres = str(Path(initdb).with_name("postgres"))
        self._data = str(folder / "data")
        self.port = free_port()
        self.url = f"postgresql://tester:secret@127.0.0.1:{self.port}/postgres"
        password = folder / "password"
        password.write_text("secret")
        password.chmod(0o644)
        made = [initdb, "-D", self._data, "-U", "tester", "--pwfile", str(password), "-A", "scram-sha-256", "--no-sync"]
        subprocess.run(made, check=True, user=self._user, stdout=subprocess.DEVNULL, cwd=folder)

    def start(self) -> None:
        """Starts it, and waits until it takes connections."""
        options = ["-h", "127.0.0.1", "-p", str(self.port), "-k", "", "-F"]
        command = [self._postgres, "-D", self._data, *options]
        self.process = subprocess.Popen(command, user=self._user, stderr=subprocess.DEVNULL, cwd=self._data)
        _wait_for(self._takes_connections, self.process)

    def _takes_connections(self) -> bool:
        # While it starts it listens, and refuses. Line 8 is its state, as pg_ctl reads it.
        try:
            return (Path(self._data) / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def stop(self) -> None:
        """Stops it at once; its connections break."""
        self.process.send_signal(3)
        self.process.wait(30)


@contextmanager
def running_postgres() -> Generator[PostgresServer]:
    """A server of Postgres."""
    initdb = _found("initdb")
    folder = Path(tempfile.mkdtemp(prefix="catalyst-postgres-"))
    server = PostgresServer(initdb, folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_redis() -> Generator[str]:
    """A server of Redis; its URL."""
    program = _found("redis-server")
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder)
        try:
            _wait_for(partial(_listens, port), process)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(10)
