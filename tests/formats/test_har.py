"""HAR: valid by its schema, ours come back whole, those of others are read as far as they go."""

import base64
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats import har
from pingtree_desktop.formats.har import har_entry, har_head, har_tail, read_har
from tests.formats.samples import ALL, binary, failed, fired
from tests.storage.strategies import exchanges


def written(*given_exchanges) -> str:
    return har_head("1.0") + ",".join(map(har_entry, given_exchanges)) + har_tail()


@pytest.mark.parametrize("alone", [False, True])
def test_our_own_entries_come_back_whole(alone):
    found = read_har(written(*ALL).encode(), requests_alone=alone)
    assert found.exchanges == tuple(replace(one, id=0) for one in ALL)
    assert found.notes == ()


@settings(deadline=None, max_examples=100)
@given(exchange=exchanges)
def test_any_exchange_comes_back(exchange):
    known = read_har(written(exchange))
    assert known.notes == ()
    (found,) = known.exchanges
    # HAR has no place for a status of 0, which no server can send.
    if exchange.outcome and exchange.outcome.response and exchange.outcome.response.status > 0:
        assert found == replace(exchange, id=0)


def test_timings_add_up_and_tls_counts_to_connect():
    entry = json.loads(har_entry(fired()))
    assert entry["timings"] == {
        "blocked": -1, "dns": 0.5, "connect": 2.5, "ssl": 2.0, "send": 0.25, "wait": 5.75,
        "receive": 0.5,
    }  # fmt: skip
    assert entry["time"] == 9.5
    assert entry["startedDateTime"] == "2026-09-21T14:13:20.123Z"
    assert entry["request"]["queryString"] == [{"name": "sub2", "value": "a b"}]
    assert entry["response"]["redirectURL"] == "/x"
    assert entry["comment"] == "asked support"


def test_no_reply_is_status_0_with_its_reason():
    entry = json.loads(har_entry(failed()))
    assert entry["response"]["status"] == 0
    assert entry["_error"] == "No such host."


def test_bodies_that_are_no_text_are_base64():
    entry = json.loads(har_entry(binary()))
    content = entry["response"]["content"]
    assert content["encoding"] == "base64"
    assert base64.b64decode(content["text"]) == b"\x80\x81"
    assert entry["request"]["postData"]["text"] == "\ufffd\x00\ufffd"


THEIRS = {
    "startedDateTime": "2026-11-01T10:00:00.000+02:00",
    "time": 12.5,
    "request": {
        "method": "post",
        "url": "https://u:p@api.example/api/event/demo?pid=a",
        "headers": [
            {"name": ":authority", "value": "api.example"},
            {"name": "Authorization", "value": "secret"},
            {"name": "X-A", "value": "1"},
        ],
        "postData": {
            "mimeType": "application/json",
            "text": '{"event_id":"e","transaction_id":"t","amount":1.10,"cid":5}',
        },
    },
    "response": {
        "status": 400,
        "statusText": "Bad Request",
        "headers": [{"name": "Set-Cookie", "value": "secret"}],
        "content": {"text": base64.b64encode(b'{"message":"Duplicate event"}').decode(),
                    "encoding": "base64"},
    },
    "timings": {"blocked": 3, "dns": -1, "send": 1, "wait": 10, "receive": 1.5},
    "comment": "from the browser",
}  # fmt: skip


def log(*entries) -> str:
    return json.dumps({"log": {"entries": list(entries)}})


def test_an_entry_of_another_program_is_judged_and_kept_without_credentials():
    found = read_har("\ufeff" + log(THEIRS))
    (one,) = found.exchanges
    assert (one.event_id, one.transaction_id, one.money, one.cid) == ("e", "t", "1.10", "5")
    assert (one.request.method, one.base_url) == ("POST", "https://api.example")
    assert one.request.headers == (("X-A", "1"),)
    assert one.outcome.response.headers == ()
    assert [p.name for p in one.outcome.phases] == ["send", "wait", "receive"]
    assert (one.verdict, one.environment, one.note) == ("duplicate", "imported", "from the browser")
    assert one.started_ms == 1_793_520_000_000
    assert found.notes == ("Left out for safety: the headers Authorization, Set-Cookie.",)
    assert read_har(log(THEIRS)).exchanges[0].uid == one.uid


