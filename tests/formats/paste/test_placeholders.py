r"""Pasted `{{…}}`: what would be filled in is said, and a backslash before one is sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pingtree_desktop.domain.dynamic import resolve
from pingtree_desktop.domain.request import body_bytes
from pingtree_desktop.domain.value_facts import Facts, Sources
from pingtree_desktop.formats.paste.anything import read_anything
from pingtree_desktop.formats.paste.composing import Composed, to_event
from pingtree_desktop.formats.paste.hint_notes import hint_notes

URL = "https://h.example/api/event/demo"


def composed(**values: object) -> Composed:
    body = json.dumps(values).replace("'", "'\\''")
    return to_event(read_anything(f"curl {URL} --json '{body}'").requests[0])


def sent(made: Composed) -> object:
    sources = Sources(now=datetime(2026, 7, 1, tzinfo=UTC), seed="s", facts=Facts())
    return json.loads(body_bytes(resolve(made.event, sources).event))


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("{{uuid}}", True), ("a{{ now-2d }}b", True), ("{{today|DD.MM.YYYY}}", True),
        ("{{random_int:1:x}}", False), ("{{transaction}}", True), ("{{last.response.id}}", True),
        ("{{uuid-x}}", False), ("{{nobody}}", False), ("{{click}}", False), ("{uuid}", False),
    ],
)  # fmt: skip
def test_what_would_be_filled_in_is_said(text: str, known: bool) -> None:
    for values in ({"sub1": text}, {"first_name": text}, {"first_name": [text]}):
        made = composed(**values)
        (place,) = values
        notes = hint_notes(made)
        assert bool(notes) is known
        assert made.not_understood == ()
        assert all(f"in {place} is made anew at each send; write \\{{{{" in one for one in notes)


@pytest.mark.parametrize("text", ["\\{{uuid}}", "\\\\{{now}}", "a\\{{nobody}}b", "\\{{last.x}}"])
def test_a_backslash_before_a_placeholder_is_sent_as_it_was_pasted(text: str) -> None:
    values = {"sub1": text, "amount": text, "first_name": text, "note": [text]}
    made = composed(**values)
    assert hint_notes(made) == ()
    assert sent(made) == values


def test_an_organisation_id_is_looked_at_too() -> None:
    made = to_event(read_anything(f"curl '{URL}' -X POST").requests[0])
    assert hint_notes(made) == ()
    address = "https://h.example/api/event/global/%5C%7B%7Bnow%7D%7D?event_id=x"
    made = to_event(read_anything(address).requests[0])
    assert made.event.org_id == "\\\\{{now}}"
    made = to_event(read_anything(address.replace("%5C", "")).requests[0])
    assert "in the organisation id" in hint_notes(made)[0]


def test_of_very_many_the_first_are_said() -> None:
    made = composed(first_name="".join(f"{{{{uuid:{at}}}}}" for at in range(1_000)))
    assert len(hint_notes(made)) == 20


def test_the_variables_of_postman_are_its_own() -> None:
    collection = {
        "info": {"schema": "v2.1"},
        "item": [{"request": {"url": f"{URL}?event_id={{{{event}}}}", "method": "GET"}}],
    }
    made = to_event(read_anything(json.dumps(collection)).requests[0])
    assert made.event.text("event_id") == "{{event}}"
    assert [str(note) for note in made.not_understood] == [
        "{{event}}: Postman would fill it in from elsewhere; its name is taken as it is written"
    ]
