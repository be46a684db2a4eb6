"""curl's options: which take a value, their letters, and what each means for a request."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


WITH_VALUE = _words("""
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config
    connect-timeout connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data
    data-ascii data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr
    dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine etag-compare etag-save
    expand-data expand-header expand-url expect100-timeout form form-string ftp-account
    ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms
    haproxy-clientip header help hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json
    keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options
    mail-auth mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy
    oauth2-bearer output output-dir parallel-max pass pinnedpubkey preproxy proto proto-default
    proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type proxy-ciphers
    proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey
    proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser
    proxy-user proxy1.0 pubkey quote random-file range rate referer request request-target resolve
    retry retry-delay retry-max-time sasl-authzid service-name sigalgs socks4 socks4a socks5
    socks5-gssapi-service socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize
    time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config
    unix-socket upload-file url url-query user user-agent variable vlan-priority write-out
    """)

SWITCHES = _words("""
    alpn anyauth append basic buffer ca-native cert-status clobber compressed compressed-ssh
    create-dirs crlf digest disable disable-eprt disable-epsv disallow-username-in-url
    doh-cert-status doh-insecure eprt epsv fail fail-early fail-with-body false-start form-escape
    ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc ftp-ssl-control get globoff
    haproxy-protocol head http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only
    ignore-content-length include insecure ipv4 ipv6 junk-session-cookies keepalive list-only
    location location-trusted mail-rcpt-allowfails manual metalink mptcp negotiate netrc
    netrc-optional next npn ntlm ntlm-wb parallel parallel-immediate path-as-is post301 post302
    post303 progress-bar progress-meter proxy-anyauth proxy-basic proxy-ca-native proxy-digest
    proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast
    proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw remote-header-name remote-name
    remote-name-all remote-time remove-on-error retry-all-errors retry-connrefused sasl-ir
    sessionid show-error show-headers silent skip-existing socks5-basic socks5-gssapi
    socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd
    ssl-revoke-best-effort sslv2 sslv3 styled-output suppress-connect-headers tcp-fastopen
    tcp-nodelay tftp-no-options tls-earlydata tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding
    trace-ids trace-time use-ascii verbose version xattr
    """)

LETTERS = {
    "0": "http1.0", "1": "tlsv1", "2": "sslv2", "3": "sslv3", "4": "ipv4", "6": "ipv6",
    "a": "append", "A": "user-agent", "b": "cookie", "B": "use-ascii", "c": "cookie-jar",
    "C": "continue-at", "d": "data", "D": "dump-header", "e": "referer", "E": "cert",
    "f": "fail", "F": "form", "g": "globoff", "G": "get", "h": "help", "H": "header",
    "i": "include", "I": "head", "j": "junk-session-cookies", "J": "remote-header-name",
    "k": "insecure", "K": "config", "l": "list-only", "L": "location", "m": "max-time",
    "M": "manual", "n": "netrc", "N": "no-buffer", "o": "output", "O": "remote-name",
    "p": "proxytunnel", "P": "ftp-port", "q": "disable", "Q": "quote", "r": "range",
    "R": "remote-time", "s": "silent", "S": "show-error", "t": "telnet-option",
    "T": "upload-file", "u": "user", "U": "proxy-user", "v": "verbose", "V": "version",
    "w": "write-out", "x": "proxy", "X": "request", "Y": "speed-limit", "y": "speed-time",
    "z": "time-cond", "Z": "parallel", "#": "progress-bar", ":": "next",
}  # fmt: skip

HARMLESS = _words("""
    alpn basic buffer clobber compressed-ssh disable eprt epsv fail fail-early fail-with-body
    form-escape get globoff head http1.1 include insecure ipv4 ipv6 keepalive npn path-as-is
    post301 post302 post303 progress-bar progress-meter proxy-basic raw remote-time
    remove-on-error sessionid show-error show-headers silent sslv2 sslv3 styled-output
    suppress-connect-headers tcp-fastopen tcp-nodelay tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3
    trace-ids trace-time verbose compressed connect-timeout max-redirs write-out max-filesize
    keepalive-time limit-rate create-dirs list-only proto-default junk-session-cookies
    """)
"""Options that change nothing of a single request, or that are read where they matter."""

FILES = {
    "cert": "read", "key": "read", "capath": "read", "cookie-jar": "written",
    "dump-header": "written", "output": "written", "output-dir": "written", "stderr": "written",
    "trace": "written", "trace-ascii": "written", "libcurl": "written", "etag-save": "written",
    "etag-compare": "read", "netrc-file": "read", "config": "read", "crlfile": "read",
    "hsts": "read and written", "alt-svc": "read and written", "upload-file": "read",
}  # fmt: skip
"""Options whose value is a file, and what the original would do with it."""

FILE_SWITCHES = {
    "netrc": "~/.netrc", "netrc-optional": "~/.netrc", "remote-name": "a file named by the address",
    "remote-name-all": "files named by the addresses",
    "remote-header-name": "a file named by the reply",
}  # fmt: skip

WHY_NOT = {
    "aws-sigv4": "a signature is made for the moment of sending",
    "anyauth": "curl asks the server first which authentication it wants",
    "digest": "digest authentication answers a question of the server",
    "negotiate": "this authentication is a conversation with the server",
    "ntlm": "this authentication is a conversation with the server",
    "ntlm-wb": "this authentication is a conversation with the server",
    "location": "redirects are not followed here, so that nothing fires twice",
    "location-trusted": "redirects are not followed here, so that nothing fires twice",
    "http1.0": "HTTP/1.1 is spoken here",
    "http2": "HTTP/1.1 is spoken here",
    "http2-prior-knowledge": "HTTP/1.1 is spoken here",
    "http3": "HTTP/1.1 is spoken here",
    "http3-only": "HTTP/1.1 is spoken here",
    "tr-encoding": "it asks for a compressed transfer, which is not spoken here",
    "time-cond": "it depends on a date that curl works out",
    "continue-at": "it continues an earlier transfer",
    "resolve": "it sends to another address than the host's own",
    "connect-to": "it sends to another address than the host's own",
    "unix-socket": "it sends through a socket file",
    "abstract-unix-socket": "it sends through a socket",
    "retry": "nothing is sent again unasked here, so that nothing fires twice",
    "proxy-user": "a proxy's password is not kept",
    "variable": "variables of curl are not worked out",
    "expand-data": "variables of curl are not worked out",
    "expand-header": "variables of curl are not worked out",
    "expand-url": "variables of curl are not worked out",
}
OTHER_OPTION = "it has no counterpart here"

_NAMES = sorted(WITH_VALUE | SWITCHES)
_NAME_SET = WITH_VALUE | SWITCHES


@lru_cache(maxsize=512)
def long_option(name: str) -> tuple[str, bool] | str:
    """The whole name of a long option and whether it is switched on, or why it is none.

    As in curl, any beginning that no other option shares is enough.
    """
    lowered = name.lower()
    if lowered in _NAME_SET:
        return lowered, True
    is_on = not lowered.startswith("no-")
    wanted = lowered.removeprefix("no-")
    if not is_on and wanted in SWITCHES:
        return wanted, False
    first = bisect_left(_NAMES, lowered)
    near = [known for known in _NAMES[first : first + 2] if known.startswith(lowered)]
    near = near if lowered else []
    if len(near) == 1:
        return near[0], True
    return "curl takes it for several options" if near else "curl has no such option"
