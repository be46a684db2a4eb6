"""What dynamic values rest on: the newest of the right environment, the bank, the secrets."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.profile import Campaign, EventKind
from pingtree_desktop.domain.value_facts import Facts
from pingtree_desktop.domain.variable import Variable
from pingtree_desktop.services.sender import Sender
from pingtree_desktop.services.values import ValueKeeper
from pingtree_desktop.storage.places import open_places
from tests.services.fakes import Wire, custom, job

HERE = custom()


class Secrets:
    def get(self, owner: str, name: str) -> str | None:
        return {("environment:own", "key"): "k"}.get((owner, name))


async def send(archive, transaction: str, environment=HERE):
    order = job()
    event = order.event.with_field("transaction_id", FieldInput(text=transaction))
    event = event.with_field("event_id", FieldInput(text="sale"))
    return await Sender(archive, Wire()).send(
        replace(order, event=event, environment=environment, base_url="http://127.0.0.1:9")
    )


def keeper(archive, tmp_path) -> ValueKeeper:
    return ValueKeeper(open_places(tmp_path / "w"), archive, Secrets())


def test_nothing_is_known_of_an_empty_history(archive, tmp_path):
    found = asyncio.run(keeper(archive, tmp_path).facts(HERE, None, unused_for=lambda _: "sale"))
    assert found == Facts()


def test_the_newest_of_this_environment(archive, tmp_path):
    other = custom(name="elsewhere")

    async def work():
        sent = await send(archive, "T-1")
        await send(archive, "T-2", other)
        return sent, await keeper(archive, tmp_path).facts(HERE, None)

    sent, found = asyncio.run(work())
    assert found.last_transaction == "T-1"
    assert sent.exchange.outcome is not None
    assert found.last_reply == sent.exchange.outcome.response.body


def test_the_bank_offers_an_id_that_the_event_has_not_used(archive, tmp_path):
    campaign = Campaign(slug="c", name="C", events=(EventKind(id="sale"),))

    async def work(ids):
        await archive.set_bank(ids)
        await send(archive, "T-1")
        return await keeper(archive, tmp_path).facts(
            HERE, campaign, unused_for=lambda known: {"T-1": "sale"}[known.last_transaction]
        )

    assert asyncio.run(work(["T-1", "T-2"])).unused_transaction == "T-2"
    assert asyncio.run(work(["T-1"])).unused_transaction == ""


def test_fired_pairs_of_a_transaction_count_in_their_environment_only(archive, tmp_path):
    async def work():
        await send(archive, "T-1")
        values = keeper(archive, tmp_path)
        return [
            await values.used_pairs(HERE.name, "T-1"),
            await values.used_pairs("elsewhere", "T-1"),
            await values.used_pairs(HERE.name, ""),
        ]

    assert asyncio.run(work()) == [{("T-1", "sale")}, frozenset(), frozenset()]


def test_secrets_come_from_their_store(archive, tmp_path):
    secret = Variable(name="key", secret=True)
    environment = custom(variables=(secret, Variable(name="gone", secret=True)))
    found = asyncio.run(keeper(archive, tmp_path).facts(environment, None))
    assert found.secrets == {("environment:own", "key"): "k"}


def test_numbers_are_used_up(archive, tmp_path):
    values = keeper(archive, tmp_path)
    assert (values.take_number(), values.take_number()) == (1, 2)
    assert asyncio.run(values.facts(HERE, None)).seq == 3
