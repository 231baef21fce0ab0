"""When a schedule is due: five fields as cron has them, by the clocks of a time zone.

https://pubs.opengroup.org/onlinepubs/9699919799/utilities/crontab.html, with names, `/` and Sunday as 7 besides. When a
day and a weekday are both given, and neither begins with `*`, either will do. Where clocks are changed:

- a time that does not exist on a day counts as it would without the change: 02:30 is at 03:30 of the new time;
- a time that comes twice counts once, the first time, unless the hour begins with `*`: then it counts both times.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_NAMES = ((), (), (), ("", *_MONTHS), _WEEKDAYS)
_MOST_DAYS = 9 * 366
"""A 29th of February may be eight years away."""


@dataclass(frozen=True, slots=True)
class Cron:
    """The five fields: minutes, hours, days, months, and weekdays from Sunday, 0, on."""

    fields: tuple[frozenset[int], ...]
    stars: tuple[bool, ...]
    """Which of them begin with `*`."""

    @classmethod
    def of(cls, text: str) -> "Cron":
        """The fields of a text.

        Raises:
            ValueError: it is none of cron's.
        """
        parts = text.split()
        if len(parts) != len(_RANGES):
            raise ValueError(f"{text} has not five fields.")
        fields = [
            frozenset(_numbers(part, *bounds, names))
            for part, bounds, names in zip(parts, _RANGES, _NAMES, strict=True)
        ]
        fields[4] = frozenset(day % 7 for day in fields[4])
        return cls(tuple(fields), tuple(part.startswith("*") for part in parts))

    def next_after(self, after: float, zone: ZoneInfo) -> float | None:
        """The first time after one, in seconds since 1970; None when there is none within nine years."""
        first = datetime.fromtimestamp(after, zone).date() - timedelta(days=1)
        for ahead in range(_MOST_DAYS):
            day = first + timedelta(days=ahead)
            if self._has(day):
                due = min((at for at in self._times(day, zone) if at > after), default=None)
                if due is not None:
                    return due
        return None

    def latest_until(self, after: float, until: float, zone: ZoneInfo) -> float | None:
        """The last time after one and not after another; None when there is none."""
        last = datetime.fromtimestamp(until, zone).date() + timedelta(days=1)
        first = datetime.fromtimestamp(after, zone).date() - timedelta(days=1)
        for back in range((last - first).days + 1):
            day = last - timedelta(days=back)
            if self._has(day):
                due = max((at for at in self._times(day, zone) if after < at <= until), default=None)
                if due is not None:
                    return due
        return None

    def _has(self, day: date) -> bool:
        _, _, days, months, weekdays = self.fields
        in_days, in_weekdays = day.day in days, day.isoweekday() % 7 in weekdays
        either = not self.stars[2] and not self.stars[4]
        return day.month in months and (in_days or in_weekdays if either else in_days and in_weekdays)

    def _times(self, day: date, zone: ZoneInfo) -> Iterator[float]:
        for hour in self.fields[1]:
            for minute in self.fields[0]:
                local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                yield local.astimezone(UTC).timestamp()
                if self.stars[1]:
                    yield local.replace(fold=1).astimezone(UTC).timestamp() if _is_twice(local) else local.timestamp()


def _is_twice(local: datetime) -> bool:
    """Whether a clock shows this time once before and once after it was set back."""
    return local.utcoffset() != local.replace(fold=1).utcoffset() and (
        local.astimezone(UTC).astimezone(local.tzinfo).replace(tzinfo=None) == local.replace(tzinfo=None)
    )


def _numbers(part: str, least: int, most: int, names: tuple[str, ...]) -> Iterator[int]:
    for each in part.split(","):
        span, slash, step_text = each.partition("/")
        step = _number(step_text, 1, most + 1, ()) if slash else 1
        if span == "*":
            # Sunday is 0 and 7, of which one is enough.
            first, last = least, min(most, 6) if names is _WEEKDAYS else most
        else:
            start, dash, end = span.partition("-")
            first = _number(start, least, most, names)
            last = _number(end, least, most, names) if dash else most if slash else first
        if last < first:
            raise ValueError(f"{each} ends before it begins.")
        yield from range(first, last + 1, step)


def _number(text: str, least: int, most: int, names: tuple[str, ...]) -> int:
    named = text.lower()
    if named and named in names:
        return names.index(named)
    number = int(text) if text.isascii() and text.isdecimal() else -1
    if not least <= number <= most:
        raise ValueError(f"{text} is no number from {least} to {most}.")
    return number
