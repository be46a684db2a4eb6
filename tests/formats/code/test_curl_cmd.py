"""The command for cmd: parsed as Windows documents it, then run by the real curl.

Checked by a reimplementation of cmd's and the C runtime's parsing, both as a file and at the
prompt.  Where there is a cmd, Windows' own or Wine's, it reads the quoting too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code import curl_cmd
from tests.formats.code import programs
from tests.formats.code.recorder import Recorder, check
from tests.formats.code.samples import TARGETS, USUAL, generated, post, requests
from tests.formats.code.windows import Cmd, split_arguments

needs_curl = pytest.mark.skipif(not programs.has("curl"), reason="no curl: NOT run")


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as found:
        yield found


def run(text: str, folder: Path, *, is_file: bool) -> Cmd:
    variables = {"TEMP": str(folder), "RANDOM": "4711", "PATH": "C:\\Windows", "HOME": "x"}
    cmd = Cmd(is_file=is_file, variables=variables)
    cmd.run(text)
    return cmd


def compare(made: list[Request], recorder: Recorder, folder: Path, *, is_file: bool) -> None:
    recorder.take()
    for request in made:
        text = curl_cmd.write(request)
        assert text.isascii()
        cmd = run(text, folder, is_file=is_file)
        (arguments,) = cmd.calls
        programs.run(["curl", "-sS", *arguments], folder)
    for wanted, came in zip(made, recorder.take(), strict=True):
        check(wanted, came, recorder.base, ignored=("accept-encoding",))


@needs_curl
@pytest.mark.parametrize("is_file", [True, False], ids=["file", "prompt"])
def test_hostile_requests_arrive(recorder: Recorder, tmp_path: Path, is_file: bool) -> None:
    compare(requests(recorder.base, targets=TARGETS), recorder, tmp_path, is_file=is_file)


@needs_curl
@settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_generated_requests_arrive(recorder: Recorder, tmp_path: Path, data: st.DataObject) -> None:
    one = generated(recorder.base, marks="[]{}'\"<>|^\\`$!*();,@:?=+", controls=True)
    made = data.draw(st.lists(one, min_size=4, max_size=12))
    compare(made, recorder, tmp_path, is_file=data.draw(st.booleans()))


def test_a_usual_event_stays_readable() -> None:
    assert curl_cmd.write(post("http://h", b'{"a":"b & c"}', headers=USUAL)) == (
        "curl.exe --globoff http://h/api/event/demo ^\n"
        '  --header "Content-Type: application/json" ^\n'
        '  --header "Accept: application/json" ^\n'
        '  --header "User-Agent: PingTreeDesktop/1" ^\n'
        '  --data-raw ^"{\\^"a\\^":\\^"b ^& c\\^"}^"\n'
    )


def test_percent_signs_are_a_variable() -> None:
    text = curl_cmd.write(Request(method="GET", url="http://h/?a=%20b", headers=USUAL, body=b""))
    assert text.startswith('set "PCT=%%"\nset "PCT=%PCT:~0,1%"\ncurl.exe --globoff ')
    assert '"http://h/?a=%PCT%20b"' in text


@pytest.mark.parametrize("body", [b"\x00", b"a\nb", "\u00e9".encode(), b"ha!", b"x" * 8_000])
def test_what_cannot_be_typed_goes_through_a_file(body: bytes, tmp_path: Path) -> None:
    text = curl_cmd.write(post("http://h", body))
    assert text.startswith("rem Parts go through files")
    assert "--globoff http://h/api" in text
    cmd = run(text, tmp_path, is_file=True)
    (arguments,) = cmd.calls
    (file,) = [word.removeprefix("@") for word in arguments if word.startswith("@")]
    assert Path(file).read_bytes() == body
    assert {Path(name).suffix for name in cmd.deleted} == {".b64", ".body"}


def test_a_long_head_leaves_a_short_body_on_the_line() -> None:
    text = curl_cmd.write(post("http://h/" + "p" * 9_000, b"{}"))
    assert '--config "%PT%.head" ^\n  --data-raw {}' in text or '--data-raw "{}"' in text
    assert "%PT%.body" not in text


def test_live_is_said_first() -> None:
    text = curl_cmd.write(post("https://api.pingtree.com"))
    assert text.startswith("rem LIVE: running this fires a real event in production")


def test_the_splitting_follows_the_documented_examples() -> None:
    # The table of "Parsing C command-line arguments" in Microsoft's C documentation.
    assert split_arguments('"abc" d e') == ["abc", "d", "e"]
    assert split_arguments(r'a\\\b d"e f"g h') == [r"a\\\b", "de fg", "h"]
    assert split_arguments(r"a\\\"b c d") == [r"a\"b", "c", "d"]
    assert split_arguments(r'a\\\\"b c" d e') == [r"a\\b c", "d", "e"]


QUOTED = tuple(
    body.encode()
    for body in (
        '{"a":"b & c | d < e > f ^ g (h)"}', '"', '\\"', '\\\\"', '"\\', 'a "b" c\\', '^"^',
        '""', "&&", ">nul",
        '{"path":"C:\\\\x\\\\","n":1} & echo no',
    )
)  # fmt: skip


def test_a_real_cmd_reads_the_quoting_alike(tmp_path: Path) -> None:
    """Every call is replaced by echo, which shows the line as cmd hands it to a program.

    Without percent signs under Wine: its cmd takes those that a variable brought for new ones,
    which Windows' does not.
    """
    is_windows = os.name == "nt"
    wine = shutil.which("wine")
    if not is_windows and wine is None:
        pytest.skip("neither Windows nor Wine here: the commands were NOT read by a cmd")
    made = [post("http://h", body) for body in QUOTED]
    made += requests("http://h", targets=TARGETS)
    texts = [curl_cmd.write(request) for request in made]
    texts = [t for t in texts if "%PT%" not in t and (is_windows or "%PCT%" not in t)]
    assert len(texts) > 30
    script = tmp_path / "all.cmd"
    lines = "@echo off\n" + "".join(text.replace("curl.exe ", "echo ", 1) for text in texts)
    script.write_text(lines, "ascii", newline="\r\n")
    wanted = [run(text, tmp_path, is_file=True).calls[0] for text in texts]
    settings_ = {"WINEPREFIX": str(tmp_path / "wine"), "WINEDEBUG": "-all", "DISPLAY": "",
                 "WINEDLLOVERRIDES": "mscoree,mshtml="}  # fmt: skip
    done = subprocess.run(
        ["cmd", "/d", "/c", script.name] if is_windows else [str(wine), "cmd", "/c", script.name],
        cwd=tmp_path,
        env=dict(os.environ) if is_windows else {**os.environ, **settings_},
        capture_output=True,
        timeout=120,
        check=True,
    )
    shown = done.stdout.decode("ascii").splitlines()
    assert [split_arguments(line) for line in shown] == wanted
