"""One connection for one request: httpx's transport over a backend that records what happens.

No pool is shared (it slows down under load and dies of cancels), nothing is retried, nothing is
added to the request, and every stream opened here is closed here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections.abc import AsyncIterator, Iterable
from typing import Any

import httpcore
import httpx

from pingtree_desktop.net.address import Address
from pingtree_desktop.net.proxy import Proxy
from pingtree_desktop.net.recording import EnoughReceived, Recording, Stage
from pingtree_desktop.net.resolver import connect_first, resolve

# Their INFO and DEBUG lines hold whole URLs, and so lead data.
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.WARNING)

# Small enough that parsing one read never holds up a window for long.
_READ_BYTES = 16 * 1024


class RecordingStream(httpcore.AsyncNetworkStream):
    """A stream that notes what passes through it."""

    def __init__(self, inner: httpcore.AsyncNetworkStream, recording: Recording) -> None:
        self._inner = inner
        self._recording = recording

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        if self._recording.enough:
            raise EnoughReceived
        data = await self._inner.read(min(max_bytes, _READ_BYTES), timeout)
        self._recording.received(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        if buffer:
            self._recording.wrote()
            await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        # A peer that is gone already is closed enough.
        with contextlib.suppress(OSError, ssl.SSLError):
            await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's
    ) -> httpcore.AsyncNetworkStream:
        self._recording.enter(Stage.TLS)
        try:
            secured = await self._inner.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self.aclose()
            raise
        return RecordingStream(secured, self._recording)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class RecordingBackend(httpcore.AsyncNetworkBackend):
    """Looks names up and connects, noting the time each takes."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        self._recording.enter(Stage.RESOLVE)
        try:
            async with asyncio.timeout(timeout):
                addresses = await resolve(host, port)
                self._recording.enter(Stage.CONNECT)
                stream = await connect_first(addresses, port)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout from error
        self._recording.remote = _label(stream.get_extra_info("server_addr"))
        return RecordingStream(stream, self._recording)


def _label(address: Any) -> str:
    """An address as ip:port; empty when the socket is gone already."""
    if not address:
        return ""
    host, port = address[0], address[1]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


class _Body(httpx.AsyncByteStream):
    """The answer's body as httpcore streams it."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._inner:
            yield part

    async def aclose(self) -> None:
        await self._inner.aclose()


class RecordingTransport(httpx.AsyncHTTPTransport):
    """A transport for a single request to `address`, its target going out as it is.

    The base class is not initialised: it would build an SSL context (27 to 110 ms), even for
    http, and has no way to pass a backend in.
    """

    def __init__(
        self,
        *,
        address: Address,
        recording: Recording,
        proxy: Proxy | None,
        ssl_context: ssl.SSLContext | None,
        proxy_ssl_context: ssl.SSLContext | None,
    ) -> None:
        host = f"[{address.host}]" if proxy and ":" in address.host else address.host
        self._url = httpcore.URL(
            scheme=address.scheme.encode("ascii"),
            host=host.encode("ascii"),
            port=address.port,
            target=address.target,
        )
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context,
            proxy=_for_httpcore(proxy, proxy_ssl_context) if proxy else None,
            max_connections=1,
            max_keepalive_connections=0,
            retries=0,
            network_backend=RecordingBackend(recording),
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request; unlike the base class it leaves the target's characters alone."""
        answer = await self._pool.handle_async_request(
            httpcore.Request(
                method=request.method,
                url=self._url,
                headers=request.headers.raw,
                content=request.stream,
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=answer.status,
            headers=answer.headers,
            stream=_Body(answer.stream),
            extensions=answer.extensions,
        )


def _for_httpcore(proxy: Proxy, ssl_context: ssl.SSLContext | None) -> httpcore.Proxy:
    auth = None
    if proxy.user or proxy.password:
        auth = (proxy.user.encode("utf-8"), proxy.password.encode("utf-8"))
    return httpcore.Proxy(
        url=httpcore.URL(
            scheme=proxy.scheme.encode("ascii"),
            host=proxy.host.encode("ascii"),
            port=proxy.port,
            target=b"/",
        ),
        auth=auth,
        ssl_context=ssl_context,
    )
