"""The hostile corpus, P01 to P24, as far as a single send can meet it."""

from __future__ import annotations

import pytest

from pingtree_desktop.domain.exchange import BodyState, FailureKind
from tests.net.conftest import Send
from tests.net.hostile_server import BEHAVIOURS, HostileServer

# (behaviour, failure or None, its sentence's beginning, body state or None, body)
K, S = FailureKind, BodyState
CASES = [
    ("ok", None, "", S.COMPLETE, b'{"success":true}'),
    ("ok_chunked", None, "", S.COMPLETE, b"hello!"),
    ("silence", K.READ_TIMEOUT, "No answer in 0.6 s.", None, b""),
    ("close", K.CLOSED, "The server closed the connection", None, b""),
    ("reset", K.RESET, "The server reset the connection", None, b""),
    ("read_then_close", K.CLOSED, "The server closed the connection without", None, b""),
    ("read_then_reset", K.RESET, "The server reset the connection without", None, b""),
    ("header_drip", K.DEADLINE, "The answer began, but its header lines were not", None, b""),
    ("body_drip", K.DEADLINE, "The body was not complete within 0.6 s (", S.CUT_SHORT, b"xxx"),
    ("endless_continue", K.DEADLINE, "The answer began, but", None, b""),
    ("endless_chunks", K.DEADLINE, "The body was not complete within", S.CUT_SHORT, b"xxx"),
    ("body_stall", K.DEADLINE, "The body was not complete", S.CUT_SHORT, b"1234567"),
    ("brotli", None, "", S.ENCODED, b"\x5b\xff"),
    ("zstd", None, "", S.ENCODED, b"\x28\xb5\x2f\xfd"),
    ("gzip_stacked", None, "", S.ENCODED, b"\x1f\x8b"),
    ("not_gzip", None, "", S.DAMAGED, b"this is no gzip"),
    ("gzip_cut", None, "", S.DAMAGED, b'{"success":true'),
    ("cut_short", K.CUT_SHORT, "Cut short (7 of 100): the server closed", S.CUT_SHORT, b"1234567"),
    ("body_reset", K.CUT_SHORT, "Cut short (7 of 100): the server reset", S.CUT_SHORT, b"1234567"),
    ("chunked_cut", K.CUT_SHORT, "Cut short (5 bytes, the end", S.CUT_SHORT, b"hello"),
    ("chunked_malformed", K.PROTOCOL, "The answer breaks the rules", S.CUT_SHORT, b"hello"),
    ("no_length", None, "", S.LENGTH_UNKNOWN, b'{"success":tr'),
    ("two_lengths", K.PROTOCOL, "The answer breaks the rules of HTTP: it names two", None, b""),
    ("negative_length", K.PROTOCOL, "The answer breaks the rules of HTTP: it names an", None, b""),
    ("huge_length", K.PROTOCOL, "The answer breaks the rules of HTTP: it names an", None, b""),
    ("header_flood", K.PROTOCOL, "The answer breaks the rules of HTTP: its header", None, b""),
    ("status_099", K.PROTOCOL, "The answer breaks the rules of HTTP", None, b""),
    ("ssh_banner", K.NOT_HTTP, "Not an HTTP answer", None, b""),
    ("garbage", K.NOT_HTTP, "Not an HTTP answer", None, b""),
    ("http09", K.NOT_HTTP, "Not an HTTP answer", None, b""),
    ("echo", K.NOT_HTTP, "Not an HTTP answer", None, b""),
    ("tls_silence", K.CONNECT_TIMEOUT, "127.0.0.1 accepted the connection but", None, b""),
    ("charset_zlib", None, "", S.COMPLETE, b'{"a":"\xff"}'),
    ("charset_hex", None, "", S.COMPLETE, b'{"a":"\xff"}'),
    ("charset_undefined", None, "", S.COMPLETE, b'{"a":"\xff"}'),
    ("charset_klingon", None, "", S.COMPLETE, b'{"a":"\xff"}'),
    ("charset_utf16", None, "", S.COMPLETE, b'{"a":"\xff"}'),
]


