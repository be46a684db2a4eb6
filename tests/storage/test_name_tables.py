"""Variables and extra headers in files: small differences, any order, and never a secret's text."""

import tomllib

import pytest
from hypothesis import HealthCheck, given, settings

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.domain.profile import Campaign, EventKind, Profile
from pingtree_desktop.domain.variable import Variable
from pingtree_desktop.storage.campaign_file import read_campaign, write_campaign
from pingtree_desktop.storage.environment_file import read_environments, write_environments
from pingtree_desktop.storage.profile_file import read_profile, write_profile
from tests.storage.strategies import campaigns, environments

SLOW_IS_FINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ENVIRONMENTS = """\
# ours
[[environment]]
name = "staging"
base_url = "https://staging.test"
danger = "test"

[environment.headers]
X-Team = "payments"  # who pays
Authorization = "Bearer {{token}}"

[environment.variables]
# the buyer of the day
buyer = "b-1"
token = { secret = true }  # ask Ann

[[environment]]
name = "other"
base_url = "https://other.test"
danger = "test"
"""


def read(text: str) -> tuple[Environment, ...]:
    return read_environments(text, name="e.toml")


def changed(**changes: object) -> str:
    """The file after a change of its first environment."""
    from dataclasses import replace

    first, other = read(ENVIRONMENTS)
    wanted = (replace(first, **changes), other)
    text = write_environments(wanted, old_text=ENVIRONMENTS, name="e.toml")
    return text


def difference(text: str) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    old, new = ENVIRONMENTS.splitlines(), text.splitlines()
    return [line for line in old if line not in new], [line for line in new if line not in old]


def test_headers_and_variables_are_read() -> None:
    first, other = read(ENVIRONMENTS)
    assert first.headers == (("X-Team", "payments"), ("Authorization", "Bearer {{token}}"))
    assert first.variables == (
        Variable(name="buyer", text="b-1"), Variable(name="token", secret=True),
    )  # fmt: skip
    assert (other.headers, other.variables) == ((), ())


def test_a_secret_s_text_is_never_written() -> None:
    secret = Variable(name="token", text="hush-hush", secret=True)
    text = changed(variables=(Variable(name="buyer", text="b-1"), secret))
    assert text == ENVIRONMENTS
    made = write_environments((Environment(name="n", variables=(secret,)),), name="e.toml")
    assert "hush" not in made
    assert read(made)[0].variables == (Variable(name="token", secret=True),)
    campaign = Campaign(slug="c", name="C", variables=(secret,))
    text = write_campaign(campaign, name="c.toml")
    assert "hush" not in text
    assert tomllib.loads(text)["variables"] == {"token": {"secret": True}}


def test_one_change_is_one_line() -> None:
    token = Variable(name="token", secret=True)
    buyer = Variable(name="buyer", text="b-2")
    assert difference(changed(variables=(buyer, token))) == (['buyer = "b-1"'], ['buyer = "b-2"'])
    new = Variable(name="new.one", text="1")
    text = changed(variables=(Variable(name="buyer", text="b-1"), token, new))
    assert difference(text) == ([], ['"new.one" = "1"'])
    headers = (("X-Team", "leads"), ("Authorization", "Bearer {{token}}"))
    assert difference(changed(headers=headers)) == (
        ['X-Team = "payments"  # who pays'], ['X-Team = "leads"  # who pays'],
    )  # fmt: skip
    assert difference(changed(timeout_s=5.0)) == ([], ["timeout_s = 5"])


def test_an_order_of_one_s_own_keeps_the_remarks() -> None:
    headers = (("Authorization", "Bearer {{token}}"), ("X-Team", "payments"))
    text = changed(headers=headers)
    assert read(text)[0].headers == headers
    assert difference(text) == ([], [])


def test_what_is_gone_leaves_no_table() -> None:
    text = changed(headers=(), variables=())
    assert "[environment." not in text
    assert read(text)[0] == Environment(name="staging", base_url="https://staging.test")


@SLOW_IS_FINE
@given(environments, environments)
def test_any_environments_become_any_others(
    before: tuple[Environment, ...], after: tuple[Environment, ...]
) -> None:
    text = "# kept\n" + write_environments(before, name="e.toml")
    assert read(text) == before
    edited = write_environments(after, old_text=text, name="e.toml")
    assert read(edited) == after
    assert edited.startswith("# kept\n")
    assert write_environments(after, old_text=edited, name="e.toml") == edited


