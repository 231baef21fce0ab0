"""OpenAI's published schema as validators for the tests."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from simulated_openai.json_values import is_array, is_object

FILE = Path(__file__).parents[3] / "tests" / "fixtures" / "openai" / "chat-models-batches.openapi.json"


def check(name: str, value: Any) -> None:
    """Asserts that a value fits the schema of a component; an answer has no member that the schema does not name."""
    errors = [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(value)]  # pyright: ignore[reportUnknownMemberType]
    assert not errors, "\n".join(errors)


@cache
def _validator(name: str) -> Draft202012Validator:
    document = _plain(json.loads(FILE.read_text()), closed=not name.endswith("Request"))
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def _plain(node: Any, *, closed: bool) -> Any:
    """The schema in plain JSON Schema: `nullable` spelled out, objects closed."""
    if is_array(node):
        return [_plain(each, closed=closed) for each in node]
    if not is_object(node):
        return node
    plain = {key: _plain(value, closed=closed) for key, value in node.items()}
    if closed and is_object(plain.get("properties")):
        plain.setdefault("additionalProperties", False)
    if plain.pop("nullable", False):
        return {"anyOf": [plain, {"type": "null"}]}
    return plain
