"""What Azure's content filter finds in prompts and answers.

https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter-annotations
"""

from typing import Any

from app.llm.types import JsonObject

_SEVERITIES = ("safe", "low", "medium", "high")


def graver_findings(before: JsonObject, found: JsonObject) -> JsonObject:
    """What Azure's filter found of two pieces of an answer: the worse of each category."""

    def rank(finding: Any) -> tuple[bool, int]:
        match finding:
            case {"filtered": bool() as filtered, "severity": str() as severity} if severity in _SEVERITIES:
                return filtered, _SEVERITIES.index(severity)
            case {"filtered": True}:
                return True, 0
            case _:
                return False, 0

    return {**before, **{name: each for name, each in found.items() if rank(each) >= rank(before.get(name))}}
