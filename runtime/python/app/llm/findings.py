"""What Azure's content filter found of an answer.

https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter-annotations
"""

from typing import Any

from app.llm.answer import ModelAnswer
from app.llm.types import JsonObject

_SEVERITIES = ("safe", "low", "medium", "high")


def note_findings(answer: ModelAnswer, found: JsonObject) -> None:
    """Adds findings of an answer, or of a piece of it: of each category the gravest is kept."""
    kept: JsonObject = answer.extras.setdefault("content_filter_results", {})
    kept.update({name: each for name, each in found.items() if _gravity(each) >= _gravity(kept.get(name))})


def _gravity(finding: Any) -> tuple[bool, int]:
    match finding:
        case {"filtered": bool() as filtered, "severity": str() as severity} if severity in _SEVERITIES:
            return filtered, _SEVERITIES.index(severity)
        case {"filtered": True}:
            return True, 0
        case _:
            return False, 0
