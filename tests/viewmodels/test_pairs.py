"""The Pair bank's state: rows on demand, filters, ids in and out, the next unused pair."""

from __future__ import annotations

import asyncio

import pytest

from pingtree_desktop.domain.pairs import Pair, PairState
from pingtree_desktop.domain.profile import EventKind
from pingtree_desktop.viewmodels import pairs
from pingtree_desktop.viewmodels.pairs import PAGE, PairsModel, PairsTopic
from tests.viewmodels.archives import Background, GatedArchive, LostArchive, kept

BUY, VIEW = EventKind(id="buy"), EventKind(id="view")
MULTI = EventKind(id="ping", multi_trigger=True)


def run(archive, act, *events: EventKind) -> PairsModel:
    async def running() -> PairsModel:
        background = Background()
        model = PairsModel(archive, background.start)
        model.set_events(events or (BUY, VIEW))
        await act(model, background)
        model.watch(is_watched=False)
        await background.settle()
        return model

    return asyncio.run(running())


def states(model: PairsModel) -> list[str]:
    """Every row in short: its id and the states of its pairs."""
    lines = [model.row(n) for n in range(model.row_count)]
    return [f"{x.transaction_id} {' '.join(u.state.value for u in x.uses)}" for x in lines if x]


def pair(transaction_id: str, event_id: str) -> Pair:
    return Pair(transaction_id=transaction_id, event_id=event_id)


def test_rows_are_read_when_they_are_asked_for(archive):
    async def act(model, background):
        gated = GatedArchive(archive)
        model._archive = gated
        await archive.set_bank([f"T-{n}" for n in range(10_000)])
        await kept(archive, "T-9999", "view")
        await model.load()
        model.set_events([EventKind(id=f"e{n}") for n in range(19)] + [VIEW])
        assert (model.row_count, len(model.events)) == (10_000, 20)
        assert [name for name, *_ in gated.asked] == ["bank"]
        assert model.row(9_999) is None
        assert model.row(9_998) is None
        await background.settle()
        assert [len(x[1]) for x in gated.asked[1:]] == [PAGE]  # one page for both
        line = model.row(9_999)
        assert (line.transaction_id, len(line.uses)) == ("T-9999", 20)
        assert line.uses[19].state is PairState.FIRED
        assert line.uses[0].state is PairState.UNUSED
        assert model.id_at(0) == "T-0"

    run(archive, act)


def test_states_follow_what_was_sent_exactly(archive):
    async def act(model, background):
        for transaction_id, event_id, verdict, arrived in (
            ("A", "buy", "fired", True), ("a", "buy", "duplicate", True),
            ("B", "buy", "no_reply", True), ("B", "view", "no_reply", False),
            ("A", "ping", "fired", True), ("A", "BUY", "fired", True),
        ):  # fmt: skip
            await kept(archive, transaction_id, event_id, verdict, arrived=arrived)
        await model.add_text("A\na\nB\n")
        states(model)
        await background.settle()
        assert states(model) == [
            "A fired unused multi-trigger", "a duplicate unused unused", "B unknown unused unused",
        ]  # fmt: skip
        assert model.pair_at(0, 0) is None
        assert model.pair_at(0, 2) == pair("A", "ping")
        assert model.pair_at(2, 1) == pair("B", "view")

    run(archive, act, BUY, VIEW, MULTI)


def test_ids_come_from_text_and_files_and_are_kept(archive, tmp_path):
    async def act(model, background):
        await model.add_text(' "T-1" \nT-2\n\nT-1\n')
        assert model.said == (
            "2 transaction ids found.", "1 repeat left out.", "1 blank line left out.",
            "1 id freed of white space or quotes around it.",
        )  # fmt: skip
        table = tmp_path / "ids.csv"
        table.write_text("n,transaction_id\n1,T-2\n2,T-3\n", "utf-8")
        await model.add_file(table)
        assert model.said[0] == "1 transaction id found."
        assert await archive.bank() == ["T-1", "T-2", "T-3"]
        await model.add_file(tmp_path / "nowhere.csv")
        assert "nowhere.csv cannot be read" in model.problem
        await model.add_text("")
        assert model.problem == ""
        assert model.said == ("0 transaction ids found.", "1 blank line left out.")

    model = run(archive, act)
    assert model.ids == ["T-1", "T-2", "T-3"]


def test_two_imports_at_once_lose_nothing(archive):
    async def act(model, background):
        await asyncio.gather(model.add_text("a\nb"), model.add_text("b\nc"), model.add_text("d"))
        assert await archive.bank() == model.ids == ["a", "b", "c", "d"]

    run(archive, act)


def test_what_is_taken_out_can_be_put_back(archive):
    async def act(model, background):
        await model.add_text("a\nb\nc")
        assert not model.may_undo
        await model.remove([1])
        assert model.ids == ["a", "c"]
        assert model.said == ("1 id taken out of the bank.",)
        await model.undo()
        assert model.ids == await archive.bank() == ["a", "b", "c"]
        await model.clear()
        assert model.said == ("3 ids taken out of the bank.",)
        assert await archive.bank() == []
        await model.undo()
        assert not model.may_undo
        await model.undo()
        await model.remove([])
        assert model.ids == await archive.bank() == ["a", "b", "c"]

    run(archive, act)


