"""`pingtree sandbox serve` as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.cli.program import PATIENCE_S, Done, Program, finished

posix = pytest.mark.skipif(sys.platform == "win32", reason="no signal to one child there")


@contextmanager
def serving(program: Program, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """A running `sandbox serve --json` and its URL; killed at the end if it still runs."""
    child = program.start("sandbox", "serve", "--json", "--port", "0", *arguments)
    assert child.stdout is not None
    try:
        told = json.loads(child.stdout.readline())
        assert set(told) == {"url", "token"}
        yield child, told["url"]
    finally:
        if child.poll() is None:
            child.kill()
        with child:
            child.communicate(timeout=60)


def ended(child: subprocess.Popen[bytes], number: int) -> Done:
    child.send_signal(number)
    return finished(child)


@posix
def test_serves_until_terminated(program: Program) -> None:
    with serving(program) as (child, url):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{url}/openapi.json", timeout=60) as reply:
            assert "/api/event/{cid}" in json.load(reply)["paths"]
        sent = program.send("--campaign", "demo", "--event-id", "quote_view", "--set",
                            "transaction_id=T1")  # fmt: skip
        assert sent.json["verdict"] == "fired"
        assert sent.json["request"]["url"].startswith(url)  # the running one was used
        done = ended(child, signal.SIGTERM)
    assert done.code == 0
    assert "quote_view T1" in done.err
    assert "SIMULATED" in done.err
    # Its ledger stays: the next sandbox still knows the pair.
    again = program.send("--campaign", "demo", "--event-id", "quote_view", "--transaction-id", "T1")
    assert again.json["verdict"] in {"locked", "duplicate"}


@posix
def test_ctrl_c_and_quiet(program: Program) -> None:
    with serving(program, "--quiet", "--lock-seconds", "600", "--fault", "delay:1") as (child, _):
        pair = ("--campaign", "demo", "--event-id", "quote_view", "--transaction-id", "T1")
        assert program.send(*pair).json["verdict"] == "fired"
        assert program.send(*pair).json["verdict"] == "locked"
        done = ended(child, signal.SIGINT)
    assert (done.code, done.err) == (130, "")


@posix
def test_only_one_per_workspace(program: Program) -> None:
    with serving(program) as (_, url):
        done = program.run("sandbox", "serve", "--port", "0")
    assert (done.code, done.raw) == (2, b"")
    assert url in done.err


def test_port_taken(program: Program) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = program.run("sandbox", "serve", "--port", port)
    assert (done.code, done.raw) == (2, b"")
    assert port in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--host", "0.0.0.0"), "0.0.0.0"),
        (("--host", "192.0.2.1"), "192.0.2.1"),
        (("--port", "65536"), "65536"),
        (("--port", "-1"), "--port"),
        (("--lock-seconds", "-1"), "-1"),
        (("--lock-seconds", "nan"), "nan"),
        (("--fault", "no-such-fault"), "no-such-fault"),
        (("--campaigns", "no-such-file.toml"), "no-such-file.toml"),
    ],
)
def test_options_that_cannot_be(program: Program, arguments: tuple[str, ...], word: str) -> None:
    done = program.run("sandbox", "serve", *arguments)
    assert (done.code, done.raw) == (2, b"")
    assert word in done.err
    assert done.err.count("\n") == 1


def test_a_port_left_by_a_killed_sandbox_is_not_trusted(program: Program) -> None:
    with serving(program) as (child, url):
        child.kill()
        child.wait(timeout=60)
        sent = program.send("--campaign", "demo", "--event-id", "quote_view", "--transaction-id",
                            "T1")  # fmt: skip
    assert sent.json["verdict"] == "fired"
    assert not sent.json["request"]["url"].startswith(url)


@posix
def test_one_that_ends_lets_those_who_use_it_finish(program: Program) -> None:
    with serving(program, "--fault", "delay:1000") as (child, _):
        sending = program.start(
            *("send", "--quiet", "--campaign", "demo", "--event-id", "quote_view"),
            *("--transaction-id", "T1"),
        )
        deadline = time.monotonic() + PATIENCE_S
        while not list((program.workspace / "sandbox").glob("using-*.lock")):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert ended(child, signal.SIGTERM).code == 0
        assert finished(sending).out == "fired\n"
