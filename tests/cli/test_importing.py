"""`pingtree import`: what becomes of a request, and that every part is accounted for."""

from __future__ import annotations

import json

import pytest

from tests.cli.program import Program

CURL = (
    "curl -k https://staging.example.com/api/event/6f9c -H 'X-Key: abc' -o out.txt "
    """--json '{"event_id":"sale","adspend":3,"first_name":"Ana","amount":42.50}'"""
)


def given(program: Program, text: str, name: str = "input.txt") -> str:
    file = program.workspace.parent / name
    file.write_text(text, "utf-8")
    return str(file)


def test_a_command_becomes_a_profile_that_sends_the_same(program: Program) -> None:
    done = program.run("import", "curl", given(program, CURL), "--name", "From the chat")
    assert done.code == 0, done.err
    assert done.out.startswith("Saved as 6f9c/from-the-chat.\n")
    assert "taken      amount = 42.50" in done.out
    assert "resembles  adspend \u2192 adSpend" in done.out
    assert "left alone --output out.txt" in done.out
    assert "any certificate" in done.out
    assert "X-Key" in done.out
    assert "abc" not in done.out, "a credential is named, not shown"
    shown = program.run("send", "6f9c/from-the-chat", "--dry-run", "--json")
    body = shown.json["request"]["body"]
    assert json.loads(body) == {
        "event_id": "sale", "adspend": 3, "first_name": "Ana", "amount": 42.50,
    }  # fmt: skip
    assert "42.50" in body


def test_names_are_used_when_asked(program: Program) -> None:
    done = program.run("import", "curl", given(program, CURL), "--use-names", "--json")
    assert done.code == 0, done.err
    assert done.json["taken"]["adSpend"] == "3"
    assert done.json["base_url"] == "https://staging.example.com"
    assert {"old": "adspend", "new": "adSpend"}.items() <= done.json["resembles"][0].items()


def test_a_url_from_stdin_goes_to_the_campaign_with_its_id(program: Program) -> None:
    from tests.cli.program import finished

    child = program.start(
        "import", "url", "-", "--json", stdin=-1,
    )  # fmt: skip
    assert child.stdin is not None
    child.stdin.write(b"https://x.example.com/api/event/demo?event_id=a&transaction_id=T1")
    child.stdin.close()
    child.stdin = None
    done = finished(child)
    assert done.code == 0, done.err
    assert done.json["taken"]["cid"] == "demo"
    assert done.json["taken"]["method"] == "GET"


def test_of_several_requests_one_has_to_be_picked(program: Program) -> None:
    two = given(
        program,
        "curl http://x.example.com/api/event/1 -d event_id=a\n"
        "curl http://x.example.com/api/event/2 -d event_id=b\n",
    )
    done = program.run("import", "curl", two)
    assert done.code == 2
    assert "2 requests" in done.err
    assert "--pick N" in done.err
    done = program.run("import", "curl", two, "--pick", "2", "--json")
    assert done.json["taken"]["cid"] == "2"
    assert program.run("import", "curl", two, "--pick", "9").code == 2


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        ("url", CURL, "This is curl, not url"),
        ("curl", '{"event_id":"a"}', "Write pingtree import json"),
        ("json", "hello", "none of what can be read"),
        ("har", '{"log":{}}', ""),
    ],
)
def test_what_does_not_fit_is_refused(program: Program, kind: str, text: str, says: str) -> None:
    done = program.run("import", kind, given(program, text))
    assert done.code == 2
    assert says in done.err
    assert "Traceback" not in done.err
    assert not (program.workspace / "campaigns").exists() or not list(
        (program.workspace / "campaigns").glob("*/profiles/*")
    )


def test_a_missing_file_and_bytes_that_are_no_text(program: Program) -> None:
    assert "cannot be read" in program.run("import", "curl", "/nowhere/at/all").err
    file = program.workspace.parent / "raw.bin"
    file.write_bytes(b"curl \xff\xfe")
    done = program.run("import", "curl", str(file))
    assert (done.code, "not UTF-8" in done.err) == (2, True)


def test_a_named_campaign_is_made_or_found(program: Program) -> None:
    text = given(program, "https://x.example.com/api/event/trigger?event_id=a&cid=c-9")
    first = program.run("import", "url", text, "--campaign", "Spring", "--json")
    assert first.json["profile"].startswith("spring/")
    again = program.run("import", "url", text, "--campaign", "spring", "--json")
    assert again.json["profile"].startswith("spring/")
    assert again.json["profile"] != first.json["profile"]
