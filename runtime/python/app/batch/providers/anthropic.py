"""Anthropic's Message Batches API: https://platform.claude.com/docs/en/build-with-claude/batch-processing."""

import os
from collections.abc import AsyncGenerator, Iterable
from datetime import datetime
from typing import IO, Any

import msgspec

from app.batch.providers.calls import Answered, Sent
from app.batch.providers.remote import Limits, RemoteApi, RemoteTrouble, State
from app.llm.providers.anthropic import BASE_URL, AnthropicAccount

_PATH = "v1/messages/batches"
_BLOCK = 256 * 1024
_CLOCKS_APART_SECONDS = 60.0
_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "overloaded_error": 529,
}


class _Created(msgspec.Struct):
    id: str


class _Counts(msgspec.Struct):
    processing: int = 0
    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0

    @property
    def all(self) -> int:
        """The requests of the batch."""
        return self.processing + self.succeeded + self.errored + self.canceled + self.expired


class _Batch(msgspec.Struct):
    id: str
    created_at: datetime
    processing_status: str
    request_counts: _Counts


class _Page(msgspec.Struct):
    data: list[_Batch]
    has_more: bool = False


class _Error(msgspec.Struct):
    type: str = ""
    message: str = ""


class _Refusal(msgspec.Struct):
    """An answer that says what was wrong."""

    error: _Error
    type: str = "error"


class _Result(msgspec.Struct):
    type: str
    message: dict[str, Any] | None = None
    error: _Refusal | None = None


class _Line(msgspec.Struct):
    custom_id: str
    result: _Result


_read_line = msgspec.json.Decoder(_Line).decode


class AnthropicBatches:
    """Requests go up in one body, and lines of results come down when all have ended."""

    limits = Limits(calls=100_000, bytes=256_000_000, inputs=100_000)

    def __init__(self) -> None:
        account = AnthropicAccount.load()
        base_url = (account.anthropic_base_url or BASE_URL).rstrip("/").removesuffix("/v1")
        headers = {"x-api-key": account.keys().get("ANTHROPIC_API_KEY", "")}
        self._api = RemoteApi("Anthropic", base_url, headers)

    def write(self, file: IO[bytes], sent: Sent, bodies: Iterable[tuple[str, bytes]]) -> None:
        """As in RemoteBatches."""
        before = b'{"requests":['
        for key, body in bodies:
            file.write(before + b'{"custom_id":"%b","params":' % key.encode() + body + b"}")
            before = b","
        file.write(b"]}")

    async def send(self, sent: Sent, file: IO[bytes]) -> str:
        """As in RemoteBatches."""
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        headers = {**_headers(sent), "content-type": "application/json", "content-length": str(size)}
        begun = await self._api.ask(_Created, "POST", _PATH, content=_blocks(file), headers=headers)
        return begun.id

    async def find(self, sent: Sent, known: set[str]) -> str | None:
        """As in RemoteBatches. While a batch goes on it tells nothing of ours: it is one of the same size and time, and
        its results tell whether it is this one.
        """
        after: dict[str, str] = {}
        while True:
            params = {"limit": 100, **after}
            page = await self._api.ask(_Page, "GET", _PATH, params=params, headers=_headers(sent))
            for batch in page.data:
                if batch.created_at.timestamp() < sent.begun - _CLOCKS_APART_SECONDS:
                    return None
                if batch.id not in known and batch.request_counts.all == sent.calls:
                    return batch.id
            if not page.has_more or not page.data:
                return None
            after = {"after_id": page.data[-1].id}

    async def state(self, sent: Sent) -> State:
        """As in RemoteBatches."""
        batch = await self._api.ask(_Batch, "GET", f"{_PATH}/{sent.provider_id}", headers=_headers(sent))
        counts = batch.request_counts
        if batch.processing_status != "ended":
            return State(None, counts.all - counts.processing)
        ended = "expired" if counts.expired else "cancelled" if counts.canceled else "completed"
        return State(ended, counts.all)

    async def answers(self, sent: Sent) -> AsyncGenerator[tuple[str, Answered]]:
        """As in RemoteBatches."""
        # Where the API tells another address for them, the key is not taken there.
        async for line in self._api.lines(f"{_PATH}/{sent.provider_id}/results", headers=_headers(sent)):
            yield _answer_in(line)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._api.aclose()


def _headers(sent: Sent) -> dict[str, str]:
    """The version and the betas of the calls, which go with the batch."""
    lines = sent.group.headers.decode().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines) if value}


async def _blocks(file: IO[bytes]) -> AsyncGenerator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _answer_in(line: bytes) -> tuple[str, Answered]:
    try:
        found = _read_line(line)
    except msgspec.DecodeError as error:
        raise RemoteTrouble("Anthropic's results have a line that is none.") from error
    result = found.result
    match result.type:
        case "succeeded" if result.message is not None:
            usage = {**result.message.get("usage", {}), "service_tier": "batch"}
            return found.custom_id, Answered(200, msgspec.json.encode({**result.message, "usage": usage}), None)
        case "errored" if result.error is not None:
            status = _STATUS.get(result.error.error.type, 500)
            return found.custom_id, Answered(status, msgspec.json.encode(result.error), None)
        case "expired":
            return found.custom_id, Answered(None, b"", "expired")
        case _:
            return found.custom_id, Answered(None, b"", "cancelled")
