"""Words: which carry no meaning, and what the names of parameters and members ask for."""

import re

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
