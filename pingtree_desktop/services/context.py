"""Builds everything once, in one place, and takes it down in order.

A frozen record, not a locator: each object is handed only the parts it uses.
"""

from __future__ import annotations

from dataclasses import dataclass

from pingtree_desktop.services.archive import Archive
from pingtree_desktop.services.curation import Curation
from pingtree_desktop.services.sandbox_host import SandboxHost
from pingtree_desktop.services.sender import Sender
from pingtree_desktop.services.values import ValueKeeper
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.secrets import Secrets


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The services that need the disk or the network."""

    places: Places
    store: HistoryStore
    archive: Archive
    curation: Curation
    sender: Sender
    sandbox: SandboxHost
    values: ValueKeeper
    secrets: Secrets

    def close(self) -> None:
        """Stop the sandbox and flush the history.  Blocks; call it in a worker thread."""
        self.sandbox.close()
        self.store.close()


def open_context(places: Places) -> Context:
    """Open the history and make the services.  Blocks; raises PingTreeError in plain words."""
    store = HistoryStore.open(places)
    archive = Archive(store)
    secrets = Secrets(places.root)
    values = ValueKeeper(places, archive, secrets)
    return Context(
        places=places,
        store=store,
        archive=archive,
        curation=Curation(store, archive),
        sender=Sender(archive, take_number=values.take_number),
        sandbox=SandboxHost(places),
        values=values,
        secrets=secrets,
    )
