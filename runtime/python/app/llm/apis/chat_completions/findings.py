"""What Azure's content filter found of prompts and answers, streamed or whole."""

import msgspec

from app.llm.answer import ModelAnswer
from app.llm.apis.chat_completions.notes import with_note
from app.llm.findings import note_findings
from app.llm.lenient_json import lenient
from app.llm.provider import Api
from app.llm.types import JsonObject


class _Choice(msgspec.Struct):
    index: int | None = None
    content_filter_results: JsonObject | None = None


class _Answer(msgspec.Struct):
    choices: list[_Choice | None] | None = None
    prompt_filter_results: list[JsonObject] | None = None


def _note(payload: bytes, answer: ModelAnswer) -> None:
    found = lenient(payload, _Answer)
    if found.prompt_filter_results:
        answer.extras["prompt_filter_results"] = found.prompt_filter_results
    for choice in found.choices or ():
        if choice is not None and not choice.index and choice.content_filter_results:
            note_findings(answer, choice.content_filter_results)


def with_findings(api: Api) -> Api:
    """Chat Completions as Azure speaks it."""
    return with_note(api, _note)
