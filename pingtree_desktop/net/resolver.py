"""From a host name to a connected stream: the look-up in a thread of its own, then the addresses.

Look-ups block and cannot be stopped.  In a daemon thread a cancelled one holds up neither the
caller nor the end of the program, which the loop's own executor would wait for.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import ipaddress
import socket
import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

import anyio
import httpcore

T = TypeVar("T")

# RFC 8305, section 5: the pause before the next address is tried beside the first.
_HEAD_START_S = 0.25

_connector = httpcore.AnyIOBackend()


async def in_thread(work: Callable[[], T]) -> T:
    """Do blocking work in a daemon thread of its own; a cancel leaves it behind."""
    promise: concurrent.futures.Future[T] = concurrent.futures.Future()
    promise.set_running_or_notify_cancel()

    def run() -> None:
        try:
            promise.set_result(work())
        except Exception as error:  # noqa: BLE001 - raised again where it is awaited
            promise.set_exception(error)

    threading.Thread(target=run, name="pingtree-net", daemon=True).start()
    return await asyncio.wrap_future(promise)


async def resolve(host: str, port: int) -> tuple[str, ...]:
    """The numeric addresses of a host, in the system's order of preference."""
    if _is_numeric(host):
        return (host,)
    found = await in_thread(lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _is_numeric(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def connect_first(addresses: Sequence[str], port: int) -> httpcore.AsyncNetworkStream:
    """A stream to the first address that answers; the others start a quarter second apart."""
    if len(addresses) == 1:
        return await _connector.connect_tcp(addresses[0], port)
    winners: list[httpcore.AsyncNetworkStream] = []
    errors: list[Exception] = []

    async def attempt(address: str, settled: anyio.Event) -> None:
        try:
            stream = await _connector.connect_tcp(address, port)
        except httpcore.ConnectError as error:
            errors.append(error)
        else:
            winners.append(stream)
            group.cancel_scope.cancel()
        finally:
            settled.set()

    try:
        async with anyio.create_task_group() as group:
            for address in addresses:
                settled = anyio.Event()
                group.start_soon(attempt, address, settled)
                with anyio.move_on_after(_HEAD_START_S):
                    await settled.wait()
    except BaseException:
        await _close(winners)
        raise
    await _close(winners[1:])
    if winners:
        return winners[0]
    raise next((e for e in errors if isinstance(e.__cause__, ConnectionRefusedError)), errors[0])


async def _close(streams: Sequence[httpcore.AsyncNetworkStream]) -> None:
    for stream in streams:
        await stream.aclose()
