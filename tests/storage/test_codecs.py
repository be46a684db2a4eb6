"""Any Python text goes to a file and comes back exactly."""

import json
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, Mode
from pingtree_desktop.domain.profile import Profile
from pingtree_desktop.storage.escapes import escape, unescape
from pingtree_desktop.storage.event_codec import event_from_json, event_to_json
from pingtree_desktop.storage.profile_file import read_profile, write_profile
from tests.storage.strategies import any_text, events, profiles

SLOW_IS_FINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(any_text)
def test_escapes_give_every_text_back(text: str) -> None:
    escaped = escape(text)
    assert unescape(escaped) == text
    assert "\x00" not in escaped
    escaped.encode("utf-8")


@SLOW_IS_FINE
@given(events())
def test_an_event_survives_json(event: Event) -> None:
    text = json.dumps(event_to_json(event), ensure_ascii=True)
    assert text.isascii()
    assert event_from_json(json.loads(text)) == event


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"endpoint": "campaign", "method": "PUT", "org_id": "", "fields": {}, "lead": []},
        {"endpoint": "campaign", "method": "POST", "org_id": 7, "fields": {}, "lead": []},
        {"endpoint": "campaign", "method": "POST", "org_id": "", "fields": [], "lead": []},
        {"endpoint": "campaign", "method": "POST", "org_id": "", "fields": {"x": {}}, "lead": []},
        {"endpoint": "campaign", "method": "POST", "org_id": "", "fields": {}, "lead": [3]},
    ],
)
def test_json_that_is_no_event_is_refused_in_plain_words(data: object) -> None:
    with pytest.raises(UnreadableInput, match="The stored event cannot be read: "):
        event_from_json(data)


def read(text: str) -> Profile:
    return read_profile(text, name="a.toml", slug="a-slug", campaign="demo")[0]


@SLOW_IS_FINE
@given(profiles)
def test_a_profile_survives_its_file(profile: Profile) -> None:
    text = write_profile(profile, name="a.toml")
    assert read(text) == profile
    assert write_profile(profile, old_text=text, name="a.toml") == text


@SLOW_IS_FINE
@given(profiles, profiles)
def test_any_profile_can_be_edited_into_any_other(before: Profile, after: Profile) -> None:
    comment = "# kept\nfuture_key = 1\n"
    text = comment + write_profile(before, name="a.toml")
    edited = write_profile(after, old_text=text, name="a.toml")
    assert read(edited) == after
    assert "# kept" in edited
    assert tomllib.loads(edited)["future_key"] == 1


@SLOW_IS_FINE
@given(profiles)
def test_line_ends_of_windows_stay(profile: Profile) -> None:
    old = '# made by hand\r\nname = "x"\r\n'
    edited = write_profile(profile, old_text=old, name="a.toml")
    assert read(edited) == profile
    if profile.name != "x" or profile != Profile(slug="a-slug", campaign="demo", name="x"):
        assert edited.count("\n") == edited.count("\r\n")


def test_a_raw_surrogate_is_kept_as_an_escape() -> None:
    event = Event().with_field("pid", FieldInput(mode=Mode.RAW, text="\ud800"))
    text = write_profile(Profile(slug="a", campaign="b", name="c", event=event), name="a.toml")
    assert tomllib.loads(text)["fields"]["pid"] == {"mode": "raw", "escaped": "\\ud800"}
