"""Every verdict is reachable, and fired only where the documentation says so."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.exchange import BodyState, Failure, FailureKind, Response
from pingtree_desktop.domain.judgement import judge
from pingtree_desktop.domain.reply import read_reply
from pingtree_desktop.domain.verdict import MEANINGS, Tone, Verdict, verdict_of

V = Verdict
SUCCESS = {"status": "success", "type": "success", "message": "", "missingFields": {},
           "invalidFields": {}}  # fmt: skip


def response(status, body=None, *, state=BodyState.COMPLETE, headers=()):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Response(
        status=status,
        reason="",
        http_version="HTTP/1.1",
        headers=headers,
        body=data,
        body_state=state,
    )


def error(**parts):
    return {"type": "error", **parts}


CASES = [
    # what the documentation calls fired
    (200, SUCCESS, V.FIRED),
    (200, {"status": 200, "message": "ok"}, V.FIRED),
    (200, {"type": "success"}, V.FIRED),
    (200, SUCCESS | {"message": "not a duplicate"}, V.FIRED),
    (200, SUCCESS | {"message": "lead found, source is active"}, V.FIRED),
    # HTTP 200 that is not
    (200, SUCCESS | {"message": "duplicate event"}, V.UNRECOGNISED),
    (200, SUCCESS | {"message": "Source inactive"}, V.UNRECOGNISED),
    (200, SUCCESS | {"message": "event in progress"}, V.UNRECOGNISED),
    (200, SUCCESS | {"message": "lead not found"}, V.UNRECOGNISED),
    (200, {"message": "Event received"}, V.UNRECOGNISED),
    (200, {"type": "warning", "status": 200}, V.UNRECOGNISED),
    (200, {"success": True}, V.UNRECOGNISED),
    (200, b"OK", V.UNRECOGNISED),
    (200, b"", V.UNRECOGNISED),
    (200, b"[" * 100_000, V.UNRECOGNISED),
    (200, b'{"type":"error","type":"success"}', V.UNRECOGNISED),
    (200, SUCCESS | {"missingFields": [[1]]}, V.UNRECOGNISED),
    (200, error(message="who knows"), V.UNRECOGNISED),
    (200, error(message="duplicate"), V.DUPLICATE),
    (200, error(message="inactive"), V.SOURCE_INACTIVE),
    (200, error(message="locked"), V.LOCKED),
    (200, {"status": 400, "type": "success"}, V.UNRECOGNISED),
    (200, SUCCESS | {"missingFields": {"pid": ""}}, V.MISSING_FIELD),
    (200, SUCCESS | {"invalidFields": {"cost": ""}}, V.INVALID_FIELD),
    (201, SUCCESS, V.UNRECOGNISED),
    (204, b"", V.UNRECOGNISED),
    # 400
    (400, error(missingFields={"event_id": "required"}), V.MISSING_FIELD),
    (400, error(missingFields=["revenue"]), V.MISSING_FIELD),
    (400, error(invalidFields={"event_id": "unknown"}), V.UNKNOWN_EVENT),
    (400, error(invalidFields=["event_id", "cid"]), V.INVALID_FIELD),
    (400, error(invalidFields=[{"field": "adSpend"}]), V.INVALID_FIELD),
    (400, error(message="Duplicate event"), V.DUPLICATE),
    (400, error(message="This event was already fired"), V.DUPLICATE),
    (400, error(message="x", invalidFields={"transaction_id": "duplicate"}), V.DUPLICATE),
    (400, error(message="duplicate key", invalidFields=["cost"]), V.INVALID_FIELD),
    (400, error(message="no duplicates allowed here"), V.BAD_REQUEST),
    (400, error(message="lead not found"), V.LEAD_NOT_FOUND),
    (400, error(message="source is inactive"), V.SOURCE_INACTIVE),
    (400, error(message="Something else"), V.BAD_REQUEST),
    (400, b"<html>", V.BAD_REQUEST),
    (400, b"", V.BAD_REQUEST),
    # 403
    (403, error(message="Source inactive"), V.SOURCE_INACTIVE),
    (403, error(message="the source is not active"), V.SOURCE_INACTIVE),
    (403, error(message="concurrent event in progress"), V.LOCKED),
    (403, error(message="The record is locked"), V.LOCKED),
    (403, error(message="inactive or locked"), V.FORBIDDEN),
    (403, error(message="Forbidden"), V.FORBIDDEN),
    (403, b"", V.FORBIDDEN),
    # other statuses
    (404, error(message="lead not found"), V.LEAD_NOT_FOUND),
    (404, b"", V.UNRECOGNISED),
    (429, error(message="slow down"), V.UNRECOGNISED),
    (500, error(message="boom"), V.SERVER_ERROR),
    (502, b"<html>", V.SERVER_ERROR),
    (599, SUCCESS, V.SERVER_ERROR),
    (302, SUCCESS, V.UNRECOGNISED),
    (600, SUCCESS, V.UNRECOGNISED),
    (999, SUCCESS, V.UNRECOGNISED),
    (100, SUCCESS, V.UNRECOGNISED),
]


@pytest.mark.parametrize(("status", "body", "verdict"), CASES)
def test_each_reply_has_its_verdict(status, body, verdict):
    judged = judge(response(status, body), None)
    assert judged.verdict is verdict
    assert judged.happened
    assert judged.next_step
    assert judged.explanation == f"{judged.happened} {judged.next_step}"
    assert judged.meaning is MEANINGS[verdict]


def test_every_verdict_can_be_reached_and_has_its_words():
    reached = {verdict for _, _, verdict in CASES}
    reached.add(judge(None, None).verdict)
    reached.update(
        judge(None, Failure(kind=kind, sentence="x")).verdict
        for kind in (FailureKind.CANCELLED, FailureKind.DNS)
    )
    assert reached == set(Verdict) == set(MEANINGS)
    for meaning in MEANINGS.values():
        assert meaning.happened.endswith(".")
        assert meaning.next_step.endswith(".")
    assert [v for v, meaning in MEANINGS.items() if meaning.tone is Tone.GOOD] == [V.FIRED]


def test_a_kept_word_is_read_back():
    assert all(verdict_of(str(verdict)) is verdict for verdict in Verdict)
    assert verdict_of("Fired!") is V.UNRECOGNISED


def test_missing_and_invalid_fields_are_named():
    judged = judge(response(400, error(missingFields=["event_id", "cid"])), None)
    assert judged.missing == ("event_id", "cid")
    assert "event_id, cid" in judged.happened
    judged = judge(response(400, error(invalidFields=[f"f{n}" for n in range(15)])), None)
    assert "f11, 3 more" in judged.happened
    assert len(judged.invalid) == 15


def test_an_ambiguous_403_gives_both_readings():
    judged = judge(response(403, error(message="Forbidden")), None)
    assert "inactive" in judged.happened
    assert "in progress" in judged.happened


def test_a_200_with_an_error_body_says_that_it_was_not_fired():
    judged = judge(response(200, error(missingFields={"revenue": ""})), None)
    assert judged.happened.startswith("HTTP 200, but the body says error")
    assert "revenue" in judged.happened


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (200, b"", "HTTP 200, but the body is empty."),
        (200, b"hi", "HTTP 200, but the body is not JSON."),
        (200, b"{}", "does not say success"),
        (200, b'{"type":"success","message":"duplicate"}', "contradict each other"),
        (202, b"{}", "HTTP 202 is not the documented success"),
        (418, b"", "HTTP 418 is not a status"),
        (999, b"", "HTTP 999 is not a status"),
        (503, b"", "answered 503"),
        (500, b"", "The server failed while"),
    ],
)
def test_what_is_odd_is_said(status, body, says):
    assert says in judge(response(status, body), None).happened


def test_a_redirect_names_its_target():
    target = (("Location", "http://elsewhere.example/" + "x" * 500),)
    judged = judge(response(307, b"", headers=target), None)
    assert "redirects to http://elsewhere.example/" in judged.happened
    assert len(judged.happened) < 400
    assert "redirects (301)" in judge(response(301, b""), None).happened


@pytest.mark.parametrize("state", BodyState)
def test_a_body_that_is_not_whole_is_never_fired(state):
    judged = judge(response(200, SUCCESS, state=state), None)
    trusted = {BodyState.COMPLETE, BodyState.LENGTH_UNKNOWN, BodyState.TRUNCATED_HERE}
    assert (judged.verdict is V.FIRED) is (state in trusted)


@pytest.mark.parametrize("kind", FailureKind)
@pytest.mark.parametrize("arrived", [True, False])
def test_a_failure_wins_over_a_reply_and_says_what_may_have_happened(kind, arrived):
    failure = Failure(kind=kind, sentence="It broke.", may_have_arrived=arrived)
    judged = judge(response(200, SUCCESS), failure)
    if kind is FailureKind.CANCELLED:
        assert judged.verdict is V.CANCELLED
        assert "may still have processed" in judged.happened
    else:
        assert judged.verdict is V.NO_REPLY
        assert judged.happened == "It broke."
        assert judged.next_step.startswith("The server may" if arrived else "Nothing was")


words = st.sampled_from(
    ["success", "error", "duplicate", "inactive", "lock", "200", "400", "event_id", "", "fired"]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | words | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
replies = st.dictionaries(
    st.sampled_from(["status", "type", "message", "missingFields", "invalidFields", "success"]),
    values | st.sampled_from([200, 400, "success", "error"]),
)


@settings(deadline=None, max_examples=600)
@given(st.sampled_from([200, 200, 200, 201, 400, 403, 404, 500]) | st.integers(0, 999), replies)
def test_fired_only_on_200_with_success_and_no_sign_of_an_error(status, body):
    answer = response(status, body)
    judged = judge(answer, None)
    reply = read_reply(answer)
    assert judged.explanation
    if judged.verdict is V.FIRED:
        assert status == 200
        assert reply.says_success
        assert not reply.says_error
        assert not body.get("missingFields")
        assert not body.get("invalidFields")
        assert str(body.get("type") or "").strip().lower() in {"success", ""}
        assert "duplicate" not in str(body.get("message"))


@settings(deadline=None)
@given(st.integers(0, 999), st.binary(max_size=80), st.sampled_from(BodyState))
def test_any_bytes_are_judged(status, body, state):
    judged = judge(response(status, body, state=state), None)
    assert judged.verdict is not V.FIRED
    assert judged.explanation
