"""The order of text in a streamed answer whose messages come interleaved."""


class MessageOrder:
    """Holds back the text of a message until the ones announced before it are complete.

    What a stream says piece by piece is then the same text as that of the answer in one piece. Messages go by their
    `output_index`, None where a server leaves it out.
    """

    __slots__ = ("_complete", "_held", "_open", "_spoken", "speaking")

    def __init__(self) -> None:
        self.speaking: int | None = None
        """The message whose text may leave as it comes."""
        self._open = False
        self._held: dict[int | None, list[str]] = {}
        self._complete: set[int | None] = set()
        self._spoken: set[int | None] = set()

    def begin(self, index: int | None) -> None:
        """A message is announced."""
        if not self._open:
            self.speaking, self._open = index, True

    def say(self, index: int | None, text: str) -> list[str]:
        """A piece of a message's text; gives what may leave now."""
        self._spoken.add(index)
        self.begin(index)
        if index == self.speaking:
            return [text]
        self._held.setdefault(index, []).append(text)
        return []

    def has_spoken(self, index: int | None) -> bool:
        """Whether there was any text of the message."""
        return index in self._spoken

    def complete(self, index: int | None) -> list[str]:
        """A message is complete; gives the text that has waited for it."""
        self._complete.add(index)
        released: list[str] = []
        while self._open and self.speaking in self._complete:
            self._open = bool(self._held)
            if self._open:
                self.speaking = min(self._held, key=_position)
                released += self._held.pop(self.speaking)
        return released

    def end(self) -> list[str]:
        """The answer has ended; gives all text that still waits."""
        return [text for index in sorted(self._held, key=_position) for text in self._held.pop(index)]


def _position(index: int | None) -> int:
    return -1 if index is None else index
