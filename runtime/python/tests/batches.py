"""Batches in tests: the command as it is typed, and what it leaves."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def batch(workflow: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Runs `python -m app.batch` to its end."""
    command = [sys.executable, "-m", "app.batch", workflow, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def write_rows(path: Path, rows: list[Any]) -> Path:
    """Writes lines of JSON."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    return path


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Reads lines of JSON."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def check_refusal(workflow: str, row: dict[str, Any], folder: Path) -> None:
    """Rows that fit are accepted, and one that does not is named, with nothing asked."""
    rows = write_rows(folder / "rows.jsonl", [row, row])
    assert batch(workflow, "--input", rows, "--check").returncode == 0
    rows.write_text(f"{json.dumps(row)}\n[1]\n")
    refused = batch(workflow, "--input", rows, "--out", folder / "results.jsonl")
    assert refused.returncode == 2
    assert "line 2" in refused.stderr
    assert not (folder / "results.jsonl").exists()


def check_going_on(workflow: str, row: dict[str, Any], folder: Path) -> None:
    """A batch whose last results were lost takes up the rest, and ends as it would have without that."""
    rows = write_rows(folder / "rows.jsonl", [row] * 4)
    results = folder / "results.jsonl"
    first = batch(workflow, "--input", rows, "--out", results)
    assert first.returncode in (0, 4), first.stderr
    whole = results.read_bytes()
    assert [each["row"] for each in read_rows(results)] == [1, 2, 3, 4]
    kept = whole.splitlines(keepends=True)[:2]
    results.write_bytes(b"".join(kept) + b'{"row": 3, "out')
    again = batch(workflow, "--input", rows, "--out", results)
    assert again.returncode == first.returncode, again.stderr
    assert results.read_bytes().splitlines(keepends=True)[:2] == kept
    assert [each["row"] for each in read_rows(results)] == [1, 2, 3, 4]
