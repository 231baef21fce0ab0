"""Answers that are to be JSON of a schema."""

from typing import Any

from app.llm.answer import ModelAnswer
from app.llm.errors import InvalidJsonOutput
from app.llm.json_answers import read_json
from app.runtime.json_schema import schema_problems
from app.runtime.usage import Usage


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
