"""The work that every contestant gets: what the model is asked, and what the scripted upstream answers to it.

The prompt carries the script, so that one upstream serves every scenario without being told, and so that nothing but
the request has to reach it. Upstream, load generator and checks all read it from here.
"""

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
CALL_ARGUMENTS = '{"number":"A-1042"}'
PROMPT_TOKENS = 42

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

_SCRIPT = re.compile(rb"bench (\d+) (\d+) ([\d.]+) ([01]) (\d+) (\d+)\.")


@dataclass(frozen=True, slots=True)
class Work:
    """One answer: `tokens` in writes of `per_write` events, `writes_per_second` of them (0 is at once).

    With `call` the answer is a function call instead. The end of the HTTP body follows `[DONE]` after `end_delay_ms`.
    `number` tells the answers of one job apart.
    """

    tokens: int
    per_write: int = 1
    writes_per_second: float = 0.0
    call: bool = False
    end_delay_ms: int = 0
    number: int = 0

    def prompt(self) -> str:
        """The user's message that asks for this answer."""
        pace = f"{self.tokens} {self.per_write} {self.writes_per_second}"
        return f"bench {pace} {int(self.call)} {self.end_delay_ms} {self.number}."

    @staticmethod
    def read(body: bytes | bytearray) -> "Work":
        """The work that a request's body asks for; ValueError when it asks for none."""
        found = _SCRIPT.search(body)
        if found is None:
            raise ValueError("The request does not carry a script.")
        tokens, per_write, rate, call, end_delay, number = found.groups()
        return Work(int(tokens), int(per_write), float(rate), call == b"1", int(end_delay), int(number))

    def due(self, token: int) -> float:
        """Seconds from the start of the answer until this token is to be sent."""
        return token // self.per_write / self.writes_per_second if self.writes_per_second else 0.0

    def text(self) -> str:
        """The text of the answer."""
        return "" if self.call else "".join(words(0, self.tokens))

    def usage(self) -> dict[str, int]:
        """The tokens that the upstream reports."""
        return {
            "prompt_tokens": PROMPT_TOKENS,
            "completion_tokens": self.tokens,
            "total_tokens": PROMPT_TOKENS + self.tokens,
        }


def words(start: int, end: int) -> list[str]:
    """The text of the tokens from `start` up to `end`."""
    return [WORDS[index % len(WORDS)] for index in range(start, end)]
