"""Runs that were recorded: told what models answered and functions gave then, the service has to answer as it did."""

import importlib
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

import pytest

from app.runtime.context import ExecutionContext
from tests.service import Service, StartService, read_events

FOLDER = Path(__file__).parent / "recorded"
RUNS = {path.relative_to(FOLDER).with_suffix("").as_posix(): path for path in sorted(FOLDER.rglob("*.json"))}
FORMS = [(name, form) for name, path in RUNS.items() for form in json.loads(path.read_text("utf-8"))["forms"]]

Results = dict[str, list[dict[str, Any]]]


@pytest.mark.parametrize(("name", "form"), FORMS)
def test_recorded_run(
    name: str,
    form: str,
    request: pytest.FixtureRequest,
    environment: pytest.MonkeyPatch,
    start_service: StartService,
) -> None:
    """The output is the same, or the problem is."""
    run: dict[str, Any] = json.loads(RUNS[name].read_text("utf-8"))
    for variable, value in run["env"].items():
        if value is None:
            environment.delenv(variable, raising=False)
        else:
            environment.setenv(variable, value)
    settings = _tell_models(request, run["answers"])
    told = [] if settings is None else list(settings.answers)
    service = start_service(importlib.import_module("app.main").app)
    _tell_functions(environment, run["functions"])
    answered = _streamed(service, run) if form == "streamed" else _whole(service, run)
    expected: dict[str, Any] = run["expect"]
    if form == "streamed" or "status" not in expected:
        expected = {key: value for key, value in expected.items() if key != "status"}
        answered.pop("status", None)
    problem = answered.pop("problem_object", None)
    given, wanted = _steady(answered), _steady(expected)
    assert given == wanted, _failure(problem) or f"`{_first_difference(given, wanted)}` is another than it was."
    untold: list[Any] = [] if settings is None else settings.answers
    left = [each["node"] for each, answer in zip(run["answers"], told, strict=False) if answer in untold]
    assert left == [], f"The recorded run asked models more often: {', '.join(f'`{node}`' for node in left)}."


def _failure(problem: dict[str, Any] | None) -> str | None:
    """Where a run failed, and why."""
    if problem is None:
        return None
    node = problem.get("node")
    return f"The run failed{f' at `{node}`' if node else ''}: {problem.get('detail')}"


def _first_difference(given: Any, wanted: Any, at: str = "") -> str:
    """The JSON pointer of the first value that is another, or that only one of the two has."""
    match given, wanted:
        case {}, {}:
            pairs = [(key, given.get(key), wanted.get(key)) for key in {**given, **wanted}]
        case [*_], [*_] if len(given) == len(wanted):
            pairs = [(str(index), *pair) for index, pair in enumerate(zip(given, wanted, strict=True))]
        case _:
            return at
    key, one, other = next((pair for pair in pairs if pair[1] != pair[2]), ("", None, None))
    return _first_difference(one, other, f"{at}/{key.replace('~', '~0').replace('/', '~1')}") if key else at


def _tell_models(request: pytest.FixtureRequest, answers: list[dict[str, Any]]) -> Any:
    """The settings of the simulated providers, told these answers; None where no model was asked."""
    if not answers:
        return None
    settings = request.getfixturevalue("simulated_openai").settings
    settings.accept_retired_models = settings.accept_unknown_models = True
    settings.answers = [_answer(each) for each in answers]
    return settings


def _answer(told: dict[str, Any]) -> Any:
    simulated: Any = importlib.import_module("tests.simulated_providers")
    if "wire" in told:
        wire = told["wire"]
        sent = simulated.Wire(wire["status"], wire["headers"], wire["body"].encode(), wire["isComplete"])
        return simulated.Answer(wire=sent, when=told.get("when"))
    return simulated.Answer(
        told.get("content"),
        tuple((call["name"], json.dumps(call["arguments"])) for call in told.get("calls", ())),
        refusal=told.get("refusal"),
        finish_reason=told["finishReason"],
        when=told.get("when"),
    )


def _tell_functions(monkeypatch: pytest.MonkeyPatch, functions: dict[str, Results]) -> None:
    """Stands in for the functions of each workflow module, and for those that models call."""
    everywhere: Results = {}
    for results in functions.values():
        everywhere.update(results)
    for name, module in list(sys.modules.items()):
        if not name.startswith("app.") or not hasattr(module, "call_function") or name == "app.runtime.functions":
            continue
        results = functions.get(name.removeprefix("app.workflows."), {}) if ".workflows." in name else everywhere
        monkeypatch.setattr(module, "call_function", _told_function(results))


def _told_function(results: Results) -> Callable[..., Awaitable[Any]]:
    left = {node: list(told) for node, told in results.items()}

    async def call_function(
        ctx: ExecutionContext, node: str, function: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> Any:
        if not left.get(node):
            raise AssertionError(f"The recorded run did not call `{node}` here.")
        told = left[node].pop(0)
        ctx.node_timings[node] = 0.0
        if "error" in told:
            functions: Any = importlib.import_module("app.runtime.functions")
            raise functions.FunctionFailed(told["error"], node=node)
        return told["result"]

    return call_function


def _sent(run: dict[str, Any]) -> dict[str, Any]:
    return {"params": run["input"]} if run["method"] in ("GET", "DELETE") else {"json": run["input"]}


def _whole(service: Service, run: dict[str, Any]) -> dict[str, Any]:
    headers = {**run["headers"], "accept": "application/json"}
    response = service.client.request(run["method"], run["path"], headers=headers, **_sent(run))
    return _of_body(response.status_code, response.json())


def _streamed(service: Service, run: dict[str, Any]) -> dict[str, Any]:
    headers = {**run["headers"], "accept": "text/event-stream"}
    with service.client.stream(run["method"], run["path"], headers=headers, **_sent(run)) as response:
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            return _of_body(response.status_code, json.loads(response.read()))
        name, last = list(read_events(response))[-1]
    return {"output": last["output"]} if name == "done" else {"problem": last["code"], "problem_object": last}


def _of_body(status: int, body: dict[str, Any]) -> dict[str, Any]:
    if "output" in body:
        return {"status": status, "output": body["output"]}
    return {"status": status, "problem": body.get("code"), "problem_object": body}


def _steady(value: Any) -> Any:
    """A value without what is of the moment in a model's whole answer: ids, times, tokens."""
    match value:
        case {"finish_reason": _, "timing": _}:
            kept = ("content", "function_call", "parsed", "refusal", "finish_reason")
            calls = [{key: call[key] for key in ("name", "arguments")} for call in value.get("tool_calls") or ()]
            return {key: value.get(key) for key in kept} | {"tool_calls": calls}
        case dict():
            return {key: _steady(member) for key, member in cast("dict[str, Any]", value).items()}
        case list():
            return [_steady(item) for item in cast("list[Any]", value)]
        case _:
            return value
