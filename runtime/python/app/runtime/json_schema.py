"""Checks a value against a JSON Schema: what models answer, and what callers send where types do not say it all.

All of JSON Schema 2020-12 that is about one value and one document: references lead into the schema itself, `format`
and other annotations say nothing, and `unevaluated…` and `$dynamicRef` are not looked at.
https://json-schema.org/draft/2020-12/json-schema-validation
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any, TypedDict, cast
from urllib.parse import unquote

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

_MOST_PROBLEMS = 20
_DEEPEST = 200


class SchemaProblem(TypedDict):
    """What does not fit: where (a JSON pointer, RFC 6901) and what is wrong there."""

    pointer: str
    detail: str


def schema_problems(value: Any, schema: Any) -> list[SchemaProblem]:
    """What in the value does not fit the schema, at most twenty; empty when it fits."""
    problems: list[SchemaProblem] = []
    try:
        problems.extend(islice(_Check(schema).problems(value, schema, ""), _MOST_PROBLEMS))
    except RecursionError:
        problems.append({"pointer": "", "detail": "is nested too deeply to be checked"})
    return problems


def fitting(value: Any, schema: Any) -> Any:
    """The value, which fits the schema.

    Raises:
        ValidationError: it does not, with every place where it does not.
    """
    problems = schema_problems(value, schema)
    if not problems:
        return value
    raise ValidationError.from_exception_data(
        "input",
        [
            InitErrorDetails(
                type=PydanticCustomError("json_schema", "{detail}", {"detail": problem["detail"]}),
                loc=tuple(map(_unescaped, problem["pointer"].split("/")[1:])),
                input=None,
            )
            for problem in problems
        ],
    )


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
    """One check; `root` is what references lead into.

    That a value fits a schema is found out once, so that alternatives inside of alternatives cost no more than values
    and schemas are long.
    """

    __slots__ = ("_known", "_open", "_root")

    def __init__(self, root: Any) -> None:
        self._root = root
        # By identity: all values and schemas live longer than the check.
        self._known: dict[tuple[int, int], bool] = {}
        self._open: set[tuple[int, int]] = set()

    def problems(self, value: Any, schema: Any, at: str) -> _Found:
        if schema is False:
            yield {"pointer": at, "detail": "is not allowed here"}
        if not isinstance(schema, dict):
            return
        pair = (id(value), id(cast("Any", schema)))
        if self._known.get(pair):
            return
        # A schema that leads back to itself about the same value has no end either.
        if pair in self._open or len(self._open) == _DEEPEST:
            yield {"pointer": at, "detail": "is nested too deeply to be checked"}
            return
        self._open.add(pair)
        try:
            fits = True
            for problem in self._rules(value, cast("dict[str, Any]", schema), at):
                fits = False
                yield problem
            self._known[pair] = fits
        finally:
            self._open.discard(pair)

    def _fits(self, value: Any, schema: Any) -> bool:
        pair = (id(value), id(schema))
        if pair not in self._known:
            self._known[pair] = next(self.problems(value, schema, ""), None) is None
        return self._known[pair]

    def _rules(self, value: Any, rules: dict[str, Any], at: str) -> _Found:
        allowed = rules.get("type")
        if allowed is not None:
            names: list[str] = [allowed] if isinstance(allowed, str) else allowed
            if not any(_TYPES[name](value) for name in names if name in _TYPES):
                yield {"pointer": at, "detail": f"is {_kind(value)}, not {' or '.join(names)}"}
                return
        if "const" in rules and json_key(value) != json_key(rules["const"]):
            yield {"pointer": at, "detail": "is not the one value that is allowed"}
        if "enum" in rules and json_key(value) not in map(json_key, rules["enum"]):
            yield {"pointer": at, "detail": "is none of the values that are allowed"}
        yield from self._composed(value, rules, at)
        if isinstance(value, dict):
            yield from self._object(cast("dict[str, Any]", value), rules, at)
        elif isinstance(value, list):
            yield from self._array(cast("list[Any]", value), rules, at)
        elif isinstance(value, str):
            yield from _string(value, rules, at)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from _number(value, rules, at)

    def _composed(self, value: Any, rules: dict[str, Any], at: str) -> _Found:
        """By the schemas that are about the same value."""
        if "$ref" in rules:
            yield from self.problems(value, self._target(rules["$ref"]), at)
        for part in rules.get("allOf", ()):
            yield from self.problems(value, part, at)
        if "anyOf" in rules and not any(self._fits(value, option) for option in rules["anyOf"]):
            yield {"pointer": at, "detail": "fits none of the alternatives"}
        if "oneOf" in rules:
            fitting = sum(self._fits(value, option) for option in rules["oneOf"])
            if fitting != 1:
                yield {"pointer": at, "detail": f"fits {fitting or 'none'} of the alternatives, not one"}
        if "not" in rules and self._fits(value, rules["not"]):
            yield {"pointer": at, "detail": "is what it must not be"}
        if "if" in rules:
            branch = "then" if self._fits(value, rules["if"]) else "else"
            yield from self.problems(value, rules.get(branch, True), at)

    def _object(self, value: dict[str, Any], rules: dict[str, Any], at: str) -> _Found:
        required = dict.fromkeys(rules.get("required", ()))
        for name, needed in rules.get("dependentRequired", {}).items():
            required |= dict.fromkeys(needed if name in value else ())
        for name in required:
            if name not in value:
                yield {"pointer": at, "detail": f"lacks {name}"}
        yield from _size(len(value), "properties", rules.get("minProperties"), rules.get("maxProperties"), at)
        for name, schema in rules.get("dependentSchemas", {}).items():
            if name in value:
                yield from self.problems(value, schema, at)
        known: dict[str, Any] = rules.get("properties", {})
        patterns: dict[str, Any] = rules.get("patternProperties", {})
        names: Any = rules.get("propertyNames", True)
        for name, item in value.items():
            for problem in self.problems(name, names, at):
                yield {"pointer": at, "detail": f"has the name {name}, which {problem['detail']}"}
            schemas = [known[name]] if name in known else []
            schemas += (schema for pattern, schema in patterns.items() if _matches(pattern, name))
            for schema in schemas or [rules.get("additionalProperties", True)]:
                yield from self.problems(item, schema, f"{at}/{_escaped(name)}")

    def _array(self, value: list[Any], rules: dict[str, Any], at: str) -> _Found:
        yield from _size(len(value), "items", rules.get("minItems"), rules.get("maxItems"), at)
        first: list[Any] = rules.get("prefixItems", [])
        others: Any = rules.get("items", True)
        for index, item in enumerate(value):
            yield from self.problems(item, first[index] if index < len(first) else others, f"{at}/{index}")
        if rules.get("uniqueItems") and len(set(map(json_key, value))) < len(value):
            yield {"pointer": at, "detail": "has an item twice"}
        if "contains" in rules:
            found = sum(self._fits(item, rules["contains"]) for item in value)
            yield from _size(found, "items of the kind", rules.get("minContains", 1), rules.get("maxContains"), at)

    def _target(self, reference: str) -> Any:
        """The schema that `#/…` leads to; a reference that leads nowhere says nothing."""
        found: Any = self._root
        for step in unquote(reference.removeprefix("#")).split("/")[1:]:
            key = _unescaped(step)
            try:
                found = found[int(key) if isinstance(found, list) else key]
            except (KeyError, IndexError, TypeError, ValueError):
                return True
        return found


def _string(value: str, rules: dict[str, Any], at: str) -> _Found:
    yield from _size(len(value), "characters", rules.get("minLength"), rules.get("maxLength"), at)
    pattern = rules.get("pattern")
    if pattern is not None and not _matches(pattern, value, otherwise=True):
        yield {"pointer": at, "detail": f"does not match {pattern}"}


def _matches(pattern: str, text: str, *, otherwise: bool = False) -> bool:
    """Whether the pattern is in the text; `otherwise` for ECMAScript's patterns that are not Python's too."""
    try:
        return re.search(pattern, text) is not None
    except re.error:
        return otherwise


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


def json_key(value: Any) -> Any:
    """What is equal, and can be a key, where the values are equal as JSON: 1 is 1.0 and not true."""
    if isinstance(value, dict):
        return dict, frozenset((name, json_key(item)) for name, item in cast("dict[str, Any]", value).items())
    if isinstance(value, list):
        return list, tuple(map(json_key, cast("list[Any]", value)))
    return (bool, value) if isinstance(value, bool) else value


def _kind(value: Any) -> str:
    return next(name for name in ("null", "boolean", "integer", "number", *_TYPES) if _TYPES[name](value))


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
