"""Values that are checked against a JSON Schema as a step of a workflow."""

from typing import Any, TypeVar

from app.runtime.errors import ServiceError
from app.runtime.json_schema import schema_problems

Value = TypeVar("Value")


class ValidationFailed(ServiceError, code="validation_failed", title="Value does not fit", status=422):
    """A value does not fit the schema of a step; `errors` lists JSON pointers."""

    hint = "Correct what `errors` points at."
    for_caller = ("errors",)


def valid(value: Value, schema: dict[str, Any]) -> Value:
    """The value, which fits the schema.

    Raises:
        ValidationFailed: it does not.
    """
    problems = schema_problems(value, schema)
    if problems:
        first = problems[0]
        detail = f"The value does not fit the schema: {first['pointer'] or 'it'} {first['detail']}."
        raise ValidationFailed(detail, errors=problems)
    return value


def report(value: Any, schema: dict[str, Any]) -> dict[str, Any]:
    """`{"valid": …, "errors": [{"pointer": …, "detail": …}]}`, at most twenty errors."""
    problems = schema_problems(value, schema)
    return {"valid": not problems, "errors": problems}
