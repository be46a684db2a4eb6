"""Whom an https server must be vouched for by: one shared context for each choice, built once.

The environment has no say: neither SSL_CERT_FILE nor SSLKEYLOGFILE is honoured, which rules out
ssl.create_default_context and OpenSSL's own default paths.
"""

from __future__ import annotations

import re
import ssl
import sys
import threading
from pathlib import Path

import truststore

from pingtree_desktop.domain.errors import UnreadableInput

# Where Linux and BSD distributions keep their authorities in one file.
_BUNDLES = (
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)
_HASHED_NAME = re.compile(r"[0-9a-f]{8}\.[0-9]")
_MOST_CONTEXTS = 16

_Key = tuple[str, int, int, bool]
_contexts: dict[_Key, ssl.SSLContext] = {}
_lock = threading.Lock()


def context(*, ca_file: str = "", verify: bool = True) -> ssl.SSLContext:
    """The shared context for these choices; the first call builds it, which takes 1 to 30 ms.

    May be called from any thread.  `ca_file` is trusted beside the system's authorities and read
    again once it changes.  Raises UnreadableInput when it is missing or not PEM.
    """
    key = _key(ca_file if verify else "", verify)
    with _lock:
        found = _contexts.get(key)
        if found is None:
            if len(_contexts) >= _MOST_CONTEXTS:
                _contexts.clear()
            found = _contexts[key] = _build(key[0], verify)
        return found


def _key(ca_file: str, verify: bool) -> _Key:
    if not ca_file:
        return "", 0, 0, verify
    try:
        found = Path(ca_file).stat()
    except (OSError, ValueError):
        raise UnreadableInput(
            f"The CA file {ca_file} is not there or cannot be opened.",
            "Check its path in the environment's settings.",
        ) from None
    return ca_file, found.st_mtime_ns, found.st_size, verify


def _build(ca_file: str, verify: bool) -> ssl.SSLContext:
    if not verify:
        blind = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        blind.check_hostname = False
        blind.verify_mode = ssl.CERT_NONE
        return blind
    built = _system_trust()
    built.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file:
        try:
            built.load_verify_locations(cafile=ca_file)
        except OSError:  # ssl.SSLError is one
            raise UnreadableInput(
                f"The CA file {ca_file} holds no certificate in PEM form.",
                'It must contain a block that starts with "-----BEGIN CERTIFICATE-----".',
            ) from None
    return built


def _system_trust() -> ssl.SSLContext:
    """A context that trusts what the operating system trusts.

    Windows and macOS are asked through truststore.  Elsewhere truststore would read the same
    files as below, but anew for every connection (30 ms each) and with SSL_CERT_FILE honoured.
    """
    if sys.platform in {"win32", "darwin"}:
        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    built = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.openssl_capath)
    if folder.is_dir() and any(_HASHED_NAME.fullmatch(item.name) for item in folder.iterdir()):
        built.load_verify_locations(capath=str(folder))
    for bundle in (paths.openssl_cafile, *_BUNDLES):
        if Path(bundle).is_file():
            built.load_verify_locations(cafile=bundle)
            break
    return built
