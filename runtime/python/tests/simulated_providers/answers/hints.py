"""Values taken from a prompt for the places of a schema that they fit."""

import re
from typing import Any

from tests.simulated_providers.answers.prompt import (
    CAPITALIZED,
    DATE,
    EMAIL,
    IDENTIFIER,
    IDENTIFIER_NAMES,
    JSON_KEY,
    NO_NAMES,
    NUMBER,
    PHRASE_NAMES,
    QUESTION_NAMES,
    QUOTED,
    STOP_WORDS,
    URL,
    USUAL,
    Prompt,
    words_of,
)
from tests.simulated_providers.json_values import JsonObject, number_of

LONGEST = 160
"""What is longer is no value that a model would pick out of a text."""

FORMATS = {
    "date": "2026-01-15",
    "date-time": "2026-01-15T09:30:00Z",
    "time": "09:30:00Z",
    "duration": "PT30M",
    "email": "sample@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/sample",
    "url": "https://example.com/sample",
    "uuid": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
}
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Hints:
    """The candidates of a prompt, each handed out once."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        text = prompt.question
        self.quoted: list[str] = ["".join(groups) for groups in QUOTED.findall(JSON_KEY.sub(" ", text))]
        self.emails: list[str] = EMAIL.findall(text)
        self.urls: list[str] = URL.findall(text)
        self.dates: list[str] = DATE.findall(text)
        plain = DATE.sub(" ", URL.sub(" ", EMAIL.sub(" ", text)))
        self.identifiers = [each.lstrip("#") for each in IDENTIFIER.findall(plain)]
        self.numbers = [number_of(each) for each in NUMBER.findall(plain)]
        self.names, self.openers = _names(plain)
        self._used: list[Any] = []

    def text(self, name: str, schema: JsonObject) -> str:
        """A string for a member called `name`: from the prompt where something fits, else a usual one."""
        wanted = schema.get("format")
        if wanted is not None:
            return self._next(self._formatted(str(wanted))) or FORMATS.get(str(wanted)) or self.phrase()
        named = words_of(name)
        described = named | words_of(str(schema.get("description", "")))
        for word, found in (("email", self.emails), ("url", self.urls), ("date", self.dates)):
            if word in described and found:
                return self._next(found) or found[0]
        usual = next((text for word, text in USUAL.items() if words_of(word) <= named), None)
        if usual is not None:
            return usual
        return self._plain(named) or self.phrase()

    def _plain(self, named: set[str]) -> str | None:
        if named & QUESTION_NAMES and not self.quoted:
            return self._prompt.question
        if named & PHRASE_NAMES:
            return self._next(self.quoted) or self.phrase()
        if named & IDENTIFIER_NAMES:
            return self._next([*self.identifiers, *map(str, self.numbers), *self.quoted, *self.names])
        return self._next([*self.quoted, *self.names, *self.identifiers, *self.openers, *self._prompt.keywords()])

    def number(self, *, integer: bool) -> int | float | None:
        """A number, None when the prompt has none left."""
        return self._next([each for each in self.numbers if not integer or isinstance(each, int)])

    def choice(self, values: list[Any]) -> Any:
        """The one of some allowed values that the prompt mentions; else the first."""
        text = self._prompt.question.lower()
        for value in values:
            if isinstance(value, str) and value and re.search(rf"(?<!\w){re.escape(value.lower())}(?!\w)", text):
                return value
        mentioned = words_of(text)
        for value in values:
            if isinstance(value, str) and words_of(value) & mentioned:
                return value
        return values[0]

    def _formatted(self, wanted: str) -> list[str]:
        """The candidates that have a format of JSON Schema."""
        found = {"email": self.emails, "uri": self.urls, "url": self.urls, "date": self.dates}
        if wanted == "date-time":
            return [f"{date}T09:00:00Z" for date in self.dates]
        return (
            [each for each in self.identifiers if UUID.fullmatch(each)] if wanted == "uuid" else found.get(wanted, [])
        )

    def phrase(self) -> str:
        """Some words of the prompt, for a string that nothing else fits."""
        return " ".join(self._prompt.keywords()) or "sample"

    def _next(self, found: list[Any]) -> Any:
        for value in found:
            if value not in self._used and not (isinstance(value, str) and len(value) > LONGEST):
                self._used.append(value)
                return value
        return None


def _names(text: str) -> tuple[list[str], list[str]]:
    """Capitalized words, and apart from them the single ones that may be capitalized only for starting a sentence."""
    names: list[str] = []
    openers: list[str] = []
    for match in CAPITALIZED.finditer(text):
        starts = not text[: match.start()].strip() or text[: match.start()].rstrip()[-1] in ".!?"
        words = match.group().split(" ")
        alone = starts and len(words) == 1
        kept = [word for word in words if word.lower() not in NO_NAMES and word.lower() not in STOP_WORDS]
        if kept:
            (openers if alone else names).append(" ".join(kept))
    return names, openers
