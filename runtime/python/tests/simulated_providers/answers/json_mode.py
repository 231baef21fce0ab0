"""The object that JSON mode answers with when there is no schema: the fields the prompt names, or a small summary."""

import re
from typing import Any

from tests.simulated_providers.answers.hints import Hints
from tests.simulated_providers.answers.prompt import JSON_KEY, Prompt
from tests.simulated_providers.answers.vocabulary import LIST_NAMES, NUMBER_NAMES, STOP_WORDS, words_of
from tests.simulated_providers.json_values import JsonObject

LISTED = re.compile(
    r"\b(?:fields?|keys?|propert(?:y|ies)|attributes?|members?|columns?)\b(?: named| called)?\s*:?\s*"
    r"((?:[`\"']?[A-Za-z_]\w*[`\"']?(?:\s*(?:,|and|&)\s*)*)+)"
)


def object_from(prompt: Prompt) -> JsonObject:
    """An object with the members that the prompt asks for."""
    hints = Hints(prompt)
    names = field_names(prompt.everything)
    if not names:
        return {"answer": f"A simulated answer to: {prompt.question}", "keywords": prompt.keywords()}
    return {name: _value(name, prompt, hints) for name in names}


def field_names(text: str) -> list[str]:
    """Names of members in a text: keys of example JSON, names listed after "fields" or "keys"."""
    found: list[str] = JSON_KEY.findall(text)
    if not found:
        for match in LISTED.finditer(text):
            words = re.findall(r"[A-Za-z_]\w*", match.group(1))
            found.extend(word for word in words if word.lower() not in STOP_WORDS)
    return list(dict.fromkeys(found))[:20]


def _value(name: str, prompt: Prompt, hints: Hints) -> Any:
    words = words_of(name)
    if words & NUMBER_NAMES:
        return hints.number(integer=False) or 1
    if name.lower() in LIST_NAMES:
        return prompt.keywords()
    if name.lower().startswith(("is_", "has_", "can_")):
        return True
    return hints.text(name, {})
