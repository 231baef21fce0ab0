"""Checks a value against a JSON Schema, as far as schemas for model answers go.

Types, enum, const, properties, required, additionalProperties, items, lengths, pattern, bounds, multipleOf, anyOf, and
`$ref` into the schema itself; other keywords, `format` among them, say nothing here.
https://json-schema.org/draft/2020-12/json-schema-validation
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypedDict, cast

from app.llm.answer import ModelAnswer
from app.llm.json_answers import InvalidJsonOutput, read_json
from app.runtime.usage import Usage

_MOST_PROBLEMS = 20
_DEEPEST = 200


class SchemaProblem(TypedDict):
    """What does not fit: where (a JSON pointer, RFC 6901) and what is wrong there."""

    pointer: str
    detail: str


def read_json_by_schema(answer: ModelAnswer, text: str, usage: Usage, schema: Any) -> Any:
    """As `read_json`, for answers that may have to fit a schema.

    Raises:
        OutputTruncated, InvalidJsonOutput: as `read_json`; also where the JSON does not fit.
    """
    parsed = read_json(answer, text, usage, schema)
    problems = [] if schema is None else schema_problems(parsed, schema)
    if problems:
        first = problems[0]
        raise InvalidJsonOutput(
            f"The model's JSON does not fit the schema: {first['pointer'] or 'the value'} {first['detail']}.",
            hint="Set strict to true in the response format, or describe in the prompt what `errors` points at.",
            errors=problems,
        )
    return parsed


def schema_problems(value: Any, schema: Any) -> list[SchemaProblem]:
    """What in the value does not fit the schema, at most twenty; empty when it fits."""
    problems: list[SchemaProblem] = []
    for problem in _Check(schema).problems(value, schema, ""):
        problems.append(problem)
        if len(problems) == _MOST_PROBLEMS:
            break
    return problems


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "integer": lambda value: (
        not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and value.is_integer()))
    ),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}

_Found = Iterator[SchemaProblem]


class _Check:
    """One check; `root` is what references lead into."""

    __slots__ = ("_depth", "_root")

    def __init__(self, root: Any) -> None:
        self._root = root
        self._depth = 0

    def problems(self, value: Any, schema: Any, at: str) -> _Found:
        if schema is False:
            yield {"pointer": at, "detail": "is not allowed here"}
        if not isinstance(schema, dict):
            return
        rules = cast("dict[str, Any]", schema)
        self._depth += 1
        if self._depth > _DEEPEST:
            yield {"pointer": at, "detail": "is nested too deeply to be checked"}
        else:
            yield from self._rules(value, rules, at)
        self._depth -= 1

    def _rules(self, value: Any, rules: dict[str, Any], at: str) -> _Found:
        if "$ref" in rules:
            yield from self.problems(value, self._target(rules["$ref"]), at)
        allowed = rules.get("type")
        if allowed is not None:
            names: list[str] = [allowed] if isinstance(allowed, str) else allowed
            if not any(_TYPES[name](value) for name in names if name in _TYPES):
                yield {"pointer": at, "detail": f"is {_kind(value)}, not {' or '.join(names)}"}
                return
        if "const" in rules and not _same(value, rules["const"]):
            yield {"pointer": at, "detail": "is not the one value that is allowed"}
        if "enum" in rules and not any(_same(value, option) for option in rules["enum"]):
            yield {"pointer": at, "detail": "is none of the values that are allowed"}
        options = rules.get("anyOf")
        if options is not None and not any(self._fits(value, option, at) for option in options):
            yield {"pointer": at, "detail": "fits none of the alternatives"}
        if isinstance(value, dict):
            yield from self._object(cast("dict[str, Any]", value), rules, at)
        elif isinstance(value, list):
            yield from self._array(cast("list[Any]", value), rules, at)
        elif isinstance(value, str):
            yield from _string(value, rules, at)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from _number(value, rules, at)

    def _fits(self, value: Any, schema: Any, at: str) -> bool:
        depth = self._depth
        fits = next(self.problems(value, schema, at), None) is None
        self._depth = depth
        return fits

    def _object(self, value: dict[str, Any], rules: dict[str, Any], at: str) -> _Found:
        for name in rules.get("required", ()):
            if name not in value:
                yield {"pointer": at, "detail": f"lacks {name}"}
        known: dict[str, Any] = rules.get("properties", {})
        others: Any = rules.get("additionalProperties", True)
        for name, item in value.items():
            yield from self.problems(item, known.get(name, others), f"{at}/{_escaped(name)}")

    def _array(self, value: list[Any], rules: dict[str, Any], at: str) -> _Found:
        yield from _size(len(value), "items", rules.get("minItems"), rules.get("maxItems"), at)
        items: Any = rules.get("items", True)
        for index, item in enumerate(value):
            yield from self.problems(item, items, f"{at}/{index}")

    def _target(self, reference: str) -> Any:
        """The schema that `#/…` leads to; a reference that leads nowhere says nothing."""
        found: Any = self._root
        for step in reference.removeprefix("#").split("/")[1:]:
            found = cast("dict[str, Any]", found).get(step.replace("~1", "/").replace("~0", "~"), True)
            if not isinstance(found, dict):
                break
        return cast("Any", found)


def _string(value: str, rules: dict[str, Any], at: str) -> _Found:
    yield from _size(len(value), "characters", rules.get("minLength"), rules.get("maxLength"), at)
    pattern = rules.get("pattern")
    if pattern is None:
        return
    try:
        matches = re.search(pattern, value) is not None
    except re.error:  # ECMAScript's patterns are not all Python's
        return
    if not matches:
        yield {"pointer": at, "detail": f"does not match {pattern}"}


def _number(value: float, rules: dict[str, Any], at: str) -> _Found:
    if value < rules.get("minimum", value):
        yield {"pointer": at, "detail": f"is less than {rules['minimum']}"}
    if value > rules.get("maximum", value):
        yield {"pointer": at, "detail": f"is more than {rules['maximum']}"}
    if "exclusiveMinimum" in rules and value <= rules["exclusiveMinimum"]:
        yield {"pointer": at, "detail": f"is not more than {rules['exclusiveMinimum']}"}
    if "exclusiveMaximum" in rules and value >= rules["exclusiveMaximum"]:
        yield {"pointer": at, "detail": f"is not less than {rules['exclusiveMaximum']}"}
    step = rules.get("multipleOf")
    # 0.3 / 0.1 is not quite 3.
    if step and abs(value / step - round(value / step)) > 1e-9 * max(1.0, abs(value / step)):
        yield {"pointer": at, "detail": f"is not a multiple of {step}"}


def _size(size: int, unit: str, least: int | None, most: int | None, at: str) -> _Found:
    if least is not None and size < least:
        yield {"pointer": at, "detail": f"has {size} {unit}, fewer than {least}"}
    if most is not None and size > most:
        yield {"pointer": at, "detail": f"has {size} {unit}, more than {most}"}


def _same(a: Any, b: Any) -> bool:
    """JSON equality: 1 is 1.0 and not true."""
    if isinstance(a, list) and isinstance(b, list):
        ours, theirs = cast("list[Any]", a), cast("list[Any]", b)
        return len(ours) == len(theirs) and all(map(_same, ours, theirs))
    if isinstance(a, dict) and isinstance(b, dict):
        mine, other = cast("dict[str, Any]", a), cast("dict[str, Any]", b)
        return mine.keys() == other.keys() and all(_same(mine[key], other[key]) for key in mine)
    return isinstance(a, bool) == isinstance(b, bool) and a == b


def _kind(value: Any) -> str:
    return next(name for name in ("null", "boolean", "integer", "number", *_TYPES) if _TYPES[name](value))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
