"""raw-answers: Answers that are no envelope."""

from html import escape
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.runtime.context import ExecutionContext, Reply
from app.runtime.file_answers import file_answer
from app.runtime.raw_answers import json_answer, redirect, text_answer
from app.runtime.stored_files import stored_file


class RawAnswersInput(BaseModel):
    """What POST /raw-answers takes."""

    model_config = ConfigDict(strict=True, extra="allow")
    kind: Literal["json", "page", "html", "away", "shop", "csv", "file", "stored", "challenge"]
    text: str


async def run(ctx: ExecutionContext, inputs: RawAnswersInput) -> Reply:
    """Runs the workflow once, from the input to the reply."""
    if inputs.kind == "json":
        return json_answer({"said": inputs.text, "list": [1]}, status=201)
    if inputs.kind == "page":
        return text_answer(
            f"<h1>{escape(inputs.text)}</h1>\n<p>{escape(inputs.kind)} &amp; more</p>",
            content_type="text/html; charset=utf-8",
        )
    if inputs.kind == "html":
        return text_answer(inputs.text, content_type="text/html; charset=utf-8")
    if inputs.kind == "away":
        return redirect(inputs.text, hosts=["shop.example:8443"], status=302)
    if inputs.kind == "shop":
        return redirect(f"https://shop.example/search?q={inputs.text}", hosts=["shop.example"], status=303)
    if inputs.kind == "csv":
        return text_answer(
            f"kind,text\n{inputs.kind},{inputs.text}\n",
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{inputs.text}.csv"'},
        )
    if inputs.kind == "file":
        return file_answer("JVBERi0xLjc=", filename=f"{inputs.text}.pdf", content_type="application/pdf")
    if inputs.kind == "stored":
        return await stored_file(
            ctx,
            "RAW_REPORTS",
            f"2026/{inputs.kind}.pdf",
            content_type="application/pdf",
            headers={"Cache-Control": "private, no-cache"},
        )
    return text_answer(inputs.text)
