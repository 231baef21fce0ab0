"""Errors out of a workflow module name the node and the expression of the workflow file."""

import importlib.util
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.runtime import problems as source_map
from app.runtime.problems import as_service_error

MODULE = """\
from app.runtime.expressions import less


def reply(order):
    return {"a": order["items"][0]["name"], "b": 1}


def compare(order):
    return less(order, 1)


def fail(order):
    raise ValueError(order)


def helper(order):
    return sorted(order, key=lambda item: len(item))
"""
LINE = MODULE.splitlines()[4]
COLUMN = LINE.index('order["items"]')
END = LINE.index(', "b"')
PIECES: list[dict[str, Any]] = [
    {"lines": 3},
    {
        "lines": 2,
        "node": "reply",
        "expressions": [
            {"text": "nodes.get.output.items[0].name", "at": [1, COLUMN, 1, END]},
        ],
    },
    {"lines": 2},
    {
        "lines": 2,
        "node": "compare",
        "expressions": [{"text": "input.order < 1", "at": [1, 11, 1, 25]}],
    },
    {"lines": 2},
    {"lines": 2, "node": "fail"},
    {"lines": 2},
    {"lines": 2},
]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    monkeypatch.setattr(source_map, "WORKFLOWS", tmp_path)

    def load(*, edited: bool = False, mapped: bool = True) -> ModuleType:
        path = tmp_path / f"flow_{edited}_{mapped}.py"
        path.write_text(MODULE + "# edited\n" * edited)
        checksum = zlib.crc32(MODULE.encode())
        if mapped:
            content = {"version": 2, "module_crc32": checksum, "workflow": "flow", "pieces": PIECES}
            path.with_suffix(".map.json").write_text(json.dumps(content))
        spec = importlib.util.spec_from_file_location(path.stem, path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    return load


def _lookup(key: str) -> str:
    empty: dict[str, str] = {}
    return empty[key]


def problem_of(function: Callable[[Any], Any], argument: Any) -> dict[str, Any]:
    with pytest.raises(Exception) as caught:  # noqa: PT011
        function(argument)
    return as_service_error(caught.value).problem()


@pytest.mark.parametrize(
    ("order", "key", "said"),
    [
        (dict[str, Any](), "items", "there is no 'items'"),
        ({"items": list[Any]()}, None, "shorter"),
        ({"items": None}, None, "null"),
        ({"items": [dict[str, Any]()]}, "name", "there is no 'name'"),
    ],
)
def test_a_missing_value_names_node_expression_and_key(load: Any, order: Any, key: Any, said: str) -> None:
    problem = problem_of(load().reply, order)
    assert (problem["code"], problem["node"]) == ("missing_value", "reply")
    assert problem["expression"] == "nodes.get.output.items[0].name"
    assert problem.get("key") == key
    assert "{{ nodes.get.output.items[0].name }}" in problem["detail"]
    assert said in problem["detail"]


@pytest.mark.parametrize("options", [{"edited": True}, {"mapped": False}])
def test_a_mistake_in_an_edited_module_is_not_called_a_missing_value(load: Any, options: dict[str, bool]) -> None:
    orders: list[Any] = [{}, {"items": []}, {"items": None}]
    for order in orders:
        assert problem_of(load(**options).reply, order)["code"] == "internal_error"


def test_a_mistake_outside_expressions_is_not_called_a_missing_value(load: Any) -> None:
    assert problem_of(load().helper, 1)["code"] == "internal_error"


def test_an_expression_error_names_its_node(load: Any) -> None:
    problem = problem_of(load().compare, "x")
    assert (problem["code"], problem["node"]) == ("invalid_expression", "compare")
    assert problem["expression"] == "input.order < 1"


def test_other_errors_name_their_node(load: Any) -> None:
    problem = problem_of(load().fail, "sk-secret")
    assert (problem["code"], problem["node"]) == ("internal_error", "fail")
    assert "sk-secret" not in json.dumps(problem)


def test_a_key_error_from_elsewhere_is_no_missing_value() -> None:
    assert problem_of(_lookup, "a")["code"] == "internal_error"


def test_the_first_of_a_group_of_errors_answers(load: Any) -> None:
    group = ExceptionGroup("parallel", [ExceptionGroup("inner", [KeyError("a")]), ValueError("b")])
    assert as_service_error(group).code == "internal_error"
    assert "KeyError" in as_service_error(group).detail
