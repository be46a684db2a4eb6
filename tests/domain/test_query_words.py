"""The vocabulary covers the catalogue, knows no name twice, and recognises slips of the finger."""

from collections import Counter

import pytest

from pingtree_desktop.domain.catalogue import FIELDS
from pingtree_desktop.domain.query import Flag
from pingtree_desktop.domain.query_words import FIELD_NAMES, FLAGS, NAMES, VOCABULARY, resembling
from pingtree_desktop.domain.verdict import Verdict


def test_every_field_of_the_catalogue_can_be_searched():
    for field in FIELDS:
        assert field.wire.casefold() in NAMES
    assert NAMES["event_id"].name == "event"
    assert NAMES["transaction_id"].name == "tx"
    assert NAMES["revenue"].name == "amount"
    assert NAMES["cost"].name == "cost"
    assert "sub1" in FIELD_NAMES
    assert not FIELD_NAMES & {"cid", "pid", "event_id", "amount", "revenue"}


def test_no_name_belongs_to_two_terms():
    names = Counter(name.casefold() for term in VOCABULARY for name in {term.name, *term.aliases})
    assert [name for name, count in names.items() if count > 1] == []


def test_choices_are_whole():
    assert NAMES["verdict"].choices == tuple(Verdict)
    assert set(FLAGS) == set(Flag) | {"unexpected"}
    assert NAMES["cost_operation"].choices == ("add", "substract", "override")
    assert all(term.help for term in VOCABULARY)


@pytest.mark.parametrize(
    ("name", "meant"),
    [("staus", "status"), ("Campain", "campaign"), ("evnt", "event"), ("befor", "before"),
     ("transation", "tx"), ("utm_sorce", "utm_source")],
)  # fmt: skip
def test_a_slip_of_the_finger_is_recognised(name, meant):
    assert resembling(name) == meant


@pytest.mark.parametrize(
    "name",
    ["first_name", "last_name", "email", "phone", "zip", "state", "city", "address", "age",
     "gender", "income", "dob", "country", "ip", "x" * 100_000],
)  # fmt: skip
def test_usual_lead_fields_are_left_alone(name):
    assert resembling(name) == ""
