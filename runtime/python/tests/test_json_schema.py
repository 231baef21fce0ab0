"""The check against a schema, compared with the jsonschema package, and what it says."""

import random
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.llm.json_schema import schema_problems

VALUES: list[Any] = [
    None, True, False, 0, 1, 1.0, -3, 2.5, 0.3, 1e20, "", "a", "abc", "A-12", "1", [], [1], [1, "a"], [True], {},
    {"a": 1}, {"a": "x", "b": [1, 2]}, {"a": {"a": {}}}, {"b": None, "c": 1}, [[1], []], {"a/b": 1, "~": 2},
]  # fmt: skip
TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"]


def schema(random_: random.Random, depth: int = 0) -> Any:
    """A random schema of the subset."""
    if depth > 2:
        anything: list[Any] = [True, {}]
        return random_.choice(anything)
    choices: dict[str, Any] = {
        "type": lambda: random_.choice([random_.choice(TYPES), random_.sample(TYPES, 2)]),
        "enum": lambda: random_.sample(VALUES, 3),
        "const": lambda: random_.choice(VALUES),
        "properties": lambda: {name: schema(random_, depth + 1) for name in random_.sample(["a", "b", "a/b", "~"], 2)},
        "required": lambda: random_.sample(["a", "b", "c"], 1),
        "additionalProperties": lambda: random_.choice([False, True, schema(random_, depth + 1)]),
        "items": lambda: schema(random_, depth + 1),
        "minItems": lambda: 1,
        "maxItems": lambda: 1,
        "minLength": lambda: 2,
        "maxLength": lambda: 2,
        "pattern": lambda: random_.choice(["^[a-z]+$", "\\d"]),
        "minimum": lambda: 1,
        "maximum": lambda: 2,
        "exclusiveMinimum": lambda: 0,
        "exclusiveMaximum": lambda: 1,
        "multipleOf": lambda: random_.choice([2, 0.5]),
        "anyOf": lambda: [schema(random_, depth + 1), schema(random_, depth + 1)],
        "$ref": lambda: "#/$defs/named",
    }
    names = random_.sample(list(choices), random_.randint(1, 3))
    made = {name: choices[name]() for name in names}
    return {**made, "$defs": {"named": {"type": ["string", "object"]}}} if not depth else made


def test_it_agrees_with_jsonschema() -> None:
    random_ = random.Random(7)
    for _ in range(1500):
        rules = schema(random_)
        oracle: Any = Draft202012Validator(rules)
        for value in VALUES:
            problems = schema_problems(value, rules)
            assert (not problems) == oracle.is_valid(value), (rules, value, problems)


PROBLEMS: list[tuple[Any, Any, list[tuple[str, str]]]] = [
    (1, {"type": "string"}, [("", "is integer, not string")]),
    (True, {"type": ["number", "null"]}, [("", "is boolean, not number or null")]),
    ({"a/b": {"~": 1.5}}, {"properties": {"a/b": {"properties": {"~": False}}}}, [("/a~1b/~0", "is not allowed here")]),
    ({"b": 1}, {"required": ["a"], "additionalProperties": False}, [("", "lacks a"), ("/b", "is not allowed here")]),
    ([0, 9], {"items": {"minimum": 1, "maximum": 8}}, [("/0", "is less than 1"), ("/1", "is more than 8")]),
    ("abc", {"maxLength": 2, "pattern": "^x"}, [("", "has 3 characters, more than 2"), ("", "does not match ^x")]),
    (0.3, {"multipleOf": 0.1}, []),
    ("a", {"pattern": "[unclosed"}, []),
    (1, {"$ref": "#/$defs/none/at/all"}, []),
    ("a", {"format": "date"}, []),
]


@pytest.mark.parametrize(("value", "rules", "problems"), PROBLEMS)
def test_what_it_says(value: Any, rules: Any, problems: list[tuple[str, str]]) -> None:
    assert [(found["pointer"], found["detail"]) for found in schema_problems(value, rules)] == problems


def test_it_says_no_more_than_helps() -> None:
    assert len(schema_problems([1] * 1000, {"items": {"type": "string"}})) == 20


def test_a_schema_without_end_is_no_trap() -> None:
    assert schema_problems(1, {"$ref": "#"})[0]["detail"] == "is nested too deeply to be checked"
