"""Bare JSON, HAR, and texts around a command."""

from __future__ import annotations

import json

import pytest

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code import har
from pingtree_desktop.formats.paste import reading
from pingtree_desktop.formats.paste.anything import read_anything
from pingtree_desktop.formats.paste.composing import to_event
from pingtree_desktop.formats.paste.har_entries import read_har_entries
from pingtree_desktop.formats.paste.json_pairs import list_items, object_pairs, parsed
from pingtree_desktop.formats.paste.raw_json import read_json
from pingtree_desktop.formats.paste.reading import (
    MOST_REQUESTS,
    Carrier,
    Note,
    carrier_of,
    check_growth,
    distinct,
    path_of,
)


def bodies(text: str) -> list[bytes | None]:
    return [one.body for one in read_json(text).requests]


def test_tokens_are_the_ones_that_stand_there() -> None:
    text = ' { "a" : 1.50 ,\n"b":[1, {"c":2}], "a" : "x\\u00e9" } '
    assert object_pairs(text) == [("a", "1.50"), ("b", '[1, {"c":2}]'), ("a", '"x\\u00e9"')]
    assert object_pairs("{}") == []
    assert list_items("[ 1.0, {} ,[2] ]") == ["1.0", "{}", "[2]"]
    assert list_items("[]") == []


@pytest.mark.parametrize("text", ["{", "NaN", "[" * 100_000])
def test_what_is_no_json_says_why(text: str) -> None:
    with pytest.raises(UnreadableInput):
        parsed(text)


def test_one_payload_a_list_or_lines() -> None:
    assert bodies('{"a":1.50}') == [b'{"a":1.50}']
    assert bodies('[{"a":1}, {"b":2}]') == [b'{"a":1}', b'{"b":2}']
    assert bodies('{"a":1}\n\n{"b":2}') == [b'{"a":1}', b'{"b":2}']
    many = read_json(json.dumps([{"a": 1}] * (MOST_REQUESTS + 1)))
    assert len(many.requests) == MOST_REQUESTS
    assert "Only the first" in many.notes[0]
    for text in ("[]", "[1]", "1"):
        with pytest.raises(UnreadableInput, match="not an object"):
            read_json(text)


def test_a_reply_gives_what_it_repeats_or_says_that_it_is_one() -> None:
    (taken,) = read_json(
        '{"status":"error","message":"no","transaction_id":"T","missingFields":{}}'
    ).requests
    assert taken.body == b'{"transaction_id":"T"}'
    assert {note.part.split()[0] for note in taken.not_taken} == {
        "status", "message", "missingFields",
    }  # fmt: skip
    with pytest.raises(UnreadableInput, match="a reply of the API"):
        read_json('{"status":"success","message":"ok"}')


def test_an_exchange_of_the_history() -> None:
    request = {"method": "POST", "url": "http://h/api/event/1", "headers": [["A", "b"]]}
    (taken,) = read_json(json.dumps({"request": request | {"body": '{"a":1}'}})).requests
    assert (taken.url, taken.headers, taken.body) == (request["url"], (("A", "b"),), b'{"a":1}')
    (taken,) = read_json(
        json.dumps({"request": request | {"body_base64": "eyJhIjoxfQ=="}})
    ).requests
    assert taken.body == b'{"a":1}'
    (taken,) = read_json(json.dumps({"request": request})).requests
    assert taken.body is None
    with pytest.raises(UnreadableInput, match="cannot be read"):
        read_json(json.dumps({"request": request | {"headers": [1]}}))


def test_har_files_and_their_limits() -> None:
    ours = Request(method="POST", url="http://h/api/event/1", headers=(), body=b"\xff")
    text = har.write(ours)
    assert "not UTF-8" in json.loads(text)["log"]["comment"]
    entry = json.loads(text)["log"]["entries"][0]
    other = json.loads(json.dumps(entry).replace("/api/event/1", "/x"))
    log = {"log": {"version": "1.2", "entries": [other] * MOST_REQUESTS + [entry]}}
    found = read_har_entries(json.dumps(log))
    assert found.requests[0].url == "http://h/api/event/1", "this API's first"
    assert any("Only the first" in note for note in found.notes)
    with pytest.raises(UnreadableInput, match="holds no request"):
        read_har_entries('{"log":{"version":"1.2","entries":[]}}')


def test_words_around_a_command() -> None:
    found = read_anything("It's this:\ncurl 'http://h/api/event/1' -d 'event_id=a'")
    assert found.requests[0].url == "http://h/api/event/1"
    assert any("Text before the command" in note for note in found.notes)
    found = read_anything("see the curl page, http://h/api/event/1?event_id=a 'never closed")
    assert found.requests[0].url.startswith("http://h/api/event/1")
    with pytest.raises(UnreadableInput):
        read_anything("curl 'never closed")
    plain = read_anything("curl http://h/api/event/1 \u2014data \u201cevent_id=a\u201d")
    assert any("Typographic" in note for note in plain.notes)
    assert plain.requests[0].body == b"event_id=a"
    unknown = read_anything("curl http://h/api/event/1 \u2014nonsense x")
    assert unknown.requests[0].url == "http://h/api/event/1"


