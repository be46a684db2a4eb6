"""How fast the history writes, finds and lists.

Run: python tests/benchmarks/bench_history.py [ROWS]

Prints figures and judges none: they depend on the disk.  PINGTREE_BENCH_KEEP names a folder to
build the history in and keep it there for the next run.
"""

import asyncio
import gc
import os
import random
import resource
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pingtree_desktop.domain.exchange import Exchange, Outcome, Phase, Response
from pingtree_desktop.domain.query_text import parse
from pingtree_desktop.domain.request import Request
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.history_reader import Sort, SortKey
from pingtree_desktop.storage.places import open_places

DEFAULT_ROWS = 1_000_000
FIRST_MS = 1_790_000_000_000
WORKERS = 1200
EVENTS = ("quote_view", "call_completed", "purchase_complete", "form_submit", "callback")
FIRST_NAMES = ("Jane", "John", "Ann", "Bob", "Max", "Eva", "Uma", "Leo")
LAST_NAMES = ("Doe", "Smith", "Miller", "Jones", "Okafor", "Lind")
REPLIES = (
    (0.9, "fired", 200, '{"status":"success","type":"success","message":"Event recorded"}'),
    (0.95, "duplicate", 400, '{"status":"error","type":"error","message":"Duplicate event"}'),
    (
        0.98,
        "missing_field",
        400,
        '{"status":"error","message":"Missing","missingFields":{"pid":1}}',
    ),
    (0.9995, "server_error", 500, '{"status":"error","message":"Internal error"}'),
    (1.0, "locked", 403, '{"status":"error","message":"Concurrent event in progress"}'),
)
QUERIES = (
    "quote", "aff-77", "aff", "jane", "p", "okafor", "recorded", "zzz-nothing", "duplicate",
    "status:4xx", "status:500", "status:>=500", "verdict:fired", "verdict:locked",
    "verdict:duplicate", 'campaign:"Debt Relief"', "campaign:solar", "event:quote_view",
    "event:call", "tx:00", "env:live", "env:sandbox", "since:2026-11-01", "before:2026-09-22",
    "took:>500ms", "took:<20ms", "amount:>=10", "amount:42.50", "sub1:aff-220", "-verdict:fired",
)  # fmt: skip


def sample(number: int, luck: random.Random) -> tuple[Exchange, Exchange]:
    """A typical exchange before and after its reply: request and reply are about 900 bytes."""
    first, last = luck.choice(FIRST_NAMES), luck.choice(LAST_NAMES)
    transaction = str(uuid.UUID(int=luck.getrandbits(128), version=4))
    uid = str(uuid.UUID(int=luck.getrandbits(128), version=4))
    event_id, money = luck.choice(EVENTS), f"{luck.randrange(0, 20000) / 100:.2f}"
    campaign = ("Debt Relief", "Solar", "Auto Insurance", "Home")[number % 4]
    cid = f"cid-{number % 4}"
    body = (
        f'{{"transaction_id":"{transaction}","event_id":"{event_id}","amount":{money},'
        f'"pid":"p{number % 40}","conversion_date":"2026-11-{number % 28 + 1:02}",'
        f'"conversion_timezone":"PST","sub1":"aff-{number % 500}","utm_source":"google",'
        f'"utm_medium":"cpc","tcpa_consent":1,"first_name":"{first}","last_name":"{last}",'
        f'"email":"{first.lower()}.{last.lower()}{number % 50000}@example.com",'
        f'"phone":"+1555{luck.randrange(10**7):07}"}}'
    ).encode()
    host = "127.0.0.1:8765"
    sent = Exchange(
        uid=uid,
        started_ms=FIRST_MS + number * 3500,
        environment=("sandbox", "staging", "production")[number % 3],
        danger=("sandbox", "test", "live")[number % 3],
        base_url=f"http://{host}",
        endpoint="campaign",
        campaign=campaign,
        profile=f"{campaign} {event_id}",
        cid=cid,
        event_id=event_id,
        transaction_id=transaction,
        money=money,
        request=Request(
            method="POST",
            url=f"http://{host}/api/event/{cid}",
            headers=(
                ("Host", host),
                ("User-Agent", "PingTree-Desktop/0.1.0"),
                ("Accept", "application/json"),
                ("Accept-Encoding", "gzip"),
                ("Content-Type", "application/json"),
                ("X-Request-Id", uid),
                ("Content-Length", str(len(body))),
                ("Connection", "close"),
            ),
            body=body,
        ),
        outcome=None,
        verdict="in_doubt",
        expected="fired",
    )
    chance = luck.random()
    _, verdict, status, reply = next(row for row in REPLIES if chance <= row[0])
    content = (reply[:-1] + f',"eventId":"{uuid.UUID(int=luck.getrandbits(128))}"}}').encode()
    took = luck.lognormvariate(3.6, 0.9)
    phases = ("resolve", "connect", "send", "wait", "receive")
    response = Response(
        status=status,
        reason="OK" if status == 200 else "Error",
        http_version="HTTP/1.1",
        headers=(
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(content))),
            ("Date", "Tue, 24 Nov 2026 10:00:00 GMT"),
            ("Connection", "close"),
        ),
        body=content,
        wire_bytes=len(content),
    )
    outcome = Outcome(
        response=response,
        failure=None,
        phases=tuple(
            Phase(name=n, start_ms=round(took * i / 5, 3), end_ms=round(took * (i + 1) / 5, 3))
            for i, n in enumerate(phases)
        ),
        elapsed_ms=took,
        remote=host,
    )
    message = reply.split('"message":"')[1].split('"')[0]
    return sent, replace(sent, outcome=outcome, verdict=verdict, message=message)


