"""The production host is LIVE in any spelling; nothing else is, unless it was declared so."""

import pytest

from pingtree_desktop.domain.environment import (
    BUILT_IN,
    PRODUCTION,
    SANDBOX,
    Danger,
    Environment,
    is_production,
)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.pingtree.com",
        "http://api.pingtree.com",
        "HTTPS://API.PingTree.COM",
        "https://api.pingtree.com.",
        "https://api.pingtree.com:443/",
        "https://api.pingtree.com:8443/v2",
        " https://api.pingtree.com ",
        "https://eu.api.pingtree.com",
        "https://api\u3002pingtree\uff0ecom",
        "https://\uff41\uff50\uff49.pingtree.com",
        "https://api.ping\u00adtree.com",
        "https://api.\u200bpingtree.com",
        "https://\u24d0pi.pingtree.com",
    ],
)
def test_production_in_any_spelling_is_live(url):
    named = Environment(name="harmless test", base_url=url, declared=Danger.SANDBOX)
    assert is_production(url)
    assert named.danger is Danger.LIVE


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://127.0.0.1:8080",
        "https://api.pingtree.com.example.org",
        "https://notapi-pingtree.com",
        "https://myapi.pingtree.com",
        "https://\u0430pi.pingtree.com",
        "https://api.pingtree.com@evil.example",
        "no address",
    ],
)
def test_other_hosts_are_what_they_were_declared(url):
    assert not is_production(url)
    assert Environment(name="x", base_url=url).danger is Danger.TEST
    assert Environment(name="x", base_url=url, declared=Danger.LIVE).danger is Danger.LIVE


def test_the_built_in_ones():
    assert BUILT_IN == (SANDBOX, PRODUCTION)
    assert SANDBOX.is_embedded
    assert SANDBOX.danger is Danger.SANDBOX
    assert not PRODUCTION.is_embedded
    assert PRODUCTION.danger is Danger.LIVE
    assert PRODUCTION.verify_tls
