"""Compressed answers, cut anywhere."""

import gzip
import zlib

import pytest

from app.llm.upstream import Inflater
from app.runtime.errors import ServiceError

MEMBERS = [b"Hel", b"lo", b", world" * 50]
SEVERAL = b"".join(gzip.compress(member) for member in MEMBERS)
TEXT = b"".join(MEMBERS)


def inflated(packed: bytes, step: int) -> bytes:
    inflater = Inflater()
    plain = b"".join(inflater.feed(packed[at : at + step]) for at in range(0, len(packed), step))
    inflater.feed(b"")
    return plain


@pytest.mark.parametrize("step", [1, 2, 7, 10_000])
@pytest.mark.parametrize(
    "packed",
    [SEVERAL, SEVERAL + bytes(9), SEVERAL + b"other", gzip.compress(TEXT), zlib.compress(TEXT)],
    ids=["members", "members and zeros", "members and something else", "gzip", "zlib"],
)
def test_everything_is_read(packed: bytes, step: int) -> None:
    assert inflated(packed, step) == TEXT


def test_a_step_may_hold_a_mebibyte_and_no_more() -> None:
    most = bytes(1024 * 1024)
    assert inflated(gzip.compress(most), 10_000) == most
    for packed in (gzip.compress(most + b"x"), gzip.compress(most) + gzip.compress(b"x")):
        with pytest.raises(ServiceError) as caught:
            inflated(packed, 10_000)
        assert caught.value.code == "stream_malformed"


@pytest.mark.parametrize("step", [1, 10_000])
def test_a_member_that_is_cut_off_is_an_error(step: int) -> None:
    with pytest.raises(ServiceError) as caught:
        inflated(SEVERAL[:-5], step)
    assert caught.value.code == "stream_interrupted"