@pytest.mark.parametrize(("name", "kind", "says", "state", "body"), CASES)
def test_each_case_has_its_own_outcome(
    server: HostileServer,
    send: Send,
    name: str,
    kind: FailureKind | None,
    says: str,
    state: BodyState | None,
    body: bytes,
) -> None:
    outcome = send(server.url(name), deadline_s=0.6)
    found = outcome.failure
    assert (found.kind if found else None) is kind
    assert (found.sentence if found else "").startswith(says)
    assert (outcome.response.body_state if outcome.response else None) is state
    if outcome.response is not None:
        assert outcome.response.body.startswith(body)
    assert outcome.elapsed_ms < 1100  # the deadline and half a second
    if found is not None:
        assert "canary" not in found.detail + found.sentence
    if name != "reset":  # a reset may come before or after the connection counts as made
        assert outcome.remote == f"127.0.0.1:{server.port(name)}"
        assert found is None or found.may_have_arrived is (name != "tls_silence")


def test_every_named_behaviour_is_met_somewhere() -> None:
    elsewhere = {
        "ok_gzip",
        "endless_body",
        "gzip_bomb",
        "gzip_bomb_1gb",
        "status_999",
        "status_600",
        "latin_reason",
        "switching",
        "redirect_file",
        "redirect_self",
    }
    assert {case[0] for case in CASES} | elsewhere == set(BEHAVIOURS)


def test_an_endless_body_is_cut_at_the_wire_limit(server: HostileServer, send: Send) -> None:
    outcome = send(server.url("endless_body"))
    assert outcome.failure is None
    assert outcome.response is not None
    assert outcome.response.body_state is S.TRUNCATED_HERE
    assert outcome.response.wire_bytes == len(outcome.response.body) == 8_000_000
    assert "first 8,000,000 bytes" in outcome.response.notes[0]


def test_a_bomb_keeps_its_head(server: HostileServer, send: Send) -> None:
    outcome = send(server.url("gzip_bomb"))
    assert outcome.failure is None
    assert outcome.response is not None
    assert outcome.response.body_state is S.TRUNCATED_HERE
    assert outcome.response.body == bytes(10_000_000)
    assert outcome.response.wire_bytes < 200_000


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("status_999", 999, "<b><img src=x>"),
        ("status_600", 600, "Odd"),
        ("latin_reason", 200, "Gültig"),
    ],
)
def test_odd_status_lines_are_kept_as_text(
    server: HostileServer, send: Send, name: str, status: int, reason: str
) -> None:
    response = send(server.url(name)).response
    assert response is not None
    assert (response.status, response.reason) == (status, reason)
    if name == "latin_reason":
        assert response.header("x-odd") == "éÿ"


def test_a_switch_of_protocols_is_no_answer(server: HostileServer, send: Send) -> None:
    outcome = send(server.url("switching"))
    assert outcome.failure is not None
    assert outcome.failure.kind is K.PROTOCOL


def test_first_bytes_of_something_else_are_shown_in_hexadecimal(
    server: HostileServer, send: Send
) -> None:
    failure = send(server.url("garbage")).failure
    assert failure is not None
    assert failure.detail == f"first 200 bytes: {bytes(range(200)).hex(' ')}"


def test_an_echoed_request_is_not_repeated_in_the_detail(server: HostileServer, send: Send) -> None:
    failure = send(server.url("echo", "/api/event?email=canary.lead%40example.com")).failure
    assert failure is not None
    assert failure.detail.endswith("a repetition of the request, not shown")


@pytest.mark.parametrize("name", ["redirect_self", "redirect_file"])
def test_a_redirect_is_named_and_left_alone(server: HostileServer, send: Send, name: str) -> None:
    outcome = send(server.url(name))
    assert outcome.response is not None
    assert outcome.response.status == 302
    assert outcome.response.header("Location") in outcome.response.notes[0]
    assert len(server.received(name)) == 1


@pytest.mark.parametrize("name", ["brotli", "zstd", "gzip_stacked", "not_gzip", "gzip_cut"])
def test_an_undecodable_body_says_why(server: HostileServer, send: Send, name: str) -> None:
    response = send(server.url(name)).response
    assert response is not None
    assert any("packed" in note or "compressed" in note for note in response.notes)
    if name != "gzip_cut":
        assert response.wire_bytes == len(response.body)  # the raw bytes can be saved
