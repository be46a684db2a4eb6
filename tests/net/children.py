"""Code run in a process of its own, where memory, descriptors and the environment can be seen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

# What the scripts below share: a request, and the process's own figures.
PRELUDE = """
import asyncio, json, os, sys, threading
def fetched(url, **options):
    from pingtree_desktop.domain.request import Request
    from pingtree_desktop.net.fetch import NetOptions, fetch
    host = url.split("/")[2]
    body = b'{"email":"canary.lead@example.com"}'
    headers = (("Host", host), ("Content-Length", str(len(body))), ("X-Api-Key", "canary-key"),
               ("Accept-Encoding", "gzip"), ("Connection", "close"))
    return fetch(Request(method="POST", url=url, headers=headers, body=body), NetOptions(**options))
def peak_mb():
    # Linux: ru_maxrss of a child starts at its parent's, which would hide any growth below it.
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            high = next(line for line in status if line.startswith("VmHWM"))
        return int(high.split()[1]) / 1_000
    import resource
    unit = 1_000_000 if sys.platform == "darwin" else 1_000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
def descriptors():
    return len(os.listdir("/dev/fd"))
"""


def run_child(code: str, *arguments: str, **environment: str) -> Any:
    """Run a script after the prelude; what it prints as JSON is returned."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PRELUDE + code, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return json.loads(done.stdout)
