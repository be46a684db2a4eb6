"""The Transaction page's state: read whole, kept up to date while somebody looks."""

from __future__ import annotations

import asyncio

from pingtree_desktop.domain.dossier import plain
from pingtree_desktop.viewmodels.dossier import DossierModel
from tests.viewmodels.archives import Background, GatedArchive, LostArchive, kept


def run(archive, act, *arguments) -> DossierModel:
    async def running() -> DossierModel:
        background = Background()
        model = DossierModel(archive, background.start, *arguments)
        await act(model, background)
        model.watch(is_watched=False)
        await background.settle()
        return model

    return asyncio.run(running())


def test_a_transactions_account_is_read(archive):
    async def act(model, background):
        await kept(archive, "T", body='{"amount":1.10}')
        await kept(archive, "other", body='{"amount":9}')
        await kept(archive, "T", "again", body='{"amount":2.20}')
        model.show("T")
        await background.settle()

    model = run(archive, act, lambda: frozenset({"again"}))
    assert plain(model.dossier.totals[0].amount) == "3.30"
    assert [pair.state.value for pair in model.dossier.pairs] == ["fired", "multi-trigger"]
    assert not model.is_loading


def test_no_transaction_is_no_account(archive):
    async def act(model, background):
        await model.load("nobody")
        assert model.dossier.moments == ()
        await model.load("")

    model = run(archive, act)
    assert model.dossier is None
    assert not model.is_loading


def test_what_is_sent_meanwhile_shows_by_itself(archive):
    async def until(condition) -> None:
        while not condition():
            await asyncio.sleep(0.01)

    async def act(model, background):
        await kept(archive, "T")
        await model.load("T")
        await kept(archive, "T", "more")  # nobody looks
        await asyncio.sleep(0.05)
        assert len(model.dossier.moments) == 1
        model.watch(is_watched=True)
        await asyncio.wait_for(until(lambda: len(model.dossier.moments) == 2), 20)
        await kept(archive, "T", "third")
        await asyncio.wait_for(
            until(
                lambda: (
                    len(model.dossier.moments) == 3
                    and model.dossier.moments[2].verdict.value == "fired"
                )
            ),
            20,
        )

    run(archive, act)


def test_another_transaction_overtakes_one_on_its_way(archive):
    async def act(model, background):
        gated = GatedArchive(archive)
        model._archive = gated
        await kept(archive, "A")
        gated.gate.clear()
        model.show("A")
        await gated.has_read.wait()
        model.show("B")
        while model.transaction_id != "B":
            await asyncio.sleep(0)
        gated.gate.set()
        await background.settle()

    model = run(archive, act)
    assert model.dossier.transaction_id == "B"
    assert model.dossier.moments == ()


def test_a_lost_disk_is_a_problem_in_words():
    async def act(model, background):
        await model.refresh()
        await model.load("T")

    model = run(LostArchive(), act)
    assert (model.problem, model.dossier) == ("The disk is gone. Plug it in.", None)
