import hashlib
import json
import logging
from typing import Any

import pytest
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from app.outside.counters import TooManyRequests
from app.runtime.context import open_context
from app.runtime.errors import ExpressionError, MissingApiKey, MissingValue, ServiceError
from app.transforms.checks import ValidationFailed, report, valid
from app.transforms.crypto import hashed, random_id, signed, token
from app.transforms.fields import edited
from app.transforms.items import Condition, Operator, aggregated, aggregated_by, in_order, matching
from app.transforms.json_query import JsonQuery, TransformFailed
from app.transforms.logs import write_line
from app.transforms.measurements import Metric
from app.transforms.rate_limits import RateLimit
from tests.database_servers import running_redis

ITEMS: list[dict[str, Any]] = [{"n": 1, "t": "ab"}, {"n": 2.5, "t": "b"}, {"t": "abc"}, {"n": 1.0, "t": "ab"}]


@pytest.mark.parametrize(
    ("condition", "kept"),
    [
        (Condition("n", "equals", 1), [0, 3]),
        (Condition("n", "equals", True), []),
        (Condition("n", "notEquals", 1), [1, 2]),
        (Condition("n", "greater", 1), [1]),
        (Condition("n", "atLeast", 1), [0, 1, 3]),
        (Condition("n", "less", 2), [0, 3]),
        (Condition("n", "atMost", 2.5), [0, 1, 3]),
        (Condition("t", "contains", "b"), [0, 1, 2, 3]),
        (Condition("t", "startsWith", "ab"), [0, 2, 3]),
        (Condition("n", "in", [2.5, "1"]), [1]),
        (Condition("n", "exists"), [0, 1, 3]),
        (Condition("n", "missing"), [2]),
    ],
)
def test_an_item_without_the_field_meets_only_missing_and_not_equals(condition: Condition, kept: list[int]) -> None:
    assert matching(ITEMS, condition) == [ITEMS[index] for index in kept]


def test_conditions_hold_together_or_one_by_one() -> None:
    both = Condition("n", "equals", 1), Condition("t", "equals", "b")
    assert matching(ITEMS, *both) == []
    assert matching(ITEMS, *both, match="any") == [ITEMS[0], ITEMS[1], ITEMS[3]]


@pytest.mark.parametrize("operator", ["greater", "atLeast", "less", "atMost", "contains", "startsWith"])
def test_what_cannot_be_compared_names_the_item(operator: Operator) -> None:
    items = [{"a": "x"}, {}, {"a": None}]
    with pytest.raises(ExpressionError, match="Item 2: ") as caught:
        matching(items, Condition("a", operator, "x"))
    assert caught.value.details["index"] == 2


def test_sorting_by_several_fields_keeps_the_order_of_equal_items() -> None:
    items = [
        {"a": 1, "b": "x", "i": 0},
        {"a": 2, "b": "x", "i": 1},
        {"a": 1, "b": "y", "i": 2},
        {"a": 2, "b": "x", "i": 3},
    ]
    placed = in_order(items, ("a", "descending"), ("b", "ascending"))
    assert [item["i"] for item in placed] == [1, 3, 0, 2]


@pytest.mark.parametrize(
    ("items", "error", "index"),
    [
        ([{"a": 1}, {"b": 1}], MissingValue, 1),
        ([{"a": 1}, {"a": 2}, {"a": "3"}], ExpressionError, 2),
        ([{"a": None}], ExpressionError, 0),
        ([{"a": True}], ExpressionError, 0),
        ([{"a": 1}, 2], ExpressionError, 1),
    ],
)
def test_what_has_no_order_names_the_item(items: list[Any], error: type[ServiceError], index: int) -> None:
    with pytest.raises(error) as caught:
        in_order(items, ("a", "descending"))
    assert caught.value.details["index"] == index


