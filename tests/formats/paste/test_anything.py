"""Whole pastes as people have them: what each one is taken for, and the event that comes of it."""

import json

import pytest

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.event import Method
from pingtree_desktop.domain.request import body_bytes
from pingtree_desktop.formats.paste.anything import read_anything
from pingtree_desktop.formats.paste.composing import to_event
from pingtree_desktop.formats.paste.reading import LIMIT_CHARS, Source

BODY = b'{"transaction_id":"T-1","event_id":"quote_view","amount":42.50,"first_name":"O\'Brien"}'
URL = "https://api.example.com/api/event/demo"
HAR = json.dumps(
    {
        "log": {
            "version": "1.2",
            "creator": {"name": "x", "version": "1"},
            "entries": [
                {
                    "startedDateTime": "2026-01-01T00:00:00Z",
                    "time": 1,
                    "request": {
                        "method": "POST",
                        "url": URL,
                        "httpVersion": "HTTP/1.1",
                        "cookies": [],
                        "headers": [{"name": "Content-Type", "value": "application/json"}],
                        "queryString": [],
                        "headersSize": -1,
                        "bodySize": len(BODY),
                        "postData": {"mimeType": "application/json", "text": BODY.decode()},
                    },
                    "response": {
                        "status": 200,
                        "statusText": "OK",
                        "httpVersion": "HTTP/1.1",
                        "cookies": [],
                        "headers": [],
                        "content": {"size": 0, "mimeType": ""},
                        "redirectURL": "",
                        "headersSize": -1,
                        "bodySize": 0,
                    },
                    "cache": {},
                    "timings": {"send": 0, "wait": 0, "receive": 0},
                }
            ],
        }
    }
)
COLLECTION = json.dumps(
    {
        "info": {"name": "n", "schema": "https://schema.getpostman.com/v2.1.0/collection.json"},
        "variable": [{"key": "base", "value": "https://api.example.com"}],
        "item": [
            {
                "name": "Fire",
                "request": {
                    "method": "POST",
                    "url": {
                        "raw": "{{base}}/api/event/:cid",
                        "variable": [{"key": "cid", "value": "demo"}],
                    },
                    "body": {
                        "mode": "raw",
                        "raw": BODY.decode(),
                        "options": {"raw": {"language": "json"}},
                    },
                },
            }
        ],
    }
)
# ruff: noqa: E501 - pastes are as long as they are
POSTS = {
    "a browser's bash": (
        Source.CURL,
        r"""curl 'https://api.example.com/api/event/demo' \
  -H 'Content-Type: application/json' \
  --data-raw $'{"transaction_id":"T\u002d1","event_id":"quote_view","amount":42.50,"first_name":"O\'Brien"}' \
  --compressed""",
    ),
    "a prompt": (
        Source.CURL,
        """$ curl --json '{"transaction_id":"T-1","event_id":"quote_view","amount":42.50,"first_name":"O'"'"'Brien"}' """
        + URL,
    ),
    "a pipe": (
        Source.CURL,
        """printf '%s' '{"transaction_id":"T-1","event_id":"quote_view","amount":42.50,"first_name":"O'\\''Brien"}' | curl -d @- """
        + f"-H 'content-type: application/json' {URL}",
    ),
    "a here-document": (
        Source.CURL,
        f"curl {URL} --data-binary @- -H 'Content-Type: application/json' <<'END'\n"
        + BODY.decode()
        + "\nEND\n",
    ),
    "a browser's cmd": (
        Source.CURL,
        """curl "https://api.example.com/api/event/demo" ^
  -H "content-type: application/json" ^
  --data-raw ^"^{^\\^"transaction_id^\\^":^\\^"T-1^\\^",^\\^"event_id^\\^":^\\^"quote_view^\\^",^\\^"amount^\\^":42.50,^\\^"first_name^\\^":^\\^"O'Brien^\\^"^}^"
""",
    ),
    "PowerShell before 7.3": (
        Source.POWERSHELL,
        f"curl.exe -X POST {URL} -H 'Content-Type: application/json' "
        """-d '{\\"transaction_id\\":\\"T-1\\",\\"event_id\\":\\"quote_view\\",\\"amount\\":42.50,\\"first_name\\":\\"O''Brien\\"}'""",
    ),
    "PowerShell's own": (
        Source.POWERSHELL,
        """$body = [ordered]@{ transaction_id = "T-1"; event_id = 'quote_view'; amount = 42.50; first_name = "O'Brien" } | ConvertTo-Json
Invoke-RestMethod -Method Post -Uri "https://api.example.com/api/event/demo" -ContentType "application/json" -Body $body""",
    ),
    "a browser's fetch": (
        Source.FETCH,
        """fetch("https://api.example.com/api/event/demo", {
  "headers": { "content-type": "application/json" },
  "body": "{\\"transaction_id\\":\\"T-1\\",\\"event_id\\":\\"quote_view\\",\\"amount\\":42.50,\\"first_name\\":\\"O'Brien\\"}",
  "method": "POST", "mode": "cors", "credentials": "include"
});""",
    ),
    "a person's fetch": (
        Source.FETCH,
        """const reply = await fetch(`https://api.example.com/api/event/demo`, {
  method: 'POST', // fires
  headers: new Headers({'Content-Type': 'application/json'}),
  body: JSON.stringify({transaction_id: "T-1", event_id: 'quote_view', amount: 42.50, first_name: 'O\\'Brien',}),
})""",
    ),
    "HTTP": (
        Source.HTTP,
        "POST /api/event/demo HTTP/1.1\r\nHost: api.example.com\r\n"
        f"Content-Type: application/json\r\n\r\n{BODY.decode()}\r\n",
    ),
    "HAR": (Source.HAR, HAR),
    "Postman": (Source.POSTMAN, COLLECTION),
}


