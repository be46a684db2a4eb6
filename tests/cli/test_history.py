"""`pingtree history`: what earlier runs kept, listed and shown by later ones."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from tests.cli.program import Program, Recorder


@pytest.fixture(scope="module")
def two_sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds two exchanges, made once."""
    program = Program(workspace=tmp_path_factory.mktemp("sent") / "workspace")
    with Recorder() as recorder:
        for event in ("first", "second"):
            program.send("--base-url", recorder.url, "--event-id", event, "--set", "sub1=caf\u00e9")
    return program.workspace


@pytest.fixture
def filled(program: Program, two_sent: Path) -> Program:
    shutil.copytree(two_sent, program.workspace)
    return program


def test_list_is_newest_first(filled: Program) -> None:
    done = filled.run("history", "list")
    head, *rows = done.out.splitlines()
    assert head.split()[:3] == ["ID", "WHEN", "VERDICT"]
    assert [row.split()[0] for row in rows] == ["2", "1"]
    assert "second" in rows[0]


def test_list_by_words_and_limit(filled: Program) -> None:
    found = filled.run("history", "list", "--where", "first", "--format", "json").json
    assert [row["event_id"] for row in found] == ["first"]
    assert [row["id"] for row in filled.run("history", "--json", "list", "--limit", "1").json] == [
        2
    ]
    nothing = filled.run("history", "list", "--where", "nowhere")
    assert (nothing.code, nothing.out) == (0, "")
    assert "No entry fits." in nothing.err


def test_show(filled: Program) -> None:
    done = filled.run("history", "show", "1")
    assert done.code == 0
    assert done.out.startswith("Fired  200 OK")
    assert '{"event_id":"first","sub1":"caf\u00e9"}' in done.out
    shown = filled.run("history", "show", "1", "--json").json
    assert shown["id"] == 1
    assert shown["verdict"] == "fired"
    assert shown["request"]["body"] == '{"event_id":"first","sub1":"caf\u00e9"}'


def test_show_as_curl(filled: Program) -> None:
    done = filled.run("history", "show", "1", "--format", "curl")
    assert done.code == 0
    assert done.out.startswith("curl ")
    assert '{"event_id":"first","sub1":"caf\u00e9"}' in done.out


def test_redaction_masks_what_is_personal(program: Program, recorder: Recorder) -> None:
    program.send(
        "--base-url", recorder.url, "--event-id", "first", "--transaction-id", "canary-tx",
        "--lead", "first_name=Canary",
    )  # fmt: skip
    assert "canary-tx" in program.run("history", "show", "1", "--no-redact").out
    for form in ("table", "json", "curl"):
        done = program.run("history", "show", "1", "--redact", "--format", form)
        assert done.code == 0
        assert "first" in done.out
        assert "canary" not in done.out.lower()


def test_show_of_an_unknown_entry(filled: Program) -> None:
    done = filled.run("history", "show", "99")
    assert (done.code, done.raw) == (2, b"")
    assert "99" in done.err


def test_a_reader_that_went_away(filled: Program) -> None:
    child = filled.start("history", "list")
    assert child.stdout is not None
    child.stdout.close()
    child.stdout = None
    with child:
        _, err = child.communicate(timeout=60)
    assert (child.returncode, err) == (0, b"")


def _database(program: Program) -> Path:
    return program.workspace / "history" / "history.db"


def test_history_of_a_newer_version_is_only_looked_at(filled: Program, recorder: Recorder) -> None:
    with contextlib.closing(sqlite3.connect(_database(filled))) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.commit()
    seen = len(recorder.requests)
    listed = filled.run("history", "list")
    assert listed.code == 0
    assert len(listed.out.splitlines()) == 3
    assert "newer version" in listed.err
    sent = filled.run("send", "--base-url", recorder.url)
    assert (sent.code, sent.raw) == (2, b"")
    assert "newer version" in sent.err
    assert sent.err.count("\n") == 1
    assert len(recorder.requests) == seen
    with contextlib.closing(sqlite3.connect(_database(filled))) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (99,)
        assert connection.execute("SELECT count(*) FROM exchange").fetchone() == (2,)


def test_a_killed_send_is_in_doubt(program: Program) -> None:
    with Recorder(None) as silent:
        child = program.start("send", "--base-url", silent.url, "--event-id", "e")
        assert silent.arrived.wait(60)
        child.kill()
        with child:
            child.communicate(timeout=60)
    rows = program.run("history", "list", "--json").json
    assert [(row["state"], row["verdict"]) for row in rows] == [("in_doubt", "in_doubt")]


def test_where_takes_the_windows_query_language(filled: Program) -> None:
    found = filled.run("history", "list", "--where", "event:second verdict:fired", "--json").json
    assert [row["event_id"] for row in found] == ["second"]
    done = filled.run("history", "list", "--where", "staus:4xx")
    assert done.code == 2
    assert "Did you mean status" in done.err


@pytest.mark.parametrize(
    ("form", "head"),
    [
        ("csv", "\ufeffid,started_utc"),
        ("csv-exact", "id,started_utc"),
        ("jsonl", '{"pingtree":1'),
        ("har", '{"log":'),
        ("html", "<!doctype html>"),
        ("curl", "#!/bin/sh"),
        ("support", "Organisation:"),
    ],
)
def test_export_prints_or_writes_the_same(
    filled: Program, tmp_path: Path, form: str, head: str
) -> None:
    printed = filled.run("history", "export", "--format", form)
    assert printed.code == 0
    assert printed.out.startswith(head)
    assert "second" in printed.out
    file = tmp_path / "out.txt"
    done = filled.run("history", "export", "--format", form, "--out", str(file))
    assert (done.code, done.out) == (0, "")
    assert "Wrote 2 entries, masked" in done.err
    if form != "html":  # the report says when it was written
        assert file.read_bytes() == printed.raw


def test_export_masks_unless_told_otherwise(program: Program, recorder: Recorder) -> None:
    program.send("--base-url", recorder.url, "--event-id", "e", "--transaction-id", "canary-tx")
    assert "canary-tx" not in program.run("history", "export", "--format", "jsonl").out
    assert "canary-tx" in program.run("history", "export", "--format", "jsonl", "--no-redact").out
    assert "canary-tx" in program.run("history", "show", "1", "--format", "support").out
    json = program.run("history", "export", "--format", "json", "--limit", "1").json
    assert [one["verdict"] for one in json] == ["fired"]


def test_a_file_that_cannot_be_written_is_said(filled: Program, tmp_path: Path) -> None:
    done = filled.run("history", "export", "--out", str(tmp_path / "none" / "x.csv"))
    assert done.code == 2
    assert "was not saved" in done.err
    assert "Traceback" not in done.err


def test_figures_check_and_compacting(filled: Program) -> None:
    assert filled.run("history", "stats", "--json").json["by_verdict"] == {"fired": 2}
    assert "2 entries" in filled.run("history", "stats").out
    assert filled.run("history", "verify").out == "All 2 entries are as they were written.\n"
    assert filled.run("history", "compact", "--json").json["bytes_after"] > 0
    assert "The history took" in filled.run("history", "compact").out
    with contextlib.closing(sqlite3.connect(_database(filled))) as connection:
        connection.execute("UPDATE record SET data = x'00' WHERE exchange_id = 1")
        connection.commit()
    done = filled.run("history", "verify")
    assert (done.code, done.out) == (1, "Damaged entries: 1.\n")
    assert filled.run("history", "verify", "--json").json["damaged_ids"] == [1]
    assert filled.run("history", "show", "1").code == 2
    written = filled.run("history", "export", "--format", "jsonl")
    assert len(written.out.splitlines()) == 1
