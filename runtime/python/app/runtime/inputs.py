"""Types of inputs that Pydantic has no words for."""

from typing import Annotated, Any, TypeVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema

Value = TypeVar("Value")


class _NotNull:
    """Leaves null out of what a type takes; a default of None is still one."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema = handler(source)
        return schema["schema"] if schema["type"] == "nullable" else schema


Omittable = Annotated[Value | None, _NotNull()]
"""What a caller may leave out, which is None then, but may not send as null: `nick: Omittable[str] = None`."""
