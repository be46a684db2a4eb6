"""Records come back exactly, and the bytes of released formats stay readable for good."""

import hashlib
from dataclasses import replace

import pytest
from hypothesis import given, settings

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import Exchange, Resolved
from pingtree_desktop.storage.record_dictionary import DICTIONARY_1
from pingtree_desktop.storage.records import (
    PLAIN,
    ZLIB_1,
    Record,
    decode,
    encode,
    pack,
    plain_bytes,
    unpack,
)
from tests.storage.samples import exchange, finished
from tests.storage.strategies import exchanges


def test_the_first_dictionary_never_changes() -> None:
    """Every history that was ever written needs exactly these bytes."""
    assert hashlib.sha256(DICTIONARY_1).hexdigest() == (
        "9c4e549afd14789ccac048f1eefc89b1d0d3c4a053e2896c95127815d4d1d67d"
    )


@settings(deadline=None, max_examples=150)
@given(kept=exchanges)
def test_any_exchange_comes_back(kept: Exchange) -> None:
    for is_final in (True, False):
        assert unpack(5, pack(kept, is_final=is_final)) == replace(kept, id=5)


def test_what_is_soon_replaced_is_not_compressed() -> None:
    sent = exchange()
    assert pack(sent, is_final=False).codec == PLAIN
    packed = pack(finished(sent))
    assert packed.codec == ZLIB_1
    assert len(packed.data) < len(encode(finished(sent))) / 2


def test_a_large_body_is_packed_too() -> None:
    sent = finished(exchange())
    body = b'{"a":"' + b"x" * 1_000_000 + b'"}'
    large = replace(sent, request=replace(sent.request, body=body))
    packed = pack(large)
    assert len(packed.data) < 10_000
    assert unpack(1, packed) == replace(large, id=1)


def test_what_a_dynamic_value_became_is_kept() -> None:
    resolved = (
        Resolved(place="sub1", template="{{uuid}}", value="\ud800"),
        Resolved(place="header:X-Key", template="{{key}}", value="k", is_secret=True),
    )
    kept = finished(exchange(), resolved=resolved)
    assert unpack(1, pack(kept)).resolved == resolved


@pytest.mark.parametrize(
    "record",
    [
        Record(codec=7, data=b"", crc32=0),
        Record(codec=ZLIB_1, data=b"\xff\xff", crc32=0),
        Record(codec=PLAIN, data=b"{}", crc32=1),
    ],
    ids=["a later codec", "no deflate stream", "another sum"],
)
def test_what_was_not_written_so_is_damaged(record: Record) -> None:
    with pytest.raises(UnreadableInput, match="Damaged record: entry 9 "):
        plain_bytes(9, record)


@pytest.mark.parametrize("plain", [b"", b"{}\n", b"[1]\n", b'{"sizes":[1,1]}\nx', b"\xff\n"])
def test_bytes_that_are_no_record_are_damaged(plain: bytes) -> None:
    with pytest.raises(UnreadableInput, match="Damaged record"):
        decode(1, plain)
