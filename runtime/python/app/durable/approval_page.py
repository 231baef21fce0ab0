"""The page on which a person decides: plain HTML, which runs nothing, loads nothing and tells nobody where it was."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any

from fastapi import Response

from app.durable.deciding import Question
from app.durable.form_values import PREFIX

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; color: #1c1c1e }
h1 { font-size: 1.4rem }
.message { white-space: pre-wrap; overflow-wrap: anywhere; border-left: 4px solid #888; padding: 0 1rem }
label { display: block; margin: 1rem 0 .25rem }
input, select, textarea { font: inherit; width: 100%; box-sizing: border-box; padding: .4rem }
input[type=checkbox] { width: auto }
button { font: inherit; padding: .6rem 1.4rem; margin: 1.5rem 1rem 0 0; border: 0; border-radius: .4rem; color: #fff }
.approve { background: #1a7f37 }
.reject { background: #b42318 }
.problem { color: #b42318 }
.until { color: #666 }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-robots-tag": "noindex, nofollow",
}


def asking_page(question: Question, sent: Mapping[str, str] | None = None, problems: Sequence[str] = ()) -> Response:
    """The question with its buttons; with what was sent, where something was wrong with it."""
    sent = sent or {}
    until = datetime.fromtimestamp(question.until, UTC).strftime("%Y-%m-%d %H:%M UTC")
    fields = "".join(_field(name, schema, question.form or {}, sent) for name, schema in _fields(question.form))
    wrong = "".join(f'<p class="problem" role="alert">{escape(problem)}</p>' for problem in problems)
    comment = escape(sent.get("comment", ""))
    body = (
        f'<h1>Your decision is needed</h1><p class="message">{escape(question.message)}</p>{wrong}'
        f'<form method="post">{fields}<label for="comment">Comment</label>'
        f'<textarea id="comment" name="comment" rows="3" maxlength="10000">{comment}</textarea>'
        '<button class="approve" name="decision" value="approve">Approve</button>'
        '<button class="reject" name="decision" value="reject" formnovalidate>Reject</button></form>'
        f'<p class="until">Open until {until}.</p>'
    )
    return _page(422 if problems else 200, "Your decision is needed", body)


def told_page(status: int, title: str, text: str) -> Response:
    """A page that only says something."""
    return _page(status, title, f"<h1>{escape(title)}</h1><p>{escape(text)}</p>")


def _page(status: int, title: str, body: str) -> Response:
    html = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>"
    )
    return Response(html, status, _HEADERS, "text/html; charset=utf-8")


def _fields(form: dict[str, Any] | None) -> list[tuple[str, dict[str, Any]]]:
    return [] if form is None else list(form.get("properties", {}).items())


def _field(name: str, schema: dict[str, Any], form: dict[str, Any], sent: Mapping[str, str]) -> str:
    key = escape(f"{PREFIX}{name}")
    label = escape(schema.get("title") or schema.get("description") or name)
    given = sent.get(f"{PREFIX}{name}", str(schema.get("default", "")))
    required = " required" if name in form.get("required", []) else ""
    named = f'id="{key}" name="{key}"'
    if schema.get("type") == "boolean":
        checked = " checked" if given.lower() == "true" else ""
        return f'<label><input type="checkbox" {named} value="true"{checked}> {label}</label>'
    head = f'<label for="{key}">{label}</label>'
    if "enum" in schema:
        options = "".join(_option(str(each), given) for each in schema["enum"])
        return f'{head}<select {named}{required}><option value=""></option>{options}</select>'
    if schema.get("type") in ("integer", "number"):
        step = "1" if schema["type"] == "integer" else "any"
        return f'{head}<input type="number" step="{step}" {named} value="{escape(given)}"{required}>'
    return f'{head}<input type="text" {named} value="{escape(given)}"{required}>'


def _option(value: str, given: str) -> str:
    selected = " selected" if value == given else ""
    return f'<option value="{escape(value)}"{selected}>{escape(value)}</option>'
