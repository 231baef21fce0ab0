"""What the form of a page sends, and what of it is meant."""

from typing import Any
from urllib.parse import parse_qsl

from fastapi import Request

from app.runtime.bodies import media_type

_MOST_FIELDS = 200
PREFIX = "value."
"""What stands before the names of a question's own fields."""


async def read_form(request: Request) -> dict[str, str] | None:
    """The fields of a form as browsers send it; None of anything else."""
    kind = media_type(request.headers)
    if kind != "application/x-www-form-urlencoded":
        return None
    try:
        text = (await request.body()).decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS, errors="strict"))
    except ValueError:
        return None


def values_of(form: dict[str, Any], sent: dict[str, str]) -> dict[str, Any]:
    """The values that the fields of a schema's form say; one that says nothing is left out."""
    values: dict[str, Any] = {}
    for name, schema in form.get("properties", {}).items():
        said = sent.get(f"{PREFIX}{name}", "")
        kind = schema.get("type")
        if kind == "boolean":
            values[name] = said == "true"
        elif said.strip():
            values[name] = _value(kind, said.replace("\r\n", "\n"))
    return values


def _value(kind: str | None, said: str) -> Any:
    """What does not look like a number stays a text, which the schema then refuses."""
    try:
        if kind == "integer":
            return int(said)
        if kind == "number":
            return float(said)
    except ValueError:
        pass
    return said
