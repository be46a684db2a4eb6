"""The window's longest gap while it shows large replies, by a heartbeat of 5 ms.

Run on demand: python tests/benchmarks/bench_reply_view.py
Prints the longest gap in ms for each kind of reply; the aim is below 100 ms.
"""

from __future__ import annotations

import itertools
import os
import sys
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from pingtree_desktop.domain.exchange import Exchange, Outcome, Response
from pingtree_desktop.domain.judgement import judge
from pingtree_desktop.domain.request import Request
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.reply_view import ReplyView
from pingtree_desktop.ui.theme import Theme

BODIES = {
    "1 KB": b'{"status":"success"}' * 50,
    "1 MB, one line": b'{"message":"' + b"x" * 1_000_000 + b'"}',
    "10 MB, lines": b'{"name":"value"},\n' * 580_000,
    "50 MB, one line": b"x" * 50_000_000,
    "50 MB, Unicode": "\u4e2d".encode() * 17_000_000,
}


def made(body: bytes) -> Exchange:
    """A finished exchange with this reply."""
    response = Response(
        status=200, reason="OK", http_version="HTTP/1.1", headers=(), body=body,
        wire_bytes=len(body),
    )  # fmt: skip
    outcome = Outcome(response=response, failure=None, phases=(), elapsed_ms=1.0)
    request = Request(method="POST", url="http://127.0.0.1/", headers=(), body=b"{}")
    return Exchange(
        uid="", started_ms=0, environment="", danger="sandbox", base_url="", endpoint="",
        campaign="", profile="", cid="", event_id="", transaction_id="", money="",
        request=request, outcome=replace(outcome), verdict="fired", expected="fired",
    )  # fmt: skip


def longest_gap_ms(app: QApplication, view: ReplyView, body: bytes) -> float:
    exchange = made(body)
    beats: list[float] = []
    heart = QTimer()
    heart.setTimerType(Qt.TimerType.PreciseTimer)
    heart.timeout.connect(lambda: beats.append(time.perf_counter()))
    heart.start(5)
    judgement = judge(exchange.outcome.response, None)
    QTimer.singleShot(100, lambda: view.show_exchange(exchange, judgement))
    QTimer.singleShot(1_500, app.quit)
    app.exec()
    heart.stop()
    return max(b - a for a, b in itertools.pairwise(beats)) * 1000


def main() -> None:
    app = QApplication(sys.argv[:1])
    tasks = Tasks(lambda error: sys.stderr.write(f"{error!r}\n"))
    view = ReplyView(Theme(app, "light"), tasks, name="bench")
    view.resize(700, 500)
    view.show()
    # Re-indenting runs in a worker of the event loop, which is not part of this measurement.
    view._tasks.start = lambda work, **_: work.close()
    for name, body in BODIES.items():
        print(f"{name:18} {longest_gap_ms(app, view, body):7.1f} ms")


if __name__ == "__main__":
    main()
