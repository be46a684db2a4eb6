"""How fast the history writes and lists.  Run: python tests/benchmarks/bench_history.py [ROWS].

Prints figures and judges none: they depend on the disk.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pingtree_desktop.domain.exchange import Exchange, Outcome, Response
from pingtree_desktop.domain.request import Request
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import open_places

DEFAULT_ROWS = 100_000
SINGLE_WRITES = 300


def sample(number: int) -> Exchange:
    """An exchange with a body of usual size."""
    return Exchange(
        uid=f"uid-{number}",
        started_ms=1_700_000_000_000 + number,
        environment="sandbox",
        danger="sandbox",
        base_url="http://127.0.0.1:8765",
        endpoint="campaign",
        campaign="Demo",
        profile="Quote view",
        cid="demo",
        event_id=("quote_view", "call_completed", "purchase_complete")[number % 3],
        transaction_id=f"T-{number % 1000}",
        money="42.50",
        request=Request(
            method="POST",
            url="http://127.0.0.1:8765/api/event/demo",
            headers=(("Host", "127.0.0.1:8765"), ("Content-Type", "application/json")),
            body=b'{"event_id":"quote_view"}' * 16,
        ),
        outcome=None,
        verdict="in_doubt",
        expected="fired",
    )


def done(sent: Exchange) -> Exchange:
    response = Response(
        status=200,
        reason="OK",
        http_version="HTTP/1.1",
        headers=(("Content-Type", "application/json"),),
        body=b'{"status":"success","message":"Event recorded"}' * 8,
    )
    outcome = Outcome(response=response, failure=None, phases=(), elapsed_ms=12.5)
    return replace(sent, outcome=outcome, verdict="fired")


def timed_ms(work: Callable[[], object], times: int = 50) -> str:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return f"median {statistics.median(taken):8.2f} ms   worst {max(taken):8.2f} ms"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        places = open_places(Path(folder) / "workspace")
        store = HistoryStore.open(places)
        say("single send (begin + finish, each awaited): " + timed_ms(
            lambda: store.finish(store.begin(sample(0)).result(), done(sample(0))).result(),
            SINGLE_WRITES,
        ))  # fmt: skip
        started = time.perf_counter()
        for first in range(0, rows, 500):
            pending = [(store.begin(sample(n)), sample(n)) for n in range(first, first + 500)]
            finishing = [store.finish(f.result(), done(sent)) for f, sent in pending]
            for future in finishing:
                future.result()
        seconds = time.perf_counter() - started
        say(f"queued sends: {rows / seconds:,.0f} exchanges/s (two durable writes each)")
        ids = store.ids().result()
        say(f"{len(ids):,} rows, {places.history_db.stat().st_size / 1e6:.0f} MB")
        middle = ids[len(ids) // 2 : len(ids) // 2 + 200]
        say("page of 200 in the middle:  " + timed_ms(lambda: store.page(middle).result()))
        say("newest 200:                 " + timed_ms(lambda: store.newest(200).result()))
        say("one exchange whole:         " + timed_ms(lambda: store.get(middle[0]).result()))
        say("earlier for a transaction:  " + timed_ms(
            lambda: store.for_transaction("T-7", 20).result()
        ))  # fmt: skip
        say("all ids:                    " + timed_ms(lambda: store.ids().result(), 10))
        say("ids, filter 't-77 fired':   " + timed_ms(lambda: store.ids("t-77 fired").result(), 10))
        say("ids, filter '\u00fc':            " + timed_ms(lambda: store.ids("\u00fc").result(), 5))
        say("count:                      " + timed_ms(lambda: store.count().result(), 10))
        say("recent event ids:           " + timed_ms(
            lambda: store.recent_values("event_id", 20).result(), 10
        ))  # fmt: skip
        started = time.perf_counter()
        store.close()
        say(f"close: {(time.perf_counter() - started) * 1000:.0f} ms")
        started = time.perf_counter()
        HistoryStore.open(places).close()
        say(f"open and close again: {(time.perf_counter() - started) * 1000:.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_ROWS)
