"""Runs that wait for people and for a time."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest

from app.durable.engine import Engine
from app.durable.waits import Waiting
from tests.durable_runs import Follower, KillableService, killable_service

SECRET = "a-secret-of-the-operator"
OPERATOR = {"authorization": "Bearer token-of-runs"}
MODULE = "tests.waiting_service"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KillableService]:
    more = {"APPROVAL_SECRET": SECRET, "PUBLIC_URL": "https://shop.example/flows/"}
    with killable_service(tmp_path_factory.mktemp("waiting"), "http://127.0.0.1:9", more, MODULE) as service:
        service.start()
        service.wait_until_up()
        yield service


def open_approvals(service: KillableService, run_id: str, count: int = 1) -> list[Any]:
    """The open approvals of a run, once there are so many."""
    end = time.monotonic() + 20
    while True:
        answer = service.ask("GET", f"/runs/{run_id}/approvals", headers=OPERATOR)
        assert answer.status_code == 200, answer.text
        found = answer.json()["approvals"]
        if len(found) == count:
            return found
        assert time.monotonic() < end, (found, service.run(run_id))
        time.sleep(0.02)


def decide(service: KillableService, run_id: str, step: str, **decided: Any) -> httpx2.Response:
    return service.ask("POST", f"/runs/{run_id}/approvals/{step}", json=decided, headers=OPERATOR)


def path_of(link: str) -> str:
    return link.removeprefix("https://shop.example/flows")


def test_a_person_decides_on_the_page_of_a_signed_link(service: KillableService) -> None:
    run_id = service.begin({"name": "<script>alert(1)</script>"}, path="/ask")
    [asked] = open_approvals(service, run_id)
    assert asked["step"] == "approve"
    link = path_of(asked["link"])
    page = service.ask("GET", link)
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    # Whoever looks at it, however often, has decided nothing.
    assert service.ask("HEAD", link).status_code in (200, 405)
    assert service.run(run_id)["status"] == "running"
    wrong = service.ask("POST", link, data={"decision": "approve", "value.amount": "0"})
    assert wrong.status_code == 422
    assert "amount" in wrong.text
    assert service.ask("POST", link, json={"decision": "approve"}).status_code == 422
    sent = {"decision": "approve", "value.amount": "12", "value.kind": "part", "comment": " fine \r\n"}
    assert service.ask("POST", link, data=sent).status_code == 200
    run = service.wait_for(run_id)
    assert run["status"] == "succeeded"
    decision = run["result"]["output"]["decision"]
    assert decision == {
        "approved": True,
        "by": None,
        "comment": "fine",
        "values": {"amount": 12, "kind": "part", "urgent": False},
        "decided_at": decision["decided_at"],
        "timed_out": False,
    }
    # The first decision counts; saying the same again does no harm.
    assert service.ask("POST", link, data=sent).status_code == 200
    second = service.ask("POST", link, data={"decision": "reject"})
    assert second.status_code == 409
    assert "first decision counts" in second.text
    assert "approved" in service.ask("GET", link).text


def test_the_link_in_a_run_says_who_was_given_it(service: KillableService) -> None:
    run_id = service.begin({"name": "linked"}, path="/ask")
    [asked] = open_approvals(service, run_id)
    # The workflow has its own link, which is in its result.
    assert decide(service, run_id, asked["step"], approved=False, by="ops", comment="no").status_code == 200
    output = service.wait_for(run_id)["result"]["output"]
    assert output["decision"]["by"] == "ops"
    assert output["link"].startswith("https://shop.example/flows/approvals/")
    assert service.ask("GET", path_of(output["link"])).status_code == 200
    again = service.begin({"name": "by link"}, path="/ask")
    open_approvals(service, again)
    token = output["link"].rpartition("/")[2]
    for forged in (token[:-2], token.partition(".")[0], f"{token}A", "x", "a.b", f"{token.partition('.')[0]}.é"):
        assert service.ask("GET", f"/approvals/{forged}").status_code == 404
        assert service.ask("POST", f"/approvals/{forged}", data={"decision": "approve"}).status_code == 404
    assert service.ask("DELETE", f"/runs/{again}").status_code == 200


def test_the_api_takes_the_operators_token_alone(service: KillableService) -> None:
    run_id = service.begin({"name": "guarded"}, path="/ask")
    open_approvals(service, run_id)
    for headers in ({}, {"authorization": "Bearer wrong"}):
        told = service.ask("POST", f"/runs/{run_id}/approvals/approve", json={"approved": True}, headers=headers)
        assert (told.status_code, told.json()["code"]) == (403, "runs_token_needed")
        assert service.ask("GET", f"/runs/{run_id}/approvals", headers=headers).status_code == 403
    missing = decide(service, run_id, "other", approved=True)
    assert (missing.status_code, missing.json()["code"]) == (404, "approval_not_found")
    assert decide(service, run_id, "approve", approved="yes").status_code == 422
    assert decide(service, run_id, "approve", approved=True, values={"amount": "x"}).status_code == 422
    assert decide(service, run_id, "approve", approved=True, values={"amount": 3}).status_code == 200
    assert decide(service, run_id, "approve", approved=True, values={"amount": 3}).status_code == 200
    other = decide(service, run_id, "approve", approved=False)
    assert (other.status_code, other.json()["code"]) == (409, "already_decided")
    assert other.json()["decision"]["approved"] is True
    assert service.wait_for(run_id)["status"] == "succeeded"


def test_each_item_of_a_loop_is_decided_for_itself(service: KillableService) -> None:
    run_id = service.begin({"name": "each", "items": ["a", "b", "c"]}, path="/ask-each")
    asked = open_approvals(service, run_id, 3)
    assert [each["step"] for each in asked] == ["each[0]/ask", "each[1]/ask", "each[2]/ask"]
    for each in reversed(asked):
        assert decide(service, run_id, each["step"], approved=each["message"] == "b").status_code == 200
    assert service.wait_for(run_id)["result"]["output"] == [False, True, False]


def test_called_workflows_and_arms_ask_side_by_side(service: KillableService) -> None:
    run_id = service.begin({"name": "beside"}, path="/ask-beside")
    asked = open_approvals(service, run_id, 2)
    assert {each["step"] for each in asked} == {"called/approve", "short"}
    [step] = [step for step in service.run(run_id)["steps"] if step["step"] == "called/approve"]
    assert (step["status"], step["waits_for"]) == ("waiting", "approval")
    assert decide(service, run_id, "called/approve", approved=True, values={"amount": 1}).status_code == 200
    output = service.wait_for(run_id)["result"]["output"]
    assert output[0]["decision"]["approved"] is True
    # Nobody decided the other in time, which counts as a rejection there.
    assert output[1] is False
    late = decide(service, run_id, "short", approved=True)
    assert (late.status_code, late.json()["decision"]["timed_out"]) == (409, True)
    events = Follower(service, run_id).join()
    waiting = [told for _, name, told in events if name == "waiting"]
    assert {each["step"]: each["kind"] for each in waiting} == {"called/approve": "approval", "short": "approval"}
    assert "approvals/" not in str(events[:-1])


def test_a_run_that_nobody_decided_fails_and_asks_anew_when_it_is_tried_again(service: KillableService) -> None:
    run_id = service.begin({"name": "vain"}, path="/ask-in-vain")
    run = service.wait_for(run_id)
    assert (run["status"], run["problem"]["code"]) == ("failed", "approval_timed_out")
    again = service.ask("POST", f"/runs/{run_id}/retry").json()["id"]
    open_approvals(service, again)
    assert decide(service, run_id, "fails", approved=True).status_code == 200
    assert service.wait_for(again)["result"]["output"]["approved"] is True


def first_step(service: KillableService, run_id: str) -> Any:
    """The first step of a run, once it has begun one."""
    end = time.monotonic() + 20
    while not (steps := service.run(run_id)["steps"]):
        assert time.monotonic() < end, run_id
        time.sleep(0.02)
    return steps[0]


def test_waits_go_on_after_a_kill_and_time_is_over_for_one_that_slept_through_it(tmp_path: Path) -> None:
    with killable_service(tmp_path, "http://127.0.0.1:9", {"APPROVAL_SECRET": SECRET}, MODULE) as service:
        service.start()
        service.wait_until_up()
        asked = service.begin({"name": "kept"}, path="/ask")
        beside = service.begin({"name": "late"}, path="/ask-beside")
        paused = service.begin({"seconds": 1.0}, path="/pause")
        month = service.begin({"seconds": 2_600_000.0}, path="/pause")
        [before] = open_approvals(service, asked)
        open_approvals(service, beside, 2)
        step = first_step(service, month)
        assert (step["status"], step["waits_for"]) == ("waiting", "delay")
        service.kill()
        service.wait_until_up()
        [after] = open_approvals(service, asked)
        assert after == before
        assert service.wait_for(paused)["result"]["output"] == "rested"
        assert service.run(month)["steps"][0]["until"] == step["until"]
        link = httpx2.URL(after["link"]).path
        assert service.ask("POST", link, data={"decision": "reject"}).status_code == 200
        assert service.wait_for(asked)["result"]["output"]["decision"]["approved"] is False
        time.sleep(1)
        assert [each["step"] for each in open_approvals(service, beside)] == ["called/approve"]
        events = Follower(service, asked).join()
        assert [name for _, name, _ in events].count("waiting") == 1


def send(service: KillableService, order: str | int, amount: Any, key: str | None = None) -> httpx2.Response:
    headers = {**OPERATOR, **({} if key is None else {"idempotency-key": key})}
    return service.ask("POST", "/events/paid", json={"key": order, "payload": {"amount": amount}}, headers=headers)


def listed(service: KillableService, run_id: str) -> list[str]:
    """What a list of runs says that one waits for."""
    answer = service.ask("GET", "/runs", headers=OPERATOR)
    return next(run.get("waits_for", []) for run in answer.json()["runs"] if run["id"] == run_id)


def waiting_for(service: KillableService, kind: str, **more: str) -> list[str]:
    """The runs that a list of those that wait for something has."""
    answer = service.ask("GET", "/runs", headers=OPERATOR, params={"waits_for": kind, **more})
    assert answer.status_code == 200, answer.text
    return [run["id"] for run in answer.json()["runs"]]


def until_listed(service: KillableService, run_id: str, kinds: list[str]) -> None:
    end = time.monotonic() + 60
    while (found := listed(service, run_id)) != kinds:
        assert time.monotonic() < end, (found, service.run(run_id))
        time.sleep(0.02)


def test_lists_say_what_a_run_waits_for_also_after_a_kill(tmp_path: Path) -> None:
    with killable_service(tmp_path, "http://127.0.0.1:9", {"APPROVAL_SECRET": SECRET}, MODULE) as service:
        service.start()
        service.wait_until_up()
        asked = service.begin({"name": "listed"}, path="/ask-both")
        paused = service.begin({"seconds": 3600}, path="/pause")
        until_listed(service, asked, ["approval", "event"])
        until_listed(service, paused, ["delay"])
        assert service.run(asked)["waits_for"] == ["approval", "event"]
        found = {kind: waiting_for(service, kind) for kind in ("approval", "event", "delay", "queue")}
        assert found == {"approval": [asked], "event": [asked], "delay": [paused], "queue": []}
        assert waiting_for(service, "delay", status="succeeded") == []
        assert service.ask("GET", "/runs", headers=OPERATOR, params={"waits_for": "rain"}).status_code == 422
        service.kill()
        service.wait_until_up()
        assert decide(service, asked, "ask", approved=True).status_code == 200
        until_listed(service, asked, ["event"])
        assert listed(service, paused) == ["delay"]
        sent = service.ask("POST", "/events/paid", json={"key": "listed", "payload": {"amount": 1}}, headers=OPERATOR)
        assert sent.status_code == 202
        assert service.wait_for(asked)["status"] == "succeeded"
        assert listed(service, asked) == []
        assert waiting_for(service, "event") == []
        assert service.ask("DELETE", f"/runs/{paused}").status_code == 200
        assert "waits_for" not in service.run(paused)


def test_an_event_wakes_the_runs_that_wait_for_its_key(service: KillableService) -> None:
    runs = [service.begin({"order": "17"}, path="/collect") for _ in range(2)]
    other = service.begin({"order": "18"}, path="/collect")
    for run_id in (*runs, other):
        _wait_until_waiting(service, run_id, "event")
    assert send(service, 17, 5).status_code == 202
    assert [service.wait_for(run_id)["result"]["output"] for run_id in runs] == [[5], [5]]
    assert service.run(other)["status"] == "running"
    # One that begins to wait after the event takes what is kept.
    late = service.begin({"order": "17"}, path="/collect")
    assert service.wait_for(late)["result"]["output"] == [5]
    assert service.ask("DELETE", f"/runs/{other}").status_code == 200


def test_each_wait_of_a_run_takes_an_event_of_its_own(service: KillableService) -> None:
    for amount in (1, 2):
        assert send(service, "twice", amount, key=f"twice {amount}").status_code == 202
    # The same request again is the same event.
    again = [send(service, "twice", 2, key="twice 2").json()["id"] for _ in range(2)]
    assert again[0] == again[1]
    reused = send(service, "twice", 3, key="twice 2")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")
    run_id = service.begin({"order": "twice", "times": 3}, path="/collect")
    _wait_until_waiting(service, run_id, "event")
    assert send(service, "twice", 4).status_code == 202
    assert service.wait_for(run_id)["result"]["output"] == [1, 2, 4]


def test_events_that_do_not_come_or_do_not_fit(service: KillableService) -> None:
    assert service.ask("POST", "/events/paid", json={"key": "1"}).status_code == 403
    assert send(service, "1", "much").json()["errors"][0]["pointer"] == "/payload/amount"
    unknown = service.ask("POST", "/events/other", json={"key": "1"}, headers=OPERATOR)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_event")
    late = service.wait_for(service.begin({"order": "none"}, path="/remind"))
    assert late["result"]["output"] == {"payload": {"amount": 0}, "sent_at": None, "id": None, "timed_out": True}
    vain = service.wait_for(service.begin({"order": "none"}, path="/give-up"))
    assert (vain["status"], vain["problem"]["code"]) == ("failed", "event_timed_out")
    again = service.ask("POST", f"/runs/{vain['id']}/retry").json()["id"]
    assert send(service, "none", 9).status_code == 202
    assert service.wait_for(again)["status"] == "succeeded"


def _wait_until_waiting(service: KillableService, run_id: str, kind: str) -> None:
    end = time.monotonic() + 20
    while not any(
        step.get("waits_for") == kind and step["status"] == "waiting" for step in service.run(run_id)["steps"]
    ):
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_secret_that_is_too_short_keeps_the_service_from_starting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APPROVAL_SECRET", "short")
    with pytest.raises(ValueError, match="approval_secret"):
        Waiting().register(cast("Engine", None))


def test_what_stands_in_the_place_of_a_parameter_is_not_in_the_log(service: KillableService) -> None:
    assert service.ask("GET", "/runs/a-secret-of-somebody").status_code == 404
    log = (service.folder / "log").read_text()
    assert '"path":"/runs/{run_id}"' in log
    assert "a-secret-of-somebody" not in log
