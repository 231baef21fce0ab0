"""Compressed answers, cut anywhere."""

import gzip
import zlib

import pytest

from app.llm.upstream import Inflater
from app.runtime.errors import ServiceError

MEMBERS = [b"Hel", b"lo", b", world" * 50]
SEVERAL = b"".join(gzip.compress(member) for member in MEMBERS)
TEXT = b"".join(MEMBERS)


def inflated(packed: bytes, step: int, encoding: str = "gzip") -> bytes:
    inflater = Inflater(encoding)
    plain = b"".join(inflater.feed(packed[at : at + step]) for at in range(0, len(packed), step))
    inflater.feed(b"")
    return plain


@pytest.mark.parametrize("step", [1, 2, 7, 10_000])
@pytest.mark.parametrize(
    "packed",
    [
        SEVERAL,
        SEVERAL + bytes(9),
        SEVERAL + b"other",
        SEVERAL + b"\x1fother",
        gzip.compress(TEXT),
        zlib.compress(TEXT),
    ],
    ids=["members", "members and zeros", "members and something else", "members and almost one", "gzip", "zlib"],
)
def test_everything_is_read(packed: bytes, step: int) -> None:
    assert inflated(packed, step) == TEXT


def raw_deflate(plain: bytes, level: int) -> bytes:
    packer = zlib.compressobj(level, wbits=-zlib.MAX_WBITS)
    return packer.compress(plain) + packer.flush()


@pytest.mark.parametrize("step", [1, 2, 7, 10_000])
@pytest.mark.parametrize(
    "packed",
    [raw_deflate(TEXT, 6), raw_deflate(TEXT, 0), raw_deflate(TEXT, 1), zlib.compress(TEXT, 0)],
    ids=["raw", "raw and stored", "raw and fast", "zlib and stored"],
)
def test_deflate_comes_with_and_without_the_header_of_zlib(packed: bytes, step: int) -> None:
    assert inflated(packed, step, "deflate") == TEXT


def test_what_says_gzip_and_is_raw_deflate_is_an_error() -> None:
    with pytest.raises(ServiceError) as caught:
        inflated(raw_deflate(TEXT, 6), 7)
    assert caught.value.code == "stream_malformed"


def test_a_step_may_hold_a_mebibyte_and_no_more() -> None:
    most = bytes(1024 * 1024)
    assert inflated(gzip.compress(most), 10_000) == most
    for packed in (gzip.compress(most + b"x"), gzip.compress(most) + gzip.compress(b"x")):
        with pytest.raises(ServiceError) as caught:
            inflated(packed, 10_000)
        assert caught.value.code == "stream_malformed"


@pytest.mark.parametrize("step", [1, 10_000])
@pytest.mark.parametrize(
    "packed",
    [SEVERAL[:-5], SEVERAL + b"\x1f", SEVERAL + b"\x1f\x8b", SEVERAL + bytes(9) + b"\x1f", raw_deflate(TEXT, 6)[:-1]],
    ids=["before its end", "after a byte", "after two bytes", "after zeros and a byte", "raw deflate"],
)
def test_a_member_that_is_cut_off_is_an_error(packed: bytes, step: int) -> None:
    with pytest.raises(ServiceError) as caught:
        inflated(packed, step, "deflate")
    assert caught.value.code == "stream_interrupted"
