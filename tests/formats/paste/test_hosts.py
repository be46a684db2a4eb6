"""What a person is told of a host before anything is sent there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.formats.paste.hosts import host_notes, plain_ipv4


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://localhost/", "a name of this computer or its network"),
        ("https://api.localhost./", "a name of this computer or its network"),
        ("https://printer.lan/", "a name of this computer or its network"),
        ("https://intranet/", "a name of this computer's own network"),
        ("https://127.0.0.1:8080/", "this computer itself"),
        ("https://127.1/", "this computer itself"),
        ("https://0x7f000001/", "this computer itself"),
        ("https://[::1]/", "this computer itself"),
        ("https://[::ffff:127.0.0.1]/", "this computer itself"),
        ("https://0.0.0.0/", "this computer itself"),
        ("https://169.254.169.254/latest", "link-local"),
        ("https://[fe80::1%25eth0]/", "link-local"),
        ("https://224.0.0.1/", "many receivers"),
        ("https://100.64.0.1/", "a provider's network"),
        ("https://10.0.0.1/", "a private network"),
        ("https://[fd00::1]/", "a private network"),
        ("https://user:secret@api.example.com/", "its real host is api.example.com"),
        ("https://\u0430pi.example.com/", "it really is xn--pi-6kc.example.com"),
        ("https://xn--pi-6kc.example.com/", "shows as \u0430pi.example.com"),
        ("https://xn--\u0080.example.com/", "is not a possible name"),
        ("https://xn--a\\.example.com/", "encoded, and not a possible name"),
    ],
)
def test_what_is_odd_is_said(url: str, words: str) -> None:
    assert any(words in note for note in host_notes(url))


@pytest.mark.parametrize(
    "url",
    ["https://api.example.com/", "https://8.8.8.8/", "https://[2606:4700::1]/", "", "https://[x/"],
)
def test_of_usual_hosts_nothing_is_said(url: str) -> None:
    assert host_notes(url) == ()


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("1.2.3", "1.2.0.3"),
        ("2130706433", "127.0.0.1"),
        ("0x7f.0.0.01", "127.0.0.1"),
        ("017700000001", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("1.2.3.4.5", None),
        ("256.1", None),
        ("1.2.3.256", None),
        ("09.1", None),
        ("api.example.com", None),
        ("1.", None),
        ("1" * 13, None),
        ("", None),
    ],
)
def test_addresses_in_every_form(host: str, wanted: str | None) -> None:
    assert plain_ipv4(host) == wanted


@given(st.text(st.sampled_from("a1.:x0%[]@-\u00e9\u0430/"), max_size=20))
def test_any_host_is_looked_at(host: str) -> None:
    assert all(note.endswith(".") for note in host_notes(f"https://{host}/"))