def test_a_filter_leaves_the_rows_with_a_pair_in_that_state(archive, monkeypatch):
    monkeypatch.setattr(pairs, "PAGE", 2)

    async def act(model, background):
        for name in ("b", "e"):
            await kept(archive, name)
        await kept(archive, "c", "view", "server_error")
        await model.add_text("a\nb\nc\nd\ne")
        told = []
        model.changes.listen(told.append)
        for state, event, expected in (
            (PairState.FIRED, "", ["b", "e"]),
            (PairState.FIRED, "view", []),
            (PairState.UNKNOWN, "view", ["c"]),
            (PairState.UNUSED, "buy", ["a", "c", "d"]),
            (PairState.UNUSED, "", ["a", "b", "c", "d", "e"]),
        ):
            model.set_filter(state)
            model.choose_event(event)
            await background.settle()
            assert [model.id_at(n) for n in range(model.row_count)] == expected
            assert not model.is_scanning
        assert PairsTopic.RESET in told
        model.set_filter(PairState.FIRED)
        await background.settle()
        assert states(model) == ["b fired unused", "e fired unused"]
        model.set_filter(None)
        assert model.row_count == 5

    run(archive, act)


def test_another_filter_stops_the_one_before(archive):
    async def act(model, background):
        gated = GatedArchive(archive)
        model._archive = gated
        await kept(archive, "a")
        await model.add_text("a\nb")
        gated.gate.clear()
        model.set_filter(PairState.FIRED)
        await gated.has_read.wait()
        model.set_filter(PairState.UNKNOWN)
        gated.gate.set()
        await background.settle()
        assert model.row_count == 0
        assert model.scanned == 2

    run(archive, act)


def test_the_next_unused_pair_is_never_a_used_or_unknown_one(archive, monkeypatch):
    monkeypatch.setattr(pairs, "PAGE", 2)

    async def act(model, background):
        await model.add_text("a\nb\nA\nc")
        assert await model.next_unused() == pair("a", "buy")
        await kept(archive, "a")
        assert await model.next_unused() == pair("a", "view")
        model.choose_event("buy")
        assert await model.next_unused() == pair("b", "buy")
        await kept(archive, "b", verdict="server_error")
        assert await model.next_unused() == pair("A", "buy")
        await kept(archive, "A", verdict="cancelled", arrived=False)
        assert await model.next_unused() == pair("A", "buy")
        await kept(archive, "A", verdict="duplicate")
        await kept(archive, "c", verdict="in_doubt")
        assert await model.next_unused() is None
        assert "No pair is left for buy" in model.problem
        assert model.offered is None

    run(archive, act)


def test_a_multi_trigger_event_is_offered_again_in_turn(archive):
    async def act(model, background):
        await model.add_text("a\nb")
        for name in ("a", "b"):
            await kept(archive, name, "ping")
        found = [await model.next_unused() for _ in range(3)]
        assert found == [pair("a", "ping"), pair("b", "ping"), pair("a", "ping")]

    run(archive, act, MULTI)


def test_why_nothing_can_be_offered_is_said(archive):
    async def act(model, background):
        assert await model.next_unused() is None
        assert model.problem == "The bank is empty: paste or import transaction ids first."
        await model.add_text("a")
        model.set_event_text(" , ")
        assert model.why_not == "No event is named: write at least one event id first."
        model.set_event_text("x, buy,x")
        assert (model.why_not, model.event_text) == ("", "x, buy")
        model.is_loading = True
        assert model.why_not == "The bank is being read."

    run(archive, act)


def test_events_keep_what_the_campaign_knows_of_them(archive):
    async def act(model, background):
        model.choose_event("ping")
        model.set_event_text("new, ping")
        assert model.multi_events == {"ping"}
        assert model.chosen_event == "ping"
        told = []
        model.changes.listen(told.append)
        model.set_event_text("new,ping")
        assert told == []
        model.set_event_text("new")
        assert model.chosen_event == ""
        model.set_events([EventKind(id=f"e{n}") for n in range(100)])
        assert len(model.events) == 60

    run(archive, act, BUY, MULTI)


def test_what_is_sent_meanwhile_shows_by_itself(archive):
    async def act(model, background):
        await model.add_text("a\nb")
        model.set_filter(PairState.UNUSED)
        await background.settle()
        model.watch(is_watched=True)
        await kept(archive, "b", "buy")
        await kept(archive, "b", "view")

        async def seen() -> None:
            while states(model) != ["a unused unused", "b fired fired"]:
                await asyncio.sleep(0.01)

        await asyncio.wait_for(seen(), 20)
        assert model.row_count == 2  # a row does not vanish while one works through them

    run(archive, act)


def test_what_is_sent_while_a_page_is_read_is_not_missed(archive):
    async def act(model, background):
        gated = GatedArchive(archive)
        model._archive = gated
        await model.add_text("a")
        gated.gate.clear()
        gated.has_read.clear()
        assert model.row(0) is None
        await gated.has_read.wait()
        await kept(archive, "a", "buy")
        gated.gate.set()
        await background.settle()
        model.watch(is_watched=True)

        async def seen() -> None:
            while states(model) != ["a fired unused"]:
                await asyncio.sleep(0.01)

        await asyncio.wait_for(seen(), 20)

    run(archive, act)


@pytest.mark.parametrize("what", ["load", "add", "row", "filter", "next", "again"])
def test_a_lost_disk_is_a_problem_in_words(what):
    async def act(model, background):
        model.ids = ["a"]
        match what:
            case "load":
                await model.load()
            case "add":
                await model.add_text("b")
                assert model.ids == ["a"]
            case "row":
                model.row(0)
            case "filter":
                model.set_filter(PairState.FIRED)
            case "next":
                assert await model.next_unused() is None
            case "again":
                model._pages[0] = {}
                await model._read_again()
        await background.settle()

    model = run(LostArchive(), act)
    assert model.problem == "The disk is gone. Plug it in."
    assert not model.is_loading
    assert not model.is_scanning
