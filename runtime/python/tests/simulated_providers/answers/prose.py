"""Answers without a schema: prose that shows what was asked or what a function gave back, and JSON."""

import re
from typing import Any

from tests.simulated_providers.answers.hints import Hints
from tests.simulated_providers.answers.prompt import (
    JSON_KEY,
    LIST_NAMES,
    NUMBER_NAMES,
    STOP_WORDS,
    Prompt,
    ToolResult,
    words_of,
)
from tests.simulated_providers.json_values import JsonObject, is_array, is_object

MAX_QUOTED = 160
LANGUAGES = {
    "de": ("german", "deutsch", "DE"),
    "fr": ("french", "fran\u00e7ais", "FR"),
    "es": ("spanish", "espa\u00f1ol", "ES"),
}
SENTENCES = {
    "en": (
        'You asked: "{question}"',
        "This is a simulated answer, so it was put together from your words and not by a model.",
        "A real answer would deal with {keywords}, one point after the other, and then sum them up.",
        "It was told: {instructions}",
        "The same question gets the same answer every time.",
    ),
    "de": (
        "Sie haben gefragt: \u201e{question}\u201c",
        "Das ist eine simulierte Antwort: Sie besteht aus Ihren Worten, kein Modell hat sie geschrieben.",
        "Eine echte Antwort w\u00fcrde nacheinander auf {keywords} eingehen und am Ende zusammenfassen.",
        "Die Anweisung lautete: {instructions}",
        "Dieselbe Frage bekommt jedes Mal dieselbe Antwort.",
    ),
    "fr": (
        "Vous avez demand\u00e9 : \u00ab {question} \u00bb",
        "Ceci est une r\u00e9ponse simul\u00e9e, faite de vos mots et non par un mod\u00e8le.",
        "Une vraie r\u00e9ponse traiterait {keywords}, un point apr\u00e8s l'autre, puis r\u00e9sumerait.",
        "La consigne \u00e9tait : {instructions}",
        "La m\u00eame question re\u00e7oit toujours la m\u00eame r\u00e9ponse.",
    ),
    "es": (
        "Ha preguntado: \u00ab{question}\u00bb",
        "Esta es una respuesta simulada, hecha con sus palabras y no por un modelo.",
        "Una respuesta real tratar\u00eda {keywords}, un punto tras otro, y al final los resumir\u00eda.",
        "La instrucci\u00f3n era: {instructions}",
        "La misma pregunta recibe siempre la misma respuesta.",
    ),
}
AND = {"en": "and", "de": "und", "fr": "et", "es": "y"}


LISTED = re.compile(
    r"\b(?:fields?|keys?|propert(?:y|ies)|attributes?|members?|columns?)\b(?: named| called)?\s*:?\s*"
    r"((?:[`\"']?[A-Za-z_]\w*[`\"']?(?:\s*(?:,|and|&)\s*)*)+)"
)


def answer(prompt: Prompt, variant: int = 0) -> str:
    """Several sentences about the question; `variant` tells the choices of one request apart."""
    language = language_of(prompt.everything)
    asked, simulated, content, told, same = SENTENCES[language]
    keywords = prompt.keywords()
    sentences = [asked.format(question=shortened(prompt.question)), simulated]
    if keywords:
        sentences.append(content.format(keywords=_joined(keywords, AND[language])))
    if prompt.instructions and prompt.instructions != prompt.question:
        sentences.append(told.format(instructions=_sentence(shortened(prompt.instructions))))
    sentences.append(same)
    text = " ".join(sentences)
    return f"({variant + 1}) {text}" if variant else text


def answer_with_results(prompt: Prompt) -> str:
    """Sentences that report what functions gave back."""
    found = " ".join(_report(result) for result in prompt.results)
    return f'{found} That answers your question: "{shortened(prompt.question)}"'


def language_of(text: str) -> str:
    """The language a prompt asks for ("in German", "Answer in DE"), English when it asks for none."""
    for language, names in LANGUAGES.items():
        *words, code = names
        if re.search(rf"\b(?:in|auf|en)\s+(?:(?i:{'|'.join(words)})|{code})\b", text):
            return language
    return "en"


def shortened(text: str) -> str:
    """A text on one line, cut at a word when it is long."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_QUOTED else line[:MAX_QUOTED].rsplit(" ", 1)[0] + " ..."


def _sentence(text: str) -> str:
    return text if text[-1:] in ".!?" else f"{text}."


def _report(result: ToolResult) -> str:
    name = result.name
    if is_object(result.value) and result.value:
        return f"According to {name}, {_joined(_members(result.value), 'and')}."
    if is_array(result.value):
        return f"{name} found {len(result.value)}: {_joined([_shown(each) for each in result.value[:5]], 'and')}."
    return f"{name} says: {_sentence(shortened(_shown(result.value)))}"


def _members(value: JsonObject) -> list[str]:
    return [f"{key.replace('_', ' ')} is {_shown(member)}" for key, member in list(value.items())[:8]]


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if is_array(value):
        return _joined([_shown(each) for each in value[:5]], "and") or "empty"
    return f"({'; '.join(_members(value))})" if is_object(value) else str(value)


def _joined(values: list[str], word: str) -> str:
    return f"{', '.join(values[:-1])} {word} {values[-1]}" if len(values) > 1 else "".join(values)


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
