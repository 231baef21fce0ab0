"""What a model thinks before it answers, where the server leaves it in the text, between <think> and </think>."""

_OPEN, _CLOSE = "<think>", "</think>"
# Before the tag; whoever writes more of them is not about to think.
_MOST_BLANKS = 64


class Opening:
    """The beginning of an answer's text, cut anywhere: tells what the model thinks there from what it says."""

    __slots__ = ("_came", "_held", "_inside", "_said", "over")

    def __init__(self) -> None:
        self.over = False
        """Whether all that is still to come is said."""
        self._came: list[str] = []
        self._held = ""
        self._inside: bool | None = None
        self._said = ""

    @property
    def aside(self) -> str:
        """What came and was not said, as it came: the thought with its tags, and the blanks around them."""
        return "".join(self._came).removesuffix(self._said)

    def split(self, text: str) -> tuple[str, str]:
        """The next piece of the text, as what of it is thought and what is said."""
        if self.over:
            return "", text
        self._came.append(text)
        thought, self._said = self._parted(self._held + text)
        return thought, self._said

    def end(self) -> tuple[str, str]:
        """The text has ended: what was held back, as in `split()`."""
        held, self._held = self._held, ""
        if self.over or self._inside:
            return held, ""
        self.over, self._said = True, held
        return "", held

    def _parted(self, text: str) -> tuple[str, str]:
        self._held = ""
        if self._inside is None:
            start = text.lstrip()
            is_blank_enough = len(text) - len(start) <= _MOST_BLANKS
            if is_blank_enough and _OPEN.startswith(start):
                self._held = text
                return "", ""
            if not is_blank_enough or not start.startswith(_OPEN):
                self.over = True
                return "", text
            self._inside, text = True, start.removeprefix(_OPEN)
        thought = ""
        if self._inside:
            thought, closed, text = text.partition(_CLOSE)
            if not closed:
                self._held = next(
                    (thought[-size:] for size in range(len(_CLOSE) - 1, 0, -1) if thought.endswith(_CLOSE[:size])), ""
                )
                return thought.removesuffix(self._held), ""
            self._inside = False
        said = text.lstrip()
        self.over = bool(said)
        return thought, said
