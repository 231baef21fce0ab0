"""`/v1/files` and `/v1/batches`, as far as batches need them.

Source: https://platform.openai.com/docs/api-reference/batch
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.simulated_providers.api import Asked, Endpoint
from tests.simulated_providers.apis.batches.forms import parts_of
from tests.simulated_providers.apis.batches.jobs import Answered, Job, Line, page_of
from tests.simulated_providers.asgi import Reply, Write, json_reply
from tests.simulated_providers.errors import ApiError, missing_parameter
from tests.simulated_providers.identifiers import hexadecimal
from tests.simulated_providers.json_values import JsonObject, decode, encode
from tests.simulated_providers.settings import Fault, Settings

_ENDPOINTS = ("/v1/chat/completions", "/v1/responses", "/v1/embeddings")
_MOST_CALLS = 50_000
_MOST_BYTES = 200_000_000
_MOST_METADATA = 16


@dataclass(slots=True)
class _File:
    id: str
    name: str
    purpose: str
    content: bytes
    created: int

    def described(self) -> JsonObject:
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.content),
            "created_at": self.created,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "processed",
        }


@dataclass(slots=True)
class _Batch:
    job: Job
    endpoint: str
    input_file_id: str
    metadata: dict[str, str] | None
    errors: list[JsonObject]
    model: str | None = None


class Batches(Endpoint):
    """Keeps files and batches for as long as it runs."""

    path = "/v1/batches"

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        super().__init__(settings, clock)
        self._files: dict[str, _File] = {}
        self._batches: dict[str, _Batch] = {}

    def takes(self, path: str) -> bool:
        """Files, and single batches."""
        return path == "/v1/files" or path.startswith(("/v1/files/", "/v1/batches/"))

    def answer(self, body: bytes, headers: Mapping[str, str], fault: Fault, pace: Settings) -> Reply:
        """Nothing comes here but by `ask`."""
        raise ApiError("Not found", status=404)

    def ask(self, asked: Asked, fault: Callable[[], Fault], others: Mapping[str, Endpoint]) -> Reply:
        """The reply to a request."""
        match asked.method, asked.path.removeprefix("/v1/").split("/"):
            case "POST", ["files"]:
                return json_reply(self._uploaded(asked).described())
            case "GET", ["files", name]:
                return json_reply(self._file(name).described())
            case "GET", ["files", name, "content"]:
                content = self._file(name).content
                return Reply(200, {"content-type": "application/octet-stream"}, [Write(content)])
            case "POST", ["batches"]:
                return json_reply(self._described(self._begun(asked, fault, others)))
            case "GET", ["batches"]:
                page, more = page_of(list(self._batches.values()), asked.query, "after", lambda batch: batch.job.id)
                return json_reply(
                    {"object": "list", "data": [self._described(each) for each in page], "has_more": more}
                )
            case "GET", ["batches", name]:
                return json_reply(self._described(self._batch(name)))
            case "POST", ["batches", name, "cancel"]:
                batch = self._batch(name)
                if batch.job.ended(self._clock()) is None:
                    batch.job.cancelled = self._clock()
                return json_reply(self._described(batch))
            case _:
                raise ApiError(f"Invalid URL ({asked.method} {asked.path})", status=404)

    def _uploaded(self, asked: Asked) -> _File:
        parts = parts_of(asked.headers.get("content-type", ""), asked.body)
        for name in ("file", "purpose"):
            if name not in parts:
                raise missing_parameter(name)
        purpose = parts["purpose"][1].decode()
        if purpose != "batch":
            raise ApiError(f"'{purpose}' is not one of ['batch'] - 'purpose'", param="purpose")
        name, content = parts["file"]
        if len(content) > _MOST_BYTES:
            raise ApiError("The file is larger than 200 MB.", status=413)
        return self._kept(name or "upload.jsonl", purpose, content)

    def _kept(self, name: str, purpose: str, content: bytes) -> _File:
        file = _File(f"file-{hexadecimal(f'file {len(self._files)}', 24)}", name, purpose, content, int(self._clock()))
        self._files[file.id] = file
        return file

    def _file(self, name: str) -> _File:
        if name not in self._files:
            raise ApiError(f"No such File object: {name}", param="id", status=404)
        return self._files[name]

    def _batch(self, name: str) -> _Batch:
        if name not in self._batches:
            raise ApiError(f"No batch found with id '{name}'.", status=404)
        return self._batches[name]

    def _begun(self, asked: Asked, fault: Callable[[], Fault], others: Mapping[str, Endpoint]) -> _Batch:
        wanted = decode(asked.body)
        for name in ("input_file_id", "endpoint", "completion_window"):
            if name not in wanted:
                raise missing_parameter(name)
        endpoint, window = wanted["endpoint"], wanted["completion_window"]
        if endpoint not in _ENDPOINTS or endpoint not in others:
            known = ", ".join(f"'{each}'" for each in _ENDPOINTS)
            raise ApiError(f"Invalid value: '{endpoint}'. Supported values are: {known}.", param="endpoint")
        if window != "24h":
            raise ApiError(f"Invalid value: '{window}'. Value must be '24h'.", param="completion_window")
        metadata = wanted.get("metadata")
        if metadata is not None and len(metadata) > _MOST_METADATA:
            raise ApiError("Invalid 'metadata': too many properties.", param="metadata")
        file = self._file(wanted["input_file_id"])
        lines, model, errors = _lines_of(file.content, endpoint)
        now = self._clock()
        job = Job(
            f"batch_{hexadecimal(f'batch {len(self._batches)}', 32)}",
            now,
            now + self.settings.batch_seconds,
            "failed" if errors else self.settings.batch_ends,
            lines,
            others[endpoint],
            asked.headers,
            fault,
        )
        batch = self._batches[job.id] = _Batch(job, endpoint, file.id, metadata, errors, model)
        return batch

    def _described(self, batch: _Batch) -> JsonObject:
        job = batch.job
        ended = job.ended(self._clock())
        found = [] if ended in (None, "failed") else job.answers(self.settings)
        output = [each for each in found if each.status is not None and each.status < 400]
        wrong = [each for each in found if each.status is None or each.status >= 400]
        created = int(job.created)
        return {
            "id": job.id,
            "object": "batch",
            "endpoint": batch.endpoint,
            "model": batch.model,
            "errors": {"object": "list", "data": batch.errors} if batch.errors else None,
            "input_file_id": batch.input_file_id,
            "completion_window": "24h",
            "status": ended or "in_progress",
            "output_file_id": self._answer_file(job, "output", output, ended) if output else None,
            "error_file_id": self._answer_file(job, "error", wrong, ended) if wrong else None,
            "created_at": created,
            "in_progress_at": created,
            "expires_at": created + 86_400,
            f"{ended}_at" if ended else "finalizing_at": int(job.ends) if ended else None,
            "request_counts": {"total": len(job.lines), "completed": len(output), "failed": len(wrong)},
            "metadata": batch.metadata,
        }

    def _answer_file(self, job: Job, kind: str, answers: list[Answered], ended: str | None) -> str:
        name = f"{job.id}_{kind}.jsonl"
        known = next((file.id for file in self._files.values() if file.name == name), None)
        if known is None:
            # In no certain order, as the API says.
            content = b"".join(encode(_line_of(each, ended)) + b"\n" for each in reversed(answers))
            known = self._kept(name, "batch_output", content).id
        return known


def _lines_of(content: bytes, endpoint: str) -> tuple[list[Line], str | None, list[JsonObject]]:
    """The requests in a file, the model that they ask, and what keeps them from being a batch."""
    lines: dict[str, Line] = {}
    models: set[str] = set()
    errors: list[JsonObject] = []

    def refuse(number: int, code: str, message: str, param: str | None = None) -> None:
        errors.append({"code": code, "line": number, "message": message, "param": param})

    for number, text in enumerate(content.splitlines(), 1):
        try:
            line = decode(text)
        except ValueError:
            refuse(number, "invalid_json_line", "This line is not parseable as valid JSON.")
            continue
        missing = next((name for name in ("custom_id", "method", "url", "body") if name not in line), None)
        if missing is not None:
            refuse(number, "missing_required_parameter", f"Missing required parameter: '{missing}'.", missing)
        elif line["custom_id"] in lines:
            refuse(number, "duplicate_custom_id", "The custom_id for this request is a duplicate.", "custom_id")
        elif line["method"] != "POST":
            refuse(number, "invalid_method", "The HTTP method of a request has to be POST.", "method")
        elif line["url"] != endpoint:
            refuse(number, "mismatched_url", "The URL of a request differs from the batch's endpoint.", "url")
        elif line["body"].get("stream"):
            refuse(number, "invalid_request", "Streaming is not supported in batches.", "body.stream")
        else:
            models.add(str(line["body"].get("model")))
            lines[line["custom_id"]] = Line(line["custom_id"], encode(line["body"]))
    if len(models) > 1:
        refuse(1, "mismatched_model", "All requests of a batch have to ask the same model.", "body.model")
    if not lines and not errors:
        refuse(1, "empty_file", "The file has no requests.")
    if len(lines) > _MOST_CALLS:
        refuse(_MOST_CALLS + 1, "too_many_requests", "A batch has at most 50,000 requests.")
    return list(lines.values()), next(iter(models), None), errors


def _line_of(answer: Answered, ended: str | None) -> JsonObject:
    line: JsonObject = {"id": f"batch_req_{hexadecimal(answer.custom_id, 32)}", "custom_id": answer.custom_id}
    if answer.status is None:
        code = "batch_expired" if ended == "expired" else "batch_cancelled"
        return {**line, "response": None, "error": {"code": code, "message": "This request was not executed in time."}}
    request_id = hexadecimal(f"request {answer.custom_id}", 32)
    response = {"status_code": answer.status, "request_id": request_id, "body": decode(answer.body)}
    return {**line, "response": response, "error": None}