def test_small_limits() -> None:
    notes = [Note(part=str(n), why="w") for n in range(reading._MOST_NOTES + 3)]
    found = distinct(notes)
    assert len(found) == reading._MOST_NOTES + 1
    assert "3 further parts" in found[-1].why
    assert path_of("http://[h/x") == "http://[h/x"
    assert path_of("http://h/x?y") == "/x"
    assert check_growth(5) == 5
    with pytest.raises(UnreadableInput, match="With its variables"):
        check_growth(reading.LIMIT_CHARS + 1)
    assert carrier_of((("Content-Type", "multipart/form-data"),), b"x") is Carrier.MULTIPART


def test_of_very_many_requests_the_first_are_taken() -> None:
    one = "http://h/1"
    for text in (
        "\n".join([f"curl {one}"] * (MOST_REQUESTS + 2)),
        f"curl {' '.join([one] * (MOST_REQUESTS + 3))}",
        f"curl {' --next '.join([one] * (MOST_REQUESTS + 3))}",
        "\n".join([f"irm {one}"] * (MOST_REQUESTS + 2)),
    ):
        found = read_anything(text)
        assert len(found.requests) <= MOST_REQUESTS + 1
        assert {taken.url for taken in found.requests} == {one}
    others = read_anything("\n".join(["ls"] * 60 + [f"curl {one}"]))
    assert len(others.requests) == 1
    assert len(others.notes) < 60


def test_corners_of_the_shells() -> None:
    for text in (
        "cat <<E | curl -d @- http://h/1\nevent_id=a\nE",
        "cat <<E |\nevent_id=a\nE\ncurl -d @- http://h/1",
        "echo -n event_id=a |\ncurl -d @- http://h/1",
        "echo -n event_id=a | cat | curl -d @- http://h/1",
        "cat <<E | cat | curl -d @- http://h/1\nevent_id=a\nE",
        "A=1\ncurl http://h/1 -d event_id=a",
        "env A=1 B=2\ncurl http://h/1 -d event_id=a",
    ):
        (taken,) = read_anything(text).requests
        assert taken.body == b"event_id=a", text
    (taken,) = read_anything('irm http://h/1 -Method Post -Body "$true"').requests
    assert taken.body == b"True"
    (taken,) = read_anything("irm http://h/1 -Method Post -Body @{ ;a=1 ;\n;b=2}").requests
    assert taken.body == b"a=1&b=2"
    for odd in ("@( } )", "@(|)"):
        (taken,) = read_anything(f"irm http://h/1 -Headers {odd}").requests
        assert taken.url == "http://h/1", odd
    (taken,) = read_anything("curl.exe http://h/1 -d 'x\\\\\" y'").requests
    assert taken.body is not None
    for link in (
        "[this](http://h/api/event/1?event_id=a)",
        "see [http://x](http://h/api/event/1?event_id=a)",
    ):
        (taken,) = read_anything(link).requests
        assert taken.url == "http://h/api/event/1?event_id=a", link
    for host in ("[zz]", "[1:2]"):
        (taken,) = read_anything(f"curl 'http://{host}/api/event/1' -d event_id=a").requests
        assert taken.not_taken, host


def test_variables_of_a_collection_that_name_each_other() -> None:
    chain = [{"key": f"v{n}", "value": f"{{{{v{n + 1}}}}}"} for n in range(9)]
    collection = {
        "info": {"name": "n"},
        "variable": chain,
        "item": [{"name": "a", "request": {"method": "GET", "url": "http://h/{{v0}}"}}],
    }
    (taken,) = read_anything(json.dumps(collection)).requests
    assert any("Postman would fill it in" in note.why for note in taken.not_taken)


def entries(*requests: dict[str, object]) -> str:
    return json.dumps({"log": {"entries": [{"request": one} for one in requests]}})


def test_an_entry_of_a_har_file_needs_no_more_than_its_request() -> None:
    post = {"mimeType": "application/json", "text": '{"event_id":"p","transaction_id":"t"}'}
    first: dict[str, object] = {"method": "POST", "url": "https://h.example/api/event/demo"}
    found = read_har_entries(entries(first | {"postData": post}, first | {"headers": None}))
    assert found.notes == ()
    assert [one.title for one in found.requests] == [
        "POST /api/event/demo \u00b7 p \u00b7 t",
        "POST /api/event/demo",
    ]
    assert found.requests[0].body == b'{"event_id":"p","transaction_id":"t"}'


def test_a_form_whose_type_stands_beside_its_text_is_a_form() -> None:
    form = {"mimeType": "application/x-www-form-urlencoded", "text": "event_id=p&transaction_id=t"}
    first: dict[str, object] = {"method": "POST", "url": "https://h.example/api/event/demo"}
    (taken,) = read_har_entries(entries(first | {"postData": form})).requests
    assert taken.carrier is Carrier.FORM
    assert taken.title.endswith("p \u00b7 t")
    assert to_event(taken).event.text("transaction_id") == "t"


def test_a_har_file_without_a_readable_request_says_why() -> None:
    with pytest.raises(UnreadableInput, match="Entry 1 was left out: KeyError"):
        read_har_entries(entries({"method": "POST"}))
