"""Runs that begin by the clock, which these tests have in their hands."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS
from pydantic import BaseModel

from app.durable.engine import DurableWorkflow, Engine
from app.durable.outcomes import Run
from app.durable.schedules import Schedule
from app.durable.settings import DurableSettings
from app.durable.times import delay
from app.runtime.context import ExecutionContext, Process, Reply


class Report(BaseModel):
    days: int = 7


class Pause:
    seconds = 0.0


async def report(ctx: ExecutionContext, inputs: Report) -> Reply:
    await delay(ctx, "pause", Pause.seconds)
    return Reply({"days": inputs.days, "at": ctx.caller["scheduled_at"]})


@pytest.fixture(autouse=True)
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURABLE_PATH", str(tmp_path / "durable.db"))
    monkeypatch.setattr(Pause, "seconds", 0.0)


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@asynccontextmanager
async def running(now: str, **options: Any) -> AsyncGenerator[Schedule]:
    """A schedule every hour in a service that has started at a time; it looks at no clock by itself."""
    schedule = Schedule("hourly", "report", cron="0 * * * *", **options)
    engine = Engine(Process(), DurableSettings.load(), "test")
    await engine.start([DurableWorkflow("report", report, Report)], [schedule])
    await schedule.stop()
    await schedule.begin_at(at(now))
    try:
        yield schedule
    finally:
        await engine.stop()


async def output_of(run_id: str | None) -> Any:
    assert run_id is not None
    for _ in range(1500):
        run = await Run.find(run_id)
        if run is not None and run.has_ended:
            return run.answered["answer"]["output"] if run.standing == "succeeded" else run.standing
        await asyncio.sleep(0.02)
    raise AssertionError(run_id)


async def runs() -> int:
    return len(await DBOS.list_workflows_async(name="report"))


async def test_it_begins_when_it_is_due_and_once() -> None:
    async with running("2026-11-30T05:30") as schedule:
        assert await schedule.look(at("2026-11-30T05:59:59")) is None
        first = await schedule.look(at("2026-11-30T06:00:01"))
        assert await schedule.look(at("2026-11-30T06:00:02")) is None
        assert await output_of(first) == {"days": 7, "at": "2026-11-30T06:00:00+00:00"}
        second = await schedule.look(at("2026-11-30T07:00:00"))
        assert await output_of(second) == {"days": 7, "at": "2026-11-30T07:00:00+00:00"}
        # Another instance that finds the same to be due begins the same run.
        await schedule.begin_at(at("2026-11-30T06:30"))
        other = Schedule("hourly", "report", cron="0 * * * *")
        other.register(schedule.engine)
        assert await other.begin_at(at("2026-11-30T07:30")) == at("2026-11-30T07:00")
        assert await runs() == 2


async def test_what_was_missed_is_made_up_for_once() -> None:
    async with running("2026-11-30T05:30") as schedule:
        await output_of(await schedule.look(at("2026-11-30T06:00:01")))
    async with running("2026-11-30T11:30") as schedule:
        missed = await schedule.look(at("2026-11-30T11:30"))
        assert (await output_of(missed))["at"] == "2026-11-30T11:00:00+00:00"
        assert await schedule.look(at("2026-11-30T11:59")) is None
        assert await runs() == 2
    async with running("2026-11-30T15:30", catch_up=False) as schedule:
        assert await schedule.look(at("2026-11-30T15:31")) is None


async def test_a_clock_that_jumps_begins_one_run_and_one_that_goes_back_none() -> None:
    async with running("2026-11-30T05:30") as schedule:
        jumped = await schedule.look(at("2026-11-30T20:15"))
        assert (await output_of(jumped))["at"] == "2026-11-30T20:00:00+00:00"
        assert await schedule.look(at("2026-11-30T06:15")) is None
        assert await schedule.look(at("2026-11-30T20:30")) is None
        # A clock that was a year ahead is not waited for.
        await output_of(await schedule.look(at("2027-11-30T20:15")))
        assert await schedule.look(at("2026-12-01T06:30")) is None
        assert (await output_of(await schedule.look(at("2026-12-01T07:00"))))["at"] == "2026-12-01T07:00:00+00:00"


async def test_one_that_is_due_while_another_goes_on_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pause, "seconds", 60.0)
    async with running("2026-11-30T05:30") as schedule:
        assert await schedule.look(at("2026-11-30T06:00")) is not None
        assert await schedule.look(at("2026-11-30T07:00")) is None
        assert await runs() == 1


async def test_or_takes_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pause, "seconds", 60.0)
    async with running("2026-11-30T05:30", overlap="replace") as schedule:
        first = await schedule.look(at("2026-11-30T06:00"))
        await _until_waiting(first)
        monkeypatch.setattr(Pause, "seconds", 0.0)
        second = await schedule.look(at("2026-11-30T07:00"))
        assert await output_of(first) == "cancelled"
        assert (await output_of(second))["at"] == "2026-11-30T07:00:00+00:00"


async def test_or_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Pause, "seconds", 2.0)
    async with running("2026-11-30T05:30", overlap="queue") as schedule:
        first = await schedule.look(at("2026-11-30T06:00"))
        second = await schedule.look(at("2026-11-30T07:00"))
        assert second is not None
        waiting = await Run.find(second)
        assert waiting is not None
        assert waiting.status.status == "ENQUEUED"
        await output_of(first)
        assert (await output_of(second))["at"] == "2026-11-30T07:00:00+00:00"


async def _until_waiting(run_id: str | None) -> None:
    for _ in range(1500):
        if run_id is not None and await DBOS.list_workflow_steps_async(run_id):
            return
        await asyncio.sleep(0.02)
    raise AssertionError(run_id)
