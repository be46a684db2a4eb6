"""Variables: names that can be written between braces, secrets that are shown nowhere."""

import pytest

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.variable import (
    Variable,
    check_variables,
    without_secrets,
)


@pytest.mark.parametrize("name", ["a", "_", "A1", "api.key", "buyer-id", "UUID", "x_1"])
def test_names_that_can_be_used(name):
    check_variables([Variable(name=name), Variable(name="other")])


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "is no name for a variable"),
        ("1a", "is no name for a variable"),
        ("a b", "is no name for a variable"),
        ("a\n", "is no name for a variable"),
        ("ä", "is no name for a variable"),
        ("{{a}}", "is no name for a variable"),
        ("uuid", "is the name of a built-in value"),
        ("last", "is the name of a built-in value"),
        ("Other", "is the name of another variable here"),
    ],
)
def test_names_that_cannot(name, says):
    with pytest.raises(UsageError, match=says) as caught:
        check_variables([Variable(name="other"), Variable(name=name)])
    assert caught.value.remedy == "Choose another name."


def test_a_file_has_secrets_by_name_alone_and_no_trace_has_a_text():
    plain, secret = Variable(name="a", text="1"), Variable(name="b", text="hush", secret=True)
    assert without_secrets((plain, secret)) == (plain, Variable(name="b", secret=True))
    assert "hush" not in repr(secret)
