from __future__ import annotations

import gzip
import json
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.sandbox.faults import (
    FAULTS,
    NO_FAULT,
    REDIRECT_TARGET,
    Body,
    Plan,
    bend,
    read_plan,
    unprocessed_status,
)
from pingtree_desktop.sandbox.server import Seen

EVENT = {"event_id": "quote_view", "transaction_id": "T1"}


def faulty(spec: str) -> dict[str, str]:
    return {"X-Sandbox-Fault": spec}


# How faults are written.


@pytest.mark.parametrize(
    ("specs", "plan"),
    [
        ((), NO_FAULT),
        (("status:503",), {"status": 503}),
        ((" delay:0 ", "drop"), {"delay_ms": 0, "drop": True}),
        (("slow:100", "not-json"), {"bytes_per_s": 100, "shape": "not-json"}),
        (("huge:5",), {"shape": "huge", "huge_bytes": 5}),
        (("bad-gzip", "html"), {"bad_gzip": True, "shape": "html"}),
        (("flaky:0.25", "wrong-type"), {"flaky": 0.25, "shape": "wrong-type"}),
        (("truncate", "gzip", "redirect"), {"truncate": True, "gzip": True, "redirect": True}),
    ],
)
def test_faults_are_read(specs: tuple[str, ...], plan: Plan | dict[str, Any]) -> None:
    got = read_plan(specs)
    wanted = plan if isinstance(plan, Plan) else Plan(specs=tuple(s.strip() for s in specs), **plan)
    assert got == wanted


@pytest.mark.parametrize(
    "specs",
    [
        ("dorp",),
        ("",),
        ("drop:1",),
        ("status",),
        ("status:",),
        ("status:200",),
        ("status:1000",),
        ("status:５００",),
        ("status:+500",),
        ("delay:-1",),
        ("delay:600001",),
        ("delay:1.5",),
        ("slow:0",),
        ("huge:9999999999",),
        ("huge:" + "9" * 5_000,),
        ("flaky:1.01",),
        ("flaky:-0.1",),
        ("flaky:nan",),
        ("flaky:x",),
        ("drop", "drop"),
        ("html", "empty"),
        ("huge:10", "lie"),
        ("huge:10", "gzip"),
        ("gzip", "bad-gzip"),
    ],
)
def test_a_wrong_fault_is_refused_with_a_remedy(specs: tuple[str, ...]) -> None:
    with pytest.raises(UsageError) as caught:
        read_plan(specs)
    assert caught.value.remedy
    assert len(str(caught.value)) < 700
    with pytest.raises(UnreadableInput):
        read_plan(specs, UnreadableInput)


def test_every_listed_kind_can_be_read_by_its_own_syntax() -> None:
    examples = {"CODE": "500", "MS": "5", "BYTES_PER_S": "9", "BYTES": "9", "P": "0.5"}
    for kind in FAULTS:
        argument = examples.get(kind.argument, "")
        plan = read_plan([kind.syntax.replace(kind.argument, argument) if argument else kind.name])
        assert plan != NO_FAULT


def test_the_faults_that_answer_without_processing() -> None:
    assert unprocessed_status(read_plan(["status:500", "redirect"]), 0.0) == 500
    assert unprocessed_status(read_plan(["redirect"]), 0.0) == 307
    assert unprocessed_status(read_plan(["flaky:0.3"]), 0.29) == 503
    assert unprocessed_status(read_plan(["flaky:0.3"]), 0.3) == 0
    assert unprocessed_status(read_plan(["flaky:0"]), 0.0) == 0
    assert unprocessed_status(read_plan(["drop", "truncate", "lie"]), 0.0) == 0


@pytest.mark.parametrize("padding", [0, 1, 65_536, 150_001])
@pytest.mark.parametrize("piece", [1_000, 65_536])
def test_a_padded_body_comes_in_pieces_of_the_right_length(padding: int, piece: int) -> None:
    body = Body(head=b"ab", padding_bytes=padding, tail=b"yz")
    pieces = list(body.pieces(piece))
    assert max(map(len, pieces)) <= piece
    assert b"".join(pieces) == b"ab" + b"x" * padding + b"yz"
    assert len(b"".join(body.pieces(piece, cut=True))) == body.size_bytes // 2


def test_a_huge_reply_is_never_smaller_than_the_reply() -> None:
    bent = bend(read_plan(["huge:1"]), 200, {"status": "success"})
    assert json.loads(b"".join(bent.body.pieces())) == {"status": "success", "filler": ""}


# On the wire.  `caller` is a sandbox with its default options.