def test_fields_are_found_along_paths() -> None:
    items = [{"a": {"b": {"c": 2}}, "i": 0}, {"a": {"b": {"c": 1}}, "i": 1}, {"a": {"b": None}, "i": 2}, {"i": 3}]
    assert [item["i"] for item in in_order(items[:2], ("a.b.c", "ascending"))] == [1, 0]
    assert [item["i"] for item in matching(items, Condition("a.b.c", "less", 2))] == [1]
    assert [item["i"] for item in matching(items, Condition("a.b.c", "missing"))] == [2, 3]
    assert [item["i"] for item in matching(items, Condition("a.b", "exists"))] == [0, 1, 2]
    with pytest.raises(MissingValue, match=r"Item 2 has no 'a\.b\.c'"):
        in_order(items, ("a.b.c", "ascending"))


def test_groups_come_in_the_order_of_their_first_item() -> None:
    items = [{"k": 1, "n": 2}, {"k": True, "n": 5}, {"k": 1.0, "n": 4}, {"k": [1], "n": 0}]
    totals = aggregated_by(items, "k", {"count": ("count", None), "mean": ("mean", "n"), "last": ("last", "n")})
    assert totals == [
        {"k": 1, "count": 2, "mean": 3, "last": 4},
        {"k": True, "count": 1, "mean": 5, "last": 5},
        {"k": [1], "count": 1, "mean": 0, "last": 0},
    ]


def test_nothing_adds_up_to_nothing() -> None:
    operations: Any = {name: (name, "n") for name in ("sum", "min", "max", "mean", "first", "last", "list")}
    assert aggregated([], {"count": ("count", None), **operations}) == {
        "count": 0,
        "sum": 0,
        "min": None,
        "max": None,
        "mean": None,
        "first": None,
        "last": None,
        "list": [],
    }
    assert aggregated_by([], "k", operations) == []


def test_an_error_in_a_group_counts_the_items_of_the_whole_list() -> None:
    items = [{"k": "a", "n": 1}, {"k": "b", "n": 1}, {"k": "b", "n": "2"}]
    with pytest.raises(ExpressionError, match="item 2 is a string") as caught:
        aggregated_by(items, "k", {"sum": ("sum", "n")})
    assert caught.value.details["index"] == 2


def test_fields_are_renamed_then_removed_then_set() -> None:
    given = {"a": 1, "b": 2, "c": 3}
    assert list(edited(given, rename={"a": "x"}).items()) == [("x", 1), ("b", 2), ("c", 3)]
    assert edited(given, rename={"a": "b", "b": "a"}) == {"b": 1, "a": 2, "c": 3}
    assert edited(given, rename={"a": "b"}) == {"b": 1, "c": 3}
    assert edited(given, rename={"a": "x"}, remove=["x", "gone"], change={"c": 4}) == {"b": 2, "c": 4}
    assert given == {"a": 1, "b": 2, "c": 3}
    with pytest.raises(MissingValue, match="'z'"):
        edited(given, rename={"z": "x"})
    with pytest.raises(ExpressionError, match="not of a list"):
        edited([])


def test_what_does_not_fit_is_said_by_pointer() -> None:
    schema = {"type": "object", "properties": {"a/b": {"type": "array", "items": {"type": "integer"}}}}
    value = {"a/b": [1, "2"]}
    problem = {"pointer": "/a~1b/1", "detail": "is string, not integer"}
    assert report(value, schema) == {"valid": False, "errors": [problem]}
    assert valid({"a/b": [1]}, schema) == {"a/b": [1]}
    with pytest.raises(ValidationFailed, match="/a~1b/1 is string") as caught:
        valid(value, schema)
    assert caught.value.details == {"errors": [problem]}


def test_jmespath_errors_do_not_show_values() -> None:
    assert JsonQuery("[?a > `1`].a | sum(@)").of([{"a": 1}, {"a": 2}, {"a": 3}]) == 5
    assert JsonQuery("a.b").of(3) is None
    with pytest.raises(TransformFailed, match="no JMESPath"):
        JsonQuery("a[")
    with pytest.raises(TransformFailed) as caught:
        JsonQuery("abs(@)").of("my secret")
    assert "secret" not in str(caught.value.problem())
    with pytest.raises(TransformFailed):
        JsonQuery("unknown(@)").of(1)


