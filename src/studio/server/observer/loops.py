"""How the loops of a workflow module are written: which lines they are, and which variables tell how far they are."""

import ast
from dataclasses import dataclass
from types import FrameType
from typing import Any, cast


@dataclass(slots=True, frozen=True)
class Loop:
    """The lines of a loop, and of one round of it; the variables that hold what it has given and which round it is."""

    node: str
    span: range
    body: range
    index: str
    item: str | None
    target: str | None
    is_list: bool
    """Each round adds to what it has given; else each puts something else in its place."""
    rounds: ast.expr | None
    """What has as many members as there will be rounds, if it can be read without working anything out."""


def loop_of(statement: ast.For, node: str, of_node: list[ast.stmt]) -> Loop | None:
    """The loop that a statement is, from where it declares what it is to give; `of_node` are all of its node."""
    match statement.target:
        case ast.Name(id=index):
            item = None
        case ast.Tuple(elts=[ast.Name(id=index), ast.Name(id=item)]):
            pass
        case _:
            return None
    before = [each for each in of_node if each.lineno < statement.lineno and target_of(each)]
    start = max(before, key=lambda each: each.lineno, default=None)
    end = (statement.end_lineno or statement.lineno) + 1
    target = None if start is None else target_of(start)
    return Loop(
        node,
        span=range(statement.lineno if start is None else start.lineno, end),
        body=range(statement.body[0].lineno, end),
        index=index,
        # What `repeat` carries from round to round is both.
        item=item or target,
        target=target,
        is_list=item is not None,
        rounds=_readable(statement.iter),
    )


def item_functions(tree: ast.Module) -> dict[str, str]:
    """The functions that are called for each item of a loop, by their names, with the nodes of these."""
    found: dict[str, str] = {}
    for each in ast.walk(tree):
        match each:
            case ast.Call(
                func=ast.Name(id="run_items"), args=[_, ast.Constant(value=str(node)), _, ast.Name(id=name), *_]
            ):
                found[name] = node
            case _:
                pass
    return found


def target_of(statement: ast.stmt) -> str | None:
    """The variable that a statement assigns to."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case _:
            return None


def size_of(rounds: ast.expr, frame: FrameType) -> int | None:
    """How many members something has that names lead to; None where it is no list."""
    if isinstance(rounds, ast.Call):
        match rounds.args:
            case [ast.Constant(value=int(count))]:
                return count
            case _:
                return None
    value = _read(rounds, frame)
    return len(cast("list[Any]", value)) if isinstance(value, list | tuple) else None


def _readable(rounds: ast.expr) -> ast.expr | None:
    """What a `for` goes through, without what looks at it first, when names lead to it."""
    match rounds:
        case (
            ast.Call(func=ast.Name(id="enumerate"), args=[items])
            | ast.Call(func=ast.Name(id="as_items"), args=[items, *_])
            | ast.Call(func=ast.Name(id="at_most"), args=[_, items, *_])
        ):
            return _readable(items)
        case ast.Call(func=ast.Name(id="range")):
            return rounds
        case _:
            return rounds if _leads(rounds) else None


def _leads(path: ast.expr) -> bool:
    match path:
        case ast.Name():
            return True
        case ast.Attribute(value=inner) | ast.Subscript(value=inner, slice=ast.Constant()):
            return _leads(inner)
        case _:
            return False


def _read(path: ast.expr, frame: FrameType) -> Any:
    match path:
        case ast.Name(id=name):
            return frame.f_locals.get(name)
        case ast.Attribute(value=inner, attr=name):
            return getattr(_read(inner, frame), name)
        case ast.Subscript(value=inner, slice=ast.Constant(value=key)):
            return _read(inner, frame)[key]
        case _:
            return None
