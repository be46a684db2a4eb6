"""What a query finds, against a plain reading of the same query over the exchanges themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain import query as q
from pingtree_desktop.domain.exchange import Exchange, Failure, FailureKind, Outcome
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.history_reader import Sort, SortKey
from pingtree_desktop.storage.places import open_places
from tests.storage.samples import exchange, finished

MONEY = (
    "",
    "0",
    "10",
    "10.00",
    "42.5",
    "42.50",
    "-3",
    "123456789012.000000000001",
    "123456789012.000000000002",
    "x",
)
NAMES = ("Debt Relief", "Solar", "Stra\u00dfe", "\u00c4pfel", "100%", "a_b", "")
VALUES = (
    "aff-220",
    "aff-77",
    "Jane Doe",
    "jane.doe@example.com",
    "\u00dcml\u00e4ut",
    "it's",
    "!%_",
)


def many() -> list[Exchange]:
    """Exchanges that differ in everything that can be asked for."""
    made = []
    for n in range(60):
        body = json.dumps(
            {
                "event_id": ("quote_view", "call_done")[n % 2],
                "sub1": VALUES[n % len(VALUES)],
                "amount": n,
                "lead": {"first": VALUES[(n + 3) % len(VALUES)]},
                "flags": [True, None, "deep value"],
            },
            ensure_ascii=n % 3 == 0,
        ).encode()
        sent = exchange(
            f"T-{n % 7}-{'ab'[n % 2]}",
            uid=f"uid-{n}",
            started_ms=1_790_000_000_000 + n * 60_000,
            campaign=NAMES[n % len(NAMES)],
            environment=("sandbox", "Live EU", "staging")[n % 3],
            danger=("sandbox", "live", "test")[n % 3],
            event_id=("quote_view", "call_done")[n % 2],
            money=MONEY[n % len(MONEY)],
            message="",
        )
        sent = replace(sent, request=replace(sent.request, body=body))
        verdict = list(Verdict)[n % 5]
        done = finished(sent, verdict=verdict.value, message=f"Reply number {n}")
        if n % 9 == 0:
            failure = Failure(kind=FailureKind.DNS, sentence="No such host.")
            none = Outcome(response=None, failure=failure, phases=(), elapsed_ms=n * 1.5)
            done = replace(done, outcome=none)
        else:
            response = replace(done.outcome.response, status=(200, 400, 403, 500)[n % 4])
            done = replace(
                done, outcome=replace(done.outcome, response=response, elapsed_ms=n * 10.5)
            )
        made.append(done)
    return made


class Filled(tuple):  # hypothesis writes its arguments out: a short name is enough
    __slots__ = ()

    def __repr__(self) -> str:
        return "filled"


@pytest.fixture(scope="module")
def filled(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[HistoryStore, list[Exchange]]]:
    store = HistoryStore.open(open_places(tmp_path_factory.mktemp("search")))
    made = many()
    for done in made:
        entry_id = store.begin(replace(done, outcome=None, verdict="in_doubt")).result()
        store.finish(entry_id, done).result()
    store.remarks.set_note(3, "asked SUPPORT 100%").result()
    store.remarks.change_labels([3, 4], add=["ticket 12", "late"]).result()
    store.remarks.pin([5], is_pinned=True).result()
    yield Filled((store, [replace(one, id=i) for i, one in enumerate(made, 1)]))
    store.close()


# ---- the plain reading -------------------------------------------------------------------------


def words_of(text: str) -> set[str]:
    """Words as the documentation of the search tells them: runs, and their parts."""
    found: set[str] = set()
    for run in "".join(" " if c in "\"'" or ord(c) <= 32 else c for c in text.casefold()).split():
        found.add(run)
        found.update("".join(c if c.isalnum() else " " for c in run).split())
    return found


def fields_of(one: Exchange) -> dict[str, list[str]]:
    data = json.loads(one.request.body)
    return {
        "event_id": [data["event_id"]],
        "sub1": [data["sub1"]],
        "amount": [str(data["amount"])],
        "lead.first": [data["lead"]["first"]],
        "flags": ["true", "deep value"],
    }


def runs(text: str) -> list[str]:
    return "".join(" " if c in "\"'" else c for c in text.casefold()).split()


def all_words(one: Exchange) -> set[str]:
    response = one.outcome.response
    texts = [
        one.event_id, one.transaction_id, one.cid, one.campaign, one.profile, one.environment,
        one.verdict, str(response.status) if response else "", one.message, "1",
        *(value for values in fields_of(one).values() for value in values),
    ]  # fmt: skip
    return {word for text in texts for word in words_of(text)} | {
        f"{name}:{run}" for name, vs in fields_of(one).items() for v in vs for run in runs(v)
    }


def fits(one: Exchange, query: q.Query) -> bool:  # noqa: C901, PLR0912 - one case per kind
    response = one.outcome.response
    match query:
        case q.Everything():
            return True
        case q.Words(text=text):
            have = all_words(one)
            return all(any(w.startswith(run) for w in have) for run in runs(text))
        case q.Named(column=column, text=text, is_whole=is_whole):
            named = {
                q.Column.CAMPAIGN: one.campaign,
                q.Column.EVENT: one.event_id,
                q.Column.ENVIRONMENT: one.environment,
            }[column].casefold()
            return named == text.casefold() if is_whole else text.casefold() in named
        case q.Transaction(text=text, is_whole=is_whole):
            have, wanted = one.transaction_id.casefold(), text.casefold()
            return have == wanted if is_whole else have.startswith(wanted)
        case q.VerdictIs(verdicts=verdicts):
            return one.verdict in verdicts
        case q.Between(measure=measure, low=low, high=high):
            value = {
                q.Measure.STATUS: response.status if response else None,
                q.Measure.TOOK_US: round(one.outcome.elapsed_ms * 1000),
                q.Measure.SENT_BYTES: len(one.request.body),
                q.Measure.RECEIVED_BYTES: len(response.body) if response else 0,
                q.Measure.STARTED_MS: one.started_ms,
            }[measure]
            if value is None:
                return False
            return (low is None or value >= low) and (high is None or value <= high)
        case q.Amount(low=low, high=high, low_is_open=lo, high_is_open=ho):
            if one.money in {"", "x"}:
                return False
            value = Decimal(one.money)
            above = low is None or value > low or (value == low and not lo)
            return above and (high is None or value < high or (value == high and not ho))
        case q.Field(name=name, text=text, is_whole=is_whole):
            have = [run for value in fields_of(one).get(name, []) for run in runs(value)]
            return all(
                any(h == run if is_whole else h.startswith(run) for h in have) for run in runs(text)
            )
        case q.BodyHolds(text=text):
            bodies = one.request.body + b"\n" + (response.body if response else b"")
            return text.casefold() in bodies.decode().casefold()
        case q.NoteHolds(text=text):
            return one.id == 3 and text.casefold() in "asked support 100%"
        case q.Is(flag=flag):
            return {
                q.Flag.PINNED: one.id == 5,
                q.Flag.NOTED: one.id == 3,
                q.Flag.LABELLED: one.id in {3, 4},
                q.Flag.EXPECTED: one.verdict == one.expected,
                q.Flag.IN_DOUBT: False,
                q.Flag.REPLIED: response is not None,
                q.Flag.LIVE: one.danger == "live",
            }[flag]
        case q.Not(operand=operand):
            return not fits(one, operand)
        case q.AllOf(operands=operands):
            return all(fits(one, operand) for operand in operands)
        case q.AnyOf(operands=operands):
            return any(fits(one, operand) for operand in operands)
    raise AssertionError(query)


_words = st.sampled_from(
    [
        *("quote", "QUOTE_view", "aff-2", "aff", "77", "jane", "doe@", "Jane Doe", "stra\u00dfe"),
        *("STRASSE", "\u00e4pf", "reply number 1", "100%", "a_b", "%", "_", "'", "it's", "deep"),
        *("sub1:aff-220", "true", "zzz", "T-3", "fired", "400", "\u00fcml", "!", "x" * 100, "OR"),
        *("-", "*", '"', "lead.first:jane"),
    ]
)
_money = st.sampled_from(
    [None, *(Decimal(m) for m in MONEY if m not in {"", "x"}), Decimal("10.1")]
)
_number = st.sampled_from([None, 0, 200, 399, 400, 499, 10_500, 105_000, 600_000, 2**70, -1])
_leaves = st.one_of(
    st.just(q.Everything()),
    st.builds(q.Words, text=_words),
    st.builds(
        q.Named,
        column=st.sampled_from([q.Column.CAMPAIGN, q.Column.EVENT, q.Column.ENVIRONMENT]),
        text=st.sampled_from(
            ["debt", "SOLAR", "Stra\u00dfe", "\u00e4PFEL", "%", "_", "", "live", "quote_view"]
        ),
        is_whole=st.booleans(),
    ),
    st.builds(
        q.Transaction,
        text=st.sampled_from(["T-1", "t-1-A", "T-", "x", "T-1-b"]),
        is_whole=st.booleans(),
    ),
    st.builds(q.VerdictIs, verdicts=st.frozensets(st.sampled_from(Verdict), max_size=3)),
    st.builds(
        q.Between,
        measure=st.sampled_from([q.Measure.STATUS, q.Measure.TOOK_US, q.Measure.SENT_BYTES]),
        low=_number,
        high=_number,
    ).filter(lambda b: (b.low, b.high) != (None, None)),
    st.builds(
        q.Amount, low=_money, high=_money, low_is_open=st.booleans(), high_is_open=st.booleans()
    ),
    st.builds(
        q.Field,
        name=st.sampled_from(["sub1", "event_id", "lead.first", "flags", "none"]),
        text=st.sampled_from(
            ["aff-220", "AFF", "jane", "Jane Doe", "doe", "deep", "\u00fcml", "it's"]
        ),
        is_whole=st.booleans(),
    ),
    st.builds(
        q.BodyHolds, part=st.just(q.Part.ANY), text=st.sampled_from(["aff-2", "SUCCESS", "nope"])
    ),
    st.builds(q.NoteHolds, text=st.sampled_from(["support", "100%", "1%0", "zzz"])),
    st.builds(q.Is, flag=st.sampled_from(q.Flag)),
)
queries = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(q.Not, operand=inner),
        st.builds(q.AllOf, operands=st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(q.AnyOf, operands=st.lists(inner, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)


@settings(
    deadline=None,
    max_examples=400,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(query=queries)
def test_any_query_finds_what_its_plain_reading_finds(
    filled: tuple[HistoryStore, list[Exchange]], query: q.Query
) -> None:
    store, made = filled
    expected = [one.id for one in reversed(made) if fits(one, query)]
    assert list(store.reader.ids(query).result()) == expected
    assert [row.id for row in store.reader.newest(7, query).result()] == expected[:7]
    assert sorted(store.reader.matching([2, 7, 30, 999], query).result()) == sorted(
        {2, 7, 30} & set(expected)
    )
    counted = store.reader.histogram(query, 8).result()
    total = sum(sum(bar.values()) for bar in counted.bars) if counted else 0
    assert total == len(expected)


@pytest.mark.parametrize("key", list(SortKey))
@pytest.mark.parametrize("is_descending", [True, False])
def test_every_order_holds_every_entry_and_is_one(
    filled: tuple[HistoryStore, list[Exchange]], key: SortKey, is_descending: bool
) -> None:
    store, made = filled
    ids = list(store.reader.ids(sort=Sort(key=key, is_descending=is_descending)).result())
    assert sorted(ids) == [one.id for one in made]
    rows = {row.id: row for row in store.reader.page(ids).result()}
    value = {
        SortKey.TIME: lambda row: row.id,
        SortKey.EVENT: lambda row: row.event_id,
        SortKey.TRANSACTION: lambda row: row.transaction_id.casefold(),
        SortKey.VERDICT: lambda row: row.verdict,
        SortKey.TOOK: lambda row: row.elapsed_ms,
        SortKey.RECEIVED: lambda row: row.response_bytes,
        SortKey.MONEY: lambda row: None if row.money in {"", "x"} else float(Decimal(row.money)),
    }.get(key)
    if value is not None:
        values = [value(rows[i]) for i in ids]
        known = [v for v in values if v is not None]
        assert known == sorted(known, reverse=is_descending)
        assert values[: len(known)] == known  # what has no value comes last


def test_labels_are_found_whole_and_in_part(filled: tuple[HistoryStore, list[Exchange]]) -> None:
    reader = filled[0].reader
    part = q.Named(column=q.Column.LABEL, text="TICKET")
    whole = q.Named(column=q.Column.LABEL, text="ticket", is_whole=True)
    assert list(reader.ids(part).result()) == [4, 3]
    assert list(reader.ids(whole).result()) == []


def test_deleted_entries_are_found_by_nothing(tmp_path: object) -> None:
    assert tmp_path is not None
    store = HistoryStore.open(open_places(tmp_path))
    sent = exchange("T-9")
    entry_id = store.begin(sent).result()
    store.finish(entry_id, finished(sent)).result()
    store.delete([entry_id]).result()
    for query in (q.Everything(), q.Words(text="quote"), q.Transaction(text="T-9")):
        assert list(store.reader.ids(query).result()) == []
        assert store.reader.newest(5, query).result() == []
    store.close()
