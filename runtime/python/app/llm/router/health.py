"""What a process knows of the models that it has asked: which fail, how fast they are, and who had which one last."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.llm.errors import QuotaExceeded, RateLimited
from app.runtime.errors import ServiceError
from app.runtime.settings import Settings

Name = tuple[str, str]
"""A provider's name and a model's."""

_FAILURES = 3
_COOLDOWN_SECONDS = 30.0
_LIMIT_COOLDOWN_SECONDS = 10.0
_QUOTA_COOLDOWN_SECONDS = 300.0
_LONGEST_COOLDOWN_SECONDS = 300.0
_MEMORY_SECONDS = 300.0
_NEWEST_SHARE = 0.3
_TELLING_TOKENS = 16
_TELLING_SHARE = 0.2
_ORDERS_SECONDS = 1.0
_MOST_NAMES = 10_000


class Pace(NamedTuple):
    """How fast a model answers: milliseconds until its first token, and tokens per second from there."""

    first_token_ms: float
    tokens_per_second: float


UNKNOWN_PACE = Pace(1000.0, 50.0)


@dataclass(slots=True)
class Circuit:
    """Whether a model is to be asked. One that has failed rests until `rests_until`; then one call tries it, and all
    others pass it by until that one is done.
    """

    failures: int = 0
    rests_until: float = -math.inf
    is_probed: bool = False


@dataclass(slots=True)
class _Measured:
    """Moving averages, None of what no answer has told yet. Times per token add up, as rates do not."""

    first_token_ms: float | None
    token_ms: float | None
    at: float


class Health:
    """One for each process, which its pools share. Times are seconds by `clock`."""

    __slots__ = ("_circuits", "_last", "_measured", "_orders", "_orders_until", "clock")

    def __init__(self, settings: Settings) -> None:
        self.clock: Callable[[], float] = time.monotonic
        self._circuits: dict[Name, Circuit] = {}
        self._measured: dict[Name, _Measured] = {}
        self._last: dict[bytes, Name] = {}
        self._orders: dict[object, Any] = {}
        self._orders_until = -math.inf

    async def aclose(self) -> None:
        """Nothing of it has to be ended."""

    # Rest after failures

    @property
    def all_well(self) -> bool:
        """Whether no model has failed since it answered last."""
        return not self._circuits

    def is_open(self, name: Name) -> bool:
        """Whether a model rests, or is just being tried again by another call."""
        circuit = self._circuits.get(name)
        if circuit is None or not circuit.failures:
            return False
        return circuit.is_probed or self.clock() < circuit.rests_until

    def rests_until(self, name: Name) -> float:
        """When a model may be asked again."""
        circuit = self._circuits.get(name)
        return -math.inf if circuit is None else circuit.rests_until

    def begin(self, name: Name) -> None:
        """A call begins; where the model has rested, it is the one that tries it again."""
        circuit = self._circuits.get(name)
        if circuit is not None and math.isfinite(circuit.rests_until):
            circuit.is_probed = True

    def succeeded(self, name: Name) -> None:
        """The model has answered, or refused for a reason that lies with the request."""
        self._circuits.pop(name, None)

    def given_up(self, name: Name) -> None:
        """A call was ended before anything was known of the model."""
        circuit = self._circuits.get(name)
        if circuit is not None:
            circuit.is_probed = False

    def failed(self, name: Name, error: ServiceError) -> None:
        """The model could not answer: from the third time in a row on it rests, at once where a limit is reached."""
        circuit = self._circuits.setdefault(name, Circuit())
        _forget_oldest(self._circuits)
        circuit.is_probed = False
        circuit.failures += 1
        seconds = _rest(error, circuit.failures)
        if seconds is not None:
            circuit.rests_until = self.clock() + min(seconds, _LONGEST_COOLDOWN_SECONDS)

    # Speed

    def milliseconds(self, name: Name, begin: Pace | None, tokens: int) -> float:
        """How long a model takes for so many tokens: by a moving average of what was measured here, which gives way to
        `begin` as it ages, so that a model that was slow once is tried again.
        """
        first_ms, tokens_per_second = begin or UNKNOWN_PACE
        token_ms = 1000 / tokens_per_second
        measured = self._measured.get(name)
        if measured is not None:
            share = math.exp((measured.at - self.clock()) / _MEMORY_SECONDS)
            if measured.first_token_ms is not None:
                first_ms += (measured.first_token_ms - first_ms) * share
            if measured.token_ms is not None:
                token_ms += (measured.token_ms - token_ms) * share
        return first_ms + tokens * token_ms

    def measure(self, name: Name, first_token_ms: float | None, total_ms: float, tokens: int) -> None:
        """Notes how fast an answer came. Of one in one piece nobody knows when its first token was there, and a short
        one says little of how fast they come.
        """
        if first_token_ms is None and tokens < _TELLING_TOKENS:
            return
        known = self._measured.get(name)
        if known is None:
            known = self._measured[name] = _Measured(None, None, 0.0)
            _forget_oldest(self._measured)
        known.at = self.clock()
        before = known.first_token_ms, known.token_ms
        if first_token_ms is not None:
            known.first_token_ms = _moved(known.first_token_ms, first_token_ms)
        wait = first_token_ms if first_token_ms is not None else known.first_token_ms
        if tokens >= _TELLING_TOKENS:
            known.token_ms = _moved(known.token_ms, max(total_ms - (wait or 0.0), 0.0) / tokens)
        if any(map(_differ, before, (known.first_token_ms, known.token_ms))):
            self.forget_orders()

    # Which order came of that

    def order(self, question: object) -> Any:
        """The order that was found before, None where none was. Most calls ask for the same, so it is kept until a
        measurement differs, or for a second, as what was measured ages.
        """
        return self._orders.get(question) if self.clock() < self._orders_until else None

    def keep_order(self, question: object, order: object) -> None:
        """Has further calls with this question get this order."""
        now = self.clock()
        if now >= self._orders_until:
            self.forget_orders()
            self._orders_until = now + _ORDERS_SECONDS
        self._orders[question] = order
        _forget_oldest(self._orders)

    def forget_orders(self) -> None:
        """Has all orders be found anew."""
        self._orders.clear()

    # Who had which model last

    def last(self, key: bytes) -> Name | None:
        """The model that has answered calls with this key."""
        return self._last.get(key)

    def remember(self, key: bytes, name: Name) -> None:
        """Has further calls with this key ask the same model; the oldest keys are forgotten."""
        self._last.pop(key, None)
        self._last[key] = name
        _forget_oldest(self._last)


def _moved(average: float | None, newest: float) -> float:
    return newest if average is None else average + (newest - average) * _NEWEST_SHARE


def _differ(before: float | None, after: float | None) -> bool:
    return after is not None and (before is None or abs(after - before) > before * _TELLING_SHARE)


def _forget_oldest(table: dict[Any, Any]) -> None:
    """Names and keys may come from those who call the service, and shall not fill the memory."""
    if len(table) > _MOST_NAMES:
        del table[next(iter(table))]


def _rest(error: ServiceError, failures: int) -> float | None:
    if isinstance(error, QuotaExceeded):
        return _QUOTA_COOLDOWN_SECONDS
    if isinstance(error, RateLimited):
        told: float | None = error.details.get("retry_after_s")
        return _LIMIT_COOLDOWN_SECONDS if told is None else told
    if failures < _FAILURES:
        return None
    return _COOLDOWN_SECONDS * 2.0 ** min(failures - _FAILURES, 4)
