"""What a failed TLS handshake means, in plain words; nothing was sent in any of these cases."""

from __future__ import annotations

import ssl

from pingtree_desktop.domain.exchange import FailureKind

# OpenSSL's X509_V_ERR_* numbers, then those of the macOS and Windows verifiers (truststore).
_EXPIRED = frozenset({10, -67818, 0x800B0101})
_NOT_YET = frozenset({9, -67819})
_WRONG_HOST = frozenset({62, 64, -67602, 0x800B010F})
_OWN_SIGNATURE = frozenset({18})
_UNKNOWN_CA = frozenset({2, 19, 20, 21, 27, -67843, 0x800B0109, 0x800B010A})

# What is left in the chain when the connection ended while OpenSSL waited for more.
_HUNG_UP = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLWantReadError)

_VERSION = frozenset(
    {
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
        "NO_PROTOCOLS_AVAILABLE",
        "VERSION_TOO_LOW",
        "WRONG_SSL_VERSION",
    }
)
_NOT_TLS = frozenset(
    {
        "WRONG_VERSION_NUMBER",
        "RECORD_LAYER_FAILURE",
        "HTTP_REQUEST",
        "UNKNOWN_PROTOCOL",
        "PACKET_LENGTH_TOO_LONG",
        "UNEXPECTED_MESSAGE",
    }
)


def describe_tls(error: ssl.SSLError | None, host: str) -> tuple[FailureKind, str]:
    """The kind and the sentence of a handshake that failed; None when the server hung up."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error, host)
    # Errors raised by Python code instead of OpenSSL lack these attributes.
    reason = getattr(error, "reason", None) or ""
    if reason in _VERSION:
        return FailureKind.TLS_VERSION, (
            f"{host} offers only TLS versions that are too old to be safe (below 1.2)."
        )
    if reason in _NOT_TLS:
        return FailureKind.TLS_OTHER, (
            f"{host} does not speak TLS on this port; perhaps the address should start with http://."
        )
    if error is None or isinstance(error, _HUNG_UP):
        return FailureKind.TLS_OTHER, f"{host} hung up during the TLS handshake."
    return FailureKind.TLS_OTHER, f"No secure connection to {host} could be agreed on."


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> tuple[FailureKind, str]:
    code = getattr(error, "verify_code", None)
    if code in _EXPIRED:
        return FailureKind.TLS_EXPIRED, f"The certificate of {host} has expired."
    if code in _NOT_YET:
        return FailureKind.TLS_EXPIRED, (
            f"The certificate of {host} is not valid yet; check this computer's clock."
        )
    if code in _WRONG_HOST:
        return FailureKind.TLS_WRONG_HOST, (
            f"The certificate shown is not for {host} but for another name."
        )
    if code in _OWN_SIGNATURE:
        return FailureKind.TLS_UNKNOWN_CA, (
            f"The certificate of {host} is signed by itself, so nobody vouches for it."
        )
    if code in _UNKNOWN_CA:
        return FailureKind.TLS_UNKNOWN_CA, (
            f"The certificate of {host} comes from an authority that this computer does not know."
        )
    return FailureKind.TLS_OTHER, f"The certificate of {host} was not accepted."
