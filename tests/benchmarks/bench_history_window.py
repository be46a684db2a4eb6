"""How the window bears a large history: opening, jumping about, writing meanwhile.

Run: PINGTREE_BENCH_KEEP=FOLDER python tests/benchmarks/bench_history.py, then
python tests/benchmarks/bench_history_window.py FOLDER.  Prints figures and judges none.
"""

import asyncio
import os
import random
import resource
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtWidgets import QApplication

from tests.benchmarks.bench_history import sample
from tests.window import Desk

JUMPS = 60
WRITTEN = 20_000


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def memory_mb() -> float:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 1e6


def main(folder: Path) -> None:
    app = QApplication(sys.argv[:1])
    empty = Desk(app, folder / "empty", size=(1440, 900))
    before_mb = memory_mb()
    empty.close()
    started = time.perf_counter()
    desk = Desk(app, folder / "workspace", size=(1440, 900))
    desk.do(lambda: desk.window.show_view("history"))
    model = desk.program.wake.history
    desk.until(lambda: len(model.ids) > 0)
    say(f"window made to first rows: {(time.perf_counter() - started) * 1000:.0f} ms")
    desk.until(lambda: model.histogram is not None and not model.is_loading)
    say(f"{len(model.ids):,} rows; memory over an empty history: {memory_mb() - before_mb:.0f} MB")
    table = desk.program.wake.history_view.entries.table
    luck, taken = random.Random(3), []

    async def jump(row: int) -> float:
        begun = time.perf_counter()
        table.verticalScrollBar().setValue(row * 31)
        table.viewport().repaint()
        while model.row(row) is None:
            await asyncio.sleep(0)
        table.viewport().repaint()
        return (time.perf_counter() - begun) * 1000

    for row in luck.sample(range(len(model.ids) - 100), JUMPS):
        taken.append(desk.run(jump(row)))
    say(
        f"jump anywhere to painted rows: median {statistics.median(taken):.1f} ms, "
        f"worst {max(taken):.1f} ms"
    )
    gaps: list[float] = []

    async def write() -> float:
        archive = desk.program.wake.context.archive
        prepared = [sample(number, luck) for number in range(WRITTEN)]
        running = True

        async def beat() -> None:
            last = time.perf_counter()
            while running:
                await asyncio.sleep(0.005)
                now = time.perf_counter()
                gaps.append((now - last) * 1000)
                last = now

        async def worker() -> None:
            while prepared:
                sent, done = prepared.pop()
                await archive.finish(await archive.begin(sent), done)

        heart = asyncio.get_running_loop().create_task(beat())
        begun = time.perf_counter()
        await asyncio.gather(*(worker() for _ in range(400)))
        seconds = time.perf_counter() - begun
        running = False
        await heart
        return WRITTEN / seconds

    rate = desk.run(write())
    gaps.sort()
    say(
        f"writing beside the open list: {rate:,.0f}/s, gaps of the window: median "
        f"{statistics.median(gaps):.0f} ms, longest {gaps[-1]:.0f} ms"
    )
    desk.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
