"""Answers that are texts."""

from app.runtime.raw_answers import text_answer


def test_a_model_that_says_nothing_is_an_empty_text() -> None:
    reply = text_answer(None, content_type="text/markdown; charset=utf-8")
    assert reply.response is not None
    assert reply.response.body == b""
    assert reply.response.headers["content-type"] == "text/markdown; charset=utf-8"
