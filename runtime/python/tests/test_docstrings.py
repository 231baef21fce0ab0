"""What a model is told of a tool: docstrings in each style, and the types that parameters have."""

import dataclasses
import enum
from typing import Annotated, Any, Literal, NotRequired

import pytest
from pydantic import Field
from typing_extensions import TypedDict

from app.llm.docstrings import read_docstring
from app.llm.tools import Tool

GOOGLE = """Finds an article
    by its number.

    It looks in every
    store:

    - the near ones
    - then the far ones

    Args:
        sku (str, optional): Two letters: AB,
            and digits.

            As printed on the box.
        count: How many at most.
        limits (dict[str, tuple[int, int]]): From and to.
        unknown: Belongs to what is above.
        **options: Not a parameter of its own.

    Returns:
        dict: What was found.

    Raises:
        ValueError: never

    Example:
        >>> find("AB12")

    Note that it is slow.
    """

NUMPY = """Finds an article by its number.

    Parameters
    ----------
    sku : str
        Two letters: AB,
        and digits.

        As printed on the box.
    count, limits : int, optional
        How many.

    Returns
    -------
    dict
        What was found.

    Notes
    -----
    It is slow.
    """

SPHINX = """Finds an article by its number.

    :class:`Store` is where it looks.

    :param str sku: Two letters: AB,
        and digits.
    :param count: How many at most.
    :type count: int
    :param dict[str, int] limits: From and to.
    :param unknown: Belongs to nothing.
    :returns: what was found
    :raises ValueError: never

    It is slow.
    """

STORES = "It looks in every store:\n\n- the near ones\n- then the far ones"
READ: list[tuple[str, str, dict[str, str]]] = [
    (
        GOOGLE,
        f"Finds an article by its number.\n\n{STORES}\n\nNote that it is slow.",
        {
            "sku": "Two letters: AB, and digits.\n\nAs printed on the box.",
            "count": "How many at most.",
            "limits": "From and to. unknown: Belongs to what is above. **options: Not a parameter of its own.",
        },
    ),
    (
        NUMPY,
        "Finds an article by its number.\n\nIt is slow.",
        {
            "sku": "Two letters: AB, and digits.\n\nAs printed on the box.",
            "count": "How many.",
            "limits": "How many.",
        },
    ),
    (
        SPHINX,
        "Finds an article by its number.\n\n:class:`Store` is where it looks.\n\nIt is slow.",
        {"sku": "Two letters: AB, and digits.", "count": "How many at most.", "limits": "From and to."},
    ),
    ("", "", {}),
    ("Args:\n    sku: A number.", "", {"sku": "A number."}),
    ("Args: as one gives them.\n\nReturns: a dict.", "Args: as one gives them.\n\nReturns: a dict.", {}),
    ("@param sku: A number.\n@return: nothing", "", {"sku": "A number."}),
    ("Keyword Arguments:\n    sku:\n        A number.\n", "", {"sku": "A number."}),
    ("First.\n\nArgs:\n    sku:\n", "First.", {}),
]


@pytest.mark.parametrize(("text", "description", "parameters"), READ)
def test_docstrings(text: str, description: str, parameters: dict[str, str]) -> None:
    def find() -> None: ...

    find.__doc__ = text
    found = read_docstring(find, ("sku", "count", "limits"))
    assert (found.description, found.parameters) == (description, parameters)


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


@dataclasses.dataclass
class Part:
    """A part with its parts."""

    name: str
    parts: "list[Part]" = dataclasses.field(default_factory=list["Part"])


class Size(TypedDict):
    width: float
    unit: NotRequired[Literal["m", "cm"]]


def order(
    part: Part,
    size: Size,
    color: Color,
    note: Annotated[str, "What to write on it."],
    count: Annotated[int, Field(ge=1, description="Of its own.")],
    store: str | None = None,
) -> None:
    """Orders parts.

    Args:
        part: What to order.
        note: Said elsewhere already.
        count: Said elsewhere already.
        store: Where; anywhere when left out.
    """


def test_types_become_schemas() -> None:
    parameters: Any = Tool.of(order, node="n").parameters
    assert parameters["properties"] == {
        "part": {"$ref": "#/$defs/Part", "description": "What to order."},
        "size": {"$ref": "#/$defs/Size"},
        "color": {"$ref": "#/$defs/Color"},
        "note": {"type": "string", "description": "What to write on it."},
        "count": {"type": "integer", "minimum": 1, "description": "Of its own."},
        "store": {
            "anyOf": [{"type": "string"}, {"type": "null"}],
            "default": None,
            "description": "Where; anywhere when left out.",
        },
    }
    assert parameters["required"] == ["part", "size", "color", "note", "count"]
    definitions = parameters["$defs"]
    assert definitions["Part"]["properties"]["parts"] == {"type": "array", "items": {"$ref": "#/$defs/Part"}}
    assert definitions["Part"]["description"] == "A part with its parts."
    assert definitions["Size"]["required"] == ["width"]
    assert definitions["Size"]["properties"]["unit"]["enum"] == ["m", "cm"]
    assert definitions["Color"]["enum"] == ["red", "blue"]
