"""When schedules are due: as croniter says, and by rules of ours where clocks are changed."""

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter

from app.durable.cron import Cron

BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold).timestamp()


def dues(cron: str, after: float, count: int, zone: ZoneInfo = BERLIN) -> list[str]:
    found: list[str] = []
    for _ in range(count):
        due = Cron.of(cron).next_after(after, zone)
        assert due is not None
        after = due
        found.append(datetime.fromtimestamp(due, zone).isoformat(timespec="minutes"))
    return found


def test_it_says_what_croniter_says() -> None:
    chance = random.Random(7)

    def part(least: int, most: int) -> str:
        first, last = sorted((chance.randint(least, most), chance.randint(least, most)))
        step = chance.randint(1, most)
        span = f"{first}-{last}" if first < last else f"{least}-{most}"
        # Which of a day and a weekday count is read otherwise by croniter where one is `*/2`.
        stepped = "*" if least == 1 or most == 6 else f"*/{step}"
        return chance.choice(["*", "*", str(first), span, stepped, f"{span}/{step}", f"{first},{last}"])

    for _ in range(300):
        cron = " ".join(part(*bounds) for bounds in ((0, 59), (0, 23), (1, 28), (1, 12), (0, 6)))
        after = datetime(2026, 1, 1, tzinfo=UTC).timestamp() + chance.random() * 4 * 365 * 86_400
        expected = croniter(cron, datetime.fromtimestamp(after, UTC)).get_next(float)
        assert Cron.of(cron).next_after(after, ZoneInfo("UTC")) == expected, (cron, after)
        assert Cron.of(cron).latest_until(after, expected + 30, ZoneInfo("UTC")) == expected
        assert Cron.of(cron).latest_until(after, expected - 1, ZoneInfo("UTC")) is None


def test_a_time_that_does_not_exist_counts_as_it_would_have() -> None:
    # On 2026-03-29 the clocks of Berlin go from 02:00 to 03:00.
    assert dues("30 2 * * *", local("2026-03-28T12:00"), 2) == ["2026-03-29T03:30+02:00", "2026-03-30T02:30+02:00"]
    assert dues("*/30 * * * *", local("2026-03-29T01:15"), 3) == [
        "2026-03-29T01:30+01:00",
        "2026-03-29T03:00+02:00",
        "2026-03-29T03:30+02:00",
    ]


def test_a_time_that_comes_twice_counts_once_unless_every_hour_does() -> None:
    # On 2026-10-25 they go from 03:00 back to 02:00.
    assert dues("30 2 * * *", local("2026-10-24T12:00"), 2) == ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]
    assert dues("0 * * * *", local("2026-10-25T01:30"), 3) == [
        "2026-10-25T02:00+02:00",
        "2026-10-25T02:00+01:00",
        "2026-10-25T03:00+01:00",
    ]
    # A day whose midnight does not exist.
    beirut = ZoneInfo("Asia/Beirut")
    assert dues("0 0 * * *", local("2026-03-28T12:00", beirut), 1, beirut) == ["2026-03-29T01:00+03:00"]


def test_names_and_days() -> None:
    assert dues("0 9 * * MON-fri", local("2026-11-27T10:00"), 1) == ["2026-11-30T09:00+01:00"]
    assert dues("0 9 13 * 5", local("2026-11-01T00:00"), 2) == ["2026-11-06T09:00+01:00", "2026-11-13T09:00+01:00"]
    assert dues("0 9 29 2 *", local("2026-11-01T00:00"), 1) == ["2028-02-29T09:00+01:00"]
    assert dues("0 9 * * 7", local("2026-11-30T00:00"), 1) == ["2026-12-06T09:00+01:00"]
    assert Cron.of("0 0 31 2 *").next_after(0, BERLIN) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "* * * *",
        "* * * * * *",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "a * * * *",
        "5-1 * * * *",
        "*/0 * * * *",
        "1,,2 * * * *",
        "-1 * * * *",
        "\uff11 * * * *",
    ],
)
def test_what_is_none_of_crons_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Cron.of(text)
