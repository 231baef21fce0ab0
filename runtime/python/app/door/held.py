"""What runs under way may use, which counts before they have ended: else any number of them could begin at once."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager

from app.runtime.settings import Settings

_FIRST_SHARE = 10
_MOST_KINDS = 10_000


class Held:
    """What the runs of a process hold of each count until what they have used is known.

    A run is expected to use as much as the dearest of late, and the first of a kind a tenth of what there is.
    """

    def __init__(self, _settings: Settings) -> None:  # made as all that is shared
        self._held: dict[str, int] = {}
        self._dearest: dict[str, float] = {}

    def of(self, count: str) -> int:
        """How much of a count is held."""
        return self._held.get(count, 0)

    def expected(self, kind: str, size: int) -> int:
        """What a run is expected to use of a quota of that size."""
        return max(1, round(self._dearest.get(kind, size / _FIRST_SHARE)))

    def learn(self, kind: str, used: int) -> None:
        """Notes what a run has used; what was used long ago counts less and less."""
        if len(self._dearest) >= _MOST_KINDS and kind not in self._dearest:
            self._dearest.clear()
        before = self._dearest.get(kind, 0.0)
        self._dearest[kind] = max(used, before * 0.95 + used * 0.05)

    @contextmanager
    def holding(self, amounts: Sequence[tuple[str, int]]) -> Generator[None]:
        """Holds so much of each count for as long as a run goes on."""
        for count, amount in amounts:
            self._held[count] = self.of(count) + amount
        try:
            yield
        finally:
            for count, amount in amounts:
                left = self.of(count) - amount
                if left > 0:
                    self._held[count] = left
                else:
                    self._held.pop(count, None)

    async def aclose(self) -> None:
        """Nothing is open."""
