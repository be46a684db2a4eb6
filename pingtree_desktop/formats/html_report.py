"""Exchanges as one web page to hand on: counts, a table, each exchange behind a line to open.

One file that loads nothing and runs nothing; every outside text is escaped.  Written entry by
entry: the counts come last in the file and first on the page.
"""

from __future__ import annotations

import html
from collections import Counter
from datetime import datetime

from pingtree_desktop.domain.display import decode_body, to_display
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.judgement import judge
from pingtree_desktop.domain.verdict import MEANINGS, Tone, verdict_of
from pingtree_desktop.formats.http_text import request_text

_BODY_LIMIT = 40_000
_STYLE = """
:root{color-scheme:light dark;--bg:#f4f5f8;--card:#fff;--text:#131a26;--muted:#565f6e;
--line:#dde1e8;--code:#f7f8fb;--good:#12703a;--good-soft:#dcf4e4;--refused:#9a4a06;
--refused-soft:#fdeed4;--failed:#b3191c;--failed-soft:#fde5e5;--neutral:#454d5b;
--neutral-soft:#e6e9ee}
@media(prefers-color-scheme:dark){:root{--bg:#13161c;--card:#1b2029;--text:#e7e9ee;
--muted:#a3acba;--line:#2c323d;--code:#151920;--good:#52d489;--good-soft:#12321f;
--refused:#f7b955;--refused-soft:#38280d;--failed:#ff8a84;--failed-soft:#401b1d;
--neutral:#bcc3cf;--neutral-soft:#2a303b}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:14px/1.5 system-ui,sans-serif}
main{max-width:1120px;margin:0 auto;padding:24px 20px 48px;display:flex;flex-direction:column}
header{order:-2;margin-bottom:12px}
h1{font-size:22px;margin:0 0 4px}
.counts{order:-1;display:flex;flex-wrap:wrap;gap:8px;margin:0 0 18px;padding:0;list-style:none}
.muted{color:var(--muted)}
.pill{display:inline-block;padding:2px 10px;border-radius:99px;font-weight:600;font-size:12px;
white-space:nowrap}
.good{color:var(--good);background:var(--good-soft)}
.refused{color:var(--refused);background:var(--refused-soft)}
.failed{color:var(--failed);background:var(--failed-soft)}
.neutral{color:var(--neutral);background:var(--neutral-soft)}
details{background:var(--card);border:1px solid var(--line);margin-top:-1px;padding:0 14px}
details:first-of-type{border-radius:10px 10px 0 0}
details:last-of-type{border-radius:0 0 10px 10px}
summary{display:grid;grid-template-columns:170px 190px minmax(0,1fr) minmax(0,1.3fr) 80px;gap:12px;
padding:9px 0;cursor:pointer;align-items:center;list-style:none}
summary::-webkit-details-marker{display:none}
summary>*{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
summary .pill{justify-self:start;max-width:100%}
code,pre{font:12.5px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace}
pre{background:var(--code);border:1px solid var(--line);border-radius:6px;padding:10px;
margin:6px 0 12px;white-space:pre-wrap;overflow-wrap:anywhere}
h2{font-size:13px;margin:10px 0 0}
.num{text-align:right}
@media(max-width:760px){summary{grid-template-columns:1fr 1fr}}
@media print{body{background:#fff}main{max-width:none;padding:0}}
"""


class HtmlReport:
    """Writes the page; it counts on the way."""

    def __init__(self, title: str, made: datetime) -> None:
        self._title, self._made = title, made
        self._counts: Counter[str] = Counter()
        self._as_expected = 0

    def head(self) -> str:
        """The page down to the first entry."""
        made = f"{self._made:%Y-%m-%d %H:%M %Z}".strip()
        return (
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{_safe(self._title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
            f'<header><h1>{_safe(self._title)}</h1><div class="muted">'
            f"Written by PingTree Desktop, {_safe(made)}</div></header>\n<section>\n"
        )

    def entry(self, exchange: Exchange) -> str:
        """One exchange: a line of the table that opens."""
        meaning = MEANINGS[verdict_of(exchange.verdict)]
        self._counts[exchange.verdict] += 1
        self._as_expected += exchange.as_expected
        outcome = exchange.outcome
        response = outcome.response if outcome else None
        failure = outcome.failure if outcome else None
        status = f" \u00b7 {response.status}" if response else ""
        started = exchange.started
        took = f"{outcome.elapsed_ms:,.0f} ms" if outcome else ""
        expected = (
            ""
            if exchange.as_expected
            else (f" Expected: {MEANINGS[verdict_of(exchange.expected)].label}.")
        )
        account = judge(response, failure).explanation + expected
        parts = [
            f"<details><summary><span>{started:%Y-%m-%d %H:%M:%S}Z</span>"
            f'<span class="pill {meaning.tone.value}">{_safe(meaning.label + status)}</span>'
            f"<code>{_safe(exchange.event_id)}</code><code>{_safe(exchange.transaction_id)}</code>"
            f'<span class="num">{took}</span></summary>',
            f"<p>{_safe(account)}</p>",
        ]
        facts = [exchange.environment, exchange.campaign, exchange.profile, *exchange.labels]
        where = " \u00b7 ".join(fact for fact in facts if fact)
        parts.append(f'<p class="muted">{_safe(where)}</p>')
        if exchange.note:
            parts.append(f"<p>{_safe(exchange.note)}</p>")
        parts.append(f"<h2>Request</h2><pre>{_body(request_text(exchange.request))}</pre>")
        if response is not None:
            head = [f"{response.http_version} {response.status} {response.reason}".strip()]
            head += [f"{name}: {value}" for name, value in response.headers]
            text, _note = decode_body(response.body, response.header("content-type"))
            parts.append(f"<h2>Reply</h2><pre>{_body(chr(10).join([*head, '', text]))}</pre>")
        return "".join(parts) + "</details>\n"

    def tail(self) -> str:
        """The counts and the end of the page."""
        total = sum(self._counts.values())
        items = [
            f'<li><span class="pill {MEANINGS[verdict_of(word)].tone.value}">'
            f"{_safe(MEANINGS[verdict_of(word)].label)} {count:,}</span></li>"
            for word, count in self._counts.most_common()
        ]
        tone = Tone.GOOD if self._as_expected == total else Tone.FAILED
        items.insert(
            0,
            f'<li><span class="pill neutral">{total:,} exchanges</span></li>'
            f'<li><span class="pill {tone.value}">{self._as_expected:,} as expected</span></li>',
        )
        return f'</section>\n<ul class="counts">{"".join(items)}</ul>\n</main>\n</body>\n</html>\n'


def _safe(text: str) -> str:
    return html.escape(to_display(text, limit=600, one_line=True))


def _body(text: str) -> str:
    return html.escape(to_display(text, limit=_BODY_LIMIT))
