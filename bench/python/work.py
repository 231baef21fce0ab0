"""The work that every contestant gets: what the model is asked, and what the scripted upstream answers to it.

The prompt carries the script, so that one upstream serves every scenario without being told, and so that nothing but
the request has to reach it. Upstream, load generator and checks all read it from here.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

MODEL = "gpt-5.4-mini"
SYSTEM = "You help customers in every region. Answer in EN."
MAX_TOKENS = 500
FUNCTION: dict[str, Any] = {
    "name": "get_order",
    "description": "Finds an order by its number.",
    "parameters": {
        "type": "object",
        "properties": {"number": {"type": "string", "description": "The order number, such as A-1042"}},
        "required": ["number"],
    },
}
PROMPT_TOKENS = 42

# What the tokens of an answer are, over and over: t is a word of the text, a digit a piece of that call's arguments,
# - nothing that a caller gets to see, such as what the model thinks. How they are written is `wire`'s matter.
PATTERNS = {
    "text": "t",
    "comments": "t",
    "crlf": "t",
    "named": "t",
    "vendors": "t",
    "escaped": "t",
    "usage": "t",
    "cut": "t",
    "error": "t",
    "thinking": "-t",
    "call": "0",
    "parallel": "012",
    "mixed": "0t-t",
    "json": "t",
}
# A call's arguments, and the text of an answer in JSON: a number, which the function takes, and the answer's words.
JSON_BEGIN, JSON_END = '{"number":"A-1042","note":"', '"}'

# Letters beyond ASCII, quotes, a backslash and a line break: whatever has to be escaped on the way is in every answer.
WORDS = (
    " The",
    " lamp",
    " was",
    " “shipped”",
    ",",
    ' "today"',
    " at",
    " 10",
    " h",
    ".\n",
    " Größe",
    ":",
    " a\\b",
    " 灯",
)

_SCRIPT = re.compile(rb"bench (\d+) (\d+) ([\d.]+) (\w+) (\d+) (\d+)\.")


@dataclass(frozen=True, slots=True)
class Work:
    """One answer: `tokens` in writes of `per_write` events, `writes_per_second` of them (0 is at once).

    `kind` says what they are, see `PATTERNS`; one of kind `error` ends with an error. The end of the HTTP body follows
    `[DONE]` after `end_delay_ms`. `number` tells the answers of one job apart.
    """

    tokens: int
    per_write: int = 1
    writes_per_second: float = 0.0
    kind: str = "text"
    end_delay_ms: int = 0
    number: int = 0

    def prompt(self) -> str:
        """The user's message that asks for this answer."""
        pace = f"{self.tokens} {self.per_write} {self.writes_per_second}"
        return f"bench {pace} {self.kind} {self.end_delay_ms} {self.number}."

    @staticmethod
    def read(body: bytes | bytearray) -> "Work":
        """The work that a request's body asks for; ValueError when it asks for none."""
        found = _SCRIPT.search(body)
        if found is None:
            raise ValueError("The request does not carry a script.")
        tokens, per_write, rate, kind, end_delay, number = found.groups()
        return Work(int(tokens), int(per_write), float(rate), kind.decode(), int(end_delay), int(number))

    def due(self, token: int) -> float:
        """Seconds from the start of the answer until this token is to be sent."""
        return token // self.per_write / self.writes_per_second if self.writes_per_second else 0.0

    def text(self) -> str:
        """The text of the answer."""
        words = self._words_of("t")
        return JSON_BEGIN + escaped(words) + JSON_END if self.kind == "json" else words

    def arguments(self) -> list[str]:
        """The arguments of each call in the answer, as JSON."""
        notes = [self._words_of(mark) for mark in sorted({*PATTERNS[self.kind]}) if mark.isdigit()]
        return [JSON_BEGIN + escaped(note) + JSON_END for note in notes]

    def usage(self) -> dict[str, int]:
        """The tokens that the upstream reports."""
        return {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": self.tokens,
            "total_tokens": PROMPT_TOKENS + self.tokens,
        }

    def _words_of(self, mark: str) -> str:
        pattern = PATTERNS[self.kind]
        return "".join([word(index) for index in range(self.tokens) if pattern[index % len(pattern)] == mark])


def word(index: int) -> str:
    """What the token at `index` says."""
    return WORDS[index % len(WORDS)]


def escaped(text: str) -> str:
    """Text as it stands inside a string of JSON."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
