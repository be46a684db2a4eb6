"""The Compare page's state: what is compared, what is shown of it, what overtakes what."""

from __future__ import annotations

import asyncio

import pytest

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.request import Request
from pingtree_desktop.viewmodels import comparison
from pingtree_desktop.viewmodels.comparison import ComparisonModel, ComparisonTopic, side_title
from tests.viewmodels.archives import Background, GatedArchive, LostArchive, kept

DRAFT = Request(method="POST", url="http://h/api", headers=(("Date", "x"),), body=b'{"a":1,"b":3}')


def shown(model: ComparisonModel) -> list[str]:
    """The page's lines in short."""
    return [
        line.heading or line.note or f"{line.row.place}: {line.row.kind.value}"
        for line in model.lines
    ]


def run(archive, act) -> ComparisonModel:
    async def running() -> ComparisonModel:
        background = Background()
        model = ComparisonModel(archive, background.start)
        await act(model, background)
        await background.settle()
        return model

    return asyncio.run(running())


def test_two_entries_are_compared_and_only_their_differences_shown(archive):
    async def act(model, background):
        told = []
        model.changes.listen(told.append)
        left = await kept(archive, "T", body='{"a":1,"b":2.50}')
        right = await kept(archive, "T", verdict="duplicate", body='{"b":2.5,"a":1}')
        model.show_entries(left, right)
        await background.settle()
        assert told == [ComparisonTopic.SHOWN] * 2
        assert shown(model) == [
            "Request fields \u00b7 1 of 2 differ", "b: spelling", "Reply \u00b7 1 of 4 differ",
            "verdict: changed",
        ]  # fmt: skip
        assert model.summary == "2 differences"
        model.set_only_differences(is_on=False)
        assert "a: same" in shown(model)
        assert "Address \u00b7 0 of 4 differ" in shown(model)
        assert told[-1] is ComparisonTopic.LINES
        first = model.left
        model.swap()
        await background.settle()
        assert model.right is first

    run(archive, act)


def test_an_entry_is_compared_with_the_draft(archive):
    async def act(model, background):
        entry = await kept(archive, "T", body='{"a":1,"b":2}')
        model.show_with_draft(entry, lambda: DRAFT)
        await background.settle()

    model = run(archive, act)
    assert shown(model) == [
        "The draft has no reply yet: only what is sent is compared.",
        "Request fields \u00b7 1 of 2 differ",
        "b: changed",
    ]
    assert model.summary == "1 difference, 1 passed over"
    assert side_title(model.right) == "The open draft, as it would be sent now"
    assert side_title(model.left).startswith("buy \u00b7 Fired \u00b7 sandbox \u00b7 2023-11-1")
    assert side_title(None) == ""


def test_a_draft_that_cannot_be_built_is_a_problem_in_words(archive):
    def draft() -> Request:
        raise UsageError("The base URL is empty.", "Type one.")

    async def act(model, background):
        model.show_with_draft(await kept(archive, "T"), draft)

    model = run(archive, act)
    assert model.problem == "The base URL is empty. Type one."
    assert (model.comparison, model.lines, model.is_loading, model.summary) == (None, (), False, "")


def test_a_lost_disk_is_a_problem_in_words():
    async def act(model, background):
        model.show_entries(1, 2)

    assert run(LostArchive(), act).problem == "The disk is gone. Plug it in."


def test_what_is_passed_over_can_be_changed(archive):
    async def act(model, background):
        model.set_ignored("date")  # nothing is compared yet
        model.show(DRAFT, Request(method="POST", url="http://h/api", headers=(), body=b'{"a,b":1}'))
        await background.settle()
        assert "Date: only left" not in shown(model)
        model.set_ignored("")
        await background.settle()
        assert "Date: only left" in shown(model)
        for place in ("Date", "a", '["a,b"]'):
            model.ignore(next(x for x in model.lines if x.row and x.row.place == place))
            await background.settle()
        assert shown(model)[1:] == ["Request fields \u00b7 1 of 3 differ", "b: only left"]
        assert str(model.ignored) == 'header:Date, field:a, field:["a*b"]'
        model.ignore(model.lines[0])
        model.set_ignored(str(model.ignored))

    run(archive, act)


def test_a_later_comparison_overtakes_an_earlier_one(archive):
    async def act(model, background):
        gated = GatedArchive(archive)
        model._archive = gated
        first, second = await kept(archive, "T-1"), await kept(archive, "T-2")
        gated.gate.clear()
        model.show_entries(first, first)
        await gated.has_read.wait()
        model.show(DRAFT, DRAFT)
        while model.left is None:
            await asyncio.sleep(0)
        assert not model.is_loading
        gated.gate.set()
        await background.settle()
        assert model.left is DRAFT
        assert model.summary == "No difference"
        model.show_entries(first, second)

    model = run(archive, act)
    assert (model.left.transaction_id, model.right.transaction_id) == ("T-1", "T-2")


def test_a_page_of_lines_has_an_end(archive, monkeypatch):
    monkeypatch.setattr(comparison, "MOST_LINES", 3)

    async def act(model, background):
        model.show(DRAFT, Request(method="GET", url="https://x/", headers=(), body=b""))

    model = run(archive, act)
    assert len(model.lines) == 4
    assert model.lines[-1].note.endswith("more lines are not shown.")


@pytest.mark.parametrize("side", [None, DRAFT])
def test_one_side_alone_is_not_swapped(archive, side):
    async def act(model, background):
        model.left = side
        model.swap()

    assert run(archive, act).comparison is None
