"""OpenAI's Batch API: https://developers.openai.com/api/docs/guides/batch."""

from collections.abc import AsyncGenerator, Iterable
from typing import IO, Any

import msgspec

from app.batch.providers.calls import Answered, Sent
from app.batch.providers.remote import Limits, RemoteApi, RemoteTrouble, State
from app.llm.providers.openai import BASE_URL, OpenAIAccount

_TOKEN = "catalyst_batch"  # noqa: S105 (a name among the metadata of a batch)
_CLOCKS_APART_SECONDS = 3600.0
_ENDED = ("completed", "expired", "cancelled", "failed")


class _Created(msgspec.Struct):
    id: str


class _Counts(msgspec.Struct):
    completed: int = 0
    failed: int = 0


class _Problem(msgspec.Struct):
    code: str | None = None
    message: str | None = None


class _Problems(msgspec.Struct):
    data: list[_Problem] | None = None


class _Batch(msgspec.Struct):
    id: str
    status: str
    created_at: float
    metadata: dict[str, str] | None = None
    request_counts: _Counts | None = None
    errors: _Problems | None = None
    output_file_id: str | None = None
    error_file_id: str | None = None


class _Page(msgspec.Struct):
    data: list[_Batch]
    has_more: bool = False


class _Response(msgspec.Struct):
    status_code: int
    body: dict[str, Any]


class _Line(msgspec.Struct):
    custom_id: str
    response: _Response | None = None
    error: _Problem | None = None


_read_line = msgspec.json.Decoder(_Line).decode


class OpenAIBatches:
    """A file of requests goes up, a batch of it is begun, and files of answers and errors come down."""

    limits = Limits(calls=50_000, bytes=200_000_000, inputs=50_000)

    def __init__(self) -> None:
        account = OpenAIAccount.load()
        headers = {
            "Authorization": f"Bearer {account.keys().get('OPENAI_API_KEY', '')}",
            "OpenAI-Organization": account.openai_org_id,
            "OpenAI-Project": account.openai_project_id,
        }
        self._api = RemoteApi("OpenAI", account.openai_base_url or BASE_URL, headers)

    def write(self, file: IO[bytes], sent: Sent, bodies: Iterable[tuple[str, bytes]]) -> None:
        """As in RemoteBatches."""
        for key, body in bodies:
            file.write(
                b'{"custom_id":"%b","method":"POST","url":"/v1%b","body":' % (key.encode(), sent.group.path.encode())
            )
            file.write(body + b"}\n")

    async def send(self, sent: Sent, file: IO[bytes]) -> str:
        """As in RemoteBatches."""
        files = {"file": (f"{sent.token}.jsonl", file, "application/jsonl")}
        uploaded = await self._api.ask(_Created, "POST", "files", data={"purpose": "batch"}, files=files)
        wanted = {
            "input_file_id": uploaded.id,
            "endpoint": f"/v1{sent.group.path}",
            "completion_window": "24h",
            "metadata": {_TOKEN: sent.token},
        }
        return (await self._api.ask(_Created, "POST", "batches", json=wanted)).id

    async def find(self, sent: Sent, known: set[str]) -> str | None:
        """As in RemoteBatches: by the token in its metadata."""
        after: dict[str, str] = {}
        while True:
            page = await self._api.ask(_Page, "GET", "batches", params={"limit": 100, **after})
            for batch in page.data:
                if (batch.metadata or {}).get(_TOKEN) == sent.token:
                    return batch.id
                if batch.created_at < sent.begun - _CLOCKS_APART_SECONDS:
                    return None
            if not page.has_more or not page.data:
                return None
            after = {"after": page.data[-1].id}

    async def state(self, sent: Sent) -> State:
        """As in RemoteBatches."""
        batch = await self._batch(sent)
        counts = batch.request_counts or _Counts()
        problems = (batch.errors and batch.errors.data) or []
        detail = "; ".join(each.message or "" for each in problems[:3]) or None
        is_full = any(each.code == "token_limit_exceeded" for each in problems)
        ended = batch.status if batch.status in _ENDED else None
        return State(ended, counts.completed + counts.failed, is_full, detail)

    async def answers(self, sent: Sent) -> AsyncGenerator[tuple[str, Answered]]:
        """As in RemoteBatches."""
        batch = await self._batch(sent)
        for name in filter(None, (batch.output_file_id, batch.error_file_id)):
            async for line in self._api.lines(f"files/{name}/content"):
                yield _answer_in(line)

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._api.aclose()

    async def _batch(self, sent: Sent) -> _Batch:
        return await self._api.ask(_Batch, "GET", f"batches/{sent.provider_id}")


def _answer_in(line: bytes) -> tuple[str, Answered]:
    try:
        found = _read_line(line)
    except msgspec.DecodeError as error:
        raise RemoteTrouble("OpenAI's file of answers has a line that is none.") from error
    if found.response is None:
        code = None if found.error is None else found.error.code
        return found.custom_id, Answered(None, b"", "expired" if code == "batch_expired" else "failed")
    # What the answer costs goes by the tier that it was worked out in.
    body = {**found.response.body, "service_tier": "batch"}
    return found.custom_id, Answered(found.response.status_code, msgspec.json.encode(body), None)
