"""Values taken from a prompt for the places of a schema that they fit."""

import re
from typing import Any

from simulated_openai.answers.prompt import (
    CAPITALIZED,
    DATE,
    EMAIL,
    IDENTIFIER,
    NUMBER,
    QUOTED,
    STOP_WORDS,
    URL,
    Prompt,
    words_of,
)
from simulated_openai.json_values import JsonObject

IDENTIFIER_NAMES = {
    "id",
    "number",
    "no",
    "code",
    "key",
    "ref",
    "reference",
    "sku",
    "order",
    "ticket",
    "invoice",
    "customer",
}
TEXT_NAMES = {"query", "question", "text", "message", "prompt", "input", "content", "search", "body", "description"}


class Hints:
    """The candidates of a prompt, each handed out once before any is used again."""

    def __init__(self, prompt: Prompt) -> None:
        self._prompt = prompt
        text = prompt.question
        self.quoted: list[str] = ["".join(groups) for groups in QUOTED.findall(text)]
        self.emails: list[str] = EMAIL.findall(text)
        self.urls: list[str] = URL.findall(text)
        self.dates: list[str] = DATE.findall(text)
        plain = DATE.sub(" ", URL.sub(" ", EMAIL.sub(" ", text)))
        self.identifiers = [each.lstrip("#") for each in IDENTIFIER.findall(plain)]
        self.numbers = [float(each) if "." in each else int(each) for each in NUMBER.findall(plain)]
        self.names = _names(plain)
        self._used: list[Any] = []

    def text(self, name: str, schema: JsonObject) -> str | None:
        """A string for a member called `name`, None when the prompt has none that fits."""
        words = words_of(f"{name} {schema.get('description', '')}")
        by_format = {"email": self.emails, "uri": self.urls, "url": self.urls, "date": self.dates}.get(
            str(schema.get("format", ""))
        )
        if by_format is not None:
            return self._next(by_format)
        for word, found in (("email", self.emails), ("url", self.urls), ("date", self.dates)):
            if word in words and found:
                return self._next(found)
        if words_of(name) & TEXT_NAMES and not self.quoted:
            return self._prompt.question or None
        numbers = [str(each) for each in self.numbers]
        if words_of(name) & IDENTIFIER_NAMES:
            return self._next([*self.identifiers, *numbers, *self.quoted])
        return self._next([*self.quoted, *self.names, *self.identifiers])

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

    def phrase(self) -> str:
        """Some words of the prompt, for a string that nothing else fits."""
        return " ".join(self._prompt.keywords()) or "sample"

    def _next(self, found: list[Any]) -> Any:
        for value in found:
            if value not in self._used:
                self._used.append(value)
                return value
        return found[0] if found else None


def _names(text: str) -> list[str]:
    """Capitalized words, without the one that only starts a sentence."""
    found: list[str] = []
    for match in CAPITALIZED.finditer(text):
        starts = match.start() == 0 or text[: match.start()].rstrip()[-1:] in set(".!?:\n")
        words = match.group().split(" ")
        if starts:
            words = words[1:] if words[0].lower() in STOP_WORDS or len(words) == 1 else words
        if words and words[0].lower() not in STOP_WORDS:
            found.append(" ".join(words))
    return found
