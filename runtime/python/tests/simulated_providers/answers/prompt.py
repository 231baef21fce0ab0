"""What a prompt holds that an answer can use: its last question, words, numbers, names and tool results."""

import re
from dataclasses import dataclass
from typing import Any

from tests.simulated_providers.json_values import JsonObject, decode, is_array, objects

WORD = re.compile(r"[^\W_]+")

_STOP_WORDS = """
a about above all also am an and any are as at be been but by can could did do does for from give had has have
help here how i if in into is it its just know like make me more my need no not of on one or our out please
show so some tell that the their them then there these they this those to up us use using want was we were
what when where which who why will with would write you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())

# German, French and Spanish; apart, for some of them begin names: "La Paz", "Los Angeles".
_STOP_WORDS_ABROAD = """
comment como con das dem den der des die ein eine einen einer einem est esta est-ce ich ist les los las mit nicht pour
por que qui quoi sie sind sont son und une una uno von was wer wie wo zum zur
"""
STOP_WORDS_ABROAD = frozenset(_STOP_WORDS_ABROAD.split())

# Capitalized words that are no names: how requests and greetings start, and formats.
_NO_NAMES = """
add answer book cancel classify create dear describe email explain extract find generate good hello hey hi json list
look open order provide refund reply return say search send summarize thanks track translate weather write
"""
NO_NAMES = frozenset(_NO_NAMES.split())


QUOTED = re.compile(
    r"\"([^\"\n]{1,80})\"|`([^`\n]{1,80})`|\u201c([^\u201d\n]{1,80})\u201d|(?<!\w)'([^'\n]{1,80})'(?!\w)"
)
JSON_KEY = re.compile(r"[\"']([A-Za-z_][\w-]*)[\"']\s*:")
IDENTIFIER = re.compile(r"#?\b(?=[\w-]{0,80}\d)(?=[\w-]{0,80}[A-Za-z])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*\b")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
NO_TEXT = "what it shows speaks for itself"
URL = re.compile(r"https?://[^\s<>\"')]+")
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
NUMBER = re.compile(r"(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-]|\.\d)")
CAPITALIZED = re.compile(r"[A-Z\u00c0-\u00de][\w'-]*(?: (?:[A-Z\u00c0-\u00de][\w'-]*))*")


def words_of(text: str) -> set[str]:
    """The words of a text or identifier that carry meaning, lower case, without plural and verb endings."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return {stem(word.lower()) for word in WORD.findall(spaced) if word.lower() not in STOP_WORDS and len(word) > 1}


def stem(word: str) -> str:
    """A word without common endings: "orders" and "order" are the same word, "booking" and "book" too."""
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


# What a member's name says about its value. Names that hold an identifier or a number as text:
IDENTIFIER_NAMES = words_of("id number code key ref reference sku order ticket invoice payment")
# ... the whole question:
QUESTION_NAMES = words_of("query question text message prompt input content search body")
# ... a few words about it:
PHRASE_NAMES = words_of("summary description reason title subject explanation comment note topic headline answer")
# ... a number, in JSON that has no schema:
NUMBER_NAMES = words_of("age count number amount price total score quantity rating year confidence")
# ... a list, likewise:
LIST_NAMES = frozenset(("tags", "keywords", "items", "list", "topics", "names", "steps"))

# What a member holds when the prompt has nothing for it.
USUAL: dict[str, str] = {
    "email": "sample@example.com",
    "phone": "+1 555 0100",
    "priority": "normal",
    "sentiment": "neutral",
    "status": "open",
    "language": "en",
    "currency": "USD",
    "url": "https://example.com/sample",
    "date": "2026-01-15",
}


def text_of(message: JsonObject) -> str:
    """The text of a message, its parts joined by line ends."""
    content: Any = message.get("content")
    if isinstance(content, str):
        return content
    if is_array(content):
        return "\n".join(part["text"] for part in objects(content) if isinstance(part.get("text"), str))
    return ""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a function gave back: its name, its text, and the value when the text is JSON."""

    name: str
    text: str
    value: Any


@dataclass(frozen=True, slots=True)
class Prompt:
    """The parts of a conversation that answers are made of."""

    instructions: str
    question: str
    results: tuple[ToolResult, ...]

    @property
    def everything(self) -> str:
        """Instructions and question together."""
        return f"{self.instructions}\n{self.question}"

    def keywords(self, limit: int = 5) -> list[str]:
        """The question's first distinct words that carry meaning."""
        empty = STOP_WORDS | STOP_WORDS_ABROAD | NO_NAMES
        found = [word for word in WORD.findall(self.question) if 2 < len(word) < 60 and word.lower() not in empty]
        return list(dict.fromkeys(found))[:limit]


def read_prompt(messages: list[JsonObject]) -> Prompt:
    """Takes a conversation apart. Results are those that follow the last assistant message with calls."""
    if _shows_results(messages):
        messages = messages[:-1]
    instructions = "\n".join(text_of(each) for each in messages if each["role"] in {"system", "developer"})
    questions = [text_of(each) for each in messages if each["role"] == "user"]
    return Prompt(instructions.strip(), (questions[-1] if questions else instructions).strip(), _results(messages))


def _shows_results(messages: list[JsonObject]) -> bool:
    """Whether the last message shows what functions gave that is no text, rather than asking something."""
    if [message["role"] for message in messages[-2:]] != ["tool", "user"]:
        return False
    return any(part.get("type") != "text" for part in objects(messages[-1].get("content")))


def _results(messages: list[JsonObject]) -> tuple[ToolResult, ...]:
    names: dict[str, str] = {}
    for message in messages:
        for call in objects(message.get("tool_calls")):
            names[str(call["id"])] = str(call.get("function", {}).get("name", "tool"))
    trailing: list[ToolResult] = []
    for message in reversed(messages):
        if message["role"] not in {"tool", "function"}:
            break
        name = message["name"] if message["role"] == "function" else names.get(message["tool_call_id"], "tool")
        text = text_of(message) or NO_TEXT
        trailing.append(ToolResult(name, text, _value(text)))
    return tuple(reversed(trailing))


def _value(text: str) -> Any:
    try:
        return decode(text)
    except ValueError:
        return text
