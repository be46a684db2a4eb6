"""A request as code: masked unless the person says otherwise."""

from __future__ import annotations

import json

import pytest

from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.request import build_request
from pingtree_desktop.formats.code.languages import LANGUAGES
from pingtree_desktop.formats.har import read_har
from pingtree_desktop.viewmodels.code_out import CodeOut, masked

EVENT = (
    Event(lead=(LeadField(name="first_name", text="Ana"),))
    .with_field("cid", FieldInput(text="secret-cid"))
    .with_field("event_id", FieldInput(text="sale"))
    .with_field("amount", FieldInput(text="42.50"))
)
REQUEST = build_request(EVENT, "http://h", headers=(("X-Api-Key", "hush"),))


def out(language: str = "curl", *, masked: bool = True, is_live: bool = False) -> CodeOut:
    return CodeOut(REQUEST, is_live=is_live, language=language, masked=masked)


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.key)
def test_nothing_personal_stands_in_a_masked_program(language):
    if language.key == "url":
        request = build_request(
            Event(method=Method.GET, fields=EVENT.fields, lead=EVENT.lead), "http://h"
        )
        text = CodeOut(request, is_live=False, language="url", masked=True).text
    else:
        text = out(language.key).text
    for secret in ("Ana", "secret-cid", "hush"):
        assert secret not in text
    assert "sale" in text
    if language.key != "url":
        assert "Ana" in out(language.key, masked=False).text


def test_a_secret_is_masked_in_a_field_that_is_legible_otherwise():
    text = CodeOut(REQUEST, is_live=False, language="curl", masked=True, secret={"event_id"}).text
    assert "sale" not in text
    assert "42.50" in text


def test_a_masked_request_states_its_own_length():
    found = masked(REQUEST)
    assert ("Content-Length", str(len(found.body))) in found.headers
    assert json.loads(found.body)["amount"] == 42.5


def test_a_plain_url_needs_the_get_form():
    model = out("url", masked=False)
    assert not model.is_code
    assert "cannot carry" in model.text
    assert model.remark == ""
    get_form = build_request(Event(method=Method.GET, fields=EVENT.fields), "http://h")
    model = CodeOut(REQUEST, is_live=False, language="url", masked=False, get_form=get_form)
    assert model.is_code
    assert model.text == f"{get_form.url}\n"
    assert "GET form" in model.remark


def test_remarks_name_what_happens():
    assert "masked" in out().remark
    assert "fires the event" in out(masked=False).remark
    assert "production" in out(masked=False, is_live=True).remark
    assert out("no such language").language.key == "curl"
    assert out("python").file_name == "event.py"


def test_a_har_entry_is_read_back_as_the_same_request():
    (found,) = read_har(out("har", masked=False).text, keep_credentials=True).exchanges
    sent = found.request
    assert (sent.method, sent.url, sent.body) == (REQUEST.method, REQUEST.url, REQUEST.body)
