"""Kept words become verdicts again, and a damaged one is never called fired."""

import pytest
from hypothesis import given, settings

from pingtree_desktop.domain.verdict import MEANINGS, Verdict, verdict_of
from tests.domain.strategies import any_text


@pytest.mark.parametrize("verdict", Verdict)
def test_every_kept_word_is_its_verdict(verdict):
    assert verdict_of(verdict.value) is verdict
    assert verdict_of(str(verdict)) is verdict


@pytest.mark.parametrize("word", ["", "Fired", "FIRED", " fired", "fired\x00", "ok", "unknown"])
def test_a_damaged_word_is_unrecognised(word):
    assert verdict_of(word) is Verdict.UNRECOGNISED


@settings(deadline=None)
@given(any_text)
def test_no_text_but_its_own_word_is_fired(word):
    assert (verdict_of(word) is Verdict.FIRED) is (word == "fired")


def test_every_label_is_another_word():
    assert len({meaning.label for meaning in MEANINGS.values()}) == len(Verdict)
