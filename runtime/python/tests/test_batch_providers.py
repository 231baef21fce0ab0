"""Rows whose model calls go through OpenAI's and Anthropic's batches, against simulated ones."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import anthropic
import openai
import pytest
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming

from tests.batches import read_rows, write_rows
from tests.simulated_providers.testing import RunningSimulation


def command(workflow: str, rows: Path, results: Path, *more: str) -> list[str]:
    paths = ["--input", str(rows), "--out", str(results)]
    project = "durable_batch_project" if workflow == "kept" else "batch_project"
    module = [sys.executable, "-m", f"tests.{project}", workflow]
    return [*module, *paths, "--provider-batch", "--poll", "0.05", *more]


def begun(simulation: RunningSimulation, path: str) -> int:
    """How many batches were begun."""
    return sum(request.path == path and request.method == "POST" for request in simulation.requests)


def run(workflow: str, rows: Path, results: Path, *more: str) -> subprocess.CompletedProcess[str]:
    arguments = command(workflow, rows, results, *more)
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.usefixtures("environment")
def test_rows_are_answered_level_by_level_at_half_the_price(
    simulated_openai: RunningSimulation, tmp_path: Path
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(30)])
    whole = tmp_path / "direct.jsonl"
    direct = [sys.executable, "-m", "tests.batch_project", "chain", "--input", str(rows), "--out", str(whole)]
    subprocess.run(direct, check=True, timeout=60, capture_output=True)
    simulated_openai.requests.clear()
    ended = run("chain", rows, tmp_path / "results.jsonl")
    assert ended.returncode == 0, ended.stderr
    assert begun(simulated_openai, "/v1/batches") == 2
    expected = read_rows(whole)
    found = read_rows(tmp_path / "results.jsonl")
    assert [row["output"] for row in found] == [row["output"] for row in expected]
    assert [row["usage"] for row in found] == [row["usage"] for row in expected]
    assert sum(row["cost_usd"] for row in found) == pytest.approx(sum(row["cost_usd"] for row in expected) / 2)
    assert not list(tmp_path.glob("*.db*"))


@pytest.mark.usefixtures("environment")
def test_rows_that_ask_claude_go_through_its_batches(simulated_openai: RunningSimulation, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": "Hi"}, {"text": "Hi"}])
    ended = run("claude", rows, tmp_path / "results.jsonl")
    assert ended.returncode == 0, ended.stderr
    assert begun(simulated_openai, "/v1/messages/batches") == 1
    one, two = read_rows(tmp_path / "results.jsonl")
    tokens = one["usage"]["prompt_tokens"], one["usage"]["completion_tokens"]
    # Sonnet 4.6 costs 3 and 15 dollars per million tokens.
    assert one["cost_usd"] == pytest.approx((tokens[0] * 3 + tokens[1] * 15) / 2e6)
    assert (one["output"], one["cost_usd"]) == (two["output"], two["cost_usd"])


@pytest.mark.usefixtures("environment")
def test_what_a_batch_leaves_unanswered_is_a_problem_of_its_row(
    simulated_openai: RunningSimulation, tmp_path: Path
) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(8)])
    simulated_openai.settings.batch_ends = "expired"
    simulated_openai.settings.faults = [None, "server_error"]
    ended = run("echo", rows, tmp_path / "results.jsonl")
    assert ended.returncode == 4, ended.stderr
    found = [row.get("problem", {"code": "ok"})["code"] for row in read_rows(tmp_path / "results.jsonl")]
    assert sorted(found) == ["batch_unanswered"] * 4 + ["ok"] * 3 + ["upstream_unavailable"]


@pytest.mark.usefixtures("environment")
def test_no_more_calls_are_sent_than_may_cost_so_much(simulated_openai: RunningSimulation, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(40)])
    results = tmp_path / "results.jsonl"
    ended = run("chain", rows, results, "--max-cost", "0.006")
    assert ended.returncode == 4, ended.stderr
    assert "Stopped before --max-cost" in ended.stderr
    first = len(read_rows(results))
    assert 0 < first < 40
    assert sum(row["cost_usd"] for row in read_rows(results)) <= 0.006
    ended = run("chain", rows, results, "--max-cost", "1")
    assert ended.returncode == 0, ended.stderr
    assert [row["row"] for row in read_rows(results)] == list(range(1, 41))
    sent = [line for each in simulated_openai.requests if each.path == "/v1/files" for line in each.body.splitlines()]
    assert sum(b"custom_id" in line for line in sent) == 80


@pytest.mark.usefixtures("environment")
def test_a_batch_that_was_sent_is_found_again_after_a_kill(simulated_openai: RunningSimulation, tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(200)])
    simulated_openai.settings.batch_seconds = 0.6
    kills = 0
    for pause in (1.0, 1.3, 1.6):
        with subprocess.Popen(command("chain", rows, tmp_path / "results.jsonl"), stderr=subprocess.DEVNULL) as process:
            time.sleep(pause)
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
                kills += 1
    ended = run("chain", rows, tmp_path / "results.jsonl")
    assert ended.returncode == 0, ended.stderr
    assert begun(simulated_openai, "/v1/batches") == 2
    assert [row["row"] for row in read_rows(tmp_path / "results.jsonl")] == list(range(1, 201))
    assert kills > 0


def test_functions_of_a_durable_workflow_are_called_once(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.setenv("NOTED", str(tmp_path / "noted.txt"))
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"row {number}"} for number in range(10)])
    ended = run("kept", rows, tmp_path / "results.jsonl")
    assert ended.returncode == 0, ended.stderr
    noted = (tmp_path / "noted.txt").read_text().splitlines()
    assert sorted(noted) == sorted(f"{when} row {n}" for n in range(10) for when in ("before", "between", "and"))


@pytest.mark.usefixtures("environment")
def test_the_official_sdks_drive_the_simulated_batches(simulated_openai: RunningSimulation) -> None:
    simulated_openai.settings.faults = [None, "server_error"]
    client = openai.OpenAI(max_retries=0)
    body = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Hi"}]}
    lines = [
        {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body} for name in ("one", "two")
    ]
    content = "\n".join(map(json.dumps, lines)).encode()
    file = client.files.create(file=("calls.jsonl", content), purpose="batch")
    batch = client.batches.create(
        input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"mine": "yes"}
    )
    batch = client.batches.retrieve(batch.id)
    assert batch.status == "completed"
    assert client.batches.list().data[0].id == batch.id
    assert json.loads(client.files.content(batch.output_file_id or "").text)["response"]["status_code"] == 200
    assert json.loads(client.files.content(batch.error_file_id or "").text)["response"]["status_code"] == 500
    broken = client.files.create(file=("calls.jsonl", content + b"\n" + content), purpose="batch")
    failed = client.batches.create(input_file_id=broken.id, endpoint="/v1/chat/completions", completion_window="24h")
    assert failed.status == "failed"
    assert failed.errors is not None
    assert {each.code for each in failed.errors.data or []} == {"duplicate_custom_id"}
    with pytest.raises(openai.BadRequestError):
        client.batches.create(input_file_id=file.id, endpoint="/v1/moderations", completion_window="24h")


@pytest.mark.usefixtures("environment")
def test_the_official_sdk_drives_the_simulated_message_batches(simulated_openai: RunningSimulation) -> None:
    client = anthropic.Anthropic(base_url=simulated_openai.origin, max_retries=0)
    message: MessageCreateParamsNonStreaming = {
        "model": "claude-sonnet-4-6",
        "max_tokens": 50,
        "messages": [{"role": "user", "content": "Hi"}],
    }
    batch = client.messages.batches.create(requests=[{"custom_id": name, "params": message} for name in ("a", "b")])
    batch = client.messages.batches.retrieve(batch.id)
    assert (batch.processing_status, batch.request_counts.succeeded) == ("ended", 2)
    assert client.messages.batches.list().data[0].id == batch.id
    results = list(client.messages.batches.results(batch.id))
    assert {each.custom_id for each in results} == {"a", "b"}
    assert all(each.result.type == "succeeded" for each in results)
    with pytest.raises(anthropic.BadRequestError):
        client.messages.batches.create(requests=[{"custom_id": "no spaces", "params": message}])
