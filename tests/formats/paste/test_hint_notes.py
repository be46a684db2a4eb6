"""What is said about the way a paste was sent."""

from __future__ import annotations

from pingtree_desktop.formats.paste.anything import read_anything
from pingtree_desktop.formats.paste.composing import to_event
from pingtree_desktop.formats.paste.hint_notes import hint_notes


def notes(text: str) -> tuple[str, ...]:
    return hint_notes(to_event(read_anything(text).requests[0]))


def test_everything_that_an_environment_decides_is_said() -> None:
    said = notes(
        "curl -k --proxy http://p:3128 --cacert my.pem -m 2.5 -H 'X-Key: secret' "
        "https://x.example.com/api/event/1 -d event_id=a"
    )
    for word in ("any certificate", "http://p:3128", "my.pem", "2.5 seconds", "X-Key"):
        assert sum(word in one for one in said) == 1, word
    assert not any("secret" in one for one in said)


def test_a_plain_request_has_nothing_to_say() -> None:
    assert notes("https://x.example.com/api/event/1?event_id=a") == ()
