from typing import Any

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.runtime.inputs import Omittable


class Inner(BaseModel):
    size: int


class Input(BaseModel):
    model_config = ConfigDict(strict=True)
    nick: Omittable[str] = None
    price: Omittable[float] = Field(default=None, gt=0)
    tags: Omittable[list[str]] = Field(default=None, min_length=1, alias="list")
    either: Omittable[str | int] = None
    inner: Omittable[Inner] = None
    maybe: str | None = None


def test_what_is_left_out_is_none() -> None:
    given = Input.model_validate({})
    assert [given.nick, given.price, given.tags, given.either, given.inner] == [None] * 5
    assert Input.model_validate({"nick": "a", "inner": {"size": 1}, "maybe": None}).nick == "a"


@pytest.mark.parametrize("given", [{"nick": None}, {"price": None}, {"list": None}, {"either": None}, {"inner": None}])
def test_null_is_no_value(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate(given)


@pytest.mark.parametrize("given", [{"price": -1}, {"list": []}])
def test_constraints_hold(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Input.model_validate(given)


def test_the_schema_says_what_callers_may_send() -> None:
    schema = Input.model_json_schema()["properties"]
    assert schema["nick"]["type"] == "string"
    assert schema["price"]["exclusiveMinimum"] == 0
    assert schema["maybe"]["anyOf"] == [{"type": "string"}, {"type": "null"}]
