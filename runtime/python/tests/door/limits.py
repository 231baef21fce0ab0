"""Services whose limits count, or do not."""

from typing import Any

import pytest

from app.door import limits
from tests.service import Service

_is_over = limits.is_over


def without_limits(environment: pytest.MonkeyPatch) -> None:
    """Nobody is refused for asking too much: tests may ask more than callers."""
    environment.setattr(limits, "is_over", lambda quota, count: False)  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]


def refuses_too_much(
    service: Service, environment: pytest.MonkeyPatch, method: str, path: str, given: Any, *, requests: int
) -> None:
    """So many requests pass, and the next one is told when to come again."""
    environment.setattr(limits, "is_over", _is_over)
    for _ in range(requests):
        answer = service.ask(method, path, given)
        assert answer.status_code != 429, answer.text
        assert answer.headers["ratelimit"]
    answer = service.ask(method, path, given)
    assert answer.status_code == 429
    assert answer.json()["code"] == "too_many_requests"
    assert int(answer.headers["retry-after"]) == answer.json()["retry_after_s"] > 0
    assert ";r=0;" in answer.headers["ratelimit"]
