"""Rows on a local Ray, where it is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.batches import read_rows, write_rows


@pytest.mark.usefixtures("environment")
def test_rows_are_handed_out_by_ray(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason='Ray is none of the requirements: pip install "ray[data]".')
    rows = write_rows(tmp_path / "rows.jsonl", [{"text": f"Question {number}"} for number in range(250)])
    results = tmp_path / "results.jsonl"
    command = [sys.executable, "-m", "tests.batch_project", "echo", "--engine", "ray"]
    ended = subprocess.run(
        [*command, "--input", str(rows), "--out", str(results)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert [row["row"] for row in read_rows(results)] == list(range(1, 251))