def times_ms(work: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def shown(taken: list[float]) -> str:
    return f"median {statistics.median(taken):8.2f} ms   worst {max(taken):8.2f} ms"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


async def fill(archive: Archive, rows: int, luck: random.Random) -> None:
    """Send-like writing: each worker commits the sending row, then the result."""
    numbers = iter(range(rows))

    async def worker() -> None:
        for number in numbers:
            sent, done = prepared.pop() if prepared else sample(number, luck)
            await archive.finish(await archive.begin(sent), done)

    async def heartbeat() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.005)
            now = time.perf_counter()
            gaps.append((now - last) * 1000)
            last = now

    timed = min(rows, 50_000)
    prepared = [sample(number, luck) for number in range(timed)]
    gaps: list[float] = []
    numbers = iter(range(timed))
    gc.collect()
    gc.freeze()  # the prepared samples are the benchmark's, not the program's
    beat = asyncio.get_running_loop().create_task(heartbeat())
    started = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(WORKERS)))
    seconds = time.perf_counter() - started
    beat.cancel()
    say(
        f"archive, {WORKERS} senders, {timed:,} exchanges: {timed / seconds:,.0f}/s, each row "
        f"durable before it is acknowledged; longest gap of the loop {max(gaps):.0f} ms"
    )
    numbers = iter(range(timed, rows))
    await asyncio.gather(*(worker() for _ in range(WORKERS)))


def memory_mb() -> float:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def read(store: HistoryStore, places_db: Path) -> None:
    reader = store.reader
    before_mb = memory_mb()
    ids = reader.ids().result()
    say(f"{len(ids):,} rows, {places_db.stat().st_size / len(ids):,.0f} bytes each in the file")
    say("first page at opening:      " + shown(times_ms(lambda: reader.newest(200).result(), 20)))
    say("all ids:                    " + shown(times_ms(lambda: reader.ids().result(), 5)))
    places = random.Random(3).sample(range(len(ids) - 200), 100)
    pages = [
        times_ms(lambda at=at: reader.page(ids[at : at + 200]).result(), 1)[0] for at in places
    ]
    say("page anywhere:              " + shown(pages))
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    firsts, counts = [], []
    for text in QUERIES:
        query = parse(text, now=now)
        (first,) = times_ms(lambda q=query: reader.newest(200, q).result(), 1)
        started = time.perf_counter()
        found = len(reader.ids(query).result())
        count_ms = (time.perf_counter() - started) * 1000
        firsts.append(first)
        counts.append(count_ms)
        say(f"  {text:24} first page {first:7.1f} ms   all {count_ms:7.1f} ms   {found:>9,}")
    say(f"{len(QUERIES)} queries, first page:     " + shown(firsts))
    say(f"{len(QUERIES)} queries, counted:        " + shown(counts))
    for key in SortKey:
        (taken,) = times_ms(lambda k=key: reader.ids(sort=Sort(key=k)).result(), 1)
        say(f"  sorted by {key:16} {taken:7.0f} ms")
    say("histogram:                  " + shown(times_ms(lambda: reader.histogram().result(), 3)))
    say("whole exchange:             " + shown(times_ms(lambda: reader.get(ids[777]).result(), 50)))
    say(f"memory grew by {memory_mb() - before_mb:.0f} MB")


def main(rows: int, folder: Path) -> None:
    places = open_places(folder / "workspace")
    is_new = not places.history_db.exists()
    store = HistoryStore.open(places)
    if is_new:
        started = time.perf_counter()
        asyncio.run(fill(Archive(store), rows, random.Random(1)))
        say(f"filled in {time.perf_counter() - started:.0f} s")
        store.close()
        store = HistoryStore.open(places)
    read(store, places.history_db)
    (closing,) = times_ms(store.close, 1)
    (opening,) = times_ms(lambda: HistoryStore.open(places).close(), 1)
    say(f"close {closing:.0f} ms, open and close again {opening:.0f} ms")


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_ROWS
    kept = os.environ.get("PINGTREE_BENCH_KEEP")
    if kept:
        main(count, Path(kept))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            main(count, Path(temporary))
