"""What each way of writing asks for, and one clear sentence for what cannot be read."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain import query as q
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.query_text import (
    DEPTH_LIMIT,
    MEASURE_LIMIT,
    TERMS_LIMIT,
    QueryError,
    parse,
    quoted,
)
from pingtree_desktop.domain.query_words import NAMES, VOCABULARY
from pingtree_desktop.domain.verdict import Verdict
from tests.domain.query_strategies import search_texts, values

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=ZoneInfo("America/Los_Angeles"))
A, B, C = (q.Words(text=letter) for letter in "abc")
HUNDRED_KB = 100_000


def read(text: str) -> q.Query:
    return parse(text, now=NOW)


def event(text: str, *, is_whole: bool = False) -> q.Named:
    return q.Named(column=q.Column.EVENT, text=text, is_whole=is_whole)


def verdict(*which: Verdict) -> q.VerdictIs:
    return q.VerdictIs(verdicts=frozenset(which))


def between(measure: q.Measure, low: int | None = None, high: int | None = None) -> q.Between:
    return q.Between(measure=measure, low=low, high=high)


def outcome(text: str) -> q.Query | QueryError:
    try:
        return read(text)
    except QueryError as error:
        return error


def refusal(text: str) -> QueryError:
    with pytest.raises(QueryError) as caught:
        read(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", q.Everything()),
        (" \t\n", q.Everything()),
        ('""', q.Everything()),
        ("a", A),
        ("a b", q.AllOf(operands=(A, B))),
        ("a OR b", q.AnyOf(operands=(A, B))),
        ("a b OR c", q.AnyOf(operands=(q.AllOf(operands=(A, B)), C))),
        ("a (b OR c)", q.AllOf(operands=(A, q.AnyOf(operands=(B, C))))),
        ("((a))", A),
        ("-a", q.Not(operand=A)),
        ("NOT a", q.Not(operand=A)),
        ("NOT (a b)", q.Not(operand=q.AllOf(operands=(A, B)))),
        ("--a", q.Not(operand=q.Not(operand=A))),
        ("a - b", q.AllOf(operands=(A, q.Words(text="-"), B))),
        ("a -", q.AllOf(operands=(A, q.Words(text="-")))),
        ("or", q.Words(text="or")),
        ('"OR"', q.Words(text="OR")),
        ('"say \\"hi\\" \\\\ \\n"', q.Words(text='say "hi" \\ \\n')),
        ("a)", q.Words(text="a)")),
        ("(a(b)", q.Words(text="a(b")),
        ("http://x/y", q.Words(text="http://x/y")),
        ("a:b c:d", q.AllOf(operands=(q.Field(name="a", text="b"), q.Field(name="c", text="d")))),
    ],
)
def test_words_and_how_they_are_joined(text, tree):
    assert read(text) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("event:view", event("view")),
        ("EVENT:view", event("view")),
        ("event_id:=view", event("view", is_whole=True)),
        ('event:"a b"', event("a b")),
        ('event:="a b"', event("a b", is_whole=True)),
        ('event:a,="b,c"', q.AnyOf(operands=(event("a"), event("b,c", is_whole=True)))),
        ("campaign:x", q.Named(column=q.Column.CAMPAIGN, text="x")),
        ("cid:x", q.Named(column=q.Column.CID, text="x")),
        ("pid:x", q.Named(column=q.Column.PID, text="x")),
        ("profile:x", q.Named(column=q.Column.PROFILE, text="x")),
        ("method:GET", q.Named(column=q.Column.METHOD, text="GET")),
        ("endpoint:trigger", q.Named(column=q.Column.ENDPOINT, text="trigger")),
        ("label:x", q.Named(column=q.Column.LABEL, text="x")),
        ("env:uat", q.Named(column=q.Column.ENVIRONMENT, text="uat")),
        (
            "env:Live",
            q.AnyOf(
                operands=(
                    q.Named(column=q.Column.ENVIRONMENT, text="Live"),
                    q.Is(flag=q.Flag.LIVE),
                )
            ),
        ),
        ("expected:dup", q.Named(column=q.Column.EXPECTED, text="duplicate", is_whole=True)),
        ("tx:T-1", q.Transaction(text="T-1")),
        ("transaction:=T-1", q.Transaction(text="T-1", is_whole=True)),
        ("transaction_id:T-1", q.Transaction(text="T-1")),
        ("note:x", q.NoteHolds(text="x")),
        ("body:x", q.BodyHolds(part=q.Part.ANY, text="x")),
        ("request:x", q.BodyHolds(part=q.Part.REQUEST, text="x")),
        ("reply:x", q.BodyHolds(part=q.Part.REPLY, text="x")),
        ("sub1:aff-220", q.Field(name="sub1", text="aff-220")),
        ("ADSPEND:=1", q.Field(name="adSpend", text="1", is_whole=True)),
        ("cost:3.20", q.Field(name="cost", text="3.20")),
        ("first_name:Jane", q.Field(name="first_name", text="Jane")),
        ("Lead.first_name:=Jane", q.Field(name="first_name", text="Jane", is_whole=True)),
        ("lead.status:x", q.Field(name="status", text="x")),
        ('lead."zip code":x', q.Field(name="zip code", text="x")),
        ("is:pinned", q.Is(flag=q.Flag.PINNED)),
        ("is:In_Doubt", q.Is(flag=q.Flag.IN_DOUBT)),
        ("is:unexpected", q.Not(operand=q.Is(flag=q.Flag.EXPECTED))),
    ],
)
def test_terms_with_a_name(text, tree):
    assert read(text) == tree


def test_a_quoted_name_without_a_colon_is_words():
    words = (q.Words(text='lead."zip'), q.Words(text='code"'))
    assert read('lead."zip code"') == q.AllOf(operands=words)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("verdict:fired", verdict(Verdict.FIRED)),
        ('-verdict:"Source inactive"', q.Not(operand=verdict(Verdict.SOURCE_INACTIVE))),
        ("verdict:source", verdict(Verdict.SOURCE_INACTIVE)),
        ("verdict:fired,dup", verdict(Verdict.FIRED, Verdict.DUPLICATE)),
        ("verdict:fired,fired", verdict(Verdict.FIRED)),
        ("status:404", between(q.Measure.STATUS, 404, 404)),
        ("status:4XX", between(q.Measure.STATUS, 400, 499)),
        ("status:>=400", between(q.Measure.STATUS, 400)),
        ("status:>400", between(q.Measure.STATUS, 401)),
        ("status:<400", between(q.Measure.STATUS, None, 399)),
        ("status:400..403", between(q.Measure.STATUS, 400, 403)),
        ("status:none", q.Not(operand=q.Is(flag=q.Flag.REPLIED))),
        ("took:>500ms", between(q.Measure.TOOK_US, 500_001)),
        ("took:<2s", between(q.Measure.TOOK_US, None, 1_999_999)),
        ("took:100..500ms", between(q.Measure.TOOK_US, 100_000, 500_000)),
        ("took:500", between(q.Measure.TOOK_US, 500_000, 500_000)),
        ("took:<=0.001ms", between(q.Measure.TOOK_US, None, 1)),
        ("took:<0.0015ms", between(q.Measure.TOOK_US, None, 1)),
        ("took:>999999999999min", between(q.Measure.TOOK_US, MEASURE_LIMIT)),
        ("sent:>10KB", between(q.Measure.SENT_BYTES, 10_001)),
        ("received:1..2mb", between(q.Measure.RECEIVED_BYTES, 1_000_000, 2_000_000)),
        ("received:..2b", between(q.Measure.RECEIVED_BYTES, None, 2)),
        ("received:2..", between(q.Measure.RECEIVED_BYTES, 2)),
        ("amount:42.50", q.Amount(low=Decimal("42.50"), high=Decimal("42.50"))),
        ("amount:=42.50", q.Amount(low=Decimal("42.5"), high=Decimal("42.5"))),
        ("amount:>=10", q.Amount(low=Decimal(10))),
        ("revenue:10..20", q.Amount(low=Decimal(10), high=Decimal(20))),
        ("amount:<0", q.Amount(high=Decimal(0), high_is_open=True)),
        ("amount:>-1", q.Amount(low=Decimal(-1), low_is_open=True)),
    ],
)
def test_choices_and_numbers(text, tree):
    assert read(text) == tree


def test_a_bound_of_money_is_kept_to_the_last_digit():
    assert read("amount:0.1").low == Decimal("0.1")
    assert read("amount:999999999999.000000000001").low == Decimal("999999999999.000000000001")


def test_times_count_in_the_zone_of_now():
    midnight_ms = int(datetime(2026, 11, 1, tzinfo=NOW.tzinfo).timestamp() * 1000)
    next_midnight_ms = int(datetime(2026, 11, 2, tzinfo=NOW.tzinfo).timestamp() * 1000)
    assert read("since:2026-11-01") == between(q.Measure.STARTED_MS, midnight_ms)
    assert read("before:2026-11-01") == between(q.Measure.STARTED_MS, None, midnight_ms - 1)
    whole_day = between(q.Measure.STARTED_MS, midnight_ms, next_midnight_ms - 1)
    assert read("on:2026-11-01") == whole_day
    assert next_midnight_ms - midnight_ms == 25 * 3_600_000  # the clocks go back on that day
    assert read("on:2026-11-01..2026-11-01") == whole_day
    assert refusal("since:2026-11-01..2026-11-02").problem.endswith("is no time.")


@pytest.mark.parametrize(
    ("text", "place", "problem"),
    [
        ("a staus:4xx", (2, 9), "There is no filter called staus."),
        ("verdit:fired", (0, 12), "There is no filter called verdit."),
        ("verdict:blue", (0, 12), "blue is no verdict."),
        ("verdict:in", (0, 10), "in can mean several verdicts."),
        ("expected:blue", (0, 13), "blue is no verdict."),
        ("x is:nice", (2, 7), "Nothing is nice."),
        ("status:", (0, 7), "The filter status: has no value."),
        ("event:a,", (0, 8), "The filter event: has no value."),
        ('event:" "', (0, 9), "The filter event: has no value."),
        ("status:abc", (0, 10), "abc is nothing that status: takes."),
        ("took:5parsec", (0, 12), "5parsec is nothing that took: takes."),
        ("amount:1e5", (0, 10), "1e5 is no amount."),
        ("amount:\u0661", (0, 8), "\u0661 is no amount."),
        ("since:soon", (0, 10), "soon is no time."),
        ("lead.:x", (0, 7), "The lead field has no name."),
        ('a "b', (2, 2), "This quote is never closed."),
        ('lead."b', (5, 2), "This quote is never closed."),
        ("a (b", (2, 1), "This parenthesis is never closed."),
        ("a )", (2, 1), "A parenthesis closes here that none opened."),
        ("()", (1, 1), "Something is missing beside )."),
        ("a OR", (2, 2), "Something is missing beside OR."),
        ("OR a", (0, 2), "Something is missing beside OR."),
        ("NOT", (0, 3), "Something is missing beside NOT."),
        ("NOT OR a", (4, 2), "Something is missing beside OR."),
    ],
)
def test_one_sentence_and_its_place(text, place, problem):
    error = refusal(text)
    assert (error.position, error.length) == place
    assert error.problem == problem
    assert error.remedy
    assert isinstance(error, UsageError)


def test_a_mistyped_name_is_told_the_name_and_the_way_round_it():
    assert refusal("staus:4xx").remedy == (
        "Did you mean status? A lead field of that name is lead.staus:"
    )
    assert read("lead.staus:4xx") == q.Field(name="staus", text="4xx")


def test_errors_repeat_long_and_invisible_text_safely():
    error = refusal("is:\u202e" + "x" * HUNDRED_KB)
    assert len(str(error)) < 400
    assert "\u202e" not in str(error)


def test_nesting_has_a_limit():
    assert read("(" * DEPTH_LIMIT + "a" + ")" * DEPTH_LIMIT) == A
    too_deep = "(" * (DEPTH_LIMIT + 1) + "a" + ")" * (DEPTH_LIMIT + 1)
    assert refusal(too_deep).problem == "The search is nested too deep."
    assert refusal("-" * (DEPTH_LIMIT + 1) + "a").position == DEPTH_LIMIT + 1


@pytest.mark.parametrize("separator", [" event:a", ",a"])
def test_the_number_of_values_has_a_limit(separator):
    assert len(read("event:a" + separator * (TERMS_LIMIT - 1)).operands) == TERMS_LIMIT
    assert "at most 200 values" in refusal("event:a" + separator * TERMS_LIMIT).problem


@pytest.mark.parametrize(
    "text",
    ["a", "(", ")", "-", '"', 'lead."', 'lead."\\"', "a:", "a ", "OR ", "a,", ".", "1", "\\", "=",
     "NOT ", "took:", "took:a ", "since:1 ", "lead.", "\ud800", "\x00", "\u0661", "a-", "event:,"],
)  # fmt: skip
@pytest.mark.parametrize("start", ["", "took:"])
def test_a_hundred_kilobytes_end_in_an_answer(start, text):
    long = start + text * (HUNDRED_KB // len(text))
    for written in (long, long + "!"):
        found = outcome(written)
        if isinstance(found, QueryError):
            assert 0 <= found.position < found.position + found.length <= len(written)
            assert len(str(found)) < 1_000


@pytest.mark.parametrize("name", ["status", "amount", "since", "on", "sent", "is", "verdict"])
@pytest.mark.parametrize("value", ["a", "1", "."])
def test_a_value_of_a_hundred_kilobytes_is_refused(name, value):
    assert len(str(refusal(f"{name}:{value * HUNDRED_KB}!"))) < 1_000


@given(search_texts)
@settings(max_examples=500)
def test_any_text_is_read_or_refused_with_its_place(text):
    found = outcome(text)
    if isinstance(found, QueryError):
        assert 0 <= found.position < found.position + found.length <= len(text)
        assert found.problem.endswith(".")
        assert found.remedy


@given(values)
def test_a_quoted_value_is_read_as_itself(text):
    assert read(f"event:{quoted(text)}") == event(text)
    assert read(f"({quoted(text)})") == q.Words(text=text)


@given(st.sampled_from(sorted(NAMES)), values)
def test_every_name_takes_any_value_or_says_why_not(name, text):
    written = f"{name}:{quoted(text)}"
    found = outcome(written)
    if isinstance(found, QueryError):
        assert (found.position, found.length) == (0, len(written))
    else:
        assert not isinstance(found, q.Everything | q.Words)


@pytest.mark.parametrize("term", VOCABULARY, ids=lambda term: term.name)
def test_every_example_and_choice_of_the_help_is_read(term):
    assert term.example.startswith(f"{term.name}:")
    read(term.example)
    for choice in term.choices:
        read(f"{term.name}:{quoted(choice)}")


@pytest.mark.parametrize(
    ("text", "slow"),
    [("body:x", True), ("a -reply:x", True), ("a OR (b request:x)", True), ("a -note:x", False)],
)
def test_only_what_looks_into_bodies_is_slow(text, slow):
    assert q.is_slow(parse(text, now=NOW)) is slow
