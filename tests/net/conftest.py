"""What the tests of the network room share: the hostile server and a request to send to it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pingtree_desktop.domain.exchange import Outcome
from pingtree_desktop.domain.request import Request
from pingtree_desktop.net.fetch import NetOptions, fetch
from tests.net.hostile_server import HostileServer
from tests.net.requests import post

Send = Callable[..., Outcome]


@pytest.fixture
def server() -> Iterator[HostileServer]:
    with HostileServer() as found:
        yield found


@pytest.fixture
def send() -> Send:
    """Send one request, to a URL or ready made, with a short deadline, and return its outcome."""

    def run(request: Request | str, **options: Any) -> Outcome:
        ready = post(request) if isinstance(request, str) else request
        return asyncio.run(fetch(ready, NetOptions(**{"deadline_s": 5.0, **options})))

    return run
