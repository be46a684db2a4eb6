"""What the child processes of these tests do; each says on stdout what it has been promised."""

import sys
import time
from pathlib import Path

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.storage.files import write_text
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import Places, open_places
from tests.storage.samples import exchange, finished


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def save_forever(path: str) -> None:
    """Save two long texts in turn until killed."""
    say("started")
    while True:
        for letter in "ab":
            write_text(Path(path), letter * 200_000)


def begin_and_wait(root: str, name: str) -> None:
    """Keep a `sending` row and hold it until killed."""
    store = HistoryStore.open(Places(root=Path(root)))
    say(store.begin(exchange(name)).result())
    time.sleep(60)


def finish_and_wait(root: str, name: str) -> None:
    """Keep a whole exchange and hold the history open until killed."""
    store = HistoryStore.open(Places(root=Path(root)))
    sent = exchange(name)
    entry_id = store.begin(sent).result()
    store.finish(entry_id, finished(sent)).result()
    say(entry_id)
    time.sleep(60)


def write_for(root: str, name: str, seconds: str) -> None:
    """Write exchanges as fast as commits go, and say how many were acknowledged."""
    store = HistoryStore.open(Places(root=Path(root)))
    until = time.monotonic() + float(seconds)
    count = 0
    while time.monotonic() < until:
        batch = [store.begin(exchange(f"{name}-{count + n}")) for n in range(5)]
        for future in batch:
            entry_id = future.result()
            store.finish(entry_id, finished(exchange(f"{name}-{count}"))).result()
            count += 1
    store.close()
    say(count)


def save_limited(path: str, limit_bytes: str) -> None:
    """Try to save more than this process may write to one file."""
    import resource

    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit_bytes), int(limit_bytes)))
    try:
        write_text(Path(path), "x" * (int(limit_bytes) + 1))
    except PingTreeError as error:
        say(error)


def open_workspace(root: str) -> None:
    """Open a workspace and its history; say the sentence where that cannot be."""
    try:
        HistoryStore.open(open_places(Path(root))).close()
    except PingTreeError as error:
        say(error)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
