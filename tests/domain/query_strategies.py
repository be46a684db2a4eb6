"""Generated searches: trees that a text can give, and texts in the manner of a search."""

from decimal import Decimal

from hypothesis import strategies as st

from pingtree_desktop.domain import query as q
from pingtree_desktop.domain.query_periods import EARLIEST_MS, LATEST_MS
from pingtree_desktop.domain.query_text import MEASURE_LIMIT
from pingtree_desktop.domain.query_words import NAMES
from pingtree_desktop.domain.verdict import Verdict
from tests.domain.strategies import awkward_text

_marks = st.sampled_from(
    ["OR", "NOT", "-x", "=x", "a,b", "a:b", 'say "hi"', "\\", '\\"', "(a)", ")", "http://x/", "-"]
)
values = (awkward_text | _marks).filter(str.strip)
_names = (values | st.sampled_from([*NAMES, "first_name", "lead.x", "staus", "adspend"])).filter(
    bool
)
_columns = st.sampled_from([column for column in q.Column if column is not q.Column.EXPECTED])
_verdicts = st.sampled_from(Verdict)


def _is_not_live(named: q.Named) -> bool:
    return named.column is not q.Column.ENVIRONMENT or named.text.casefold() != "live"


def _bounds(measure: q.Measure, first: int, last: int) -> st.SearchStrategy[q.Between]:
    numbers = st.integers(first, last)
    below = st.integers(max(first - 1, -1) if first == 0 else first, last)
    return st.one_of(
        st.builds(q.Between, measure=st.just(measure), low=numbers, high=numbers),
        st.builds(q.Between, measure=st.just(measure), low=numbers),
        st.builds(q.Between, measure=st.just(measure), high=below),
        numbers.map(lambda n: q.Between(measure=measure, low=n, high=n)),
    )


_money = st.decimals(-(10**9), 10**9, places=4) | st.integers(-10, 10).map(Decimal)
_amounts = st.one_of(
    st.builds(q.Amount, low=_money, high=_money),
    st.builds(q.Amount, low=_money, low_is_open=st.booleans()),
    st.builds(q.Amount, high=_money, high_is_open=st.booleans()),
    _money.map(lambda number: q.Amount(low=number, high=number)),
)


@st.composite
def _live(draw: st.DrawFn) -> q.Query:
    text = draw(st.sampled_from(["live", "Live", "LIVE"]))
    named = q.Named(column=q.Column.ENVIRONMENT, text=text, is_whole=draw(st.booleans()))
    return q.AnyOf(operands=(named, q.Is(flag=q.Flag.LIVE)))


leaves: st.SearchStrategy[q.Query] = st.one_of(
    st.builds(q.Words, text=values),
    st.builds(q.Named, column=_columns, text=values, is_whole=st.booleans()).filter(_is_not_live),
    st.builds(
        q.Named, column=st.just(q.Column.EXPECTED), text=_verdicts.map(str), is_whole=st.just(True)
    ),
    _live(),
    st.builds(q.Transaction, text=values, is_whole=st.booleans()),
    st.builds(q.VerdictIs, verdicts=st.frozensets(_verdicts, min_size=1)),
    _bounds(q.Measure.STATUS, 0, 999),
    st.sampled_from([(n, n + 99) for n in range(0, 900, 100)]).map(
        lambda pair: q.Between(measure=q.Measure.STATUS, low=pair[0], high=pair[1])
    ),
    *(
        _bounds(measure, 0, last)
        for measure in (q.Measure.TOOK_US, q.Measure.SENT_BYTES, q.Measure.RECEIVED_BYTES)
        for last in (5_000_000, MEASURE_LIMIT)
    ),
    _bounds(q.Measure.STARTED_MS, EARLIEST_MS, LATEST_MS),
    _amounts,
    st.builds(q.Field, name=_names, text=values, is_whole=st.booleans()),
    st.builds(q.BodyHolds, part=st.sampled_from(q.Part), text=values),
    st.builds(q.NoteHolds, text=values),
    st.builds(q.Is, flag=st.sampled_from(q.Flag)),
)


def _joined(inner: st.SearchStrategy[q.Query]) -> st.SearchStrategy[q.Query]:
    several = st.lists(inner | st.just(q.Everything()), min_size=2, max_size=4).map(tuple)
    same = st.lists(
        st.builds(q.Named, column=st.just(q.Column.EVENT), text=values), min_size=2, max_size=3
    ).map(tuple)
    return st.one_of(
        st.builds(q.Not, operand=inner),
        st.builds(q.AllOf, operands=several),
        st.builds(q.AnyOf, operands=several),
        st.builds(q.AnyOf, operands=same),
    )


trees: st.SearchStrategy[q.Query] = st.recursive(leaves, _joined, max_leaves=15)

_pieces = st.sampled_from(
    ["(", ")", " ", " ", " OR ", "NOT ", "-", '"', '\\"', ":", ":=", ",", "..", ">", "<=", "4xx",
     "404", "none", "7d", "12h", "today", "2026-11-01", "T14:30", "0001-01-01", "9999-12-31",
     "2026-11-01T14:30:00.123Z", "0000-99-99T00:00:00Z", "999999w", "500ms", "2s", "10KB", "42.50",
     "fired", "dup", "s", "live", "pinned", "unexpected", "lead.", 'lead."', "first_name", "://",
     "status:", "is:", "verdict:", "env:", "took:", "on:", "since:", "before:", "amount:", "sent:",
     "event:a,b", "\u0661", "\u017f", "\x1c", "\u2028"]
)  # fmt: skip
search_texts = st.lists(_pieces | awkward_text | st.sampled_from(sorted(NAMES)), max_size=14).map(
    "".join
)
