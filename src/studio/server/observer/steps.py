"""Which lines of a workflow module are which node, read from its source map and its syntax tree at start-up."""

import ast
import itertools
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any, Literal, cast

from .loops import Loop, item_functions, loop_of, target_of

Kind = Literal["call", "task", "value", "test", "return", "act"]
Function = ast.AsyncFunctionDef | ast.FunctionDef


@dataclass(slots=True, eq=False)
class Step:
    """The statement in which a node does its work.

    A `call` is awaited where it stands, a `task` is only begun there. A `value` leaves what it gives in the variable
    `target`, and so does a `test`, unless only the way that is taken tells it: into `body`, or past it. Nobody reads
    what an `act` gives.
    """

    node: str
    kind: Kind
    target: str | None = None
    body: range = range(0)
    is_inverted: bool = False
    """The body is for the case that the test does not hold."""


@dataclass(slots=True)
class WorkflowModule:
    """A module of `app/workflows`."""

    file: str
    workflow: str
    is_mapped: bool = False
    """Whether the map belongs to the module as it is now."""
    nodes: dict[int, str] = field(default_factory=dict[int, str])
    """The node of each line that has one."""
    codes: dict[CodeType, dict[int, Step]] = field(default_factory=dict[CodeType, dict[int, Step]])
    """The steps by line, for each function that a run goes through."""
    loops: dict[CodeType, list[Loop]] = field(default_factory=dict[CodeType, list[Loop]])
    """The loops in each of them, outer ones first."""
    items: dict[CodeType, str] = field(default_factory=dict[CodeType, str])
    """The functions that are called with the index and the item for each item of a loop: the loop's node."""
    failing: set[int] = field(default_factory=set[int])
    """The lines that a run comes to only when something has been raised."""

    def awaits(self, node: str) -> bool:
        """Whether what the node calls is awaited where it is called."""
        return any(
            step.node == node and step.kind == "call" for steps in self.codes.values() for step in steps.values()
        )


def read_module(file: str, run: CodeType) -> WorkflowModule:
    """What is known of the module in `file`, whose function `run` has this code."""
    path = Path(file)
    source = path.read_bytes()
    try:
        source_map: Any = json.loads(path.with_suffix(".map.json").read_bytes())
        module = WorkflowModule(file, str(source_map["workflow"]))
        module.is_mapped = source_map["module_crc32"] == zlib.crc32(source)
        pieces = cast("list[dict[str, Any]]", source_map["pieces"])
    except (OSError, ValueError, LookupError, TypeError):
        module, pieces = WorkflowModule(file, path.stem), []
    module.codes[run] = {}
    if not module.is_mapped:
        return module
    starts: dict[int, dict[str, Any]] = {}
    first = 1
    for piece in pieces:
        for line in range(first, first + piece["lines"]):
            starts[line] = {**piece, "first": first}
            if "node" in piece:
                module.nodes[line] = piece["node"]
        first += piece["lines"]
    tree = ast.parse(source)
    functions = {
        (each.name, each.lineno): each
        for each in ast.walk(tree)
        if isinstance(each, ast.AsyncFunctionDef | ast.FunctionDef)
    }
    within = {
        code: function
        for code in _codes(run)
        if (function := functions.get((code.co_name, code.co_firstlineno))) is not None
    }
    steps = _Steps(starts)
    for statement in itertools.chain.from_iterable(_statements(function.body) for function in within.values()):
        steps.add(statement)
    chosen = steps.chosen()
    bodies = item_functions(tree)
    for code, function in within.items():
        if function.name in bodies:
            module.items[code] = bodies[function.name]
        module.loops[code] = [
            loop
            for statement in _statements(function.body)
            if isinstance(statement, ast.For) and (loop := steps.loop(statement)) is not None
        ]
        module.codes[code] = {
            line: chosen[statement]
            for statement in _statements(function.body)
            if statement in chosen
            for line in _lines(statement)
        }
    module.failing = {
        line
        for each in ast.walk(tree)
        if isinstance(each, ast.ExceptHandler)
        for line in range(each.lineno, (each.end_lineno or each.lineno) + 1)
    }
    return module


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The function and those within it."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Those of a function, without those of functions in it."""
    for statement in body:
        if isinstance(statement, Function):
            continue
        yield statement
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body)


def _lines(statement: ast.stmt) -> range:
    last = statement.test.end_lineno if isinstance(statement, ast.If) else statement.end_lineno
    return range(statement.lineno, (last or statement.lineno) + 1)


