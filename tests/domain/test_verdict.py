"""What must never be called fired: kept words that are damaged, refusals in any spelling."""

import json

import pytest
from hypothesis import given, settings

from pingtree_desktop.domain.exchange import Response
from pingtree_desktop.domain.judgement import Judgement, judge
from pingtree_desktop.domain.verdict import MEANINGS, Verdict, verdict_of
from tests.domain.strategies import any_text


def judged(status: int, /, **body: object) -> Judgement:
    answer = Response(
        status=status,
        reason="",
        http_version="HTTP/1.1",
        headers=(),
        body=json.dumps(body).encode(),
    )
    return judge(answer, None)


@pytest.mark.parametrize("word", ["", "Fired", "FIRED", " fired", "fired\x00", "ok", "unknown"])
def test_a_damaged_word_is_unrecognised(word):
    assert verdict_of(word) is Verdict.UNRECOGNISED


@settings(deadline=None)
@given(any_text)
def test_no_text_but_its_own_word_is_fired(word):
    assert (verdict_of(word) is Verdict.FIRED) is (word == "fired")


def test_every_label_is_another_word():
    assert len({meaning.label for meaning in MEANINGS.values()}) == len(Verdict)


REFUSALS = [
    ("duplicate_event", Verdict.DUPLICATE),
    ("event_duplicate", Verdict.DUPLICATE),
    ("DuplicateEvent", Verdict.DUPLICATE),
    ("EVENT_DUPLICATED", Verdict.DUPLICATE),
    ("already_fired", Verdict.DUPLICATE),
    ("could not process duplicate event", Verdict.DUPLICATE),
    ("Not fired: duplicate", Verdict.DUPLICATE),
    ("SOURCE_INACTIVE", Verdict.SOURCE_INACTIVE),
    ("sourceInactive", Verdict.SOURCE_INACTIVE),
    ("source_not_active", Verdict.SOURCE_INACTIVE),
    ("EVENT_LOCKED", Verdict.LOCKED),
    ("event_in_progress", Verdict.LOCKED),
    ("lead_not_found", Verdict.LEAD_NOT_FOUND),
    ("LeadNotFound", Verdict.LEAD_NOT_FOUND),
]


@pytest.mark.parametrize(("words", "verdict"), REFUSALS)
def test_a_refusal_is_understood_in_any_spelling(words, verdict):
    assert judged(400, type="error", message=words).verdict is verdict
    assert judged(400, type=words).verdict is verdict or words != words.lower()
    assert judged(200, type="error", message=words).verdict is verdict


@pytest.mark.parametrize(("words", "_verdict"), REFUSALS)
def test_success_and_a_refusal_at_once_is_not_fired(words, _verdict):
    assert judged(200, type="success", message=words).verdict is Verdict.UNRECOGNISED
    assert judged(200, status=200, message=words).verdict is Verdict.UNRECOGNISED


def test_a_refusal_at_the_end_of_a_long_message_is_not_fired():
    assert judged(200, type="success", message="x " * 5_000 + "duplicate").verdict is (
        Verdict.UNRECOGNISED
    )


@pytest.mark.parametrize("status", [400, 403, 500, 302, 400.0, "400", "0400", " 400 ", False])
def test_success_with_another_status_is_not_fired(status):
    assert judged(200, type="success", status=status).verdict is Verdict.UNRECOGNISED


@pytest.mark.parametrize(
    "words", ["not a duplicate", "no duplicates", "not yet locked", "not_inactive", "unlocked"]
)
def test_a_denied_refusal_is_none(words):
    assert judged(200, type="success", message=words).verdict is Verdict.FIRED
