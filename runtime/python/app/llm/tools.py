"""Functions and workflows of the project that a model may call while it answers."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from app.llm.docstrings import read_docstring
from app.llm.types import FunctionSpec, JsonObject, ToolSpec
from app.runtime.context import ExecutionContext
from app.runtime.functions import call_function


@dataclass(frozen=True, slots=True)
class Tool:
    """What a model may call, and what it is told of it.

    `run` gets the context, `node`, which is the step of the workflow that the tool stands for, and what the model
    passes. It raises InvalidFunctionArguments and FunctionFailed, in words that the model may be told, and any other
    ServiceError to end the run.
    """

    name: str
    description: str
    parameters: JsonObject
    run: Callable[[ExecutionContext, str, JsonObject], Awaitable[Any]]
    node: str
    strict: bool = False

    @classmethod
    def of(cls, function: Callable[..., Any], *, node: str, strict: bool = False) -> "Tool":
        """Describes a function by its name, its docstring and its signature.

        The docstring's paragraphs say what it does; what its `Args:`, `Parameters` or `:param x:` say of parameters
        goes to these, unless `Annotated[…]` says it there.

        `strict` asks OpenAI to keep exactly to the parameters, which it does for a subset of JSON Schema.

        Raises:
            ValueError: the function takes arguments that have no name.
        """
        signature: Any = function
        parameters = TypeAdapter(signature).json_schema(schema_generator=_ParametersSchema)
        if parameters.get("type") != "object":
            raise ValueError(f"{function.__name__} cannot be a tool: a model passes arguments by name only.")
        properties: dict[str, JsonObject] = parameters.setdefault("properties", {})
        docstring = read_docstring(function, inspect.signature(function).parameters)
        for name, text in (docstring.parameters | _annotated_texts(function)).items():
            if name in properties:
                properties[name].setdefault("description", text)

        async def run(ctx: ExecutionContext, node: str, arguments: JsonObject) -> Any:
            return await call_function(ctx, node, function, **arguments)

        return cls(function.__name__, docstring.description, parameters, run, node, strict)

    @property
    def spec(self) -> ToolSpec:
        """What the model is told."""
        function: FunctionSpec = {"name": self.name, "parameters": self.parameters}
        if self.description:
            function["description"] = self.description
        if self.strict:
            function["strict"] = True
        return {"type": "function", "function": function}


class _ParametersSchema(GenerateJsonSchema):
    """Leaves out titles, which only repeat the names and cost tokens in every request."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _annotated_texts(function: Callable[..., Any]) -> dict[str, str]:
    """What `Annotated[…, "text"]` says of parameters. Pydantic itself reads `Field(description=…)` only."""
    texts: dict[str, str] = {}
    for name, annotation in get_type_hints(function, include_extras=True).items():
        metadata: tuple[Any, ...] = getattr(annotation, "__metadata__", ())
        for text in metadata:
            if isinstance(text, str):
                texts.setdefault(name, text)
    return texts
