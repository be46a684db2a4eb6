"""Requests that hurt: hostile bodies, addresses and headers, by hand and generated."""

from __future__ import annotations

from hypothesis import strategies as st

from pingtree_desktop.domain.request import Request

JSON = ("Content-Type", "application/json")
USUAL = (
    ("Host", "h"), JSON, ("Content-Length", "2"), ("Accept", "application/json"),
    ("Accept-Encoding", "gzip"), ("User-Agent", "PingTreeDesktop/1"), ("Connection", "close"),
)  # fmt: skip


def post(
    base: str, body: bytes = b"{}", *, headers: tuple[tuple[str, str], ...] = USUAL
) -> Request:
    return Request(method="POST", url=f"{base}/api/event/demo", headers=headers, body=body)


BODIES = (
    b'{"event_id":"lead","amount":42.50}',
    b"",
    b"\x00",
    bytes(range(256)),
    b"\xff\xfe not UTF-8",
    b"@/etc/passwd",
    b"<?php ?> // */ --> </script>",
    b"'\"`$(id)`id`${HOME}$HOME%PATH%%%a!b^c&d|e<f>g(h)",
    b'{"a":"b & c","d":"C:\\\\x\\\\","e":"%TEMP%","f":"100%"}',
    b'\\"\\\\"\\\\\\"',
    b"ends in backslashes \\\\",
    b"ends in a quote \"",
    b"a\r\nb\n\n\tc\n",
    "Zo\u00eb O\u2019Brien \U0001f600\u200d\U0001f525 \u2028\u202e\ufeff".encode(),
    b'{"a":"\\ud800"}',
    b"'@\necho no\n'@",
    b"x" * 100_000,
    b"%!\"'" * 25_000,
    bytes(range(256)) * 400,
)  # fmt: skip

TARGETS = (
    "/api/event/demo",
    "/",
    "/a/../b/./c?x=%00&y={z}&w=[1-3]",
    "/api/event/%2E%2e",
    "/a/../b/./c",
    "/p?a=%20b&c=%25d%25&TEMP=%TEMP%&e='f'&g=$h`i`",
    "/p?a=%C3%A9&b=1+2;c,d&e=(f)*!~&&==",
    "/p?",
    "/p?a=<b>\"c\"|^\\{}",
    "/p?a=%zz%",
    "//p?x=//",
    "/" + "long/" * 2_000,
    "/long?" + "a=%20&" * 6_000 + "b=[]",
    "/longer?" + "a=1&" * 20_000,
)  # fmt: skip

HEADER_TEXTS = (
    "plain",
    "",
    "a 'b' \"c\" \\",
    '"',
    "back\\\\",
    "100%",
    "%PATH% $HOME `id` $(id) !x! ^&|<>()",
    " spaces around ",
    "caf\u00e9 \u00a0\u0085",
    "emoji \U0001f600",
    "lone \ud800 half",
    "a\tb",
    "semicolon;",
    "?> */ -->",
)
CONTROLS = ("a\x01b", "\x7f", "\x1b[31m")
UNSENDABLE = ("line\nX-Injected: 1", "a\r\nb", "nul\x00")


def requests(base: str, *, targets: tuple[str, ...], controls: bool = True) -> list[Request]:
    """Each body, each target and each header text once, and a few methods."""
    made = [post(base, body) for body in BODIES]
    made += [post(base, headers=()), post(base, b"\xff", headers=())]
    usual = tuple(pair for pair in USUAL if pair[0] not in {"Content-Type", "Content-Length"})
    for target in targets:
        made.append(Request(method="GET", url=base + target, headers=usual, body=b""))
    texts = HEADER_TEXTS + UNSENDABLE + (CONTROLS if controls else ())
    for text in texts:
        headers = (*USUAL, ("X-Odd", text), ("X-Request-Id", "r-1"))
        made.append(post(base, headers=headers))
    headers = tuple((f"X-Number-{at}", text) for at, text in enumerate(texts))
    made.append(post(base, b"\x00\xff", headers=(*USUAL, *headers)))
    made.append(post(base, headers=(*USUAL, ("X-Twice", "1"), ("X-Twice", "2"))))
    made.append(post(base, headers=(*USUAL, ("X-Long", "l" * 7_000), ("X-Longer", "l" * 9_000))))
    for method in ("PUT", "PATCH", "DELETE"):
        made += [Request(method=method, url=f"{base}/x", headers=USUAL, body=b) for b in BODIES[:4]]
    return made


PIECES = st.sampled_from(
    ['"', "'", "\\", "%", "%PATH%", "%20", "$", "`", "!", "^", "&", "|", "<", ">", "(", ")", " ",
     "a", "{", "}", "@", "/", ";", "=", ",", "\u2019", "\u00e9", "\U0001f600", "?>", "{{x}}", "#"]
)  # fmt: skip
texts = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=12)
wild = texts | st.text(st.characters(exclude_categories=()), max_size=8)


@st.composite
def generated(draw: st.DrawFn, base: str, *, marks: str, controls: bool) -> Request:
    """Any request; `marks` are the odd characters that its address may hold."""
    bodies = texts.map(lambda t: t.encode("utf-8", "surrogatepass")) | st.binary(max_size=40)
    parts = st.sampled_from([*marks, "a", "B", "0", "-", ".x", "_", "~", "/", "%20", "%C3%A9", "&"])
    path = "".join(draw(st.lists(parts, max_size=6)))
    query = "".join(draw(st.lists(parts, max_size=8)))
    value = wild.filter(
        lambda t: controls or not any(ord(c) < 32 or ord(c) == 127 for c in t)
    ).filter(lambda t: not t or t.strip("\x0b\x0c\x85\xa0"))  # clients drop a header of odd space
    headers = draw(st.lists(st.tuples(st.sampled_from(["X-A", "X-B", "X-C"]), value),
                            max_size=3, unique_by=lambda pair: pair[0]))  # fmt: skip
    method = draw(st.sampled_from(["POST", "POST", "POST", "GET", "PUT"]))
    return Request(
        method=method,
        url=f"{base}/{path}" + (f"?{query}" if query else ""),
        headers=(*(USUAL if draw(st.booleans()) else ()), *headers),
        body=b"" if method == "GET" else draw(bodies),
    )
