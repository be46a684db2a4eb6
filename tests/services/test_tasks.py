"""Background work is kept alive, reported once when it fails, and stopped at the end."""

from __future__ import annotations

import asyncio
import gc

from pingtree_desktop.services.tasks import Tasks


def test_a_failure_is_reported_exactly_once():
    async def run() -> list[BaseException]:
        told: list[BaseException] = []
        tasks = Tasks(told.append)

        async def fail() -> None:
            raise LookupError("once")

        tasks.start(fail(), name="failing")
        for _ in range(3):
            await asyncio.sleep(0)
        gc.collect()
        await asyncio.sleep(0)
        assert await tasks.stop() == 0
        return told

    found = asyncio.run(run())
    assert [type(error) for error in found] == [LookupError]


def test_work_that_nobody_keeps_is_not_collected():
    async def run() -> list[str]:
        tasks, done = Tasks(_never), []

        async def work() -> None:
            # Only the task itself holds this future: without an owner both are garbage.
            waiting = asyncio.get_running_loop().create_future()
            asyncio.get_running_loop().call_soon(_resolve, waiting)
            await waiting
            done.append("done")

        tasks.start(work(), name="kept")
        for _ in range(5):
            gc.collect()
            await asyncio.sleep(0)
        return done

    assert asyncio.run(run()) == ["done"]


def test_a_cancelled_task_is_no_failure():
    async def run() -> list[BaseException]:
        told: list[BaseException] = []
        tasks = Tasks(told.append)
        tasks.start(asyncio.sleep(3600), name="sleeping").cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return told

    assert asyncio.run(run()) == []


def test_stop_lets_everything_clean_up():
    async def run() -> tuple[int, list[str]]:
        tasks, cleaned = Tasks(_never), []

        async def work(name: str) -> None:
            try:
                await asyncio.sleep(3600)
            finally:
                await asyncio.sleep(0)
                cleaned.append(name)

        for name in ("a", "b", "c"):
            tasks.start(work(name), name=name)
        await asyncio.sleep(0)
        return await tasks.stop(), cleaned

    left, cleaned = asyncio.run(run())
    assert left == 0
    assert sorted(cleaned) == ["a", "b", "c"]


def test_stop_counts_what_does_not_end():
    async def run() -> int:
        tasks, let_go = Tasks(_never), asyncio.Event()

        async def stubborn() -> None:
            while not let_go.is_set():
                try:
                    await let_go.wait()
                except asyncio.CancelledError:
                    continue

        task = tasks.start(stubborn(), name="stubborn")
        await asyncio.sleep(0)
        left = await tasks.stop(timeout_s=0.01)
        let_go.set()
        await task
        return left

    assert asyncio.run(run()) == 1


def test_bound_to_a_loop_it_starts_work_from_outside_of_it():
    told: list[BaseException] = []
    loop = asyncio.new_event_loop()
    try:
        tasks = Tasks(_never)
        tasks.bind(loop, told.append)

        async def fail() -> None:
            raise LookupError

        task = tasks.start(fail(), name="from a paint event")
        loop.run_until_complete(asyncio.wait({task}))
        loop.run_until_complete(asyncio.sleep(0))
    finally:
        loop.close()
    assert len(told) == 1


def _resolve(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


def _never(error: BaseException) -> None:
    raise AssertionError("nothing should fail here") from error
