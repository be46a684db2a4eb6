"""`pingtree lint`: one finding a line, its place, and exit 1 for what is documented alone."""

from __future__ import annotations

import io
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.cli import linting
from pingtree_desktop.cli.lint_input import read
from pingtree_desktop.cli.lint_subject import Shape
from pingtree_desktop.cli.main import main
from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.request import body_bytes, query_string
from tests.cli.program import Program
from tests.domain.strategies import events

GOOD = {"event_id": "sale", "transaction_id": "T1"}


@pytest.fixture
def lint(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Runs lint on a text in a file; returns the exit code and the JSON document."""

    def run(text: str | bytes, *options: str, name: str = "input") -> tuple[int, Any]:
        file = tmp_path / name
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        code = main(["lint", "--json", *options, str(file)])
        said = capsys.readouterr()
        return code, json.loads(said.out) if said.out else said.err

    return run


def places(document: Any) -> list[tuple[int, str, str]]:
    return [(one["line"], one["field"], one["rule"]) for one in document["findings"]]


def test_a_payload_names_line_field_problem_and_documentation(lint):
    text = """{
  "transaction_id": "T1",
  "event_id": "sale", "amount": "$42.50",
  "cost_operation":
    "subtract"
}"""
    code, document = lint(text)
    assert code == 1
    assert (document["kind"], document["violations"]) == ("payload", 2)
    assert places(document) == [(3, "amount", "money-text"), (4, "cost_operation", "choice")]
    first = document["findings"][0]
    assert first["problem"].startswith("It has a currency sign")
    assert first["documentation"] == "revenue, amount, cost, adSpend and min_price are numbers."
    assert (first["basis"], first["level"], first["fix"]) == ("documented", "warning", "Use 42.50")


def test_a_documented_payload_has_nothing_to_say(lint):
    code, document = lint(json.dumps(GOOD | {"amount": 42.5, "first_name": "Ann"}))
    assert (code, document["kind"], document["violations"]) == (0, "payload", 0)
    assert document["findings"] == []
    assert Path(document["source"]).name == "input"


def test_a_guess_alone_exits_0(lint):
    code, document = lint(json.dumps(GOOD | {"sub1": "{click_id}", "adspend": 1}))
    assert code == 0
    assert places(document) == [(1, "sub1", "macro"), (1, "adspend", "resembles")]


@pytest.mark.parametrize(
    ("key", "token", "rule"),
    [
        ("amount", '"5"', "type"), ("sub1", "5", "type"), ("sub1", "null", "type"),
        ("tcpa_consent", "true", "type"), ("tcpa_consent", "2", "flag"), ("amount", "[1]", "type"),
        ("conversion_date", '""', "type"), ("sub1", '{"a": 1.10}', "type"),
    ],
)  # fmt: skip
def test_the_types_of_a_payload_are_the_texts_own(lint, key, token, rule):
    text = json.dumps(GOOD)[:-1] + f', "{key}": {token}}}'
    code, document = lint(text)
    assert (code, places(document)) == (1, [(1, key, rule)])


def test_repeated_keys_and_two_names_of_one_money(lint):
    text = '{"event_id": "a", "event_id": "sale", "transaction_id": "T", "x": 1, "x": 2}'
    code, document = lint(text)
    assert code == 0
    assert places(document) == [(1, "event_id", "repeated-key"), (1, "x", "repeated-key")]
    code, document = lint(json.dumps(GOOD | {"amount": 1, "revenue": 2}), "--endpoint", "campaign")
    assert (code, places(document)) == (1, [(1, "revenue", "money-key")])


def test_a_payload_is_read_for_the_endpoint_that_documents_its_keys(lint):
    for keys, endpoint in (
        ({"amount": 5}, Endpoint.CAMPAIGN),
        ({"cid": "c", "revenue": 5}, Endpoint.TRIGGER),
        ({"revenue": 5}, Endpoint.GLOBAL),
    ):
        (subject,) = read(json.dumps(GOOD | keys), None).subjects
        assert subject.event.endpoint is endpoint
        assert lint(json.dumps(GOOD | keys))[0] == 0
    code, document = lint(json.dumps(GOOD | {"revenue": 5}), "--endpoint", "trigger")
    assert (code, places(document)) == (1, [(1, "cid", "required")])


def test_a_list_of_payloads_keeps_their_lines(lint):
    text = (
        '[\n{"event_id": "sale", "transaction_id": "1"},\n\n{"event_id": "sale",\n"amount": "x"}]'
    )
    code, document = lint(text)
    assert code == 1
    assert places(document) == [(4, "transaction_id", "required"), (5, "amount", "money-text")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing to read"), ("  \n", "nothing to read"),
        ('{"a": 1,}', "line 1, column"), ('{\n"a": nope}', "line 2, column 6"),
        ('{"a": NaN}', "no number NaN"), ("[" * 100_000, "nested too deep"),
        ("[1]", "not an object"), ("[]", "not an object"),
        ("just some words", "neither a JSON payload"),
        ("https://[x/?a=b", "Line 1 is not a web address"), ("https://h/?a\nnope", "Line 2 is not"),
        ('event_id,sub1\n1,"2\n3,4', "starts on line 2"),
        ("event_id,sub1\n1,2,3", "Line 2 has 3 cells"),
        ("event_id,\n1,2", "no name"), ("event_id,event_id\n1,2", "stands twice"),
        ("event_id,sub1\n1,\0", "NUL"), ("event_id,sub1\n1," + "x" * 200_000, "starts on line 2"),
        (",,", "neither a JSON payload"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said_with_its_place(lint, text, says):
    code, words = lint(text)
    assert code == 2
    assert says in words
    assert words.count("\n") == 1


def test_other_character_sets(lint):
    text = "event_id,transaction_id,first_name\nsale,T1,Jos\u00e9\n"
    assert lint(text.encode("utf-16"))[0] == 0
    assert lint(b"\xef\xbb\xbf" + text.encode())[0] == 0
    code, words = lint(text.encode("cp1252"))
    assert code == 2
    assert "line 2 has the byte 0xe9" in words


# ---- URL ---------------------------------------------------------------------------------


URL = "https://api.example.com/api/event/demo?event_id=sale&transaction_id=T1"


def url(capsys, text: str, *options: str) -> tuple[int, Any]:
    code = main(["lint", "--json", text, *options])
    return code, json.loads(capsys.readouterr().out)


def test_a_documented_url(capsys):
    code, document = url(capsys, URL + "&amount=42.50&first_name=Ann%20B")
    assert (code, document["source"], document["kind"]) == (0, "URL", "url")
    assert document["findings"] == []


@pytest.mark.parametrize(
    ("text", "field", "rule", "code"),
    [
        (URL + "&sub1=a%2520b", "sub1", "encoded-twice", 0),
        (URL + "&sub1=%7Bclick%7D", "sub1", "macro", 0),
        (URL + "&sub1={{click}}", "sub1", "macro", 0),
        (URL + "&amount=$5", "amount", "money-text", 1),
        (URL + "&sub1=1&sub1=2", "sub1", "repeated-key", 0),
        (URL + "&cid=other", "cid", "path-id", 0),
        (URL + "&transactionId=T1", "transactionId", "resembles", 0),
        (URL + "&conversion_date=", "conversion_date", "type", 1),
        (URL.replace("/api/event/demo", "/click"), "address", "path-id", 1),
        (URL.replace("/demo", "/trigger"), "cid", "required", 1),
        (URL.replace("/demo", "/global/"), "org-id", "path-id", 1),
        (URL.replace("/demo", "/global/a%20"), "org-id", "white-space", 0),
        (URL.replace("transaction_id=T1", "x=y"), "transaction_id", "required", 1),
    ],
)
def test_a_url_names_its_fields(capsys, text, field, rule, code):
    got, document = url(capsys, text)
    assert (got, places(document)) == (code, [(1, field, rule)])


def test_an_address_is_read_as_an_import_reads_it(capsys):
    plain = URL.replace("/demo", "/global")
    _, document = url(capsys, plain)
    assert places(document) == [(1, "org-id", "path-id")]
    _, document = url(capsys, URL + "&sub1=Base+Click+Sold&utm_term=a%252Bb")
    assert places(document) == [(1, "utm_term", "encoded-twice")]


def test_a_fragment_that_is_no_macro_belongs_to_no_value(capsys):
    _, document = url(capsys, URL + "&tcpa_consent=1#top")
    assert places(document) == [(1, "address", "fragment")]
    _, document = url(capsys, URL + "&sub1=#a#&tcpa_consent=1#top")
    assert places(document) == [(1, "address", "fragment"), (1, "sub1", "macro")]


def test_a_fragment_is_never_sent_but_looked_at(capsys):
    _, document = url(capsys, URL.replace("=T1", "=#tid#") + "&amount=5")
    assert places(document) == [(1, "address", "fragment"), (1, "transaction_id", "macro")]


def test_urls_one_a_line(lint):
    text = f"{URL}\n\n{URL}&tcpa_consent=yes\n"
    code, document = lint(text)
    assert code == 1
    assert places(document) == [(3, "tcpa_consent", "flag"), (3, "transaction_id", "repeated-pair")]


# ---- CSV ---------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_names_its_lines(lint, delimiter):
    rows = [
        ["event_id", "transaction_id", "amount", "adspend"],
        ["sale", "T1", "5.00", "1"],
        ["sale", "T2", "abc", "1"],
        [],
        ["sale", "", "5", ""],
        ["sale", "T1", "5", ""],
    ]
    text = "".join(delimiter.join(row) + "\r\n" for row in rows)
    code, document = lint(text)
    assert code == 1
    assert (document["kind"], document["violations"]) == ("csv", 2)
    assert places(document) == [
        (1, "adspend", "resembles"),
        (3, "amount", "money-text"),
        (5, "transaction_id", "required"),
        (6, "transaction_id", "repeated-pair"),
    ]


def test_a_row_over_several_lines_is_named_by_its_first(lint):
    text = 'event_id,transaction_id,note,amount\nsale,T1,"a\nb",5\nsale,T2,,x\n'
    _, document = lint(text)
    assert places(document) == [(4, "amount", "money-text")]


def test_a_missing_column_is_said_once(lint):
    code, document = lint("event_id,cid\nsale,c\nsale,c\n")
    assert code == 0
    assert places(document) == [(1, "transaction_id", "no-column")]


# ---- the program -------------------------------------------------------------------------


def test_the_lines_a_person_reads(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.json").write_text('{"event_id": "sale",\n"transaction_id": "T", "tcpa_consent": "x"}')
    assert main(["lint", "a.json"]) == 1
    said = capsys.readouterr()
    assert said.out == (
        "a.json:2: tcpa_consent: The documentation asks for 0 or 1. Documented: tcpa_consent is "
        "the number 0 or 1.\n"
    )
    assert said.err == "note: 1 finding, 1 documented.\n"
    assert main(["lint", URL]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == (
        "",
        "note: There is nothing to say: it follows the documentation.\n",
    )
    assert main(["--quiet", "lint", URL + "&amount=$5"]) == 1
    said = capsys.readouterr()
    assert said.out.startswith("URL: amount: It has a currency sign")
    assert "[Use 5]" in said.out
    assert said.err == ""


def test_text_from_outside_cannot_move_the_cursor(capsys, tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps(GOOD | {"ad\u001b[2Jspend": "{\u202ex}", "adspend\n": "1"}))
    main(["lint", str(file)])
    out = capsys.readouterr().out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert all(line.startswith(str(file)) for line in out.splitlines())


def test_a_file_that_is_not_there(capsys):
    assert main(["lint", "no-such-file"]) == 2
    assert "no-such-file cannot be read" in capsys.readouterr().err
    assert main(["lint", "a\0b"]) == 2


def test_a_file_beyond_all_measure(lint, monkeypatch):
    monkeypatch.setattr(linting, "LIMIT_BYTES", 10)
    code, words = lint(json.dumps(GOOD))
    assert code == 2
    assert "larger than 10 bytes" in words


class Input(io.TextIOWrapper):
    """Standard input with given bytes, on a terminal or not."""

    def __init__(self, data: bytes, *, is_terminal: bool) -> None:
        super().__init__(io.BytesIO(data))
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


def test_standard_input(monkeypatch, capsys):
    payload = json.dumps(GOOD | {"amount": "x"}).encode()
    for argv in (["lint", "-"], ["lint"]):
        monkeypatch.setattr(sys, "stdin", Input(payload, is_terminal=False))
        assert main(argv) == 1
        assert capsys.readouterr().out.startswith("-:1: amount: ")
    monkeypatch.setattr(sys, "stdin", Input(b"", is_terminal=True))
    assert main(["lint"]) == 2
    assert "Name a file" in capsys.readouterr().err


def test_the_campaigns_list_of_events(tmp_path):
    program = Program(workspace=tmp_path / "workspace")
    folder = tmp_path / "workspace"
    assert program.run("send", "--dry-run", "No such profile").code == 2  # makes the demo
    assert (folder / "campaigns").is_dir() or any(folder.rglob("campaign.toml"))
    file = tmp_path / "a.json"
    file.write_text(json.dumps(GOOD | {"event_id": "purchase_complete"}))
    done = program.run("lint", "--json", "--campaign", "demo", str(file))
    assert done.code == 1
    assert places(done.json) == [(1, "amount", "conversion-money")]
    assert program.run("lint", str(file)).code == 0
    missing = program.run("lint", "--campaign", "nobody", str(file))
    assert missing.code == 2
    assert "no campaign called 'nobody'" in missing.err


# ---- anything ----------------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=60) | st.sampled_from(["{}", "[{}]", "http://h", "event_id,x\n1,2"]))
def test_any_text_is_read_or_refused_plainly(text):
    with suppress(UnreadableInput):
        for subject in read(text, None).subjects:
            assert isinstance(subject.event, Event)


@settings(deadline=None, max_examples=60)
@given(events())
def test_what_we_send_ourselves_is_read_as_it_was(event):
    text = body_bytes(event).decode("utf-8", "surrogatepass")
    (subject,) = read(text, event.endpoint).subjects
    assert json.loads(body_bytes(subject.event)) == json.loads(text)
    if event.method is Method.GET and query_string(event):
        address = f"http://h/api/event/{'trigger' if event.endpoint is Endpoint.TRIGGER else 'x'}"
        reading = read(f"{address}?{query_string(event)}", None)
        assert reading.shape is Shape.URL
