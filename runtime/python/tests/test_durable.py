"""Durable runs as their callers meet them."""

import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.door import key_file
from tests.database_servers import running_postgres
from tests.durable_runs import Follower, KillableService, events_of, killable_service
from tests.simulated_providers.testing import RunningSimulation


@pytest.fixture(scope="module")
def running_service(
    tmp_path_factory: pytest.TempPathFactory, running_simulation: RunningSimulation
) -> Iterator[KillableService]:
    with killable_service(tmp_path_factory.mktemp("durable"), running_simulation.base_url) as service:
        service.start()
        service.wait_until_up()
        yield service


@pytest.fixture
def service(running_service: KillableService, simulated_openai: RunningSimulation) -> KillableService:
    return running_service


def test_a_run_that_ends_in_time_is_answered_with_its_result(service: KillableService) -> None:
    answer = service.ask("POST", "/survive", json={"name": "quick", "words": ["one"]})
    assert answer.status_code == 200
    body = answer.json()
    assert body["output"]["words"] == ["QUICK 0 " + body["output"]["words"][0].rpartition(" ")[2]]
    run = service.run(answer.headers["location"].removeprefix("/runs/"))
    assert run["id"] == body["meta"]["execution_id"]
    assert run["result"] == body
    assert run["usage"] == body["usage"]
    assert [step["step"] for step in run["steps"]][:3] == ["opening", "pros", "cons"]
    # A listener that comes late hears all of it, and one that has heard all is told not to come again.
    events = Follower(service, run["id"]).join()
    assert [name for _, name, _ in events].count("token") == events[-1][2]["token_count"]
    assert events[-1][0] == "end"
    assert events[-1][2]["output"] == body["output"]


def test_a_listener_goes_on_where_it_was(service: KillableService) -> None:
    run_id = service.begin({"name": "resumed"})
    whole = Follower(service, run_id).join()
    for place in range(0, len(whole) - 1, 7):
        with service.client.stream(
            "GET", f"/runs/{run_id}/events", headers={"last-event-id": whole[place][0]}
        ) as response:
            assert _said(events_of(response)) == _said(whole[place + 1 :])
    unknown = service.ask("GET", f"/runs/{run_id}/events", headers={"last-event-id": "x"})
    assert unknown.status_code == 400


def test_a_caller_who_wants_a_stream_gets_the_events(service: KillableService) -> None:
    with service.client.stream(
        "POST", "/survive", json={"name": "streamed"}, headers={"accept": "text/event-stream"}
    ) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        events = list(events_of(response))
        link = response.headers["content-location"]
    assert [name for _, name, _ in events].count("done") == 1
    assert "".join(told["text"] for _, name, told in events if name == "token") == events[-1][2]["text"]
    assert _said(Follower(service, link.split("/")[2]).join()) == _said(events)