def test_credentials_are_kept_when_asked_for():
    (one,) = read_har(log(THEIRS), keep_credentials=True).exchanges
    assert ("Authorization", "secret") in one.request.headers


@pytest.mark.parametrize(
    ("change", "body"),
    [
        ({"postData": {"text": "YWI=", "encoding": "base64"}}, b"ab"),
        ({"postData": {"params": [{"name": "a", "value": "1 2"}, {"name": "b"}]}}, b"a=1+2&b="),
        ({"postData": {}}, b""),
        ({"postData": {"text": "[1]"}}, b"[1]"),
        ({"postData": None}, b""),
    ],
)
def test_bodies_of_other_programs(change, body):
    entry = THEIRS | {"request": THEIRS["request"] | change}
    assert read_har(log(entry)).exchanges[0].request.body == body


def test_an_entry_without_a_reply_or_a_zone():
    entry = THEIRS | {"startedDateTime": "2026-11-01T10:00:00", "response": None}
    del entry["timings"]
    (one,) = read_har(log(entry)).exchanges
    assert one.outcome is None
    assert one.verdict == "in_doubt"
    assert one.started_ms == 1_793_527_200_000
    without = THEIRS | {"timings": None, "response": {"status": 200}}
    assert read_har(log(without)).exchanges[0].outcome.response.body == b""


def test_entries_that_are_none_are_left_out_and_named():
    no_date = THEIRS | {"startedDateTime": "yesterday"}
    bad_body = THEIRS | {
        "response": {"status": 200, "content": {"text": "*", "encoding": "base64"}}
    }
    ours = json.loads(har_entry(fired()))
    lost = ours | {"response": {"status": 0}}
    broken = ours | {"_pingtree": ours["_pingtree"] | {"uid": 5}}
    found = read_har(log({}, no_date, bad_body, lost, broken, THEIRS))
    assert len(found.exchanges) == 1
    assert [note.split(" was")[0] for note in found.notes[:5]] == [
        f"Entry {number}" for number in range(1, 6)
    ]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"log":{}}', '{"log":5}', "[" * 100_000, b"\xff\xfe"]
)
def test_what_is_no_har_is_said(text):
    with pytest.raises(UnreadableInput, match="This is no HAR file"):
        read_har(text)


def test_entries_must_be_a_list():
    with pytest.raises(UnreadableInput, match="its entries are no list"):
        read_har('{"log":{"entries":{}}}')


def test_too_large_is_said_before_it_is_read(monkeypatch):
    monkeypatch.setattr(har, "LIMIT_BYTES", 10)
    with pytest.raises(UnreadableInput, match="larger than"):
        read_har("x" * 11)


def test_an_address_that_is_none_has_no_query():
    made = fired()
    odd = replace(made, request=replace(made.request, url="http://[x/?a=1"))
    assert json.loads(har_entry(odd))["request"]["queryString"] == []
    assert read_har(written(odd)).exchanges[0].request.url == "http://[x/?a=1"


SCHEMAS = Path(__file__).parents[1] / "data" / "har"


def test_it_is_valid_by_the_published_schema():
    from jsonschema import Draft7Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT6

    schemas = [json.loads(file.read_text("utf-8")) for file in sorted(SCHEMAS.glob("*.json"))]
    registry = Registry().with_resources(
        (one["$id"], Resource.from_contents(one, default_specification=DRAFT6)) for one in schemas
    )
    whole = next(one for one in schemas if one["$id"] == "har.json#")
    check = Draft7Validator(whole, registry=registry)
    assert [error.message for error in check.iter_errors(json.loads(written(*ALL)))] == []
    broken = json.loads(written(fired()))
    del broken["log"]["entries"][0]["timings"]["wait"]
    assert list(check.iter_errors(broken)) != []
