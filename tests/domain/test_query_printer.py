"""A search written as text is the same search, in every time zone; what has no text is refused."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain import query as q
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.query_printer import to_text
from pingtree_desktop.domain.query_text import DEPTH_LIMIT, TERMS_LIMIT, QueryError, parse
from pingtree_desktop.domain.verdict import Verdict
from tests.domain.query_strategies import search_texts, trees

NOW = datetime(2026, 11, 24, 9, 30, 15, 250_000, tzinfo=timezone(timedelta(hours=-8)))
zones = st.integers(-12 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m)))


@given(trees, zones)
@settings(max_examples=500)
def test_a_written_tree_is_read_as_itself(tree, zone):
    assert parse(to_text(tree), now=NOW.astimezone(zone)) == tree


@given(search_texts, zones)
@settings(max_examples=500)
def test_whatever_can_be_read_can_be_written(text, zone):
    try:
        tree = parse(text, now=NOW.astimezone(zone))
    except QueryError:
        return
    assert parse(to_text(tree), now=NOW) == tree


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        ("  ", ""),
        ('a ""', 'a ""'),
        ("NOT  verdict:Fired", "-verdict:fired"),
        ("status:400..499", "status:4xx"),
        ("status:0404", None),
        ("status:<100", "status:<=099"),
        ("status:>999", "status:>999"),
        ("status:none,404", "status:none,404"),
        ("status:<000", "status:<000"),
        ("is:unexpected", "is:unexpected"),
        ("-is:replied", "status:none"),
        ("took:>=1500", "took:>=1500ms"),
        ("took:2s", "took:2s"),
        ("took:1us..1500us", "took:1us..1500us"),
        ("took:<0", "took:<000"),
        ("took:999999999999.5min", "took:999999999999.999999s"),
        ("sent:10KB received:<=2500", "sent:10KB received:<=2500B"),
        ("revenue:>10.00 amount:<5", "amount:>10.00 amount:<5"),
        ("env:live", "env:live"),
        ("env:=Live,uat", "env:=Live,uat"),
        ("event:a OR event:b", "event:a,b"),
        ("verdict:fired OR verdict:locked", "verdict:fired OR verdict:locked"),
        ("verdict:locked,fired", "verdict:fired,locked"),
        ("a OR (b OR c) d", "a OR (b OR c) d"),
        ("note:x body:y is:pinned tx:T", "note:x body:y is:pinned tx:T"),
        ("(a b) c -(d OR e)", "(a b) c -(d OR e)"),
        ("lead.event:x sub1:=y adspend:1", "lead.event:x sub1:=y adSpend:1"),
        ('lead."zip code":1', 'lead."zip code":1'),
        ("since:2026-11-01", 'since:"2026-11-01T08:00:00.000Z"'),
        ("before:2026-11-01T14:30:00.000Z", 'before:"2026-11-01T14:30:00.000Z"'),
        (
            "on:2026-11-01..2026-11-02",
            'on:"2026-11-01T08:00:00.000Z..2026-11-03T07:59:59.999Z"',
        ),
    ],
)
def test_the_plain_form(text, written):
    if written is None:
        with pytest.raises(QueryError):
            parse(text, now=NOW)
    else:
        assert to_text(parse(text, now=NOW)) == written


def _nested(levels: int) -> q.Query:
    tree: q.Query = q.Words(text="a")
    for _ in range(levels):
        tree = q.Not(operand=tree)
    return tree


def test_nesting_is_written_as_deep_as_it_is_read():
    deepest = _nested(DEPTH_LIMIT)
    assert parse(to_text(deepest), now=NOW) == deepest


@pytest.mark.parametrize(
    "tree",
    [
        q.Words(text=" "),
        q.AllOf(operands=()),
        q.AnyOf(operands=()),
        q.AllOf(operands=(q.Words(text="a"),)),
        q.AnyOf(operands=(q.Is(flag=q.Flag.LIVE),)),
        q.AllOf(operands=(q.Words(text="a"),) * (TERMS_LIMIT + 1)),
        _nested(DEPTH_LIMIT + 1),
        _nested(500),
        q.VerdictIs(verdicts=frozenset()),
        q.Named(column=q.Column.EVENT, text=""),
        q.Named(column=q.Column.ENVIRONMENT, text="live"),
        q.Named(column=q.Column.EXPECTED, text="nonsense", is_whole=True),
        q.Named(column=q.Column.EXPECTED, text=Verdict.FIRED.value),
        q.Field(name="", text="a"),
        q.Between(measure=q.Measure.STATUS),
        q.Between(measure=q.Measure.STATUS, low=5000, high=6000),
        q.Between(measure=q.Measure.TOOK_US, low=-5, high=-5),
        q.Between(measure=q.Measure.SENT_BYTES, high=10**5000),
        q.Between(measure=q.Measure.STARTED_MS),
        q.Between(measure=q.Measure.STARTED_MS, low=10**17),
        q.Amount(),
        q.Amount(low=Decimal("NaN")),
        q.Amount(low=Decimal("1E+999999")),
        q.Amount(low=Decimal(1), high=Decimal(2), low_is_open=True),
    ],
)
def test_what_no_text_gives_is_refused(tree):
    with pytest.raises(UsageError, match="cannot be written as text"):
        to_text(tree)


def test_a_period_is_the_same_whoever_reads_it():
    written = to_text(parse("since:12h", now=NOW))
    assert parse(written, now=datetime(2030, 1, 1, tzinfo=UTC)) == parse("since:12h", now=NOW)
