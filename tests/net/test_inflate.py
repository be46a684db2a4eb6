"""The bounded decoder: any split of any input gives the same bytes, and never too many."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.net.inflate import Inflater
from tests.net.hostile_server import gzip_bomb


def inflate(coding: str, data: bytes, *, step: int, limit: int = 10_000) -> Inflater:
    found = Inflater(coding, limit)
    for start in range(0, len(data), step):
        found.feed(data[start : start + step])
    return found


def raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    return engine.compress(data) + engine.flush()


@given(st.binary(max_size=500), st.integers(1, 50))
def test_every_coding_in_every_split(data: bytes, step: int) -> None:
    for coding, packed in (
        ("gzip", gzip.compress(data)),
        ("x-gzip", gzip.compress(data[:7]) + gzip.compress(data[7:])),
        ("deflate", zlib.compress(data)),
    ):
        found = inflate(coding, packed, step=step)
        assert bytes(found.plain) == data
        assert found.complete
        assert not found.full


@given(st.binary(min_size=1, max_size=500))
def test_deflate_without_its_wrapper(data: bytes) -> None:
    found = inflate("deflate", raw_deflate(data), step=10_000)
    assert (bytes(found.plain), found.complete) == (data, True)


@pytest.mark.parametrize("step", [1, 7, 1000, 100_000])
def test_the_limit_is_never_passed(step: int) -> None:
    found = inflate("gzip", gzip_bomb(20), step=step, limit=5000)
    assert bytes(found.plain) == bytes(5000)
    assert found.full
    assert not found.complete


def test_exactly_the_limit_is_whole() -> None:
    found = inflate("gzip", gzip.compress(bytes(5000)), step=9, limit=5000)
    assert found.complete
    assert not found.full
    over = inflate("gzip", gzip.compress(bytes(2500)) * 3, step=9, limit=5000)
    assert over.full
    assert len(over.plain) == 5000


@given(st.integers(1, 60), st.integers(1, 9))
def test_an_end_cut_off_is_noticed(cut: int, step: int) -> None:
    packed = gzip.compress(bytes(range(256)))
    found = inflate("gzip", packed[: -min(cut, len(packed) - 1)], step=step)
    assert not found.complete


def test_damage_keeps_what_came_before_it() -> None:
    packed = bytearray(gzip.compress(b"good " * 10, compresslevel=0))
    packed[-8] ^= 1  # the checksum
    found = inflate("gzip", bytes(packed), step=1)
    assert found.damaged
    assert not found.complete
    assert bytes(found.plain) == b"good " * 10
    found.feed(b"more")
    assert bytes(found.plain) == b"good " * 10


def test_what_follows_the_end_is_counted_not_decoded() -> None:
    found = inflate("gzip", gzip.compress(b"x") + b"\0\0\0tail", step=100)
    assert (bytes(found.plain), found.complete, found.trailing_bytes) == (b"x", True, 7)


@given(st.binary(max_size=200), st.sampled_from(["gzip", "deflate"]))
def test_arbitrary_bytes_never_raise(data: bytes, coding: str) -> None:
    found = inflate(coding, data, step=3)
    assert len(found.plain) <= 10_000
