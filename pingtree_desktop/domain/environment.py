"""Where events are sent, and how dangerous that is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.extra_headers import Headers
from pingtree_desktop.domain.request import parse_base
from pingtree_desktop.domain.variable import Variable

PRODUCTION_HOST = "api.pingtree.com"
PRODUCTION_BASE = f"https://{PRODUCTION_HOST}"


class Danger(StrEnum):
    """What a send can do: nothing (sandbox), little (test), or move real money (LIVE)."""

    SANDBOX = "sandbox"
    TEST = "test"
    LIVE = "live"


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A named target.  An empty `base_url` means the embedded sandbox, wherever it listens.

    `timeout_s` is the total deadline of one send.  `proxy` is `none`, `system` or a proxy URL;
    `ca_file` a PEM file trusted beside the system's own; `verify_tls` False accepts any
    certificate and is shown in red.  `headers` go with every request; a value may hold
    `{{name}}`, a built-in value or one of `variables`.
    """

    name: str
    base_url: str = ""
    declared: Danger = Danger.TEST
    timeout_s: float = 30.0
    proxy: str = "none"
    ca_file: str = ""
    verify_tls: bool = True
    headers: Headers = ()
    variables: tuple[Variable, ...] = ()

    @property
    def danger(self) -> Danger:
        """LIVE for the vendor's production host, whatever the environment is called."""
        return Danger.LIVE if is_production(self.base_url) else self.declared

    @property
    def is_embedded(self) -> bool:
        return not self.base_url


def is_production(base_url: str) -> bool:
    """Whether a base URL is on the vendor's production host (or below it)."""
    if not base_url:
        return False
    try:
        host = parse_base(base_url).host.lower().rstrip(".")
    except UsageError:
        return False
    return host == PRODUCTION_HOST or host.endswith("." + PRODUCTION_HOST)


SANDBOX = Environment(name="sandbox", declared=Danger.SANDBOX)
PRODUCTION = Environment(name="production", base_url=PRODUCTION_BASE, declared=Danger.LIVE)
BUILT_IN = (SANDBOX, PRODUCTION)
