"""Runs the tests of the project in the current folder with pytest, and tells of each on file descriptor 3.

`python run_tests.py [NAME ...]` runs all, or those of these names. One JSON object a line: the names of the tests, then
each once it has ended.
"""

import json
import os
import re
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path.cwd()
MOST_CHARACTERS = 20_000
_LOGGED_FRAME = re.compile(r'File \\?"([^"\\]+)\\?", line (\d+)')
"""A line of a traceback, also inside of a JSON string."""


def tell(**told: Any) -> None:
    """Writes one line."""
    os.write(3, json.dumps(told).encode() + b"\n")


class Reporter:
    """A plugin of pytest."""

    def __init__(self, only: list[str]) -> None:
        self._only = set(only)
        self._started = time.perf_counter()
        self._frames: dict[tuple[str, int], str] = {}

    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Leaves the tests that are wanted."""
        left_out = [item for item in items if self._only and item.nodeid not in self._only]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            items[:] = [item for item in items if item.nodeid in self._only]
        tell(kind="collected", names=[item.nodeid for item in items])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that cannot be imported is a test that failed."""
        if report.failed:
            tell(kind="ended", name=report.nodeid, outcome="failed", elapsed_ms=0, message=_cut(report.longreprtext))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Notes where the test has failed."""
        if call.when == "setup":
            self._started = time.perf_counter()
            self._frames = {}
        report = yield
        if call.excinfo is not None and report.failed:
            self._frames |= dict(_frames(call.excinfo))
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Runs a test from its fixtures to their end, and tells how it went."""
        reports: list[pytest.TestReport] = []
        self._reports = reports
        done = yield
        self._tell_of(item, reports)
        return done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes how a part of a test went."""
        self._reports.append(report)

    def _tell_of(self, item: pytest.Item, reports: list[pytest.TestReport]) -> None:
        failed = next((report for report in reports if report.failed), None)
        skipped = next((report for report in reports if report.skipped), None)
        frames = self._frames
        if failed is not None:
            logged = "".join(text for report in reports for _, text in report.sections)
            frames = frames | dict(_logged_frames(logged))
        tell(
            kind="ended",
            name=item.nodeid,
            outcome="failed" if failed else "skipped" if skipped else "passed",
            elapsed_ms=round((time.perf_counter() - self._started) * 1000, 1),
            about=getattr(getattr(item, "obj", None), "__doc__", None) or "",
            message=_message(failed or skipped),
            frames=[{"file": file, "line": line, "text": text} for (file, line), text in frames.items()],
        )


def _message(report: pytest.TestReport | None) -> str | None:
    if report is None:
        return None
    if isinstance(report.longrepr, tuple):  # of a skipped test: where, and why
        return str(report.longrepr[2])
    crash = getattr(report.longrepr, "reprcrash", None)
    return _cut(report.longreprtext if crash is None else str(crash.message))


def _frames(excinfo: pytest.ExceptionInfo[BaseException]) -> Iterator[tuple[tuple[str, int], str]]:
    for entry in excinfo.traceback:
        file = _in_project(str(entry.path))
        if file is not None:
            yield (file, entry.lineno + 1), str(entry.statement).strip()


def _logged_frames(text: str) -> Iterator[tuple[tuple[str, int], str]]:
    """What the service says of a failure."""
    for path, number in _LOGGED_FRAME.findall(text):
        file = _in_project(path)
        if file is not None and file.startswith("app/"):
            yield (file, int(number)), _line(file, int(number))


def _in_project(path: str) -> str | None:
    file = Path(path).resolve()
    # What Python has frozen has a name and no file.
    return file.relative_to(PROJECT).as_posix() if file.is_relative_to(PROJECT) and file.is_file() else None


def _line(file: str, number: int) -> str:
    lines = (PROJECT / file).read_text("utf-8").split("\n")
    return lines[number - 1].strip() if number <= len(lines) else ""


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]} …"


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    options = [
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:randomly",
        "--tb=short",
        "-o",
        "addopts=",
        "-o",
        "verbosity_assertions=2",
    ]
    sys.exit(pytest.main(options, plugins=[Reporter(sys.argv[1:])]))
