"""From a traceback to the workflow's node and expression, with the map that lies beside a workflow module.

`<module>.map.json`: `{"version": 1, "module_sha256", "workflow", "entries": [{"node", "start_line", "end_line",
"expressions": [{"line", "column", "end_line", "end_column", "text"}]}]}`; lines from 1, columns from 0 in UTF-8 bytes,
as CPython counts them. If the module has been edited since, only the Python line is named.
"""

import functools
import hashlib
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any

import msgspec

WORKFLOWS = Path(__file__).parent.parent / "workflows"


class MappedExpression(msgspec.Struct):
    """Where an expression of the workflow file stands in the module."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


class MappedNode(msgspec.Struct):
    """The lines that a node of the workflow file became."""

    node: str
    start_line: int
    end_line: int
    expressions: list[MappedExpression]


class SourceMap(msgspec.Struct):
    """One module's map."""

    module_sha256: str
    entries: list[MappedNode]


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a workflow something happened; `node` and `expression` are None when the map cannot tell."""

    file: str
    line: int
    innermost: bool
    node: str | None = None
    expression: str | None = None


def find_place(error: BaseException) -> Place | None:
    """The innermost line of a workflow module that the error came through; None if there is none."""
    found: TracebackType | None = None
    innermost = False
    step = error.__traceback__
    while step is not None:
        if Path(step.tb_frame.f_code.co_filename).parent == WORKFLOWS:
            found = step
            innermost = step.tb_next is None
        step = step.tb_next
    if found is None:
        return None
    file = found.tb_frame.f_code.co_filename
    name = Path(file).name
    entries = _load(file)
    start, end = _position(found.tb_frame.f_code, found.tb_lasti, found.tb_lineno)
    nodes = [entry for entry in entries if entry.start_line <= found.tb_lineno <= entry.end_line]
    if not nodes:
        return Place(name, found.tb_lineno, innermost)
    node = min(nodes, key=lambda entry: entry.end_line - entry.start_line)
    expressions = [
        mapped
        for mapped in node.expressions
        if (mapped.line, mapped.column) <= start and end <= (mapped.end_line, mapped.end_column)
    ]
    text = min(expressions, key=_extent).text if expressions else None
    return Place(name, found.tb_lineno, innermost, node.node, text)


def _extent(mapped: MappedExpression) -> tuple[int, int]:
    return mapped.end_line - mapped.line, mapped.end_column - mapped.column


def _position(code: CodeType, instruction: int, line: int) -> tuple[tuple[int, int], tuple[int, int]]:
    """Start and end of the expression that the instruction belongs to."""
    positions = next(islice(code.co_positions(), instruction // 2, None), (line, line, None, None))
    start_line, end_line, start, end = positions
    first = (start_line or line, start or 0)
    return first, (end_line or line, first[1] if end is None else end)


@functools.cache
def _load(module_file: str) -> list[MappedNode]:
    """The map's entries; none if there is no map, or the module is not the one that the map was made for."""
    module = Path(module_file)
    try:
        decoded: Any = msgspec.json.decode(module.with_suffix(".map.json").read_bytes(), type=SourceMap)
        digest = hashlib.sha256(module.read_bytes()).hexdigest()
    except (OSError, msgspec.DecodeError):
        return []
    return decoded.entries if decoded.module_sha256 == digest else []
