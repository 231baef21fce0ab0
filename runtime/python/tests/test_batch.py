"""Rows that ask models one by one: what is checked, what slows them down, and what outlives a kill."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.batches import read_rows, write_rows
from tests.simulated_providers.testing import RunningSimulation

ECHO = [sys.executable, "-m", "tests.batch_project", "echo"]


def command(rows: Path, results: Path, *more: str) -> list[str]:
    return [*ECHO, "--input", str(rows), "--out", str(results), *more]


def run(rows: Path, results: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(rows, results, *more), capture_output=True, text=True, timeout=90, check=False)


def lines_in(path: Path) -> int:
    return path.read_bytes().count(b"\n") if path.exists() else 0


@pytest.mark.usefixtures("environment")
def test_cells_have_the_types_of_the_input(simulated_openai: RunningSimulation, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text('id,text,times,tags\nfirst,"a, b\nc",3,"[""x""]"\n2,second,,\n', encoding="utf-8-sig")
    ended = run(rows, tmp_path / "results.jsonl")
    assert ended.returncode == 0, ended.stderr
    assert [row["id"] for row in read_rows(tmp_path / "results.jsonl")] == ["first", "2"]
    assert sorted(simulated_openai.questions) == ["a, b\nc", "second"]
    rows.write_text("text;times;tags\nfine;1;[]\nbad;many;no\n\nshort;1\n")
    refused = run(rows, tmp_path / "others.jsonl")
    assert refused.returncode == 2
    for told in ("line 3, column times: 'many' is not an integer", "line 3, column tags", "line 5: It has 2 cells"):
        assert told in refused.stderr
    assert len(simulated_openai.requests) == 2


@pytest.mark.usefixtures("environment")
def test_a_provider_that_refuses_for_now_slows_all_rows_and_fails_none(
    simulated_openai: RunningSimulation, tmp_path: Path
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(60)])
    simulated_openai.settings.faults = [*(["rate_limited_seconds; retry_after=2"] * 25), None, "overloaded"]
    ended = run(rows, tmp_path / "results.jsonl", "--json")
    assert ended.returncode == 0, ended.stdout
    assert [row["row"] for row in read_rows(tmp_path / "results.jsonl")] == list(range(1, 61))
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    assert told[-1]["failed"] == 0
    assert min(each["at_once"] for each in told if each["event"] == "progress") < 50


@pytest.mark.usefixtures("environment")
def test_what_only_the_operator_can_mend_stops_the_batch(simulated_openai: RunningSimulation, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(500)])
    simulated_openai.settings.faults = [None] * 5
    simulated_openai.settings.fault = "insufficient_quota"
    ended = run(rows, tmp_path / "results.jsonl", "--concurrency", "5", "--json")
    assert ended.returncode == 4
    summary = json.loads(ended.stdout.splitlines()[-1])
    assert (summary["stopped"], summary["failed"]) == ("quota_exceeded", 0)
    assert summary["problem"]["code"] == "quota_exceeded"
    assert len(simulated_openai.requests) < 40
    simulated_openai.settings.fault = None
    assert run(rows, tmp_path / "results.jsonl").returncode == 0
    assert [row["row"] for row in read_rows(tmp_path / "results.jsonl")] == list(range(1, 501))


@pytest.mark.usefixtures("environment")
def test_a_killed_batch_asks_again_at_most_what_was_under_way(
    simulated_openai: RunningSimulation, tmp_path: Path
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(400)])
    results = tmp_path / "results.jsonl"
    simulated_openai.settings.first_token_ms = 30
    for goal in (60, 160):
        with subprocess.Popen(command(rows, results, "--concurrency", "8"), stderr=subprocess.DEVNULL) as process:
            end = time.monotonic() + 60
            while lines_in(results) < goal and process.poll() is None:
                assert time.monotonic() < end
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
    with subprocess.Popen(command(rows, results, "--concurrency", "8"), stderr=subprocess.PIPE, text=True) as process:
        while lines_in(results) < 250:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        told = process.communicate(timeout=60)[1]
    assert process.returncode == 130, told
    assert "the same command goes on" in told
    before = len(simulated_openai.requests)
    left = 400 - len(read_rows(results))
    assert run(rows, results).returncode == 0
    # Ctrl-C lets those end that were under way, so nothing is asked again after it.
    assert len(simulated_openai.requests) - before == left
    assert [row["row"] for row in read_rows(results)] == list(range(1, 401))
    assert len(simulated_openai.requests) <= 400 + 2 * 8


@pytest.mark.usefixtures("environment")
def test_another_input_or_file_is_refused(tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": "one"}])
    results = tmp_path / "results.jsonl"
    results.write_text("mine\n")
    assert "no results.jsonl.journal" in run(rows, results).stderr
    assert results.read_text() == "mine\n"
    results.unlink()
    assert run(rows, results).returncode == 0
    rows.write_text('{"text": "two"}\n')
    refused = run(rows, results)
    assert refused.returncode == 2
    assert "another input" in refused.stderr


@pytest.mark.usefixtures("environment")
def test_rows_that_have_failed_are_asked_again(simulated_openai: RunningSimulation, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(30)])
    results = tmp_path / "results.jsonl"
    simulated_openai.settings.faults = [*[None] * 5, "ok_json", *[None] * 10, "ok_json"]
    ended = run(rows, results, "--concurrency", "1")
    assert ended.returncode == 4, ended.stderr
    before = read_rows(results)
    failed = {row["row"] for row in before if "problem" in row}
    assert failed == {6, 17}
    simulated_openai.requests.clear()
    ended = run(rows, results, "--retry-failed")
    assert ended.returncode == 0, ended.stderr
    assert sorted(simulated_openai.questions) == ["Question 16", "Question 5"]
    after = read_rows(results)
    assert [row["row"] for row in after] == list(range(1, 31))
    assert [row for row in after if row["row"] not in failed] == [row for row in before if row["row"] not in failed]
    assert run(rows, results, "--retry-failed").returncode == 0
    assert len(simulated_openai.requests) == 2


def test_a_row_that_would_wait_for_somebody_is_refused(tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": "one"}])
    waits = [*ECHO[:-1], "waits", "--input", str(rows), "--out", str(tmp_path / "results.jsonl")]
    for more in ([], ["--provider-batch"]):
        refused = subprocess.run([*waits, *more], capture_output=True, text=True, timeout=60, check=False)
        assert refused.returncode == 2
        assert "the service that approve needs" in refused.stderr
    assert not (tmp_path / "results.jsonl").exists()