@SLOW_IS_FINE
@given(campaigns, campaigns)
def test_any_campaign_becomes_any_other(before: Campaign, after: Campaign) -> None:
    def again(text: str) -> Campaign:
        return read_campaign(text, name="c.toml", slug="a-slug")

    text = "# kept\nfuture = 1\n" + write_campaign(before, name="c.toml")
    assert again(text) == before
    edited = write_campaign(after, old_text=text, name="c.toml")
    assert again(edited) == after
    assert "# kept" in edited
    assert tomllib.loads(edited)["future"] == 1
    assert write_campaign(after, old_text=edited, name="c.toml") == edited


def test_the_defaults_are_left_out() -> None:
    assert write_environments((Environment(name="a"),), name="e.toml").splitlines() == [
        "[[environment]]", 'name = "a"', 'base_url = ""', 'danger = "test"',
    ]  # fmt: skip
    kind = EventKind(id="sale", affiliate_conversion=True, money="42.50")
    text = write_campaign(Campaign(slug="c", name="C", events=(kind,)), name="c.toml")
    assert text.splitlines() == [
        'name = "C"', "", "[[event]]", 'id = "sale"', "affiliate_conversion = true",
        'money = "42.50"',
    ]  # fmt: skip
    assert write_profile(Profile(slug="p", campaign="c", name="P"), name="p.toml") == 'name = "P"\n'


def test_money_written_as_a_number_keeps_its_spelling() -> None:
    text = '[[event]]\nid = "sale"\nmoney = 42.50\n'
    assert read_campaign(text, name="c.toml", slug="c").events[0].money == "42.50"


def test_a_colour_of_a_later_version_is_a_remark_and_stays() -> None:
    text = 'name = "P"\ncolour = "mauve"\n'
    profile, (warning,) = read_profile(text, name="p.toml", slug="p", campaign="c")
    assert profile.colour == ""
    assert warning.problem == "p.toml, line 2: colour is 'mauve', which is not known."
    assert write_profile(profile, old_text=text, name="p.toml") == text


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("[environment.variables]\nuuid = 'x'", "line 4: uuid is the name of a built-in value"),
        ("[environment.variables]\na = '1'\nA = '2'", "line 5: A is the name of another variable"),
        ("[environment.variables]\n'a b' = '1'", "line 4: a b is no name for a variable"),
        ("[environment.variables]\n\"a\\nb\" = '1'", "line 3: variables has the name"),
        ("[environment.variables]\na = true", "line 4: a must be a text in quotes, or { secret"),
        ("[environment.variables]\na.b = 'x'", "line 4: a must be a text in quotes, or { secret"),
        ("variables = 'x'", "line 3: variables must be a table"),
        ("[environment.variables]\na = { secret = true, text = 'x' }", "without its text"),
        ("[environment.headers]\nHost = 'x'", "line 4: Host is set by the program"),
        ("[environment.headers]\nA = \"x\\r\\nB: y\"", "line 4: A has a value that cannot be sent"),
        ("[environment.headers]\nA = ['x']", "line 4: A must be a text in quotes"),
        ("headers = 1", "line 3: headers must be a table"),
    ],
)  # fmt: skip
def test_a_wrong_table_is_named(lines: str, says: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read(f"[[environment]]\nname = 'n'\n{lines}\n")
    assert says in caught.value.problem
    assert caught.value.remedy


@pytest.mark.parametrize("order", ["true", "1.0", "'1'", "[1]"])
def test_an_order_is_a_whole_number(order: str) -> None:
    with pytest.raises(UnreadableInput, match="line 1: order must be a whole number"):
        read_campaign(f"order = {order}\n", name="c.toml", slug="c")


def test_wrong_names_are_not_written() -> None:
    wrong = (Variable(name="now"),)
    with pytest.raises(UsageError, match="built-in"):
        write_campaign(Campaign(slug="c", name="C", variables=wrong), name="c.toml")
    with pytest.raises(UsageError, match="built-in"):
        write_environments((Environment(name="e", variables=wrong),), name="e.toml")
    with pytest.raises(UsageError, match="Host"):
        write_environments((Environment(name="e", headers=(("Host", "x"),)),), name="e.toml")
