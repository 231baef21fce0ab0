"""Processes that can be cut off from the network: each in a namespace of its own where that is allowed, else behind
connections that stand still.
"""

import asyncio
import itertools
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from typing import Self
from urllib.parse import urlsplit

_numbers = itertools.count(1)


class Forward:
    """Passes connections on to a port of this machine; `cut` lets them stand still, as if packets were lost."""

    def __init__(self, host: str, target_port: int) -> None:
        self._host = host
        self._target_port = target_port
        self._loop = asyncio.new_event_loop()
        self._flows = asyncio.Event()
        self._flows.set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        listening = asyncio.start_server(self._accept, self._host, 0)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    def __exit__(self, *_raised: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def cut(self) -> None:
        """Lets nothing through any more."""
        self._loop.call_soon_threadsafe(self._flows.clear)

    def heal(self) -> None:
        """Lets everything through again, and what has come meanwhile."""
        self._loop.call_soon_threadsafe(self._flows.set)

    async def _close(self) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._pass_on(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._flows.wait()
        _keep_alive(writer.get_extra_info("socket"))
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        except OSError:
            writer.transport.abort()
            return
        pumps = [
            asyncio.ensure_future(self._pump(reader, far_writer)),
            asyncio.ensure_future(self._pump(far_reader, writer)),
        ]
        try:
            # Either side's end is the connection's: nobody here closes one direction alone.
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            writer.close()
            far_writer.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(65536):
                await self._flows.wait()
                writer.write(piece)
                await writer.drain()


def _keep_alive(connection: socket.socket) -> None:
    """Notices within seconds that the other side has gone without a word, as Postgres does that is asked to."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 2), (socket.TCP_KEEPINTVL, 1), (socket.TCP_KEEPCNT, 3)):
        connection.setsockopt(socket.IPPROTO_TCP, option, value)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 5000)


class Machine:
    """Where a process runs: `command` comes before its own, `host` is its address, and `reached` says how it gets to a
    port of this machine.
    """

    def __init__(self) -> None:
        self.command: list[str] = []
        self.host = "127.0.0.1"
        self._near = "127.0.0.1"
        self._link: str | None = None
        self._stack = ExitStack()
        self._forwards: list[Forward] = []

    def reached(self, url: str) -> str:
        """The URL of a server of this machine, as the process asks it."""
        port = urlsplit(url).port
        assert port is not None
        forward = self._stack.enter_context(Forward(self._near, port))
        self._forwards.append(forward)
        return url.replace(f"127.0.0.1:{port}", f"{self._near}:{forward.port}")

    def cut(self) -> None:
        """Cuts it off from everybody, or where that cannot be from the servers that it asks."""
        if self._link is not None:
            _ip("link", "set", self._link, "down")
        else:
            for forward in self._forwards:
                forward.cut()

    def heal(self) -> None:
        """Ends that."""
        if self._link is not None:
            _ip("link", "set", self._link, "up")
        for forward in self._forwards:
            forward.heal()

    def isolate(self) -> None:
        """Gives it a network of its own."""
        number = next(_numbers)
        name = f"catalyst-{os.getpid()}-{number}"
        self._link = f"cat{os.getpid() % 100_000}-{number}"
        network = f"10.213.{os.getpid() % 64 * 4 + number // 64}.{number % 64 * 4}"
        prefix, last = network.rsplit(".", 1)
        self._near, self.host = f"{prefix}.{int(last) + 1}", f"{prefix}.{int(last) + 2}"
        _ip("netns", "add", name)
        self._stack.callback(_ip, "netns", "delete", name)
        _ip("link", "add", self._link, "type", "veth", "peer", "name", "eth0", "netns", name)
        _ip("address", "add", f"{self._near}/30", "dev", self._link)
        _ip("link", "set", self._link, "up")
        _ip("-n", name, "address", "add", f"{self.host}/30", "dev", "eth0")
        for link in ("eth0", "lo"):
            _ip("-n", name, "link", "set", link, "up")
        self.command = ["ip", "netns", "exec", name]

    def close(self) -> None:
        """Forgets it."""
        self._stack.close()


@contextmanager
def machine() -> Generator[Machine]:
    """A machine, in a network namespace where they can be made here."""
    made = Machine()
    try:
        if has_namespaces():
            made.isolate()
        yield made
    finally:
        made.close()


def has_namespaces() -> bool:
    """Whether networks can be made here: by root, on Linux, with the program `ip`."""
    if shutil.which("ip") is None or os.geteuid() != 0:
        return False
    name = f"catalyst-{os.getpid()}-probe"
    made = subprocess.run(["ip", "netns", "add", name], check=False, capture_output=True)
    if made.returncode != 0:
        return False
    linked = subprocess.run(
        ["ip", "-n", name, "link", "add", "probe", "type", "veth", "peer", "name", "other"],
        check=False,
        capture_output=True,
    )
    _ip("netns", "delete", name)
    return linked.returncode == 0


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