def test_a_caller_who_does_not_wait_gets_a_link(service: KillableService, simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.first_token_ms = 200
    answer = service.ask("POST", "/survive", json={"name": "later"}, headers={"prefer": "respond-async"})
    assert answer.status_code == 202
    told = answer.json()
    assert answer.headers["location"] == told["links"]["self"] == f"/runs/{told['id']}"
    assert told["status"] == "running"
    assert service.wait_for(told["id"])["status"] == "succeeded"


def test_a_key_begins_a_run_once(service: KillableService, simulated_openai: RunningSimulation) -> None:
    first = service.begin({"name": "keyed"}, key="order 17")
    assert service.begin({"name": "keyed"}, key="order 17") == first
    assert service.begin({"name": "keyed"}, key="order 18") != first
    again = service.ask("POST", "/survive", json={"name": "other"}, headers={"idempotency-key": "order 17"})
    assert again.status_code == 422
    assert again.json()["code"] == "idempotency_key_reused"
    service.wait_for(first)
    service.kill()
    service.wait_until_up()
    assert service.begin({"name": "keyed"}, key="order 17") == first
    for key in ("", "x" * 256, "caf\u00e9\u0001"):
        refused = service.ask("POST", "/survive", json={"name": "k"}, headers={b"idempotency-key": key.encode()})
        assert refused.status_code == 400


def test_a_cancelled_run_ends_its_call(service: KillableService, simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.fault = "stall; after=2"
    run_id = service.begin({"name": "cancelled"})
    assert simulated_openai.connections.wait_for_requests(1, 10)
    request = simulated_openai.requests[0]
    follower = Follower(service, run_id)
    time.sleep(0.3)
    assert service.ask("DELETE", f"/runs/{run_id}").json()["status"] == "cancelled"
    assert request.disconnected.wait(1)
    assert follower.join()[-1][1:] == ("error", service.run(run_id)["problem"])
    assert service.run(run_id)["problem"]["code"] == "cancelled"
    simulated_openai.settings.fault = None
    again = service.ask("POST", f"/runs/{run_id}/retry")
    assert again.status_code == 202
    assert service.wait_for(again.json()["id"])["status"] == "succeeded"


def test_a_failed_run_is_tried_again_from_where_it_failed(
    service: KillableService, simulated_openai: RunningSimulation
) -> None:
    answer = service.ask("POST", "/survive", json={"name": "failing", "fails": True})
    assert answer.status_code == 500
    assert answer.json()["code"] == "function_failed"
    run_id = answer.headers["location"].removeprefix("/runs/")
    failed = service.run(run_id)
    assert failed["status"] == "failed"
    assert failed["problem"] == answer.json()
    asked = len(simulated_openai.requests)
    (service.folder / "mended").touch()
    again = service.ask("POST", f"/runs/{run_id}/retry").json()
    run = service.wait_for(again["id"])
    assert run["status"] == "succeeded"
    assert run["retry_of"] == run_id
    assert run["result"]["output"]["failed"] == "mended"
    # The last step alone had not been taken.
    assert len(simulated_openai.requests) == asked + 1
    assert run["result"]["output"]["drawn"] == service.run(again["id"])["result"]["output"]["drawn"]
    refused = service.ask("POST", f"/runs/{again['id']}/retry")
    assert refused.status_code == 409


def test_a_service_that_is_told_to_end_leaves_its_runs_to_the_next(
    service: KillableService, simulated_openai: RunningSimulation
) -> None:
    run_id = service.begin({"name": "left", "pause": 2.0})
    follower = Follower(service, run_id)
    end = time.monotonic() + 20
    while not any(step["step"] == "pause" for step in service.run(run_id)["steps"]):
        assert time.monotonic() < end
        time.sleep(0.05)
    asked = len(simulated_openai.requests)
    began = time.time()
    service.start("stop")
    service.wait_until_up()
    run = service.wait_for(run_id)
    assert run["status"] == "succeeded"
    assert len(simulated_openai.requests) == asked + 1
    assert time.time() - began < 10
    assert [name for _, name, _ in follower.join()].count("done") == 1
    assert any(line["event"] == "runs_left" for line in service.log)


def test_a_router_goes_on_with_the_model_that_has_begun(
    service: KillableService, simulated_openai: RunningSimulation
) -> None:
    first, second = "gpt-5.4-mini", "gpt-5.4"
    simulated_openai.settings.faults = ["unavailable", None, "stall"]
    run_id = service.begin({"topic": "between"}, path="/routed")
    follower = Follower(service, run_id)
    # It dies while the function runs that the second model has called, and while this is told what it gave.
    end = time.monotonic() + 60
    while not [called for called in service.called if "routed: between" in called]:
        assert time.monotonic() < end
        time.sleep(0.02)
    service.kill()
    (service.folder / "may-shout").touch()
    assert simulated_openai.connections.wait_for_requests(3, 60)
    service.kill()
    run = service.wait_for(run_id)
    assert run["status"] == "succeeded", run
    assert simulated_openai.models == [first, second, second, second]
    assert len([called for called in service.called if "routed: between" in called]) == 2
    attempts = {step["step"]: step.get("attempts", 1) for step in run["steps"]}
    assert attempts == {"routed/routed": 1, "routed/wait_tool": 2, "routed/routed#2": 2, "routed": 1}
    assert run["result"]["output"]["route"] == {
        "provider": "openai",
        "model": second,
        "reason": "fallback after upstream_unavailable",
        "attempts": [
            {"provider": "openai", "model": first, "error": "upstream_unavailable"},
            {"provider": "openai", "model": second, "error": None},
        ],
    }
    events = follower.join()
    answered = [told["model"] for _, name, told in events if name == "route"]
    assert answered == [second, second]
    assert "".join(told["text"] for _, name, told in events if name == "token") == run["result"]["output"]["text"]


def test_called_workflows_say_the_same_as_where_no_run_is_kept(
    service: KillableService, simulated_openai: RunningSimulation
) -> None:
    given = {"name": "told", "words": ["one", "two"]}
    heard: dict[str, list[tuple[str, Any]]] = {}
    for path in ("/tell-at-once", "/tell"):
        # So that no model rests.
        service.kill()
        service.wait_until_up()
        simulated_openai.settings.faults = ["cut; after=2"]
        with service.client.stream("POST", path, json=given, headers={"accept": "text/event-stream"}) as response:
            heard[path] = [(name, told) for _, name, told in events_of(response)]
    at_once, kept = (heard[path][:-1] for path in ("/tell-at-once", "/tell"))
    assert {name for name, _ in at_once} == {"token", "route", "restart", "usage", "item"}
    assert [event for event in kept if event[0] != "step"] == at_once
    asked = {told["node"] for name, told in at_once if name != "item"}
    assert asked == {"tell/hear/say", "tell/hear/word", "tell/last"}
    steps = {told["node"] for name, told in kept if name == "step"}
    assert steps == {*asked, "tell", "tell/hear"}
    last = [events[-1][1] for events in heard.values()]
    for done in last:
        del done["meta"]
    assert last[0] == last[1]


def test_a_called_workflow_that_has_begun_to_answer_is_not_called_again(
    service: KillableService, simulated_openai: RunningSimulation
) -> None:
    told: list[Any] = []
    for path in ("/tell-at-once", "/tell"):
        service.kill()
        service.wait_until_up()
        before = len(simulated_openai.requests)
        simulated_openai.settings.faults = [None, None, *["server_error"] * 9]
        with service.client.stream(
            "POST", path, json={"name": "once", "words": ["one"]}, headers={"accept": "text/event-stream"}
        ) as response:
            events = [(name, told) for _, name, told in events_of(response) if name != "step"]
        assert events[-1][0] == "error"
        events[-1][1].pop("execution_id")
        told.append((events, len(simulated_openai.requests) - before))
    assert told[0] == told[1]


def test_a_called_workflow_that_goes_on_elsewhere_says_what_of_it_is_void(
    service: KillableService, simulated_openai: RunningSimulation
) -> None:
    simulated_openai.settings.faults = [None, None, "stall; after=2"]
    run_id = service.begin({"name": "void", "words": ["one"]}, path="/tell")
    follower = Follower(service, run_id)
    assert simulated_openai.connections.wait_for_requests(3, 60)
    end = time.monotonic() + 60
    while not [told for _, name, told in follower.events if name == "token" and told["items"][-1]["index"] == 1]:
        assert time.monotonic() < end
        time.sleep(0.02)
    service.kill()
    voided = [told for _, name, told in follower.join() if name == "restart"]
    assert voided == [{"node": "tell/hear/word", "step": "each[0]/tell/hear/letters[1]/word"}]


def test_runs_that_were_left_go_on_a_few_at_a_time(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    with killable_service(tmp_path, simulated_openai.base_url, {"DURABLE_RESUME_STEPS": "2"}) as service:
        service.start()
        service.wait_until_up()
        simulated_openai.settings.fault = "stall"
        runs = [service.begin({"topic": f"left{number}"}, path="/dig") for number in range(8)]
        assert simulated_openai.connections.wait_for_requests(8, 20)
        simulated_openai.settings.fault = None
        simulated_openai.settings.first_token_ms = 150
        service.kill()
        service.wait_until_up()
        at_once, end = 0, time.monotonic() + 30
        while len(simulated_openai.requests) < 16 and time.monotonic() < end:
            at_once = max(at_once, sum(not each.answered.is_set() for each in simulated_openai.requests[8:]))
            time.sleep(0.01)
        assert [service.wait_for(run_id)["status"] for run_id in runs] == ["succeeded"] * 8
        assert 0 < at_once <= 2


def test_pages_of_known_origins_follow_runs(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    with killable_service(tmp_path, simulated_openai.base_url, {"CORS_ORIGINS": "https://app.example"}) as service:
        service.start()
        service.wait_until_up()
        events = f"/runs/{service.begin({'topic': 'paged'}, path='/dig')}/events"
        asks = {"access-control-request-method": "GET", "access-control-request-headers": "last-event-id"}
        allowed = service.ask("OPTIONS", events, headers={**asks, "origin": "https://app.example"})
        assert allowed.headers["access-control-allow-origin"] == "https://app.example"
        assert "Last-Event-ID" in allowed.headers["access-control-allow-headers"]
        for path, status in ((events, 200), ("/runs/unknown", 404)):
            answer = service.ask("GET", path, headers={"origin": "https://app.example"})
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == "https://app.example"
        assert service.ask("OPTIONS", events, headers={**asks, "origin": "https://else.example"}).status_code == 403
        other = service.ask("GET", events, headers={"origin": "https://else.example"})
        assert "access-control-allow-origin" not in other.headers
        listed = service.ask("OPTIONS", "/runs", headers={**asks, "origin": "https://app.example"})
        assert "access-control-allow-origin" not in listed.headers


def test_lists_need_the_token(service: KillableService) -> None:
    run_id = service.begin({"name": "listed"})
    dug = service.begin({"topic": "dug"}, path="/dig", key="a")
    assert service.ask("GET", "/runs").status_code == 403
    assert service.ask("GET", "/runs", headers={"authorization": "Bearer other"}).status_code == 403
    for each in (run_id, dug):
        service.wait_for(each)
    allowed = {"authorization": "Bearer token-of-runs"}

    def ids(query: str = "") -> list[str]:
        return [run["id"] for run in service.ask("GET", f"/runs{query}", headers=allowed).json()["runs"]]

    assert ids()[:2] == [dug, run_id]
    assert ids("?workflow=dig") == [dug]
    assert ids("?status=succeeded&limit=1&offset=1") == [run_id]
    assert run_id not in ids("?status=failed")
    assert ids("?since=2099-01-01T00:00:00Z") == []
    assert ids("?workflow=started-once") == []
    assert service.ask("GET", "/runs/started-once").status_code == 404
    assert service.ask("GET", "/runs/nothing").json()["code"] == "run_not_found"


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_what_no_run_can_have_is_not_found_and_no_fault_of_the_database(tmp_path: Path, database: str) -> None:
    allowed = {"authorization": "Bearer token-of-runs"}
    with ExitStack() as stack:
        more: dict[str, str] = {}
        if database == "postgres":
            more["DURABLE_DATABASE_URL"] = stack.enter_context(running_postgres()).url
        service = stack.enter_context(killable_service(tmp_path, "http://127.0.0.1:9", more))
        service.start()
        service.wait_until_up()
        for path in ("/runs/a%00b", "/runs/%00/events", "/runs/%ED%A0%80"):
            assert service.ask("GET", path).json()["code"] == "run_not_found"
        for query in (
            "workflow=%00",
            "since=0001-01-01T00:00:00",
            "since=9999-12-31T23:59:59-14:00",
            "offset=2147483647",
        ):
            answer = service.ask("GET", f"/runs?{query}", headers=allowed)
            assert (answer.status_code, answer.json()["runs"]) == (200, []), query
        far = service.ask("GET", "/runs?offset=99999999999999999999", headers=allowed)
        assert (far.status_code, far.json()["errors"][0]["pointer"]) == (422, "/offset")


def test_runs_of_a_workflow_with_a_guard_are_their_callers(
    service: KillableService, simulated_openai: RunningSimulation
) -> None:
    file = service.folder / "api-keys.json"
    mine, others = ({"authorization": f"Bearer {key_file.add(file, name, [])}"} for name in ("mine", "others"))
    simulated_openai.settings.fault = "stall; after=2"
    begun = service.ask("POST", "/members", json={"topic": "own"}, headers={"prefer": "respond-async", **mine})
    run = begun.headers["location"]
    asked = (("GET", run), ("GET", f"{run}/events"), ("DELETE", run), ("POST", f"{run}/retry"))
    for method, path in asked:
        nobody = service.ask(method, path)
        assert (nobody.status_code, nobody.json()["code"]) == (401, "unauthenticated")
        assert nobody.headers["www-authenticate"] == "Bearer"
        wrong = service.ask(method, path, headers={"authorization": "Bearer key_wrong"})
        assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_credentials")
        other = service.ask(method, path, headers=others)
        assert (other.status_code, other.json()["code"]) == (404, "run_not_found")
    assert service.ask("GET", run, headers=mine).json()["status"] == "running"
    operator = {"authorization": "Bearer token-of-runs"}
    assert service.ask("GET", run, headers=operator).json()["status"] == "running"
    assert service.ask("DELETE", run, headers=mine).json()["status"] == "cancelled"
    with service.client.stream("GET", f"{run}/events", headers=mine) as response:
        assert [name for _, name, _ in events_of(response)][-1] == "error"
    simulated_openai.settings.fault = None
    again = service.ask("POST", f"{run}/retry", headers=mine).headers["location"]
    assert service.ask("GET", again, headers=others).status_code == 404
    end = time.monotonic() + 20
    while service.ask("GET", again, headers=mine).json()["status"] == "running":
        assert time.monotonic() < end
        time.sleep(0.05)
    # What a run has used counts for who began it.
    service.ask("POST", "/members", json={"topic": "more " * 100}, headers=mine)
    refused = service.ask("POST", "/members", json={"topic": "much"}, headers=mine)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many_requests")
    assert service.ask("POST", "/members", json={"topic": "more"}, headers=others).status_code == 200


def test_runs_that_have_ended_are_deleted(service: KillableService, simulated_openai: RunningSimulation) -> None:
    ended = service.begin({"name": "ended"}, key="gone")
    service.wait_for(ended)
    simulated_openai.settings.fault = "stall; after=2"
    going_on = service.begin({"name": "goes on"})
    allowed = {"authorization": "Bearer token-of-runs"}
    now = datetime.now(UTC)
    assert service.ask("DELETE", "/runs", params={"before": now.isoformat()}).status_code == 403
    assert service.ask("DELETE", "/runs", params={"before": "soon"}, headers=allowed).status_code == 422
    past = {"before": (now - timedelta(days=1)).isoformat()}
    assert service.ask("DELETE", "/runs", params=past, headers=allowed).json() == {"deleted": 0}
    deleted = service.ask("DELETE", "/runs", params={"before": now.isoformat()}, headers=allowed).json()["deleted"]
    assert deleted > 1
    assert service.ask("GET", f"/runs/{ended}").status_code == 404
    assert service.run(going_on)["status"] == "running"
    kept = service.ask("GET", "/runs?limit=1000", headers=allowed).json()["runs"]
    assert {run["status"] for run in kept} == {"running"}
    with sqlite3.connect(service.folder / "durable.db") as database:
        for table in ("operation_outputs", "workflow_input", "workflow_output"):
            left = database.execute(
                f"SELECT count(*) FROM {table} WHERE workflow_uuid NOT IN (SELECT workflow_uuid FROM workflow_status)"
            ).fetchone()
            assert left == (0,), table
    service.ask("DELETE", f"/runs/{going_on}")


def test_the_database_does_not_grow_for_ever(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    kept = {"DURABLE_KEEP_DAYS": str(1 / 86_400), "DURABLE_TIDY_SECONDS": "0.5"}
    with killable_service(tmp_path, simulated_openai.base_url, kept) as service:
        service.start()
        service.wait_until_up()
        run_id = service.begin({"topic": "soon gone"}, path="/dig", key="soon gone")
        end = time.monotonic() + 60
        # Its key is forgotten after it: from then on another run begins with it.
        while service.ask("POST", "/dig", json={"topic": "again"}, headers={"idempotency-key": "soon gone"}).is_error:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert service.ask("GET", f"/runs/{run_id}").status_code == 404


def test_neither_keys_nor_pickles_are_kept(service: KillableService) -> None:
    service.wait_for(service.begin({"name": "secret"}, key="k"))
    kept = b"".join(path.read_bytes() for path in service.folder.glob("durable.db*"))
    assert b"sk-never-recorded" not in kept
    with sqlite3.connect(service.folder / "durable.db") as database:
        for table, column in (
            ("operation_outputs", "output"),
            ("workflow_status", "inputs"),
            ("workflow_status", "output"),
        ):
            for (text,) in database.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"):
                json.loads(text)


def test_runs_of_another_version_wait_and_are_said(tmp_path: Path, simulated_openai: RunningSimulation) -> None:
    base_url = simulated_openai.base_url
    with killable_service(tmp_path, base_url, {"DURABLE_VERSION": "one"}) as service:
        service.start()
        service.wait_until_up()
        run_id = service.begin({"name": "old", "pause": 3.0})
    with killable_service(tmp_path, base_url, {"DURABLE_VERSION": "two"}) as service:
        service.start()
        service.wait_until_up()
        said = [line for line in service.log if line["event"] == "runs_of_another_version"]
        assert [(line["version"], line["open_runs"]) for line in said] == [("one", 1)]
        time.sleep(1)
        assert service.run(run_id)["status"] == "running"
    with killable_service(tmp_path, base_url, {"DURABLE_VERSION": "one"}) as service:
        service.start()
        service.wait_until_up()
        assert service.wait_for(run_id)["status"] == "succeeded"


def test_a_file_has_one_process_at_a_time(service: KillableService, simulated_openai: RunningSimulation) -> None:
    with killable_service(service.folder, simulated_openai.base_url) as second:
        second.start()
        end = time.monotonic() + 20
        while not (said := [line for line in second.log if line["event"] == "cannot_start"]):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert "DURABLE_DATABASE_URL" in said[0]["detail"]
        with pytest.raises(httpx2.TransportError):
            second.client.get("/healthz")


def test_a_version_is_one_services(
    service: KillableService, simulated_openai: RunningSimulation, tmp_path: Path
) -> None:
    version = service.run(service.begin({"topic": "of this version"}, path="/dig"))["version"]
    with (
        closing(sqlite3.connect(service.folder / "durable.db")) as theirs,
        closing(sqlite3.connect(tmp_path / "durable.db")) as ours,
    ):
        theirs.backup(ours)
    more = {"DURABLE_VERSION": version}
    with killable_service(tmp_path, simulated_openai.base_url, more, "tests.waiting_service") as other:
        other.start()
        end = time.monotonic() + 60
        while not (said := [line for line in other.log if line["event"] == "cannot_start"]):
            assert time.monotonic() < end
            time.sleep(0.05)
    assert said[0]["detail"] == (
        f"The database of durable runs knows the version {version} as one of another service, durable-test, and each "
        f"version is one service's. Set DURABLE_VERSION of waiting-test to what no other service has, such as "
        f"waiting-test-{version}, or leave it out; or give waiting-test a database of its own."
    )


def test_openapi_says_what_runs_can_be_asked(service: KillableService) -> None:
    paths: dict[str, Any] = service.ask("GET", "/openapi.json").json()["paths"]
    assert set(paths["/runs/{run_id}"]) == {"get", "delete"}
    assert {"/runs", "/runs/{run_id}/events", "/runs/{run_id}/retry"} < set(paths)


def _said(events: Iterable[tuple[str, str, Any]]) -> list[tuple[str, Any]]:
    """Without ids: live, an event may be counted from an earlier entry than later."""
    return [(name, told) for _, name, told in events]
