"""The small values: errors with their remedy, headers by any case, expectations."""

import pytest

from pingtree_desktop.domain import errors
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import Exchange, Response
from pingtree_desktop.domain.profile import Campaign, EventKind, Profile, place
from pingtree_desktop.domain.request import Request
from pingtree_desktop.domain.verdict import Verdict


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (errors.UsageError, 2), (errors.UnreadableInput, 2), (errors.NewerVersion, 2),
        (errors.StorageUnavailable, 2), (errors.PortTaken, 2), (errors.LiveRefused, 4),
    ],
)  # fmt: skip
def test_an_error_says_what_and_what_to_do(kind, exit_code):
    error = kind("It broke.", "Mend it.")
    assert isinstance(error, errors.PingTreeError)
    assert (error.problem, error.remedy, error.exit_code) == ("It broke.", "Mend it.", exit_code)
    assert str(error) == "It broke. Mend it."
    assert str(kind("It broke.")) == "It broke."


def test_a_header_is_found_in_any_case():
    response = Response(
        status=200,
        reason="",
        http_version="HTTP/1.1",
        headers=(("X-A", "1"), ("x-a", "2")),
        body=b"",
    )
    assert response.header("x-A") == "1"
    assert response.header("missing") == ""


@pytest.mark.parametrize(("expected", "as_expected"), [("fired", True), ("duplicate", False)])
def test_an_exchange_knows_whether_it_was_expected(expected, as_expected):
    exchange = Exchange(
        uid="u", started_ms=0, environment="sandbox", danger="sandbox", base_url="http://h",
        endpoint="campaign", campaign="demo", profile="", cid="c", event_id="e",
        transaction_id="t", money="", outcome=None, verdict="fired", expected=expected,
        request=Request(method="GET", url="http://h/", headers=(), body=b""),
    )  # fmt: skip
    assert exchange.as_expected is as_expected


def test_a_new_profile_expects_to_fire():
    profile = Profile(slug="a", campaign="demo", name="A")
    assert profile.expect is Verdict.FIRED
    assert profile.event == Event()
    assert Campaign(slug="demo", name="Demo", events=(EventKind(id="e"),)).events[0].name == ""


def test_the_order_of_a_person_comes_before_the_names():
    items = [
        Profile(slug=slug, campaign="demo", name=name, order=order)
        for slug, name, order in [
            ("1", "b", None), ("2", "A", None), ("3", "z", 0), ("4", "y", 2), ("5", "x", -1),
        ]
    ]  # fmt: skip
    assert [one.slug for one in sorted(items, key=place)] == ["5", "3", "4", "2", "1"]


def test_an_overtaken_save_carries_all_three():
    error = errors.ChangedOutside("It changed.", "Choose.", base=1, ours=2, theirs=None)
    assert isinstance(error, errors.PingTreeError)
    assert (error.base, error.ours, error.theirs, error.exit_code) == (1, 2, None, 2)
    assert str(error) == "It changed. Choose."
