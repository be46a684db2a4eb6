"""Where dynamic values come from: whose variable counts, and what of a secret is known."""

from __future__ import annotations

from datetime import UTC, datetime

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.profile import Campaign
from pingtree_desktop.domain.value_facts import (
    KEPT_BACK,
    NO_SECRET,
    Facts,
    secret_names,
    sources,
    variable_names,
    wants_unused,
    without_secrets,
)
from pingtree_desktop.domain.variable import Variable

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CAMPAIGN = Campaign(
    slug="spring",
    name="Spring",
    variables=(
        Variable(name="pub", text="c-1"),
        Variable(name="zone", text="PST"),
        Variable(name="token", secret=True),
    ),
)
STAGING = Environment(
    name="staging",
    variables=(Variable(name="pub", text="e-1"), Variable(name="key", secret=True)),
)


def test_the_environments_variable_hides_the_campaigns() -> None:
    facts = Facts(secrets={("environment:staging", "key"): "k-1"})
    found = sources(facts, STAGING, CAMPAIGN, now=NOW, seed="s")
    assert dict(found.variables) == {"pub": "e-1", "zone": "PST", "key": "k-1"}
    assert dict(found.missing) == {"token": NO_SECRET}
    assert (found.now, found.seed, found.facts) == (NOW, "s", facts)


def test_a_text_with_a_secret_in_it_is_known() -> None:
    facts = Facts(secrets={("environment:staging", "key"): "k-1"})
    made = sources(facts, STAGING, CAMPAIGN, now=NOW, seed="s")
    assert made.holds_secret("Bearer k-1")
    assert not made.holds_secret("e-1 and the token, which has no text here")
    empty = Facts(secrets={("environment:staging", "key"): ""})
    made = sources(empty, STAGING, CAMPAIGN, now=NOW, seed="s")
    assert not made.holds_secret("anything")


def test_a_secret_that_is_not_here_is_missing_and_hides_too() -> None:
    both = Campaign(slug="c", name="C", variables=(Variable(name="key", text="plain"),))
    found = sources(Facts(), STAGING, both, now=NOW, seed="s")
    assert dict(found.missing) == {"key": NO_SECRET}
    assert "key" not in found.variables
    known = sources(Facts(), Environment(name="x", variables=(Variable(name="key", text="1"),)),
                    Campaign(slug="c", name="C", variables=(Variable(name="key", secret=True),)),
                    now=NOW, seed="s")  # fmt: skip
    assert (dict(known.variables), dict(known.missing)) == ({"key": "1"}, {})


def test_without_a_campaign_there_are_the_environments_alone() -> None:
    found = sources(Facts(), STAGING, None, now=NOW, seed="s")
    assert dict(found.variables) == {"pub": "e-1"}


def test_names() -> None:
    items = (CAMPAIGN, STAGING, None)
    assert secret_names(items) == [("campaign:spring", "token"), ("environment:staging", "key")]
    assert [(one.name, one.text) for one in variable_names(items)] == [
        ("pub", "e-1"), ("zone", "PST"), ("token", ""), ("key", ""),
    ]  # fmt: skip


def test_secrets_do_not_show_in_a_repr() -> None:
    facts = Facts(secrets={("environment:staging", "key"): "k-1"})
    found = sources(facts, STAGING, None, now=NOW, seed="s")
    assert "k-1" not in repr(found)


def test_the_bank_is_wanted_only_where_it_is_named() -> None:
    items = (CAMPAIGN, STAGING, None)
    word = "{{transaction:unused}}"
    assert not wants_unused(Event(), items)
    assert wants_unused(Event(org_id=word), items)
    assert wants_unused(Event().with_field("pid", FieldInput(text=word)), items)
    assert wants_unused(Event(lead=(LeadField(name="a", text=word),)), items)
    named = Environment(name="e", variables=(Variable(name="t", text=word),))
    assert wants_unused(Event(), (named,))


def test_what_leaves_the_program_has_no_secret() -> None:
    facts = Facts(secrets={("environment:staging", "key"): "k-1"})
    found = without_secrets(sources(facts, STAGING, CAMPAIGN, now=NOW, seed="s"))
    assert dict(found.variables) == {"pub": "e-1", "zone": "PST"}
    assert dict(found.missing) == {"key": KEPT_BACK, "token": NO_SECRET}
    assert found.secret_texts == frozenset()
