"""OpenAI's published schema as validators for the tests."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.simulated_providers.json_values import JsonObject, is_array, is_object, objects

FOLDER = Path(__file__).parents[3] / "tests" / "fixtures" / "openai"
FILES = ("chat-models-batches.openapi.json", "responses.openapi.json")


def check(name: str, value: Any) -> None:
    """Asserts that a value fits the schema of a component; an answer has no member that the schema does not name."""
    errors = [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(value)]  # pyright: ignore[reportUnknownMemberType]
    assert not errors, "\n".join(errors)


@cache
def _validator(name: str) -> Draft202012Validator:
    documents = (json.loads((FOLDER / file).read_text()) for file in FILES)
    schemas = next(found for document in documents if name in (found := document["components"]["schemas"]))
    closed = not name.endswith("Request") and not name.startswith("Create")
    shared = _parts(schemas)
    plain = {each: _plain(schema, closed=closed, part=each in shared) for each, schema in schemas.items()}
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": {"schemas": plain}})


def _parts(node: Any) -> set[str]:
    """The components that others take in with `allOf`: they name only some of an object's members."""
    if is_array(node):
        return {name for each in node for name in _parts(each)}
    if not is_object(node):
        return set()
    own = {str(each["$ref"]).rpartition("/")[2] for each in objects(node.get("allOf")) if "$ref" in each}
    return own | {name for each in node.values() for name in _parts(each)}


def _plain(node: Any, *, closed: bool, part: bool = False) -> Any:
    """The schema in plain JSON Schema: `nullable` spelled out, objects closed."""
    if is_array(node):
        return [_plain(each, closed=closed, part=part) for each in node]
    if not is_object(node):
        return node
    plain: JsonObject = {key: _plain(value, closed=closed, part=key == "allOf") for key, value in node.items()}
    if "oneOf" in plain and not closed:
        # The schema's two forms of input messages overlap, so that no message would fit exactly one.
        plain["anyOf"] = plain.pop("oneOf")
    if closed and not part:
        if "allOf" in plain:
            plain.setdefault("unevaluatedProperties", False)
        elif is_object(plain.get("properties")):
            plain.setdefault("additionalProperties", False)
    if plain.pop("nullable", False):
        return {"anyOf": [plain, {"type": "null"}]}
    return plain
