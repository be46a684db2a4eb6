"""The sender's promise: kept before it is sent, kept before it is shown, never sent twice."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pingtree_desktop.domain.environment import PRODUCTION, PRODUCTION_BASE, SANDBOX, Danger
from pingtree_desktop.domain.errors import LiveRefused, StorageUnavailable, UsageError
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import FailureKind
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.value_facts import Facts, Sources
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.services.sender import Sender, Sent
from tests.services.fakes import BrokenStore, SlowStore, Wire, custom, fired, job


def kept(store, entry_id=1):
    """The summary of an entry and the whole exchange."""
    return store.reader.page([entry_id]).result()[0], store.reader.get(entry_id).result()


def test_the_sending_row_is_on_the_disk_before_the_network_is_asked(store, archive):
    seen = []

    async def fetch(request, _options):
        # The reader's own connection sees committed rows only.
        summary, exchange = kept(store)
        seen.append((summary.state, exchange.request == request, exchange.outcome))
        return fired()

    sent = asyncio.run(Sender(archive, fetch).send(job()))
    assert seen == [("sending", True, None)]
    summary, exchange = kept(store)
    assert summary.state == "done"
    assert exchange == sent.exchange
    assert sent.judgement.verdict is Verdict.FIRED
    assert sent.unkept == ""


def test_the_archive_tells_of_the_new_row_and_of_the_result(archive):
    told = []
    archive.on_entry(lambda entry_id, new: told.append((entry_id, new)))

    async def both() -> None:
        sender = Sender(archive, Wire())
        await sender.send(job())
        await sender.send(job())

    asyncio.run(both())
    assert told == [(1, True), (1, False), (2, True), (2, False)]


def test_the_environment_decides_deadline_proxy_and_trust(archive):
    async def send() -> Wire:
        wire = Wire()
        environment = custom(
            timeout_s=7.5, proxy="http://127.0.0.1:9", ca_file="/some.pem", verify_tls=False
        )
        await Sender(archive, wire).send(job(environment=environment))
        return wire

    ((request, options),) = asyncio.run(send()).calls
    assert (options.deadline_s, options.proxy) == (7.5, "http://127.0.0.1:9")
    assert (options.ca_file, options.verify_tls) == ("/some.pem", False)
    assert json.loads(request.body)["transaction_id"] == "T-1"
    assert len(dict(request.headers)["X-Request-Id"]) == 36


def test_the_environment_s_own_headers_go_with_it(archive):
    async def send() -> Wire:
        wire = Wire()
        environment = custom(headers=(("X-Team", "pay"), ("Accept", "*/*")))
        await Sender(archive, wire).send(job(environment=environment))
        return wire

    ((request, _options),) = asyncio.run(send()).calls
    headers = dict(request.headers)
    assert (headers["X-Team"], headers["Accept"]) == ("pay", "*/*")


def test_each_send_has_an_id_of_its_own(archive):
    async def send() -> set[str]:
        wire = Wire()
        sender = Sender(archive, wire)
        await asyncio.gather(*(sender.send(job()) for _ in range(20)))
        return {dict(request.headers)["X-Request-Id"] for request, _ in wire.calls}

    assert len(asyncio.run(send())) == 20


def test_a_cancel_before_the_first_step_sends_and_keeps_nothing(store, archive):
    async def cancel() -> Wire:
        wire = Wire()
        task = asyncio.get_running_loop().create_task(Sender(archive, wire).send(job()))
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return wire

    assert asyncio.run(cancel()).calls == []
    assert store.reader.count().result() == 0


def test_a_cancel_while_the_row_is_written_sends_nothing_and_says_so(store):
    async def cancel() -> tuple[Sent, Wire]:
        wire, slow = Wire(), SlowStore(store, holds="begin")
        sender = Sender(Archive(slow), wire)
        task = asyncio.get_running_loop().create_task(sender.send(job()))
        while not slow.is_reached:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
        assert not task.done()  # the row may be on the disk: its end must be kept too
        slow.let_go()
        return await task, wire

    sent, wire = asyncio.run(cancel())
    assert wire.calls == []
    failure = sent.exchange.outcome.failure
    assert failure.kind is FailureKind.CANCELLED
    assert failure.may_have_arrived is False
    assert failure.sentence == "Cancelled before anything was sent."
    assert kept(store)[0].state == "done"
    assert kept(store)[0].verdict == "cancelled"


def test_a_cancel_during_the_wait_is_an_outcome_that_is_kept(store, archive):
    async def cancel() -> tuple[Sent, int]:
        wire = Wire(holds=True)
        task = asyncio.get_running_loop().create_task(Sender(archive, wire).send(job()))
        await wire.reached.wait()
        task.cancel()
        return await task, task.cancelling()

    sent, cancelling = asyncio.run(cancel())
    assert sent.judgement.verdict is Verdict.CANCELLED
    assert sent.exchange.outcome.failure.may_have_arrived is True
    assert cancelling == 0
    assert kept(store)[1] == sent.exchange


def test_a_cancel_while_the_result_is_written_keeps_the_real_result(store):
    async def cancel() -> Sent:
        slow = SlowStore(store, holds="finish")
        sender = Sender(Archive(slow), Wire())
        task = asyncio.get_running_loop().create_task(sender.send(job()))
        while not slow.is_reached:
            await asyncio.sleep(0.001)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        slow.let_go()
        return await task

    sent = asyncio.run(cancel())
    assert sent.judgement.verdict is Verdict.FIRED
    assert kept(store)[1] == sent.exchange


def test_without_a_sending_row_nothing_is_sent(store):
    async def send() -> Wire:
        wire = Wire()
        with pytest.raises(StorageUnavailable, match="disk is full"):
            await Sender(Archive(BrokenStore(store, breaks="begin")), wire).send(job())
        return wire

    assert asyncio.run(send()).calls == []


def test_a_result_that_cannot_be_kept_is_shown_and_said(store):
    async def send() -> Sent:
        return await Sender(Archive(BrokenStore(store, breaks="finish")), Wire()).send(job())

    sent = asyncio.run(send())
    assert sent.judgement.verdict is Verdict.FIRED
    assert sent.unkept == (
        "The reply is shown here but could not be kept. The disk is full. Free some space."
    )
    assert kept(store)[0].state == "sending"  # so the next start calls it in doubt


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": PRODUCTION, "base_url": PRODUCTION_BASE},
        {"environment": SANDBOX, "base_url": "https://API.pingtree.com."},
        {"environment": custom(declared=Danger.LIVE)},
        {"environment": custom(base_url=PRODUCTION_BASE), "base_url": PRODUCTION_BASE},
    ],
    ids=["production", "sandbox-by-name-only", "declared", "test-by-name-only"],
)
def test_live_is_refused_without_confirmation(store, archive, changes):
    async def send() -> Wire:
        wire = Wire()
        with pytest.raises(LiveRefused, match="LIVE is not armed"):
            await Sender(archive, wire).send(job(**changes))
        return wire

    assert asyncio.run(send()).calls == []
    assert store.reader.count().result() == 0


def test_a_confirmed_live_send_is_recorded_as_live(store, archive):
    async def send() -> Wire:
        wire = Wire()
        order = job(environment=PRODUCTION, base_url=PRODUCTION_BASE, live_confirmed=True)
        await Sender(archive, wire).send(order)
        return wire

    ((request, _),) = asyncio.run(send()).calls
    assert request.url.startswith("https://api.pingtree.com/api/event/")
    assert kept(store)[1].danger == "live"


def test_an_unusable_address_is_refused_before_anything_is_kept(store, archive):
    with pytest.raises(UsageError):
        asyncio.run(Sender(archive, Wire()).send(job(base_url="http://user@127.0.0.1")))
    assert store.reader.count().result() == 0


def test_dynamic_values_are_made_once_and_recorded(archive):
    numbers = iter([8, 9])
    wire = Wire()
    sender = Sender(archive, wire, take_number=lambda: next(numbers))
    event = (
        Event(lead=(LeadField(name="zip", text="{{seq}}"),))
        .with_field("cid", FieldInput(text="demo"))
        .with_field("transaction_id", FieldInput(text="T-{{seq}}-{{uuid}}"))
        .with_field("sub1", FieldInput(text="{{nobody}}"))
    )
    environment = custom(headers=(("X-Key", "{{key}}"),))
    made_of = Sources(
        now=datetime(2026, 1, 1, tzinfo=UTC), seed="s", facts=Facts(seq=3), variables={"key": "k-1"}
    )

    async def send():
        ordered = replace(job(), event=event, environment=environment, sources=made_of)
        return await sender.send(ordered)

    sent = asyncio.run(send())
    exchange = sent.exchange
    assert exchange.transaction_id.startswith("T-8-"), "the number that was taken, not the shown"
    assert exchange.transaction_id in exchange.request.body.decode()
    assert '"zip":"8"' in exchange.request.body.decode()
    assert '"sub1":"{{nobody}}"' in exchange.request.body.decode()
    assert ("X-Key", "k-1") in exchange.request.headers
    assert [(one.place, one.template) for one in exchange.resolved] == [
        ("transaction_id", "T-{{seq}}-{{uuid}}"), ("lead:zip", "{{seq}}"),
        ("header:X-Key", "{{key}}"),
    ]  # fmt: skip
    assert next(numbers) == 9, "one number for one send"
    assert asyncio.run(archive.get(exchange.id)).resolved == exchange.resolved


def test_without_sources_a_placeholder_is_sent_as_it_is(archive):
    event = Event().with_field("cid", FieldInput(text="{{uuid}}"))
    sent = asyncio.run(Sender(archive, Wire()).send(replace(job(), event=event)))
    assert sent.exchange.cid == "{{uuid}}"
    assert sent.exchange.resolved == ()
