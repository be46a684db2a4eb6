"""A header whose value is only odd white space is named as left out: clients drop it silently."""

import pytest

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.languages import BY_KEY


@pytest.mark.parametrize("key", ["curl", "curl-cmd", "curl-powershell", "python", "php"])
def test_it_is_named_and_not_written(key):
    headers = (("X-Odd", "\x0b"), ("X-Good", "1"))
    request = Request(method="POST", url="http://h/", headers=headers, body=b"{}")
    text = BY_KEY[key].write(request)
    assert "X-Good" in text
    assert "X-Odd" in text
    assert "\x0b" not in text
