"""`pingtree export`: what it prints or writes, and what it refuses."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.program import Program, Recorder

EVENT = ("--campaign", "demo", "--event-id", "lead", "--transaction-id", "t-1")


@pytest.mark.parametrize(
    ("words", "start"),
    [
        (("curl",), "curl --globoff http://"),
        (("curl", "--shell", "posix"), "curl --globoff http://"),
        (("curl", "--shell", "cmd"), "curl.exe --globoff http://"),
        (("curl", "--shell", "powershell"), "$body = "),
        (("python",), "# Needs httpx"),
        (("javascript",), "const response = await fetch("),
        (("php",), "<?php\n"),
        (("postman",), '{\n  "info"'),
        (("har",), '{\n  "log"'),
        (("url",), "http://h/api/event/demo?transaction_id=t-1&event_id=lead\n"),
        (("locust",), '"""Fires events at http://h'),
    ],
)
def test_each_format_is_printed(program: Program, words: tuple[str, ...], start: str) -> None:
    done = program.run("export", *words, *EVENT, "--base-url", "http://h")
    assert done.code == 0, done.err
    assert done.out.startswith(start)
    assert "LIVE" not in done.out


def test_a_printed_command_sends_the_event(program: Program, recorder: Recorder) -> None:
    if shutil.which("curl") is None or shutil.which("sh") is None:
        pytest.skip("no curl or sh here: the command was NOT run")
    done = program.run("export", "curl", *EVENT, "--base-url", recorder.url)
    subprocess.run(["sh"], input=done.raw, check=True, capture_output=True, timeout=60)
    assert recorder.requests[0].endswith(b'\r\n\r\n{"transaction_id":"t-1","event_id":"lead"}')
    assert recorder.requests[0].startswith(b"POST /api/event/demo HTTP/1.1\r\n")


def test_live_is_said_and_nothing_is_sent(program: Program) -> None:
    done = program.run("export", "python", *EVENT, "--env", "production")
    assert done.code == 0
    assert done.out.startswith("# LIVE: running this fires a real event in production")
    assert "warning: What this makes fires real events" in done.err


def test_a_profile_of_the_workspace_is_exported(program: Program) -> None:
    words = ("export", "postman", "demo/conversion-42-50", "--json", "--base-url", "http://h")
    done = program.run(*words)
    assert done.code == 0, done.err
    assert done.json["format"] == "postman"
    assert '"amount":42.50' in json.loads(done.json["text"])["item"][0]["request"]["body"]["raw"]


def test_a_file_is_written_and_for_cmd_with_its_line_ends(program: Program, tmp_path: Path) -> None:
    for shell in ("cmd", "posix"):
        file = tmp_path / f"event-{shell}"
        words = ("export", "curl", "--shell", shell, *EVENT, "--base-url", "http://h")
        done = program.run(*words, "--out", str(file))
        assert (done.code, done.raw) == (0, b"")
        assert file.read_bytes().endswith(b"\r\n") == (shell == "cmd")
        assert file.read_bytes().count(b"\n") >= 4


def test_a_load_test_finds_its_rows_from_where_it_lies(program: Program, tmp_path: Path) -> None:
    rows = tmp_path / "data" / "rows.csv"
    rows.parent.mkdir()
    rows.write_text("\ufefftransaction_id,amount\nt-1,1.00\n", "utf-8")
    words = ("export", "locust", *EVENT, "--base-url", "http://h", "--csv", str(rows))
    out = tmp_path / "load.py"
    assert program.run(*words, "--out", str(out)).code == 0
    assert "ROWS_FILE = 'data/rows.csv'" in out.read_text("utf-8")
    assert f"ROWS_FILE = {str(rows)!r}" in program.run(*words).out


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read: No such file"),
        (b"\xff\xfe", "cannot be read: it is not UTF-8"),
        (b"", "empty or doubled column"),
        (b"a,,b\n", "empty or doubled column"),
        (b"a,a\n", "empty or doubled column"),
    ],
)
def test_rows_that_cannot_be_used(
    program: Program, tmp_path: Path, content: bytes | None, said: str
) -> None:
    rows = tmp_path / "rows.csv"
    if content is not None:
        rows.write_bytes(content)
    done = program.run("export", "locust", "--base-url", "http://h", "--csv", str(rows))
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nonsense",), "FORMAT cannot be 'nonsense'. Choose one of locust, curl"),
        (("python", "--csv", "x.csv"), "--csv belongs to a load test alone."),
        (("python", "--shell", "cmd"), "--shell belongs to curl alone."),
        ((), "required: FORMAT"),
    ],
)
def test_wrong_usage(program: Program, words: tuple[str, ...], said: str) -> None:
    done = program.run("export", *words)
    assert (done.code, done.raw) == (2, b"")
    assert said in done.err


@pytest.mark.parametrize("form", ["curl", "locust"])
def test_dynamic_values_are_made_once_and_said(program: Program, form: str) -> None:
    done = program.run(
        "export", form, *EVENT, "--base-url", "http://h", "--amount", "{{random_int:7:7}}",
        "--sub1", r"\{{uuid}}", "--sub2", "{{nope}}",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "random_int" not in done.out
    assert "{{uuid}}" in done.out
    assert r"\{{uuid}}" not in done.out
    assert "were made once, now" in done.err
    assert "{{nope}} in sub2 cannot be made" in done.err
    if form == "curl":
        assert '"amount":7' in done.out