class _Steps:
    """Finds among the statements of each node the one that is its work; others declare variables, or test before it."""

    def __init__(self, pieces: dict[int, dict[str, Any]]) -> None:
        self._pieces = pieces
        self._of_node: dict[str, list[ast.stmt]] = {}

    def add(self, statement: ast.stmt) -> None:
        node = self._pieces.get(statement.lineno, {}).get("node")
        if isinstance(node, str):
            self._of_node.setdefault(node, []).append(statement)

    def loop(self, statement: ast.For) -> Loop | None:
        """The loop that a statement is."""
        node = self._pieces.get(statement.lineno, {}).get("node")
        return loop_of(statement, node, self._of_node[node]) if isinstance(node, str) else None

    def chosen(self) -> dict[ast.stmt, Step]:
        """The work of each node but for loops, which are all that they do."""
        found: dict[ast.stmt, Step] = {}
        for node, statements in self._of_node.items():
            if any(isinstance(each, ast.For) for each in statements):
                continue
            statements.sort(key=lambda each: each.lineno)
            choice = _choice(statements)
            if choice is not None:
                step = Step(node, "value", choice or None)
                found.update((each, step) for each in statements if not isinstance(each, ast.AnnAssign))
                continue
            for kind in ("call", "return", "test", "value", "act"):
                fitting = [each for each in statements if self._fits(each, kind, node)]
                if fitting:
                    statement, step = self._work(node, kind, fitting)
                    found[statement] = step
                    break
        return found

    def _fits(self, statement: ast.stmt, kind: Kind, node: str) -> bool:
        match kind:
            case "call":
                return not isinstance(statement, ast.If | ast.Try | ast.With) and _calls(statement, node)
            case "return":
                return isinstance(statement, ast.Return)
            case "test":
                return isinstance(statement, ast.If)
            case "act":
                return isinstance(statement, ast.Expr) and not _begins_task(statement)
            case _:
                return target_of(statement) is not None and not _is_taken_from_task(statement)

    def _work(self, node: str, kind: Kind, fitting: list[ast.stmt]) -> tuple[ast.stmt, Step]:
        statement = _first_choice(fitting) if kind == "test" else fitting[-1]
        if kind == "call" and _begins_task(statement):
            return statement, Step(node, "task", target_of(statement))
        if kind == "test" and isinstance(statement, ast.If):
            return self._test(node, statement)
        return statement, Step(node, kind, target_of(statement))

    def _test(self, node: str, statement: ast.If) -> tuple[ast.stmt, Step]:
        test = statement.test
        if isinstance(test, ast.NamedExpr):
            return statement, Step(node, "test", test.target.id)
        inner = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
        if isinstance(inner, ast.Name):
            for each in self._of_node[node]:
                if (
                    each.lineno < statement.lineno
                    and target_of(each) == inner.id
                    and not isinstance(each, ast.AnnAssign)
                ):
                    return each, Step(node, "test", inner.id)
        last = statement.body[-1]
        body = range(statement.body[0].lineno, (last.end_lineno or last.lineno) + 1)
        return statement, Step(node, "test", None, body, "negated" in self._pieces[statement.lineno])


def _choice(statements: list[ast.stmt]) -> str | None:
    """What holds the way that a choice between several takes, empty where only lines tell it; None of other nodes."""
    tests = [each for each in statements if isinstance(each, ast.If) and not _is_flag(each.test)]
    names = {
        target_of(each): None
        for each in statements
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant) and isinstance(each.value.value, str)
    }
    is_choice = len(tests) > 1 or (len(tests) == 1 and len(statements) > 2 and bool(names))
    return next((name for name in names if name is not None), "") if is_choice else None


def _is_flag(test: ast.expr) -> bool:
    """Whether a test only asks what was worked out before."""
    inner = test.operand if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not) else test
    return isinstance(inner, ast.Name)


def _calls(statement: ast.stmt, node: str) -> bool:
    """Whether a function is called there that is told which node it runs."""
    for each in ast.walk(statement):
        if isinstance(each, ast.Call):
            named = [keyword.value for keyword in each.keywords if keyword.arg == "node"] + each.args[1:2]
            if any(isinstance(value, ast.Constant) and value.value == node for value in named):
                return True
    return False


def _begins_task(statement: ast.stmt) -> bool:
    return any(isinstance(each, ast.Attribute) and each.attr == "create_task" for each in ast.walk(statement))


def _first_choice(tests: list[ast.stmt]) -> ast.stmt:
    """Of the tests of a node the first, but for one around all others: that one tests before the node runs."""
    outer = {inner for test in tests for inner in _statements(getattr(test, "body", []))}
    inside = [test for test in tests if test in outer]
    return (inside or tests)[0]


def _is_taken_from_task(statement: ast.stmt) -> bool:
    """`x = x_task.result()`, or the beginning of that task."""
    value = getattr(statement, "value", None)
    return _begins_task(statement) or (
        isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "result"
    )
