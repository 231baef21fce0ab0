"""`/v1/messages/batches`.

Source: https://platform.claude.com/docs/en/api/messages/batches
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from tests.simulated_providers.api import Asked, Endpoint
from tests.simulated_providers.apis.batches.jobs import Answered, Job, Line, page_of
from tests.simulated_providers.apis.messages.endpoint import Messages
from tests.simulated_providers.apis.messages.errors import refusal
from tests.simulated_providers.asgi import Reply, Write, json_reply
from tests.simulated_providers.identifiers import letters
from tests.simulated_providers.json_values import JsonObject, decode, encode, is_array
from tests.simulated_providers.settings import Fault, Settings

_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_MOST_CALLS = 100_000


class MessageBatches(Endpoint):
    """Keeps batches for as long as it runs."""

    path = "/v1/messages/batches"
    check_key = staticmethod(Messages.check_key)
    refused = staticmethod(Messages.refused)
    headers = staticmethod(Messages.headers)

    def __init__(self, settings: Settings, clock: Callable[[], float]) -> None:
        super().__init__(settings, clock)
        self._jobs: dict[str, Job] = {}

    def takes(self, path: str) -> bool:
        """Single batches."""
        return path.startswith(f"{self.path}/")

    def answer(self, body: bytes, headers: Mapping[str, str], fault: Fault, pace: Settings) -> Reply:
        """Nothing comes here but by `ask`."""
        raise refusal("Not found", 404)

    def ask(self, asked: Asked, fault: Callable[[], Fault], others: Mapping[str, Endpoint]) -> Reply:
        """The reply to a request."""
        if "anthropic-version" not in asked.headers:
            raise refusal("anthropic-version: header is required")
        match asked.method, asked.path.removeprefix(self.path).strip("/").split("/"):
            case "POST", [""]:
                return json_reply(self._described(self._begun(asked, fault, others[Messages.path]), asked))
            case "GET", [""]:
                page, more = page_of(list(self._jobs.values()), asked.query, "after_id", lambda job: job.id)
                data = [self._described(job, asked) for job in page]
                ends = {"first_id": page[0].id if page else None, "last_id": page[-1].id if page else None}
                return json_reply({"data": data, "has_more": more, **ends})
            case "GET", [name]:
                return json_reply(self._described(self._job(name), asked))
            case "POST", [name, "cancel"]:
                job = self._job(name)
                if job.ended(self._clock()) is None:
                    job.cancelled = self._clock()
                return json_reply(self._described(job, asked))
            case "GET", [name, "results"]:
                job = self._job(name)
                ended = job.ended(self._clock())
                if ended is None:
                    raise refusal("The results of a batch are there when it has ended.", 404)
                lines = [encode(_result(each, ended)) + b"\n" for each in reversed(job.answers(self.settings))]
                return Reply(200, {"content-type": "application/x-jsonl"}, [Write(b"".join(lines))])
            case _:
                raise refusal("Not Found", 404)

    def _job(self, name: str) -> Job:
        if name not in self._jobs:
            raise refusal(f"batch_id: {name} not found", 404)
        return self._jobs[name]

    def _begun(self, asked: Asked, fault: Callable[[], Fault], endpoint: Endpoint) -> Job:
        requests = decode(asked.body).get("requests")
        if not is_array(requests) or not 0 < len(requests) <= _MOST_CALLS:
            raise refusal("requests: List should have at least 1 and at most 100000 items")
        lines: dict[str, Line] = {}
        for place, request in enumerate(requests):
            name = request.get("custom_id")
            if not isinstance(name, str) or not _CUSTOM_ID.fullmatch(name):
                raise refusal(f"requests.{place}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'")
            if name in lines:
                raise refusal(f"requests.{place}.custom_id: Duplicate custom_id")
            if not isinstance(request.get("params"), dict):
                raise refusal(f"requests.{place}.params: Field required")
            if request["params"].get("stream"):
                raise refusal(f"requests.{place}.params.stream: Streaming is not supported in batches")
            lines[name] = Line(name, encode(request["params"]))
        now = self._clock()
        job = Job(
            f"msgbatch_01{letters(f'message batch {len(self._jobs)}', 22)}",
            now,
            now + self.settings.batch_seconds,
            self.settings.batch_ends,
            list(lines.values()),
            endpoint,
            asked.headers,
            fault,
        )
        self._jobs[job.id] = job
        return job

    def _described(self, job: Job, asked: Asked) -> JsonObject:
        ended = job.ended(self._clock())
        kinds = [] if ended is None else [_result(each, ended)["result"]["type"] for each in job.answers(self.settings)]
        counts = {name: kinds.count(name) for name in ("succeeded", "errored", "canceled", "expired")}
        host = asked.headers.get("host", "api.anthropic.com")
        return {
            "id": job.id,
            "type": "message_batch",
            "processing_status": "in_progress" if ended is None else "ended",
            "request_counts": {"processing": len(job.lines) - len(kinds), **counts},
            "created_at": _time(job.created),
            "expires_at": _time(job.created + 86_400),
            "ended_at": None if ended is None else _time(job.cancelled or job.ends),
            "cancel_initiated_at": None if job.cancelled is None else _time(job.cancelled),
            "archived_at": None,
            "results_url": None if ended is None else f"http://{host}{self.path}/{job.id}/results",
        }


def _result(answer: Answered, ended: str) -> JsonObject:
    if answer.status is None:
        kind = "expired" if ended == "expired" else "canceled"
        return {"custom_id": answer.custom_id, "result": {"type": kind}}
    body = decode(answer.body)
    if answer.status >= 400:
        return {"custom_id": answer.custom_id, "result": {"type": "errored", "error": body}}
    message = {**body, "usage": {**body["usage"], "service_tier": "batch"}}
    return {"custom_id": answer.custom_id, "result": {"type": "succeeded", "message": message}}


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")
