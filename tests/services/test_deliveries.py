"""Results of other threads arrive in the loop that waits for them, whatever became of the wait."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from pingtree_desktop.services.deliveries import Deliveries


def test_results_and_errors_arrive():
    deliveries = Deliveries()

    async def run() -> list[object]:
        with ThreadPoolExecutor(2) as pool:
            good = [pool.submit(lambda n=n: n * n) for n in range(300)]
            bad = pool.submit(lambda: 1 // 0)
            results = await asyncio.gather(*(deliveries.wait(future) for future in good))
            with pytest.raises(ZeroDivisionError):
                await deliveries.wait(bad)
            return results

    assert asyncio.run(run()) == [n * n for n in range(300)]


def test_many_results_wake_the_loop_once(monkeypatch):
    deliveries = Deliveries()
    wakes = []

    async def run() -> list[int]:
        loop = asyncio.get_running_loop()
        real = loop.call_soon_threadsafe
        monkeypatch.setattr(
            loop, "call_soon_threadsafe", lambda *args: wakes.append(1) or real(*args)
        )
        futures = [Future() for _ in range(100)]
        waits = [loop.create_task(deliveries.wait(future)) for future in futures]
        await asyncio.sleep(0)
        for number, future in enumerate(futures):
            future.set_result(number)
        return await asyncio.gather(*waits)

    assert asyncio.run(run()) == list(range(100))
    assert len(wakes) == 1


def test_a_cancelled_wait_cancels_what_has_not_begun():
    deliveries = Deliveries()

    async def run() -> tuple[bool, bool]:
        waiting, other = Future(), Future()
        task = asyncio.get_running_loop().create_task(deliveries.wait(waiting))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        other.cancel()
        with pytest.raises(asyncio.CancelledError):
            await deliveries.wait(other)
        return waiting.cancelled(), other.cancelled()

    assert asyncio.run(run()) == (True, True)


def test_a_result_after_the_loop_ended_harms_nobody():
    deliveries, late = Deliveries(), Future()

    async def run() -> None:
        task = asyncio.get_running_loop().create_task(deliveries.wait(late))
        late.set_running_or_notify_cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(run())
    late.set_result(1)

    async def again() -> int:
        done = Future()
        done.set_result(2)
        return await deliveries.wait(done)

    assert asyncio.run(again()) == 2