@pytest.mark.parametrize("code", [400, 404, 500, 503, 999])
def test_status(caller: Any, code: int) -> None:
    got = caller.send(body=EVENT, headers=faulty(f"status:{code}"))
    assert got.status == code
    assert got.headers["x-simulated"] == "PingTree sandbox"
    assert caller.server.ledger_rows() == ()
    expected = {400: "bad_request", 500: "server_error", 503: "server_error"}
    assert got.verdict == expected.get(code, "unrecognised")


def test_delay_comes_before_the_reply_and_holds_nobody_else_up(caller: Any) -> None:
    seen = threading.Event()
    caller.server.on_request(lambda one: seen.set() if one.status == 200 else None)
    with caller.connect() as slow:
        body = json.dumps(EVENT)
        slow.sendall(
            f"POST /api/event/demo HTTP/1.1\r\nHost: localhost:{caller.server.port}\r\n"
            "Content-Type: application/json\r\nX-Sandbox-Fault: delay:60000\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        assert caller.fire(transaction_id="T2").verdict == "fired"
        slow.settimeout(0.2)
        with pytest.raises(TimeoutError):
            slow.recv(1)
    begin = time.monotonic()
    got = caller.send(body=EVENT | {"transaction_id": "T3"}, headers=faulty("delay:150"))
    assert got.verdict == "fired"
    assert time.monotonic() - begin >= 0.15
    assert [row.transaction_id for row in caller.server.ledger_rows()] == ["T1", "T2", "T3"]
    assert seen.wait(10)


def test_a_client_that_leaves_cuts_a_delay_off(caller: Any) -> None:
    connections = threading.active_count()
    seen: list[Seen] = []
    caller.server.on_request(seen.append)
    for number in range(20):
        with caller.connect() as one:
            body = json.dumps(EVENT | {"transaction_id": f"left-{number}"})
            one.sendall(
                f"POST /api/event/demo HTTP/1.1\r\nHost: localhost:{caller.server.port}\r\n"
                "Content-Type: application/json\r\nX-Sandbox-Fault: delay:600000\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
    deadline = time.monotonic() + 10
    while len(caller.server.ledger_rows()) < 20 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(caller.server.ledger_rows()) == 20  # they had arrived
    assert seen == []  # and were never answered
    assert threading.active_count() == connections
    caller.server.stop()  # returns although ten minutes of delay were asked for


def test_drop_closes_before_the_reply_though_it_fired(caller: Any) -> None:
    seen: list[Seen] = []
    caller.server.on_request(seen.append)
    got = caller.send(body=EVENT, headers=faulty("drop"))
    assert got.raw == b""
    assert caller.server.ledger_rows()[0].count == 1
    caller.fire()
    assert (seen[0].status, seen[0].verdict, seen[0].faults) == (0, "fired", ("drop",))


def test_truncate_closes_half_way_in_the_body(caller: Any) -> None:
    got = caller.send(body=EVENT, headers=faulty("truncate"))
    assert got.status == 200
    assert len(got.body) == int(got.headers["content-length"]) // 2 > 0
    assert len(caller.server.ledger_rows()) == 1


def test_slow_keeps_the_speed(caller: Any) -> None:
    begin = time.monotonic()
    got = caller.send(body=EVENT, headers=faulty("slow:400"))
    elapsed_s = time.monotonic() - begin
    assert got.verdict == "fired"
    assert elapsed_s >= len(got.body) / 400 * 0.8


@pytest.mark.parametrize(
    ("fault", "content_type", "text"),
    [
        ("not-json", "application/json", "not JSON"),
        ("html", "text/html; charset=utf-8", "<h1>"),
        ("empty", "application/json", ""),
    ],
)
def test_replaced_bodies(caller: Any, fault: str, content_type: str, text: str) -> None:
    got = caller.send(body=EVENT, headers=faulty(fault))
    assert got.status == 200
    assert got.headers["content-type"] == content_type
    assert text in got.body.decode()
    assert len(got.body) == int(got.headers["content-length"])
    with pytest.raises(ValueError, match="Expecting value"):
        json.loads(got.body)
    assert got.verdict == "unrecognised"


def test_huge_is_valid_json_of_that_size(caller: Any) -> None:
    got = caller.send(body=EVENT, headers=faulty("huge:3000000"))
    assert len(got.body) == 3_000_000 == int(got.headers["content-length"])
    assert got.json["status"] == "success"
    assert got.verdict == "fired"


def test_wrong_type_sends_the_status_as_a_number(caller: Any) -> None:
    assert caller.send(body=EVENT, headers=faulty("wrong-type")).json["status"] == 200
    refused = caller.send(body=EVENT, headers=faulty("wrong-type"))
    assert refused.json["status"] == refused.status == 403


def test_lie_answers_200_with_an_error(caller: Any) -> None:
    got = caller.send(body=EVENT, headers=faulty("lie"))
    assert (got.status, got.json["status"], got.verdict) == (200, "error", "unrecognised")
    refused = caller.send(body={"transaction_id": "T"}, headers=faulty("lie"))
    assert (refused.status, refused.verdict) == (200, "missing_field")


def test_redirect_goes_nowhere_and_processes_nothing(caller: Any) -> None:
    got = caller.send(body=EVENT, headers=faulty("redirect"))
    assert (got.status, got.headers["location"]) == (307, REDIRECT_TARGET)
    assert caller.server.ledger_rows() == ()


def test_gzip_can_be_unpacked_and_bad_gzip_cannot(caller: Any) -> None:
    good = caller.send(body=EVENT, headers=faulty("gzip"))
    assert good.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(good.body))["status"] == "success"
    bad = caller.send(body=EVENT, headers=faulty("bad-gzip"))
    assert bad.headers["content-encoding"] == "gzip"
    assert bad.body.startswith(b"\x1f\x8b")
    with pytest.raises((zlib.error, EOFError, gzip.BadGzipFile)):
        gzip.decompress(bad.body)


def test_flaky_fails_always_at_one_and_never_at_zero(caller: Any) -> None:
    for _ in range(20):
        assert caller.send(body=EVENT, headers=faulty("flaky:1")).status == 503
    assert caller.server.ledger_rows() == ()
    for number in range(20):
        event = EVENT | {"transaction_id": f"T{number}"}
        assert caller.send(body=event, headers=faulty("flaky:0")).verdict == "fired"


def test_faults_combine(caller: Any) -> None:
    begin = time.monotonic()
    got = caller.send(body=EVENT, headers=faulty("delay:120, html, truncate"))
    assert time.monotonic() - begin >= 0.12
    assert len(got.body) < int(got.headers["content-length"])
    assert got.body.startswith(b"<!doctype")


@pytest.mark.parametrize("spec", ["duplicate", "locked", "status:1", "drop, drop"])
def test_a_wrong_fault_header_is_a_400_and_processes_nothing(caller: Any, spec: str) -> None:
    got = caller.send(body=EVENT, headers=faulty(spec))
    assert (got.status, got.verdict) == (400, "bad_request")
    assert "X-Sandbox-Fault" in got.json["message"]
    assert caller.server.ledger_rows() == ()


def test_the_nearest_fault_wins(serve: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "campaigns.toml"
    file.write_text(
        '[campaigns.sick]\nfaults = ["status:501"]\n[campaigns.sick.events]\nbuy = "plain"\n'
        '[campaigns.well.events]\nbuy = "plain"\n',
        "utf-8",
    )
    caller = serve(campaigns_file=file, faults=("status:502",))
    event = {"event_id": "buy", "transaction_id": "T"}

    def status(cid: str, **headers: str) -> int:
        return int(caller.send(target=f"/api/event/{cid}", body=event, headers=headers).status)

    assert status("sick") == 501
    assert status("well") == 502
    assert caller.send(target="/api/event/trigger", body=event | {"cid": "sick"}).status == 501
    assert status("sick", **faulty("status:599")) == 599
    caller.server.set_faults(())
    assert status("well") == 200
    with pytest.raises(UsageError):
        caller.server.set_faults(("nonsense",))
    caller.server.set_faults(("empty",))
    health = caller.send("GET", "/__sandbox/health")
    assert health.json["sandbox"] is True  # faults are for the event endpoints alone


def test_a_client_that_stops_reading_a_huge_reply_harms_nobody(caller: Any) -> None:
    def reading_nothing() -> Iterator[socket.socket]:
        for _ in range(3):
            one = caller.connect()
            body = json.dumps(EVENT)
            one.sendall(
                f"POST /api/event/demo HTTP/1.1\r\nHost: localhost:{caller.server.port}\r\n"
                "Content-Type: application/json\r\nX-Sandbox-Fault: huge:500000000\r\n"
                f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
            )
            yield one

    stuck = list(reading_nothing())
    assert caller.fire(transaction_id="T9").verdict == "fired"
    caller.server.stop()
    for one in stuck:
        one.close()


def test_a_huge_reply_waits_for_a_client_that_reads_late(caller: Any) -> None:
    size = 30_000_000
    with caller.connect() as client:
        client.sendall(
            "GET /api/event/demo?event_id=quote_view&transaction_id=H HTTP/1.1\r\n"
            f"X-Sandbox-Fault: huge:{size}\r\nConnection: close\r\n"
            f"Host: localhost:{caller.server.port}\r\n\r\n".encode()
        )
        assert caller.fire(transaction_id="T9").verdict == "fired"  # served in between
        head, _, body = client.recv(2_000).partition(b"\r\n\r\n")
        received = len(body)
        while data := client.recv(1_000_000):
            received += len(data)
    assert f"Content-Length: {size}".encode() in head
    assert received == size
