"""`pingtree send` as a script meets it: real runs against the sandbox and a recording server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time

import pytest

from tests.cli.program import PATIENCE_S, Done, Program, Recorder, finished

DEMO = ("--env", "sandbox", "--campaign", "demo")
QUOTE = (*DEMO, "--event-id", "quote_view")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


# ---- the sandbox's documented answers -------------------------------------------------------


def test_first_send_fires_and_exits_zero(program: Program) -> None:
    done = program.send(*QUOTE, "--transaction-id", "T1")
    assert (done.code, done.json["verdict"]) == (0, "fired"), done.err
    assert done.json["as_expected"] is True
    assert done.json["danger"] == "sandbox"


def test_second_send_is_locked_and_later_a_duplicate(program: Program) -> None:
    for attempt in range(5):  # a slow computer may need longer than the lock lasts
        pair = (*QUOTE, "--transaction-id", f"T{attempt}")
        assert program.send(*pair).json["verdict"] == "fired"
        again = program.send(*pair)
        assert again.json["verdict"] in {"locked", "duplicate"}
        if again.json["verdict"] == "locked":
            break
    assert (again.code, again.json["verdict"]) == (1, "locked")
    deadline = time.monotonic() + PATIENCE_S
    while (later := program.send(*pair)).json["verdict"] == "locked":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert (later.code, later.json["verdict"]) == (1, "duplicate")
    expected = program.send(*pair, "--expect", "duplicate")
    assert (expected.code, expected.json["verdict"]) == (0, "duplicate")


@pytest.mark.parametrize(
    ("arguments", "verdict", "field"),
    [
        (("--event-id", "quote_view", "--omit", "event_id"), "missing_field", "event_id"),
        (("--event-id", "quote_view", "--raw", 'adSpend="abc"'), "invalid_field", "adSpend"),
        (("--event-id", "quote_view", "--pid", "aff-999"), "source_inactive", None),
        (("--event-id", "purchase_complete"), "missing_field", "amount"),
        (("--event-id", "no_such_event"), "unknown_event", "event_id"),
    ],
)
def test_refusals_exit_one_and_name_the_field(
    program: Program, arguments: tuple[str, ...], verdict: str, field: str | None
) -> None:
    done = program.send(*DEMO, "--transaction-id", "T1", *arguments)
    assert (done.code, done.json["verdict"]) == (1, verdict)
    named = [*done.json["missing_fields"], *done.json["invalid_fields"]]
    assert field is None or field in named
    assert done.json["explanation"]


def test_sends_at_the_same_time_share_one_sandbox(program: Program) -> None:
    children = [
        program.start("send", "--quiet", *QUOTE, "--transaction-id", f"together-{n}")
        for n in range(4)
    ]
    assert [finished(child).out for child in children] == ["fired\n"] * 4


# ---- what goes on the wire ------------------------------------------------------------------


def test_dry_run_shows_the_bytes_that_are_sent(program: Program, recorder: Recorder) -> None:
    what = (
        *("send", "--base-url", recorder.url, "--campaign", "c 1/2", "--event-id", "ev\u00e9nt"),
        *("--amount", "42.50", "--lead", "name=\U0001f600", "--lead", "age:number=5"),
        *("--raw", "cost=1.10", "--null", "sub1", "--empty", "sub2"),
    )
    dry = program.run(*what, "--dry-run")
    assert dry.code == 0
    assert recorder.requests == []
    sent = program.run(*what)
    assert sent.code == 0
    own_id = re.compile(rb"(?<=X-Request-Id: )[0-9a-f-]{36}")
    assert own_id.sub(b"", dry.raw) == own_id.sub(b"", recorder.requests[0])
    assert own_id.search(dry.raw)
    body = recorder.requests[0].partition(b"\r\n\r\n")[2].decode("utf-8")
    assert body == (
        '{"event_id":"ev\u00e9nt","amount":42.50,"sub1":null,"sub2":"","cost":1.10,'
        '"name":"\U0001f600","age":5}'
    )


def test_dry_run_keeps_and_sends_nothing(program: Program) -> None:
    dry = program.send("--dry-run", "--env", "production", "--event-id", "x")
    assert dry.code == 0  # nothing is sent, so nothing has to be confirmed
    assert dry.json["danger"] == "live"
    assert dry.json["request"]["url"].startswith("https://api.pingtree.com/")
    assert program.run("history", "list", "--json").json == []


def test_dry_run_of_the_sandbox_does_not_start_it(program: Program) -> None:
    dry = program.send("--dry-run", *QUOTE)
    assert dry.json["request"]["url"] == "http://127.0.0.1:8765/api/event/demo"
    assert "not running" in dry.err


def test_query_form(program: Program, recorder: Recorder) -> None:
    done = program.send(
        *("--base-url", recorder.url, "--method", "GET", "--endpoint", "trigger", "--cid", "c"),
        *("--event-id", "a b", "--revenue", "1.10"),
    )
    assert done.code == 0
    line = recorder.requests[0].partition(b"\r\n")[0]
    assert line == b"GET /api/event/trigger?cid=c&event_id=a%20b&revenue=1.10 HTTP/1.1"


@pytest.mark.skipif(sys.platform == "win32", reason="arguments are text there")
def test_bytes_that_are_no_text_survive(program: Program, recorder: Recorder) -> None:
    done = program.send("--base-url", recorder.url, b"--set=sub1=\xff", "--lead", "k=\U0001f600")
    assert done.code == 0
    assert recorder.requests[0].endswith(b'{"sub1":"\\udcff","k":"\xf0\x9f\x98\x80"}')
    kept = program.run("history", "show", "1", "--json")
    assert kept.json["request"]["body"] == done.json["request"]["body"]


def test_emoji_in_the_plain_locale(program: Program, recorder: Recorder) -> None:
    done = program.run(
        *("send", "--base-url", recorder.url, "--set", "sub1=\U0001f600", "--expect", "locked"),
        env=program.environment(LC_ALL="C", PYTHONCOERCECLOCALE="0"),
    )
    assert done.code == 1
    assert "expected locked ✗" in done.out


# ---- outcomes and exit codes ----------------------------------------------------------------


def test_json_shape(program: Program, recorder: Recorder) -> None:
    shown = program.send("--base-url", recorder.url, "--campaign", "c", "--event-id", "e").json
    assert {
        *("id", "verdict", "expected", "as_expected", "http_status", "elapsed_ms", "request"),
        *("response", "failure", "missing_fields", "invalid_fields", "explanation"),
    } <= set(shown)
    assert set(shown["request"]) == {"method", "url", "headers", "body"}
    assert ["Content-Type", "application/json"] in shown["request"]["headers"]
    assert shown["request"]["body"] == '{"event_id":"e"}'
    assert {"headers", "body"} <= set(shown["response"])
    assert (shown["http_status"], shown["failure"]) == (200, None)


def test_a_body_that_is_not_text_comes_in_base64_too(program: Program) -> None:
    with Recorder(b"\xff\x00ok") as recorder:
        shown = program.send("--base-url", recorder.url).json
    assert shown["verdict"] == "unrecognised"
    assert shown["response"]["body_base64"] == "/wBvaw=="
    assert shown["response"]["body"].endswith("ok")


def test_no_reply_exits_three_unless_expected(program: Program) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = program.send("--base-url", url)
    assert (done.code, done.json["verdict"]) == (3, "no_reply")
    assert done.json["http_status"] is None
    assert done.json["response"] is None
    failure = done.json["failure"]
    assert (failure["kind"], failure["may_have_arrived"]) == ("refused", False)
    assert program.send("--base-url", url, "--expect", "no_reply").code == 0


def test_timeout_exits_three(program: Program) -> None:
    with Recorder(None) as silent:
        done = program.send("--base-url", silent.url, "--timeout", "0.5")
    assert done.code == 3
    assert done.json["failure"]["kind"] in {"deadline", "read_timeout"}
    assert done.json["failure"]["may_have_arrived"] is True


@pytest.mark.parametrize(
    "target",
    [
        ("--env", "production"),
        ("--base-url", "https://api.pingtree.com"),
        ("--env", "sandbox", "--base-url", "http://API.PingTree.com.:8080/x"),
    ],
)
def test_production_needs_live(program: Program, target: tuple[str, ...]) -> None:
    with Recorder(b"no", status="502 Bad Gateway") as proxy:
        # Through a proxy of ours, so that not a byte can leave this computer either way.
        what = (*target, "--proxy", proxy.url, "--campaign", "c", "--event-id", "e")
        refused = program.send(*what)
        assert refused.code == 4
        assert refused.raw == b""
        assert "production" in refused.err
        assert "--live" in refused.err
        assert refused.err.count("\n") == 1
        assert proxy.requests == []
        assert program.run("history", "list", "--json").json == []
        confirmed = program.send(*what, "--live")
        assert confirmed.code != 4
        assert len(proxy.requests) == 1  # the positive control: it would have been seen
    assert confirmed.json["danger"] == "live"


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to one child there")
def test_ctrl_c_keeps_the_exchange_as_cancelled(program: Program) -> None:
    with Recorder(None) as silent:
        child = program.start("send", "--json", "--base-url", silent.url, "--event-id", "e")
        assert silent.arrived.wait(PATIENCE_S)
        child.send_signal(signal.SIGINT)
        done = finished(child)
    assert (done.code, done.json["verdict"]) == (130, "cancelled")
    kept = program.run("history", "list", "--json").json
    assert [(row["id"], row["verdict"]) for row in kept] == [(done.json["id"], "cancelled")]


def test_quiet_prints_the_word_alone(program: Program, recorder: Recorder) -> None:
    done = program.run("send", "--quiet", "--base-url", recorder.url, "--raw", "sub1=x")
    assert (done.code, done.out, done.err) == (0, "fired\n", "")


def test_human_text(program: Program, recorder: Recorder) -> None:
    done = program.run("send", "--base-url", recorder.url)
    first, second, *rest = done.out.splitlines()
    assert re.fullmatch(r"Fired  200 OK  [\d,]+ ms  expected fired ✓", first)
    assert second.startswith("The API accepted the event.")
    assert '"status":"success"' in "\n".join(rest)
    assert "\x1b" not in done.out


def test_a_reply_cannot_steer_the_terminal(program: Program) -> None:
    with Recorder(b'{"status":"\x1b[2J\x07"}') as recorder:
        done = program.run("send", "--base-url", recorder.url)
    assert "\x1b" not in done.out
    assert "\x07" not in done.out


# ---- the reader of the output ---------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo-terminal there")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colours_on_a_terminal_only_and_never_with_no_color(
    program: Program, recorder: Recorder, no_color: str, coloured: bool
) -> None:
    ours, theirs = os.openpty()
    try:
        done = program.run(
            *("send", "--base-url", recorder.url),
            stdout=theirs,
            env=program.environment(NO_COLOR=no_color, TERM="xterm"),
        )
        shown = os.read(ours, 65_536).decode("utf-8")
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.code == 0
    assert "Fired" in shown
    assert ("\x1b[" in shown) is coloured


@pytest.mark.parametrize("form", ["--json", "--quiet"])
def test_a_reader_that_went_away_changes_no_exit_code(program: Program, form: str) -> None:
    with Recorder(b'{"message":"x"}') as recorder:
        child = program.start("send", form, "--base-url", recorder.url)
        assert child.stdout is not None
        child.stdout.close()
        child.stdout = None
        done = finished(child)
    assert (done.code, done.err) == (1, "")
    assert program.run("history", "list", "--json").json[0]["verdict"] == "unrecognised"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_output_that_cannot_be_written_is_said(program: Program, recorder: Recorder) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = program.run("send", "--json", "--base-url", recorder.url, stdout=full)
    assert done.code == 2
    assert "output could not be written" in done.err
    assert len(program.run("history", "list", "--json").json) == 1


# ---- bad input ------------------------------------------------------------------------------


def one_sentence(done: Done, *words: str) -> None:
    assert done.code == 2
    assert done.raw == b""
    assert done.err.startswith("pingtree: ")
    assert done.err.count("\n") == 1
    for word in words:
        assert word in done.err


def test_wrong_options_are_one_sentence(program: Program) -> None:
    one_sentence(program.send("--evnt-id", "x"), "--evnt-id", "--event-id")
    one_sentence(program.send("--env", "stagging"), "stagging", "sandbox", "production")
    one_sentence(program.send("--base-url", "ftp://x"), "ftp://x")
    one_sentence(program.send("--base-url", "http://127.0.0.1:9", "--proxy", "ftp://x"), "proxy")
    one_sentence(
        program.send("--base-url", "https://127.0.0.1:9", "--ca", "/no/such.pem"), "/no/such.pem"
    )
    assert program.run("history", "list", "--json").json == []


def test_workspace_that_cannot_be_used(program: Program) -> None:
    program.workspace.write_bytes(b"a file")
    inside = program.workspace / "below"
    for command in (("send", "--workspace", str(inside)), ("history", "list")):
        done = program.run(*command)
        one_sentence(done, "is a file", "--workspace")
    assert program.workspace.read_bytes() == b"a file"


@pytest.mark.parametrize("form", ["path", "name"])
def test_unreadable_profile(program: Program, form: str) -> None:
    folder = program.workspace / "campaigns" / "demo" / "profiles"
    folder.mkdir(parents=True)
    file = folder / "broken.toml"
    file.write_text('name = "x"\nexpect = fired\n', "utf-8")
    done = program.send(str(file) if form == "path" else "demo/broken")
    one_sentence(done, "broken.toml", "line 2")
    assert file.read_text("utf-8") == 'name = "x"\nexpect = fired\n'


def test_profile_that_is_not_there(program: Program) -> None:
    one_sentence(program.send("nothing"), "nothing")


# ---- dynamic values -------------------------------------------------------------------------


@pytest.mark.parametrize("more", [(), ("--dry-run",)])
def test_what_stays_as_it_is_written_is_said(program: Program, more: tuple[str, ...]) -> None:
    done = program.send(*QUOTE, "--transaction-id", "{{transaction}}", "--sub1", "{{nope}}", *more)
    assert done.code == 0, done.err
    assert "{{transaction}} in transaction_id cannot be made: nothing was sent yet" in done.err
    assert "{{nope}} in sub1 cannot be made: no value and no variable has this name" in done.err


def test_an_unused_pair_is_looked_for_with_the_event_id_that_is_sent(program: Program) -> None:
    bank = f"""
import asyncio
from pathlib import Path
from pingtree_desktop.services.context import open_context
from pingtree_desktop.storage.places import open_places
context = open_context(open_places(Path({str(program.workspace)!r})))
asyncio.run(context.archive.set_bank(["T1", "T2"]))
context.close()
"""
    subprocess.run([sys.executable, "-c", bank], check=True, timeout=PATIENCE_S)
    assert program.send(*QUOTE, "--transaction-id", "T1").json["verdict"] == "fired"
    done = program.send(
        *DEMO, "--event-id", "{{random_choice:quote_view}}",
        "--transaction-id", "{{transaction:unused}}",
    )  # fmt: skip
    assert done.json["verdict"] == "fired", done.err
    assert '"transaction_id":"T2"' in done.json["request"]["body"]