async def test_a_log_line_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    async with open_context() as ctx:
        with caplog.at_level(logging.INFO, logger="app"):
            write_line(ctx, "note", 'two\nlines "of text"', level="error", fields={"n": [1, None]})
    line = json.loads(caplog.messages[-1])
    assert "\n" not in caplog.messages[-1]
    assert line["time"]
    assert {**line, "time": ""} == {
        "time": "",
        "level": "error",
        "event": "log",
        "execution_id": ctx.execution_id,
        "node": "note",
        "message": 'two\nlines "of text"',
        "fields": {"n": [1, None]},
    }


def test_measurements_reach_opentelemetry(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader])
    monkeypatch.setattr(metrics, "get_meter", provider.get_meter)
    Metric("t.orders", "counter", unit="{order}").record(2, {"kind": "a", "left_out": None, "list": [1]})
    Metric("t.orders", "counter", unit="{order}").record(3, {"kind": "a", "list": [1]})
    Metric("t.level", "gauge").record(-1.5)
    Metric("t.size", "histogram").record(7)
    data: Any = reader.get_metrics_data()
    found = {each.name: each for each in data.resource_metrics[0].scope_metrics[0].metrics}
    (orders,) = found["t.orders"].data.data_points
    assert (found["t.orders"].unit, orders.value, dict(orders.attributes)) == (
        "{order}",
        5,
        {"kind": "a", "list": "[1]"},
    )
    assert found["t.level"].data.data_points[0].value == -1.5
    assert found["t.size"].data.data_points[0].sum == 7


@pytest.mark.parametrize("value", ["1", True, None, float("inf"), -1])
def test_what_is_no_measurement_is_refused(value: Any) -> None:
    with pytest.raises(ExpressionError, match="shop"):
        Metric("shop").record(value)


async def _passes(limit: RateLimit, key: str) -> None:
    async with open_context() as ctx:
        assert await limit.send(ctx, key) == {"limit": 2, "remaining": 1, "resetSeconds": 60}
        assert (await limit.send(ctx, key))["remaining"] == 0
        with pytest.raises(TooManyRequests) as caught:
            await limit.send(ctx, key)
        assert caught.value.headers == {"Retry-After": str(caught.value.details["retry_after_s"])}
        assert 50 < caught.value.details["retry_after_s"] <= 60
        assert (await limit.send(ctx, key + "x"))["remaining"] == 1


async def test_each_key_has_its_limit() -> None:
    await _passes(RateLimit("limit", 2, 60), "someone")


async def test_the_limit_begins_anew_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr("app.outside.counters.time.monotonic", lambda: clock[0])
    limit = RateLimit("limit", 1, 10)
    async with open_context() as ctx:
        await limit.send(ctx, "a")
        clock[0] += 9.5
        with pytest.raises(TooManyRequests) as caught:
            await limit.send(ctx, "a")
        assert caught.value.details["retry_after_s"] == 1
        clock[0] += 0.5
        assert (await limit.send(ctx, "a"))["remaining"] == 0


async def test_processes_count_together_in_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    with running_redis() as url:
        monkeypatch.setenv("REDIS_URL", url)
        await _passes(RateLimit("limit", 2, 60, scope="shop"), "someone")
        async with open_context() as other:
            with pytest.raises(TooManyRequests):
                await RateLimit("limit", 2, 60, scope="shop").send(other, "someone")


async def test_signatures_are_those_of_the_standard(monkeypatch: pytest.MonkeyPatch) -> None:
    # https://www.rfc-editor.org/rfc/rfc4231#section-4.3
    monkeypatch.setenv("SECRET_JEFE", "Jefe")
    async with open_context() as ctx:
        assert signed(ctx, "SECRET_JEFE", "what do ya want for nothing?") == (
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        )
        with pytest.raises(MissingApiKey, match="SECRET_OTHER"):
            signed(ctx, "SECRET_OTHER", "")
    assert hashed("abc") == hashlib.sha256(b"abc").hexdigest()
    assert hashed({"a": 1}, "sha512", "base64url") == hashed('{"a":1}', "sha512", "base64url")
    assert len({random_id() for _ in range(100)}) == 100
    assert len(token(16, "hex")) == 32
    assert "=" not in token(17)
