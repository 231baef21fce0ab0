"""Runs that stand in a queue, and what has failed in it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.database_servers import running_postgres
from tests.durable_runs import KillableService, killable_service

OPERATOR = {"authorization": "Bearer token-of-runs"}
MODULE = "tests.queued_service"
MORE = {"QUEUE_POLL_SECONDS": "0.1", "QUEUE_TOKEN": "token-of-queues"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KillableService]:
    with killable_service(tmp_path_factory.mktemp("queues"), "http://127.0.0.1:9", MORE, MODULE) as service:
        service.start()
        service.wait_until_up()
        yield service


def put(service: KillableService, item: Any, queue: str = "items", **headers: str) -> str:
    sent = {"authorization": "Bearer token-of-queues", "prefer": "respond-async", **headers}
    answer = service.ask("POST", f"/queues/{queue}", json=item, headers=sent)
    # One that has ended by then is answered with what it gave.
    assert answer.status_code in (200, 202), answer.text
    return answer.headers["location"].removeprefix("/runs/")


def dead(service: KillableService) -> list[Any]:
    return service.ask("GET", "/queues/items/dead", headers=OPERATOR).json()["dead"]


def test_who_puts_something_in_gets_its_result_or_a_link(service: KillableService) -> None:
    answer = service.ask("POST", "/queues/items", json={"name": "one"}, headers=OPERATOR)
    assert answer.status_code == 200, answer.text
    assert answer.json()["output"] == ["ONE", "checked"]
    run_id = put(service, {"name": "two"}, **{"idempotency-key": "two"})
    assert put(service, {"name": "two"}, **{"idempotency-key": "two"}) == run_id
    assert service.wait_for(run_id)["result"]["output"] == ["TWO", "checked"]
    for headers in ({}, {"authorization": "Bearer wrong"}):
        assert service.ask("POST", "/queues/items", json={"name": "x"}, headers=headers).status_code == 403
        assert service.ask("GET", "/queues/items/dead", headers=headers).status_code == 403


def test_a_run_that_fails_is_tried_again_where_it_failed(service: KillableService) -> None:
    first = put(service, {"name": "again", "fails": 2})
    assert service.wait_for(first)["status"] == "failed"
    last = _last_try(service, first)
    assert last["status"] == "succeeded"
    # What it had done before was not done again.
    assert service.called.count("work again") == 1
    assert service.called.count("check again") == 3
    assert dead(service) == []


def test_what_failed_for_good_is_a_dead_letter_that_can_be_sent_again(service: KillableService) -> None:
    first = put(service, {"name": "dead", "fails": 3})
    service.wait_for(first)
    last = _last_try(service, first)
    assert last["status"] == "failed"
    [letter] = dead(service)
    assert (letter["id"], letter["input"]["name"], letter["problem"]["code"]) == (last["id"], "dead", "function_failed")
    answer = service.ask("POST", f"/queues/items/dead/{last['id']}/resend", headers=OPERATOR)
    assert answer.status_code == 202
    again = answer.headers["location"].removeprefix("/runs/")
    assert service.wait_for(again)["status"] == "succeeded"
    assert dead(service) == []
    assert service.ask("POST", f"/queues/items/dead/{last['id']}/resend", headers=OPERATOR).status_code == 409
    assert service.ask("POST", f"/queues/items/dead/{again}/resend", headers=OPERATOR).status_code == 409
    assert service.ask("POST", "/queues/items/dead/none/resend", headers=OPERATOR).status_code == 404
    assert service.called.count("work dead") == 1


def test_so_many_go_on_at_a_time_and_the_urgent_first(service: KillableService) -> None:
    names = [f"item{number}" for number in range(6)]
    runs = [put(service, {"name": name, "seconds": 0.3}, priority="u=5") for name in names]
    runs.append(put(service, {"name": "urgent", "seconds": 0.3}, priority="u=0"))
    for run_id in runs:
        assert service.wait_for(run_id)["status"] == "succeeded"
    going_on, most = 0, 0
    begun: list[str] = []
    for line in service.called:
        what, _, name = line.partition(" ")
        if what in ("begin", "end"):
            going_on += 1 if what == "begin" else -1
            most = max(most, going_on)
            begun += [name] if what == "begin" else []
    assert most == 2
    assert begun.index("urgent") <= 4


def test_an_entry_that_has_not_begun_waits_for_its_turn(service: KillableService) -> None:
    long = [put(service, {"name": f"long{number}", "seconds": 60}) for number in range(2)]
    last = put(service, {"name": "last"})
    assert service.run(last)["waits_for"] == ["queue"]
    listed = service.ask("GET", "/runs", headers=OPERATOR, params={"waits_for": "queue"}).json()["runs"]
    assert last in [run["id"] for run in listed]
    assert all(run["waits_for"] == ["queue"] for run in listed)
    for run_id in long:
        assert service.ask("DELETE", f"/runs/{run_id}").status_code == 200
    ended = service.wait_for(last)
    assert (ended["status"], ended.get("waits_for")) == ("succeeded", None)


def test_so_many_begin_in_a_time(service: KillableService) -> None:
    began = time.monotonic()
    for run_id in [put(service, {"name": f"limited{number}"}, queue="slow") for number in range(3)]:
        assert service.wait_for(run_id)["status"] == "succeeded"
    assert time.monotonic() - began > 2


def test_nothing_in_a_queue_is_lost_when_its_service_is_killed(tmp_path: Path) -> None:
    # However slow the machine is: a step may be hit again and again.
    more = {**MORE, "DURABLE_STEP_ATTEMPTS": "0"}
    with killable_service(tmp_path, "http://127.0.0.1:9", more, MODULE) as service:
        service.start()
        service.wait_until_up()
        runs = [put(service, {"name": f"kept{number}", "seconds": 0.2}) for number in range(8)]
        for _ in range(3):
            time.sleep(0.3)
            service.kill()
            service.wait_until_up()
        for run_id in runs:
            run = service.wait_for(run_id)
            # A step that each of the kills has met ends its run, and the queue tries that again.
            assert run["status"] == "succeeded" or run["problem"]["code"] == "step_interrupted"
            assert _last_try(service, run_id)["status"] == "succeeded"


def test_a_durable_run_puts_each_entry_in_once_though_its_service_is_killed(tmp_path: Path) -> None:
    with killable_service(tmp_path, "http://127.0.0.1:9", MORE, MODULE) as service:
        (tmp_path / "dies").touch()
        service.start()
        service.wait_until_up()
        run_id = service.begin({"names": ["a", "b", "a"]}, path="/send")
        while (tmp_path / "dies").exists():
            time.sleep(0.02)
        service.start()
        service.wait_until_up()
        output = service.wait_for(run_id)["result"]["output"]
        ids = [entry["id"] for entry in output["entries"]]
        assert len(set(ids)) == 3
        for entry in (*output["entries"], output["late"]):
            assert entry == {"id": entry["id"], "queue": "items", "location": f"/runs/{entry['id']}"}
            assert service.wait_for(entry["id"])["status"] == "succeeded"
        # What it put in before it was killed is the same that it puts in when it is taken up.
        assert sorted(service.called.count(f"work {name}") for name in ("a", "b", "late a")) == [1, 1, 2]


def test_a_key_puts_an_entry_in_once_whoever_sends_it(service: KillableService) -> None:
    item = {"name": "keyed", "fails": 0, "seconds": 0.0}
    run_id = put(service, item, **{"idempotency-key": "keyed"})
    for _ in range(2):
        assert service.ask("POST", "/plain", json=item).json()["output"]["id"] == run_id
    other = service.ask("POST", "/plain", json={**item, "fails": 1})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert other.json()["node"] == "put"
    assert service.wait_for(run_id)["status"] == "succeeded"
    long = service.ask("POST", "/plain", json={**item, "name": "x" * 256})
    assert long.json()["code"] == "invalid_function_arguments"


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_metrics_say_how_much_stands_in_the_queues(tmp_path: Path, database: str) -> None:
    with ExitStack() as stack:
        more = {**MORE, "METRICS_TOKEN": "token-of-metrics", "QUEUE_POLL_SECONDS": "60"}
        if database == "postgres":
            url = stack.enter_context(running_postgres()).url
            more["DURABLE_DATABASE_URL"] = url.replace("postgresql://", "postgresql+psycopg://")
        service = stack.enter_context(killable_service(tmp_path, "http://127.0.0.1:9", more, MODULE))
        service.start()
        service.wait_until_up()
        time.sleep(0.5)
        for number in range(3):
            put(service, {"name": f"counted{number}"}, queue="slow")
        service.start("kill")
        service.wait_until_up()
        expected = {("slow", "waiting"): 3.0, ("items", "waiting"): 0.0, ("items", "running"): 0.0}
        end = time.monotonic() + 60
        while not expected.items() <= (found := _queue_entries(service)).items():
            assert time.monotonic() < end, found
            time.sleep(0.2)


def _queue_entries(service: KillableService) -> dict[tuple[str, str], float]:
    shown = service.ask("GET", "/metrics", headers={"authorization": "Bearer token-of-metrics"}).text
    samples = [sample for family in text_string_to_metric_families(shown) for sample in family.samples]
    return {
        (sample.labels["queue"], sample.labels["state"]): sample.value
        for sample in samples
        if sample.name == "queue_entries"
    }


def _last_try(service: KillableService, run_id: str) -> Any:
    """The last of the runs that try one again."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        listed = service.ask("GET", "/runs", params={"limit": 1000}, headers=OPERATOR).json()["runs"]
        by_origin = {run["retry_of"]: run["id"] for run in listed}
        last, tries = run_id, 0
        while last in by_origin:
            last, tries = by_origin[last], tries + 1
        run = service.run(last)
        if run["status"] != "running" and (run["status"] == "succeeded" or tries == 2):
            return run
        time.sleep(0.05)
    raise AssertionError(run_id)
