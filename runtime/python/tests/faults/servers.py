"""Servers that misbehave below HTTP or stand in its way: TLS with a certificate of one's choice, and proxies."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate with its key, in one file."""

    path: Path

    @staticmethod
    def make(folder: Path, *, host: str, expired: bool = False) -> "Certificate":
        """Makes one for a name or address with the `openssl` command."""
        key, request, chain, names, both = (folder / name for name in ("key", "request", "chain", "names", "both"))
        names.write_text(f"subjectAltName={'IP' if host[0].isdigit() else 'DNS'}:{host}\n")
        curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        _openssl("req", *curve, "-subj", f"/CN={host}", "-keyout", str(key), "-out", str(request))
        dates = ["-days", "-1" if expired else "2"]
        _openssl(
            "x509",
            "-req",
            "-in",
            str(request),
            "-signkey",
            str(key),
            *dates,
            "-extfile",
            str(names),
            "-out",
            str(chain),
        )
        both.write_bytes(key.read_bytes() + chain.read_bytes())
        return Certificate(both)

    def context(self) -> ssl.SSLContext:
        """For a server that shows it."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.path)
        return context


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@dataclass(slots=True)
class Proxy:
    """A running HTTP proxy. `heads` are the requests to itself, with their headers; `refuses` is its answer to all."""

    refuses: bytes | None = None
    url: str = ""
    heads: list[str] = field(default_factory=list[str])

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Passes one connection on: a tunnel for CONNECT, else a request for an absolute address."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.heads.append(head)
            method, target, _ = head.split(" ", 2)
            if self.refuses is not None:
                writer.write(self.refuses)
                await reader.read()
            elif method == "CONNECT":
                await _tunnel(target, b"", reader, writer, b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                place, _, path = target.removeprefix("http://").partition("/")
                await _tunnel(place, head.replace(target, f"/{path}", 1).encode(), reader, writer, b"")
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()


async def _tunnel(
    place: str, sent: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bytes
) -> None:
    host, _, port = place.partition(":")
    inner_reader, inner_writer = await asyncio.open_connection(host, int(port))
    inner_writer.write(sent)
    writer.write(answer)
    await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(ConnectionError):
            while received := await reader.read(65536):
                writer.write(received)
                await writer.drain()
    finally:
        writer.close()


@asynccontextmanager
async def proxy(refuses: bytes | None = None) -> AsyncGenerator[Proxy]:
    """Runs a proxy until the block ends."""
    running = Proxy(refuses)
    server = await asyncio.start_server(running.handle, "127.0.0.1", 0)
    running.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield running
    finally:
        server.close()
