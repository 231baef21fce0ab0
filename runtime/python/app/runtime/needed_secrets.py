"""Secrets that steps need besides the keys of servers."""

from dataclasses import dataclass
from typing import Self

from app.runtime.context import Secrets
from app.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class NeededSecret:
    """A variable of the environment without which a service is not ready. It is read anew when a step needs it."""

    variable: str

    def __call__(self, settings: Settings) -> Self:
        """Looks whether it is there.

        Raises:
            MissingApiKey: it is not set.
        """
        Secrets()[self.variable]
        return self

    async def aclose(self) -> None:
        """Ends nothing: it holds nothing open."""
