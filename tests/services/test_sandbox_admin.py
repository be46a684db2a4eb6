"""The sandbox's ledger, read and reset in the process that runs it and from another one."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator

import pytest

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.services.sandbox_admin import LedgerLine, read_ledger, reset
from pingtree_desktop.services.sandbox_host import Running, SandboxHost
from pingtree_desktop.storage.places import Places


@pytest.fixture
def hosts(places: Places) -> Iterator[tuple[SandboxHost, SandboxHost]]:
    """The owner, and one that finds the sandbox as another process would: through its file."""
    owner, guest = SandboxHost(places), SandboxHost(places)
    yield owner, guest
    guest.close()
    owner.close()


def fire(url: str, transaction_id: str, **fields: object) -> int:
    body = {"event_id": "purchase_complete", "transaction_id": transaction_id, **fields}
    request = urllib.request.Request(
        f"{url}/api/event/demo",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=10) as reply:
        return int(reply.status)


def test_both_ways_read_the_same_ledger(hosts):
    owner, guest = hosts
    own = owner.ensure()
    other = guest.ensure()
    assert own.server is not None
    assert other.server is None
    assert (other.url, other.token) == (own.url, own.token)
    assert read_ledger(own) == read_ledger(other) == ()

    assert fire(own.url, "T-1", amount=42.5, cost=1.25) == 200
    assert fire(own.url, "T-2", amount=0.1) == 200
    lines = read_ledger(own)
    assert read_ledger(other) == lines
    assert {line.transaction_id for line in lines} == {"T-1", "T-2"}
    first = next(line for line in lines if line.transaction_id == "T-1")
    assert first == LedgerLine(
        transaction_id="T-1",
        event_id="purchase_complete",
        cid="demo",
        count=1,
        amount="42.5",
        cost="1.25",
        last_ms=first.last_ms,
    )
    assert first.last_ms > 1_700_000_000_000
    assert [line.last_ms for line in lines] == sorted((x.last_ms for x in lines), reverse=True)


def test_money_that_was_never_sent_is_blank(hosts):
    running = hosts[0].ensure()
    fire(running.url, "T-3", amount=1)
    other = hosts[1].ensure()
    for seen in (running, other):
        assert [(line.amount, line.cost) for line in read_ledger(seen)] == [("1", "")]


@pytest.mark.parametrize("who", [0, 1], ids=["the owner", "another process"])
def test_a_reset_forgets_everything(hosts, who):
    both = [host.ensure() for host in hosts]
    fire(both[0].url, "T-1", amount=1)
    reset(both[who])
    assert read_ledger(both[0]) == read_ledger(both[1]) == ()
    assert fire(both[0].url, "T-1", amount=1) == 200  # neither locked nor a duplicate any more


def test_one_that_is_gone_is_said_in_a_sentence(hosts):
    owner, guest = hosts
    owner.ensure()
    other = guest.ensure()
    guest.close()
    owner.close()
    for ask in (read_ledger, reset):
        with pytest.raises(StorageUnavailable, match="does not answer"):
            ask(other)


def test_a_wrong_token_is_refused(hosts):
    running = hosts[0].ensure()
    stranger = Running(url=running.url, token="guessed", server=None)
    with pytest.raises(StorageUnavailable):
        read_ledger(stranger)
    with pytest.raises(StorageUnavailable):
        reset(stranger)


def test_the_sandbox_moves_to_the_next_one_when_its_owner_ends(places, hosts):
    owner, guest = hosts
    first = owner.ensure()
    fire(first.url, "T-1", amount=5)
    owner.close()
    assert guest.find() is None
    second = guest.ensure()
    assert second.server is not None
    assert [line.amount for line in read_ledger(second)] == ["5"]


def test_a_stale_file_of_a_killed_owner_is_not_believed(places):
    (places.sandbox / "running.json").write_text(
        json.dumps({"url": "http://127.0.0.1:1", "token": "x"}), "utf-8"
    )
    host = SandboxHost(places)
    assert host.find() is None
    running = host.ensure()
    try:
        assert running.url != "http://127.0.0.1:1"
        assert json.loads((places.sandbox / "running.json").read_text("utf-8"))["url"] == (
            running.url
        )
    finally:
        host.close()


@pytest.mark.parametrize(
    "told",
    ["", "{", "[]", '{"url": 1}', '{"url": "http://example.com", "token": "x"}'],
)
def test_a_broken_or_foreign_file_finds_nothing(places, told):
    (places.sandbox / "running.json").write_text(told, "utf-8")
    assert SandboxHost(places).find() is None
