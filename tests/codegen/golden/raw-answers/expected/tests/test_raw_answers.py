"""Tests of raw-answers."""

from pathlib import Path
from typing import Any

import pytest

from app.main import app
from tests.service import Service, StartService

INPUT: dict[str, Any] = {"kind": "json", "text": "Hello! What can you do for me?"}


@pytest.fixture(autouse=True)
def declared_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAW_REPORTS", "test raw_reports")


def test_bare_when_kind_is_json(service: Service) -> None:
    """The response `bare` answers."""
    answer = service.ask("POST", "/raw-answers", INPUT, accept="*/*")
    assert answer.status_code == 201, answer.text
    assert answer.json() == {"said": "Hello! What can you do for me?", "list": [1]}
    assert answer.headers["content-type"] == "application/json"


def test_page_when_kind_is_page(service: Service) -> None:
    """The response `page` answers."""
    answer = service.ask("POST", "/raw-answers", {**INPUT, "kind": "page"}, accept="*/*")
    assert answer.status_code == 200, answer.text
    assert answer.text == "<h1>Hello! What can you do for me?</h1>\n<p>page &amp; more</p>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_own_when_kind_is_html(service: Service) -> None:
    """The response `own` answers."""
    answer = service.ask("POST", "/raw-answers", {**INPUT, "kind": "html"}, accept="*/*")
    assert answer.status_code == 200, answer.text
    assert answer.text == "Hello! What can you do for me?"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_away_when_kind_is_away(service: Service) -> None:
    """The response `away` answers."""
    answer = service.ask("POST", "/raw-answers", {**INPUT, "kind": "away"}, accept="*/*")
    assert answer.json()["code"] == "answer_unsendable"


def test_shop_when_kind_is_shop(service: Service) -> None:
    """The response `shop` answers."""
    answer = service.ask("POST", "/raw-answers", {**INPUT, "kind": "shop"}, accept="*/*")
    assert answer.status_code == 303, answer.text


def test_csv_when_kind_is_csv(service: Service) -> None:
    """The response `csv` answers."""
    answer = service.ask("POST", "/raw-answers", {**INPUT, "kind": "csv"}, accept="*/*")
    assert answer.status_code == 200, answer.text
    assert answer.text == "kind,text\ncsv,Hello! What can you do for me?\n"
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"


def test_file_when_kind_is_file(service: Service) -> None:
    """The response `file` answers."""
    answer = service.ask("POST", "/raw-answers", {**INPUT, "kind": "file"}, accept="*/*")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"


def test_stored_when_kind_is_stored(
    environment: pytest.MonkeyPatch, start_service: StartService, tmp_path: Path
) -> None:
    """The response `stored` answers."""
    environment.setenv("RAW_REPORTS", str(tmp_path))
    tmp_path.joinpath("2026").mkdir(parents=True)
    tmp_path.joinpath("2026/stored.pdf").write_text("What is in the file.")
    service = start_service(app)
    answer = service.ask("POST", "/raw-answers", {**INPUT, "kind": "stored"}, accept="*/*")
    assert answer.status_code == 200, answer.text
    assert answer.text == "What is in the file."
    assert answer.headers["content-type"] == "application/pdf"


def test_challenge_when_kind_is_default(service: Service) -> None:
    """The response `challenge` answers."""
    answer = service.ask("POST", "/raw-answers", {**INPUT, "kind": "challenge"}, accept="*/*")
    assert answer.status_code == 200, answer.text
    assert answer.text == "Hello! What can you do for me?"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_refuses_input_that_does_not_fit(service: Service) -> None:
    """Nothing runs."""
    answer = service.ask("POST", "/raw-answers", {})
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid_input"
