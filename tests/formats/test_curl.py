"""The curl command sends what the program sends: checked with the real curl and a real shell."""

from __future__ import annotations

import http.server
import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField, Mode
from pingtree_desktop.domain.request import Request, build_request
from pingtree_desktop.formats.curl import to_curl
from tests.domain.strategies import awkward_text, events, json_text

needs_curl = pytest.mark.skipif(
    os.name != "posix" or shutil.which("curl") is None,
    reason="no curl and POSIX shell here: the commands were NOT run",
)
POST = Request(
    method="POST",
    url="http://h/api/event/demo",
    headers=(
        ("Host", "h"), ("Content-Type", "application/json"), ("Content-Length", "2"),
        ("Accept", "application/json"), ("Accept-Encoding", "gzip"), ("User-Agent", "U/1"),
        ("Connection", "close"),
    ),
    body=b"{}",
)  # fmt: skip


def test_the_command_reads_line_by_line():
    assert to_curl(POST) == (
        "curl --globoff http://h/api/event/demo \\\n"
        "  --header 'Content-Type: application/json' \\\n"
        "  --header 'Accept: application/json' \\\n"
        "  --header 'User-Agent: U/1' \\\n"
        "  --data-binary '{}'"
    )


def test_a_get_needs_no_method():
    request = replace(POST, method="GET", body=b"", url="http://h/x?a=[1]&b='", headers=())
    assert to_curl(request) == (
        "curl --globoff 'http://h/x?a=[1]&b='\\''' \\\n  --header Accept: \\\n"
        "  --header User-Agent:"
    )


def test_other_methods_are_named():
    assert "--request PUT" in to_curl(replace(POST, method="PUT"))
    assert "--request POST" in to_curl(replace(POST, body=b""))
    assert "--request GET" in to_curl(replace(POST, method="GET"))


def test_the_type_of_a_body_is_never_curls_own():
    assert "--header Content-Type:" in to_curl(replace(POST, headers=()))
    assert "Content-Type" not in to_curl(replace(POST, headers=(), body=b""))


def test_odd_headers():
    shown = to_curl(replace(POST, headers=(("X-Empty", ""), ("@/etc/passwd", ""), ("X-B", "a'b"))))
    assert "--header 'X-Empty;'" in shown
    assert "passwd" not in shown
    assert "--header 'X-B: a'\\''b'" in shown


@pytest.mark.parametrize(
    "body", [b"\x00", b"\xff", b"@/etc/passwd", b"a\x1bb", "\u202e".encode(), b"x" * 100_001]
)
def test_a_body_that_fits_no_argument_is_piped(body):
    shown = to_curl(replace(POST, body=body))
    assert shown.startswith("printf '")
    assert shown.endswith("--data-binary @-")


def test_dot_segments_stay_only_where_there_are_some():
    assert "--path-as-is" in to_curl(replace(POST, url="http://h/api/event/%2E%2e"))
    assert "--path-as-is" not in to_curl(replace(POST, url="http://h/api/event/..x/a.b"))


@settings(deadline=None)
@given(events(raw=awkward_text | json_text))
def test_any_command_is_whole_for_a_shell_and_free_of_control_characters(event):
    shown = to_curl(build_request(event, "http://h"))
    words = shlex.split(shown.replace("\\\n", " "))
    assert "curl" in words
    assert not any(ord(c) < 32 and c not in "\n\t" for c in shown)
    shown.encode("utf-8")  # raises on a lone surrogate


# ---- with the real curl -----------------------------------------------------------------------


@dataclass(slots=True)
class Recorded:
    """What the server was asked."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Recorder:
    base: str
    seen: list[Recorded] = field(default_factory=list)


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(length)
            made.seen.append(Recorded(self.command, self.path, headers, body))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            self.do_POST()

        def do_PUT(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output clean."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Recorder(base=f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


CLEAN = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}


def run(commands: str, folder: str) -> None:
    """Run commands in the system's own POSIX shell, without a person's curl settings."""
    done = subprocess.run(
        ["sh", "-e"],
        input=commands.encode("utf-8"),
        env=CLEAN | {"HOME": folder, "CURL_HOME": folder, "XDG_CONFIG_HOME": folder},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")


def check(request: Request, seen: Recorded, base: str) -> None:
    assert seen.method == request.method
    assert base + seen.target == request.url
    assert seen.body == request.body
    made_by_curl = {"host", "content-length", "connection", "accept-encoding"}
    expected = {k.lower(): v for k, v in request.headers if k.lower() not in made_by_curl}
    assert {k: v for k, v in seen.headers.items() if k not in made_by_curl} == expected


@needs_curl
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(events_=st.lists(events(raw=awkward_text | json_text), min_size=1, max_size=12))
def test_curl_sends_the_same_bytes(recorder, tmp_path, events_):
    requests = [build_request(event, recorder.base, request_id="r-1") for event in events_]
    recorder.seen.clear()
    run("\n".join(to_curl(request) for request in requests), str(tmp_path))
    assert len(recorder.seen) == len(requests)
    for request, seen in zip(requests, recorder.seen, strict=True):
        check(request, seen, recorder.base)


def raw_event(text: str) -> Event:
    return Event().with_field("sub1", FieldInput(mode=Mode.RAW, text=text))


@needs_curl
@pytest.mark.parametrize(
    "event",
    [
        raw_event("\x00\x01\x7f%s\\n'\"$(id)`id`!"),
        raw_event("\ud800\u202e\U0001f600"),
        raw_event("x" * 400_000),
        raw_event("%d\x00%%" * 1_000),
        Event().with_field("cid", FieldInput(text="..")),
        Event().with_field("cid", FieldInput(text="[1-3]{a,b}$x'y")),
        Event(lead=(LeadField(name="first_name", text="Zo\u00eb\nO'Brien"),)),
    ],
    ids=["controls", "not UTF-8", "long", "percent", "dots", "globs", "quotes"],
)
def test_curl_sends_hostile_requests_whole(recorder, tmp_path, event):
    request = build_request(event, recorder.base)
    recorder.seen.clear()
    run(to_curl(request), str(tmp_path))
    (seen,) = recorder.seen
    check(request, seen, recorder.base)


@needs_curl
@pytest.mark.parametrize("body", [b"@/etc/passwd", b"", bytes(range(256)), b"a\r\n\n\n"])
@pytest.mark.parametrize("method", ["POST", "PUT", "GET"])
def test_curl_sends_any_body_by_any_method(recorder, tmp_path, body, method):
    request = Request(
        method=method,
        url=f"{recorder.base}/a/../b/./c?x=%00&y={{z}}",
        headers=(("X-Empty", ""), ("X-Odd", "a\x01b 'c'")),
        body=body,
    )
    recorder.seen.clear()
    run(to_curl(request), str(tmp_path))
    (seen,) = recorder.seen
    check(request, seen, recorder.base)
