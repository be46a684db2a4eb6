"""What a paste says about the way it was sent, and what is sent otherwise than it was pasted."""

from __future__ import annotations

from pingtree_desktop.formats.paste.composing import Composed
from pingtree_desktop.formats.paste.placeholders import filled_in


def hint_notes(composed: Composed) -> tuple[str, ...]:
    """Plain sentences on certificates, proxy, deadline, CA file, headers and placeholders."""
    hints = composed.environment_hint.hints
    names = ", ".join(name for name, _ in composed.environment_hint.headers)
    said = (
        (hints.verify_tls is False, "It accepts any certificate; here the environment decides."),
        (bool(hints.proxy), f"It goes through the proxy {hints.proxy}; here the environment does."),
        (hints.ca_file is not None, f"It trusts the CA file {hints.ca_file}, which was not read."),
        (hints.timeout_s is not None, f"It gives up after {hints.timeout_s} seconds."),
        (bool(names), f"It has headers of its own, which belong to an environment: {names}."),
    )
    return (*(text for holds, text in said if holds), *filled_in(composed.event))