@pytest.mark.parametrize("name", POSTS)
def test_every_form_of_a_post_becomes_the_same_event(name):
    source, text = POSTS[name]
    reading = read_anything(text)
    (taken,) = reading.requests
    made = to_event(taken)
    assert reading.source is source
    assert body_bytes(made.event) == BODY
    assert made.event.text("cid") == "demo"
    assert (made.event.endpoint, made.event.method) == (Endpoint.CAMPAIGN, Method.POST)
    assert made.base_url == "https://api.example.com"
    assert made.is_event_address
    assert made.not_understood == ()
    assert made.environment_hint.headers == ()


def test_a_postback_url_out_of_a_mail():
    text = (
        "Please fire this:\n<https://api.example.com/api/event/demo?event_id=quote_view&amp;"
        "transaction_id={click_id}&amp;payout=42.50>."
    )
    reading = read_anything(text)
    made = to_event(reading.requests[0])
    assert reading.source is Source.URL
    assert made.event.method is Method.GET
    assert made.event.text("transaction_id") == "{click_id}"
    assert made.suggested.text("amount") == "42.50"
    assert made.event.text("amount") == ""


def test_a_query_alone():
    made = to_event(read_anything("?event_id=quote_view&sub1=a+b").requests[0])
    assert made.event.text("sub1") == "a b"
    assert made.base_url == ""
    assert made.not_understood == ()


def test_a_payload_alone():
    reading = read_anything(f"\ufeff {BODY.decode()}\n")
    made = to_event(reading.requests[0])
    assert reading.source is Source.JSON
    assert body_bytes(made.event) == BODY
    assert not made.is_event_address


def test_a_script_of_cmdlets_without_curl():
    reading = read_anything("irm https://api.example.com/api/event/demo -Method Post -Body '{}'")
    assert reading.source is Source.POWERSHELL


def test_json_that_only_resembles_a_collection_is_a_payload():
    assert read_anything('{"info":1,"item":2,"sub1":"a"}').source is Source.JSON


@pytest.mark.parametrize("text", ["", " \n\ufeff ", "hello world", "a=b&c=d", "sub1=a b"])
def test_what_is_none_of_these_is_refused_with_a_remedy(text):
    with pytest.raises(UnreadableInput) as caught:
        read_anything(text)
    assert caught.value.problem
    assert caught.value.remedy


def test_long_texts_are_refused_but_for_a_har_file():
    with pytest.raises(UnreadableInput, match="1,000,001 characters"):
        read_anything("x" * (LIMIT_CHARS + 1))
    long_har = HAR + " " * LIMIT_CHARS
    assert read_anything(long_har).source is Source.HAR
