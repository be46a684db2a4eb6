"""What leaves: each form whole, escaped, and without a planted person when redacted."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.redacted_exchange import redact_exchange
from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.curl_script import script_entry, script_head
from pingtree_desktop.formats.exports import BY_KEY, FORMATS, About
from pingtree_desktop.formats.support_text import support_text
from tests.formats.samples import ALL, CANARY_MAIL, CANARY_TX, binary, failed, fired, pending

NOW = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=1), "CET"))


def whole(key: str, *exchanges) -> str:
    writer = BY_KEY[key].make(About(version="1.0", now=NOW))
    return "".join([writer.head(), *map(writer.entry, exchanges), writer.tail()])


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.key)
def test_each_form_holds_every_entry(form):
    text = whole(form.key, *ALL)
    assert text.count("quote_view") >= len(ALL)
    assert CANARY_TX in text
    assert form.suffix.startswith(".")


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.key)
def test_no_planted_person_leaves_redacted(form):
    echo = f'{{"message":"no lead {CANARY_MAIL} for {CANARY_TX}"}}'.encode()
    made = fired(note=f"call {CANARY_MAIL}", labels=(CANARY_TX,))
    made = replace(
        made,
        message=f"no lead {CANARY_MAIL}",
        outcome=replace(made.outcome, response=replace(made.outcome.response, body=echo)),
    )
    assert CANARY_MAIL in whole(form.key, made)  # the control
    shown = whole(form.key, redact_exchange(made))
    assert CANARY_MAIL not in shown
    assert CANARY_TX not in shown


_letters = st.text(st.characters(categories=["L", "Nd"]), min_size=6, max_size=14)


@settings(deadline=None, max_examples=60)
@given(first=_letters, last=_letters, transaction=_letters, in_address=st.booleans())
def test_whatever_a_lead_is_called_it_does_not_come_back_in_the_reply(
    first, last, transaction, in_address
):
    import json
    from urllib.parse import urlencode

    lead = {"first_name": f"Z{first}", "nested": {"deep": [f"Y{last}"]}}
    names = (f"Z{first}", f"Y{last}", f"X{transaction}")
    sent = lead | {"transaction_id": names[2]}
    made = fired(transaction_id=names[2], message="about " + " ".join(names))
    if in_address:
        query = urlencode({"first_name": names[0], "last": names[1], "transaction_id": names[2]})
        request = Request(
            method="GET", url=f"http://h/api/event/demo?{query}", headers=(), body=b""
        )
    else:
        request = replace(made.request, body=json.dumps(sent).encode())
    reply = json.dumps({"message": " ".join(names), "lead": sent}, ensure_ascii=in_address)
    response = replace(made.outcome.response, body=reply.encode())
    made = replace(made, request=request, outcome=replace(made.outcome, response=response))
    for form in FORMATS:
        shown = whole(form.key, redact_exchange(made))
        for name in names:
            assert name not in shown
            assert json.dumps(name)[1:-1] not in shown


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [v for k, v in attrs if k in {"src", "href"}]


def test_the_report_runs_nothing_and_loads_nothing():
    text = whole("html", *ALL, fired(expected="duplicate"))
    reader = _Reader()
    reader.feed(text)
    assert not {"script", "img", "link", "b", "iframe", "object"} & set(reader.tags)
    assert reader.addresses == []
    assert "default-src 'none'" in text
    assert "&lt;script&gt;" in text
    assert reader.tags.count("details") == 5
    assert "Fired 3" in text
    assert "2 as expected" in text
    assert "Expected: Duplicate." in text


def test_an_empty_report_says_so():
    assert "0 exchanges" in whole("html")


def test_the_account_for_support_has_what_support_asks_for():
    text = support_text(fired(), NOW.tzinfo, "Acme")
    for line in (
        "Organisation: Acme",
        "Campaign: Debt Relief (demo)",
        f"Lead (transaction id): {CANARY_TX}",
        "Expected: Fired",
        "Actual: Fired (HTTP 200 OK)",
        "Time: 2026-09-21 14:13:20 UTC",
        "Local time: 2026-09-21 15:13:20 CET",
    ):
        assert line in text.splitlines()
    assert fired().request.body.decode() in text
    assert "No such host." in support_text(failed(), UTC)
    assert "No reply is known." in support_text(pending(), UTC)
    nothing = replace(fired(), cid="", campaign="", transaction_id="")
    assert "Campaign: (none)" in support_text(nothing, UTC)
    assert "Campaign: demo" in support_text(fired(campaign=""), UTC).splitlines()
    assert "(none sent)" in support_text(nothing, UTC)
    made = fired()
    long = replace(made, request=replace(made.request, body=b"x" * 30_000))
    assert "characters more" in support_text(long, UTC)
    support_text(binary(), UTC).encode("utf-8")


def test_the_script_leaves_production_out_unless_told(tmp_path):
    live = fired(
        danger="live",
        base_url="https://api.pingtree.com",
        event_id="it's; rm -rf /",
        request=Request(method="GET", url="http://127.0.0.1:9/", headers=(), body=b""),
    )
    script = tmp_path / "again.sh"
    script.write_text(script_head() + script_entry(live), "utf-8")
    shell = shutil.which("sh")
    if shell is None:
        pytest.skip("there is no sh here")
    done = subprocess.run(
        [shell, str(script)], capture_output=True, text=True, check=False, env={"PATH": "/nowhere"}
    )
    assert "left out, because it is LIVE: it's; rm -rf /" in done.stderr
    assert "live" not in re.sub(r"^live\(\).*?^}$", "", script_entry(fired()), flags=re.S | re.M)
