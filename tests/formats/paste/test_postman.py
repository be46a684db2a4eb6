"""Postman collections of version 2.1; scripts are not run, files are not read."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.postman import is_collection, read_postman
from pingtree_desktop.formats.paste.reading import MOST_REQUESTS, Carrier, Note, Reading, Taken

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"


def read(*items: Any, schema: str = SCHEMA, **more: Any) -> Reading:
    return read_postman(json.dumps({"info": {"schema": schema}, "item": list(items), **more}))


def only(request: Any, **more: Any) -> Taken:
    (taken,) = read({"name": "r", "request": request}, **more).requests
    return taken


def parts(taken: Taken) -> list[str]:
    return [note.part for note in taken.not_taken]


def raw(text: str, language: str = "") -> dict[str, Any]:
    return {"mode": "raw", "raw": text, "options": {"raw": {"language": language}}}


def test_requests_in_folders_with_their_titles() -> None:
    item = {"name": "r", "request": {"method": "get", "url": "http://h/a#b"}}
    reading = read({"name": "f", "item": [item, "odd", {"name": "empty"}]}, item)
    assert [one.title for one in reading.requests] == ["f / r", "r"]
    assert [(one.method, one.url) for one in reading.requests] == [("GET", "http://h/a")] * 2
    assert reading.notes == ()


def test_a_request_may_be_its_address_alone() -> None:
    taken = only("http://h/a")
    assert (taken.method, taken.url) == ("GET", "http://h/a")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ({"raw": "http://h/:id/x?a=:id", "variable": [{"key": "id", "value": "7"}]},
         "http://h/7/x?a=:id"),
        ({"raw": "h/a"}, "http://h/a"),
        ({"protocol": "https", "host": ["a", "b"], "port": "8", "path": ["c", "d"],
          "query": [{"key": "e", "value": "f"}, {"key": "g", "disabled": True}]},
         "https://a.b:8/c/d?e=f"),
        ({"host": "h", "path": "c"}, "http://h/c"),
        (None, ""),
        (7, "7"),
    ],
)  # fmt: skip
def test_addresses(url: Any, wanted: str) -> None:
    assert only({"url": url}).url == wanted


def test_variables_of_collection_and_folders() -> None:
    reading = read(
        {
            "name": "f",
            "variable": [{"key": "cid", "value": "demo"}, {"key": "off", "disabled": True}],
            "item": [{"name": "r", "request": "{{base}}/{{ cid }}/{{unknown}}/{{loop}}"}],
        },
        variable=[
            {"id": "base", "value": "http://{{host}}"},
            {"key": "host", "value": "h"},
            {"key": "cid", "value": "other"},
            {"key": "loop", "value": "{{loop}}"},
        ],
    )
    (taken,) = reading.requests
    assert taken.url == "http://h/demo/{{unknown}}/{{loop}}"
    assert parts(taken) == ["variable off", "{{unknown}}", "{{loop}}"]


def test_headers() -> None:
    taken = only(
        {
            "url": "http://h",
            "header": [
                {"key": "A", "value": "\u00e9"},
                {"key": "B", "value": "b", "disabled": True},
                {"key": "C"},
            ],
        }
    )
    assert taken.headers == (("A", "\u00c3\u00a9"), ("C", ""))
    assert taken.not_taken == (Note(part="header B", why="it is switched off in the collection"),)


@pytest.mark.parametrize(
    ("auth", "headers", "odd"),
    [
        ({"type": "noauth"}, (), []),
        ({"type": "bearer", "bearer": [{"key": "token", "value": "t"}]},
         (("Authorization", "Bearer t"),), []),
        ({"type": "basic", "basic": [{"key": "username", "value": "u"}]},
         (("Authorization", "Basic dTo="),), []),
        ({"type": "apikey",
          "apikey": [{"key": "key", "value": "X"}, {"key": "value", "value": "y"}]},
         (("X", "y"),), []),
        ({"type": "apikey", "apikey": [{"key": "in", "value": "query"}]}, (), ["auth apikey"]),
        ({"type": "oauth2"}, (), ["auth oauth2"]),
    ],
)  # fmt: skip
def test_authentication(auth: Any, headers: tuple[Any, ...], odd: list[str]) -> None:
    inherited = only({"url": "http://h"}, auth=auth)
    own = only({"url": "http://h", "auth": auth}, auth={"type": "oauth1"})
    assert inherited.headers == own.headers == headers
    assert parts(own) == odd


@pytest.mark.parametrize(
    ("body", "data", "headers"),
    [
        (raw('{"a":1}', "json"), b'{"a":1}', (("Content-Type", "application/json"),)),
        (raw("a"), b"a", (("Content-Type", "text/plain"),)),
        ({"mode": "raw", "raw": "a"}, b"a", (("Content-Type", "text/plain"),)),
        ({"mode": "raw", "raw": "a", "options": {"raw": 1}}, b"a",
         (("Content-Type", "text/plain"),)),
        (raw("", "json"), None, ()),
        ({"mode": "urlencoded", "urlencoded": [{"key": "a", "value": "b c"}]}, b"a=b+c",
         (("Content-Type", "application/x-www-form-urlencoded"),)),
        ({"mode": "raw", "raw": "a", "disabled": True}, None, ()),
        (None, None, ()),
        ("odd", None, ()),
    ],
)  # fmt: skip
def test_bodies(body: Any, data: bytes | None, headers: tuple[Any, ...]) -> None:
    taken = only({"method": "POST", "url": "http://h", "body": body})
    assert (taken.body, taken.headers, taken.not_taken) == (data, headers, ())


def test_a_type_by_hand_counts() -> None:
    header = [{"key": "content-type", "value": "x"}]
    taken = only({"url": "http://h", "header": header, "body": raw("{}", "json")})
    assert taken.headers == (("content-type", "x"),)
    assert (taken.implied, taken.carrier) == (frozenset(), Carrier.JSON)


def test_a_multipart_form_gives_its_texts() -> None:
    rows = [
        {"key": "a", "value": "1"},
        {"key": "f", "type": "file", "src": "/x"},
        {"key": "b", "disabled": True},
    ]
    taken = only({"url": "http://h", "body": {"mode": "formdata", "formdata": rows}})
    assert (taken.pairs, taken.carrier, taken.body) == ((("a", "1"),), Carrier.MULTIPART, None)
    assert taken.reads == ("form field f: /x",)
    assert parts(taken) == ["body", "form field b"]


def test_files_scripts_and_other_bodies_are_said() -> None:
    item = {
        "name": "r",
        "event": [{"listen": "test"}],
        "request": {"url": "http://h", "body": {"mode": "file", "file": {"src": "/x"}}},
    }
    (taken,) = read(item, event=[{"listen": "prerequest"}]).requests
    assert taken.reads == ('body {"src": "/x"}',)
    assert parts(taken) == ["body file", "script"]
    assert parts(only({"url": "http://h", "body": {"mode": "graphql"}})) == ["body graphql"]


def test_other_versions_are_said() -> None:
    reading = read({"request": "http://h"}, schema="https://schema/v1.0.0/collection.json")
    assert "not of version 2.1" in reading.notes[0]


def test_very_many_requests_are_cut() -> None:
    reading = read(*[{"request": "http://h"}] * (MOST_REQUESTS + 1))
    assert len(reading.requests) == MOST_REQUESTS
    assert reading.notes == ("Only the first 1,000 requests are taken.",)


def test_folders_that_are_nested_too_deep_are_left_out() -> None:
    item: dict[str, Any] = {"request": "http://h"}
    for _ in range(80):
        item = {"item": [item]}
    with pytest.raises(UnreadableInput, match="holds no request"):
        read(item)


@pytest.mark.parametrize("text", ["{}", "[]", '{"info": 1, "item": []}', '{"info": {}}'])
def test_what_is_no_collection_is_refused(text: str) -> None:
    assert not is_collection(json.loads(text))
    with pytest.raises(UnreadableInput, match="no Postman collection"):
        read_postman(text)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["request", "item", "url", "raw", "query", "key", "value", "header", "auth", "type",
                 "body", "mode", "variable", "formdata", "urlencoded", "options", "path", "host"]
            ),
            inner | st.sampled_from(["raw", "formdata", "urlencoded", "file", "basic", "{{a}}"]),
        )
    ),
    max_leaves=20,
)  # fmt: skip


@given(item=json_values)
def test_any_collection_is_read_or_refused(item: object) -> None:
    with suppress(UnreadableInput):
        read(item, {"request": item})
