"""Every collection holds the whole request in the form that version 2.1 asks for."""

from __future__ import annotations

import json

import pytest

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code import postman
from tests.formats.code.recorder import asked
from tests.formats.code.samples import TARGETS, requests

SAMPLES = requests("http://h", targets=TARGETS)


@pytest.mark.parametrize("request_", SAMPLES, ids=range(len(SAMPLES)))
def test_a_collection_holds_the_request(request_: Request) -> None:
    document = json.loads(postman.write(request_))
    assert set(document) == {"info", "item"}
    assert set(document["info"]) == {"name", "description", "schema"}
    assert document["info"]["schema"].endswith("/v2.1.0/collection.json")
    (item,) = document["item"]
    assert item["response"] == []
    sends = item["request"]
    assert sends["method"] == request_.method
    assert sends["url"] == request_.url
    came = [(row["key"].lower(), row["value"].encode("latin-1")) for row in sends["header"]]
    assert sorted(came) == asked(request_)
    behaviour = item["protocolProfileBehavior"]
    assert behaviour["disableUrlEncoding"] is True
    assert behaviour["disabledSystemHeaders"]["user-agent"] is True
    if not request_.body:
        assert "body" not in sends
        return
    assert sends["body"]["mode"] == "raw"
    raw = sends["body"]["raw"].encode("utf-8")
    is_lost = "replacement character" in document["info"]["description"]
    assert (raw == request_.body) != is_lost


def test_a_body_of_replacement_characters_is_no_loss() -> None:
    text = "\ufffd".encode()
    made = Request(method="POST", url="http://h/", headers=(), body=text)
    assert json.loads(postman.write(made))["info"]["description"] == ""
