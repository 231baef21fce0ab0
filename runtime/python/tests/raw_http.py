"""One request over a bare socket, and the standard's reading of an event stream: what faults are judged with."""

import gzip
import json
import socket
from dataclasses import dataclass
from typing import Any, Literal

QUESTION = "weather in Paris and Tokyo, please"
WEATHER: dict[str, Any] = {
    "name": "get_weather",
    "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
}
TOOLS = [{"type": "function", "function": WEATHER}]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came over the socket: `end` is how the connection ended, `complete` whether the body was."""

    status: int | None
    headers: dict[str, str]
    body: bytes
    end: Literal["closed", "reset"]
    complete: bool

    @property
    def content(self) -> bytes:
        """The body, unpacked."""
        return gzip.decompress(self.body) if self.headers.get("content-encoding") == "gzip" else self.body

    @property
    def chunks(self) -> list[Any]:
        """The decoded data of all events but [DONE]."""
        return [json.loads(data) for data in events(self.content) if data not in {"[DONE]", ""}]


def ask(base_url: str, fault: str, *, stream: bool = True, path: str = "/chat/completions", **more: Any) -> Answer:
    """Posts one request with a fault and reads until the connection ends."""
    host, port = base_url.removeprefix("http://").removesuffix("/v1").split(":")
    asked = {"input": QUESTION} if path == "/responses" else {"messages": [{"role": "user", "content": QUESTION}]}
    body = json.dumps({"model": "gpt-4o", **asked, "stream": stream, **more})
    head = [
        f"POST /v1{path} HTTP/1.1",
        f"host: {host}",
        "connection: close",
        "authorization: Bearer sk-test",
        f"x-simulated-fault: {fault}",
        f"content-length: {len(body)}",
    ]
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall("\r\n".join([*head, "", body]).encode())
        received = bytearray()
        try:
            while data := connection.recv(1 << 16):
                received += data
        except ConnectionResetError:
            return _parsed(bytes(received), "reset")
    return _parsed(bytes(received), "closed")


def _parsed(received: bytes, end: Literal["closed", "reset"]) -> Answer:
    head, _, rest = received.partition(b"\r\n\r\n")
    if not head:
        return Answer(None, {}, b"", end, complete=False)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    status = int(first.split(" ")[1])
    if headers.get("transfer-encoding") != "chunked":
        return Answer(status, headers, rest, end, complete=len(rest) == int(headers["content-length"]))
    body = bytearray()
    at = 0
    while at < len(rest):
        end_of_size = rest.index(b"\r\n", at)
        length = int(rest[at:end_of_size], 16)
        at = end_of_size + 2
        body += rest[at : at + length]
        if not length:
            return Answer(status, headers, bytes(body), end, complete=True)
        at += length + 2
    return Answer(status, headers, bytes(body), end, complete=False)


def events(stream: bytes) -> list[str]:
    """The data of all events, as https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing reads them."""
    text = stream.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    found: list[str] = []
    data: list[str] = []
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        if name == "data":
            data.append(value.removeprefix(" "))
        elif not line:
            if data:
                found.append("\n".join(data))
            data = []
    return found
