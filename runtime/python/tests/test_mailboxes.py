"""Events for a run that has waited for long, or whose clock was set back."""

import time
from collections.abc import Sequence
from typing import Any, cast

import pytest

from app.durable.kept import Keeper
from app.durable.mailboxes import Reader, Sent, put

DAY = 86_400.0


class Kept:
    """What is kept, in memory; `asked` is how many keys each question had."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.asked: list[int] = []

    async def keep(self, key: str, value: Any) -> Any:
        return self.values.setdefault(key, value)

    async def find(self, keys: Sequence[str]) -> dict[str, Any]:
        self.asked.append(len(keys))
        return {key: self.values[key] for key in keys if key in self.values}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_800_000_000.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


async def sent(keeper: Keeper, event: str) -> None:
    await put(keeper, "box", Sent(id=event, at=time.time(), payload=event))


async def test_a_year_is_read_in_portions(clock: list[float]) -> None:
    kept = Kept()
    keeper = cast("Keeper", kept)
    began = clock[0]
    for event, day in (("first", 1), ("second", 200), ("third", 360)):
        clock[0] = began + day * DAY
        await sent(keeper, event)
    kept.asked.clear()
    found = await Reader(keeper, "box", began, 3600.0).read()
    assert [each["id"] for each in found] == ["first", "second", "third"]
    assert max(kept.asked) <= 1_000


@pytest.mark.parametrize("back", [300.0, 2 * DAY])
@pytest.mark.parametrize("anew", [False, True])
async def test_what_comes_after_the_clock_was_set_back_is_heard(clock: list[float], back: float, anew: bool) -> None:
    keeper = cast("Keeper", Kept())
    began = clock[0]
    reader = Reader(keeper, "box", began - 60.0, 60.0)
    clock[0] = began + 1800
    assert await reader.read() == []
    clock[0] -= back
    await sent(keeper, "event")
    clock[0] += 1
    # A service that is started anew has another reader of the same wait.
    again = Reader(keeper, "box", began - 60.0, 60.0) if anew else reader
    assert [each["id"] for each in await again.read()] == ["event"]
    clock[0] += back
    assert [each["id"] for each in await again.read()] == ["event"]


async def test_what_was_sent_before_is_another_waits(clock: list[float]) -> None:
    keeper = cast("Keeper", Kept())
    await sent(keeper, "old")
    clock[0] += 100
    assert await Reader(keeper, "box", clock[0] - 60.0, 60.0).read() == []
