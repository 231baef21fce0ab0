"""The check against a schema, compared with the jsonschema package, and what it says."""

import random
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from app.runtime.json_schema import fitting, schema_problems

VALUES: list[Any] = [
    None, True, False, 0, 1, 1.0, -3, 2.5, 0.3, 1e20, "", "a", "abc", "A-12", "1", [], [1], [1, "a"], [True], {},
    {"a": 1}, {"a": "x", "b": [1, 2]}, {"a": {"a": {}}}, {"b": None, "c": 1}, [[1], []], {"a/b": 1, "~": 2},
]  # fmt: skip
TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"]


def schema(random_: random.Random, depth: int = 0) -> Any:
    """A random schema."""
    if depth > 2:
        anything: list[Any] = [True, False, {}, {"$ref": "#/$defs/node"}]
        return random_.choice(anything)

    def inner() -> Any:
        return schema(random_, depth + 1)

    def listed() -> list[Any]:
        return [inner() for _ in range(random_.randint(1, 3))]

    def named() -> dict[str, Any]:
        return {name: inner() for name in random_.sample(["a", "b", "a/b", "~"], 2)}

    choices: dict[str, Any] = {
        "type": lambda: random_.choice([random_.choice(TYPES), random_.sample(TYPES, 2)]),
        "enum": lambda: random_.sample(VALUES, 3),
        "const": lambda: random_.choice(VALUES),
        "properties": named,
        "patternProperties": lambda: {"^[ab]": inner(), "~": inner()},
        "required": lambda: random_.sample(["a", "b", "c"], 1),
        "additionalProperties": lambda: random_.choice([False, True, inner()]),
        "propertyNames": lambda: random_.choice([{"maxLength": 1}, {"enum": ["a", "b"]}, inner()]),
        "minProperties": lambda: 1,
        "maxProperties": lambda: 1,
        "dependentRequired": lambda: {"a": ["b"], "b": ["c"]},
        "dependentSchemas": named,
        "items": inner,
        "prefixItems": listed,
        "contains": inner,
        "minContains": lambda: random_.choice([0, 2]),
        "maxContains": lambda: 1,
        "uniqueItems": lambda: random_.choice([True, False]),
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
        "anyOf": listed,
        "oneOf": listed,
        "allOf": listed,
        "not": inner,
        "if": inner,
        "then": inner,
        "else": inner,
        "$ref": lambda: random_.choice(["#/$defs/named", "#/$defs/node", "#/$defs/any~1of/anyOf/1"]),
    }
    names = random_.sample(list(choices), random_.randint(1, 4))
    made = {name: choices[name]() for name in names}
    return made if depth else {**made, "$defs": DEFINITIONS}


DEFINITIONS: dict[str, Any] = {
    "named": {"type": ["string", "object"]},
    "node": {"anyOf": [{"items": {"$ref": "#/$defs/node"}, "minItems": 1}, {"type": ["integer", "null"]}]},
    "any/of": {"anyOf": [{}, {"properties": {"a": {"$ref": "#/$defs/any~1of"}}, "minProperties": 1}]},
}


@pytest.mark.uncounted
def test_it_agrees_with_jsonschema() -> None:
    random_ = random.Random(7)
    for _ in range(4000):
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
    (1, {"$ref": "https://elsewhere.test/schema"}, []),
    (
        [1, "a", 2],
        {"prefixItems": [{"type": "string"}], "items": {"type": "integer"}},
        [("/0", "is integer, not string"), ("/1", "is string, not integer")],
    ),
    ([1, 1.0], {"uniqueItems": True}, [("", "has an item twice")]),
    ([1, True], {"uniqueItems": True}, []),
    ([1], {"contains": {"type": "null"}}, [("", "has 0 items of the kind, fewer than 1")]),
    (1, {"oneOf": [{"minimum": 0}, {"type": "integer"}]}, [("", "fits 2 of the alternatives, not one")]),
    (1, {"oneOf": [{"maximum": 0}]}, [("", "fits none of the alternatives, not one")]),
    (1, {"not": {"type": "integer"}}, [("", "is what it must not be")]),
    ({"card": 1}, {"dependentRequired": {"card": ["address"]}}, [("", "lacks address")]),
    ({"A": 1}, {"propertyNames": {"pattern": "^[a-z]"}}, [("", "has the name A, which does not match ^[a-z]")]),
    ({"x-a": "b"}, {"patternProperties": {"^x-": {"type": "integer"}}}, [("/x-a", "is string, not integer")]),
    ({}, {"minProperties": 1}, [("", "has 0 properties, fewer than 1")]),
    ({"a": 1}, {"if": {"required": ["a"]}, "then": {"required": ["b"]}}, [("", "lacks b")]),
]


@pytest.mark.parametrize(("value", "rules", "problems"), PROBLEMS)
def test_what_it_says(value: Any, rules: Any, problems: list[tuple[str, str]]) -> None:
    assert [(found["pointer"], found["detail"]) for found in schema_problems(value, rules)] == problems


def test_it_says_no_more_than_helps() -> None:
    assert len(schema_problems([1] * 1000, {"items": {"type": "string"}})) == 20


def test_alternatives_inside_of_alternatives_take_no_more_time_than_they_are_long() -> None:
    """Each level has two ways to fit; a check that tried both at each would take 2^60 steps."""
    several: dict[str, Any] = {"type": "array", "items": {"$ref": "#"}}
    twice = {"anyOf": [several, {**several, "maxItems": 2}, {"const": 1}]}
    value: Any = 2
    for _ in range(60):
        value = [value]
    assert schema_problems(value, twice)[0]["detail"] == "fits none of the alternatives"
    chain: dict[str, Any] = {"$ref": "#/$defs/0", "$defs": {"40": {"type": "integer"}}}
    for step in range(40):
        reference = {"$ref": f"#/$defs/{step + 1}"}
        chain["$defs"][str(step)] = {"allOf": [reference, reference]}
    assert schema_problems(1, chain) == []
    assert schema_problems("a", chain)[0]["detail"] == "is string, not integer"


def test_an_input_that_does_not_fit_is_refused_with_every_place() -> None:
    with pytest.raises(ValidationError) as refused:
        fitting({"a/b": [1, "x"]}, {"properties": {"a/b": {"items": {"type": "string"}}}, "required": ["c"]})
    assert [(error["loc"], error["msg"]) for error in refused.value.errors()] == [
        ((), "lacks c"),
        (("a/b", "0"), "is integer, not string"),
    ]
    assert fitting({"c": 1}, {"required": ["c"]}) == {"c": 1}


def test_a_schema_without_end_is_no_trap() -> None:
    assert schema_problems(1, {"$ref": "#"})[0]["detail"] == "is nested too deeply to be checked"
