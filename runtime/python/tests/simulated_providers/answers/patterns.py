"""A string that matches a regular expression: enough of the syntax for the patterns that schemas carry."""

import re

CLASSES = {"d": "7", "w": "a", "s": " ", "D": "x", "W": "-", "S": "x"}
CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}


def sample(pattern: str, preferred: str | None = None) -> str:
    """`preferred` when it matches, else a string made from the pattern; what could be made when it is too clever."""
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError):
        return preferred or "sample"
    if preferred is not None and compiled.search(preferred):
        return preferred
    made = _Sampler(pattern).alternatives()
    return made if compiled.search(made) else preferred or made


class _Sampler:
    """Reads a pattern from left to right and writes the shortest text that its parts allow."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def alternatives(self) -> str:
        """Reads up to a closing bracket; the first alternative counts."""
        first: str | None = None
        text = ""
        while self._at < len(self._pattern) and self._peek() != ")":
            if self._peek() == "|":
                self._at += 1
                first = text if first is None else first
                text = ""
                continue
            text += self._repeated(self._atom())
        return text if first is None else first

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _take(self) -> str:
        self._at += 1
        return self._pattern[self._at - 1 : self._at]

    def _atom(self) -> str:
        character = self._take()
        if character == "(":
            return self._group()
        if character == "[":
            return self._set()
        if character == "\\":
            return self._escape()
        if character in "^$":
            return ""
        return "x" if character == "." else character

    def _group(self) -> str:
        assertion = re.compile(r"\?(?:[=!]|<[=!])").match(self._pattern, self._at)
        prefix = re.compile(r"\?(?:[=!:]|<[=!]|P?<\w+>)").match(self._pattern, self._at)
        if prefix:
            self._at = prefix.end()
        text = self.alternatives()
        self._take()
        return "" if assertion else text

    def _escape(self) -> str:
        character = self._take()
        if character in "bBAZ":
            return ""
        return CLASSES.get(character) or CONTROLS.get(character, character)

    def _set(self) -> str:
        negated = self._peek() == "^"
        if negated:
            self._at += 1
        members: list[str] = []
        while self._at < len(self._pattern) and (self._peek() != "]" or not members):
            character = self._take()
            members.append(self._escape() if character == "\\" else character)
        self._take()
        if not negated:
            return members[0] if members else "x"
        return next(each for each in "xX0-_ " if each not in members)

    def _repeated(self, text: str) -> str:
        counted = re.compile(r"\{(\d+)(?:,\d*)?\}").match(self._pattern, self._at)
        if counted:
            self._at = counted.end()
            text *= int(counted.group(1))
        elif self._peek() and self._peek() in "*+?":
            text = text if self._take() == "+" else ""
        if self._peek() and self._peek() in "?+":
            self._at += 1
        return text
