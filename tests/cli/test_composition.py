"""From profile and options to one event: who wins, what is said, what is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pytest

from pingtree_desktop.cli.composition import Order, Shelf, compose
from pingtree_desktop.cli.options import parse
from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.environment import Danger, Environment
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.domain.request import body_bytes, path
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.storage.workspace import Workspace

PROFILE = Profile(
    slug="sale",
    campaign="shop",
    name="A sale",
    expect=Verdict.DUPLICATE,
    event=Event(
        fields=MappingProxyType(
            {
                "cid": FieldInput(text="c-1"),
                "event_id": FieldInput(text="sale"),
                "amount": FieldInput(text="42.50"),
            }
        ),
        lead=(LeadField(name="name", text="Ada"),),
    ),
)


@dataclass
class Desk:
    """A real workspace with one campaign and one profile, and what was noted."""

    workspace: Workspace
    notes: list[str] = field(default_factory=list)

    def order(self, *argv: str) -> Order:
        self.notes.clear()
        shelf = Shelf(lambda: self.workspace, self.notes.append)
        return compose(parse(["send", *argv]), shelf, self.notes.append)

    def body(self, *argv: str) -> str:
        return body_bytes(self.order(*argv).event).decode("utf-8")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    workspace = Workspace(open_places(tmp_path))
    workspace.save_campaign(Campaign(slug="shop", name="The Shop", cid="c-1", org_id="org-1"))
    workspace.save_profile(PROFILE)
    workspace.save_environments(
        [
            Environment(name="staging", base_url="https://staging.example", timeout_s=7.0),
            Environment(name="harmless", base_url="https://api.pingtree.com"),
        ]
    )
    return Desk(workspace)


@pytest.mark.parametrize("name", ["sale", "shop/sale", "A sale"])
def test_profile_by_any_of_its_names(desk: Desk, name: str) -> None:
    order = desk.order(name)
    assert order.event == PROFILE.event
    assert order.expect is Verdict.DUPLICATE
    assert (order.profile_name, order.campaign_name) == ("A sale", "The Shop")
    assert desk.notes == []


def test_expect(desk: Desk) -> None:
    assert desk.order().expect is Verdict.FIRED
    assert desk.order("sale", "--expect", "locked").expect is Verdict.LOCKED


def test_the_later_kind_of_option_wins(desk: Desk) -> None:
    both = ("--event-id", "option", "--set", "event_id=set")
    assert '"event_id":"set"' in desk.body("sale", *both)
    assert '"event_id":"option"' in desk.body("sale", *both[2:], *both[:2])
    assert '"event_id":null' in desk.body("sale", "--null", "event_id", *both)
    assert "event_id" not in desk.body("sale", "--omit", "event_id", *both)
    assert desk.body("sale", "--raw", "event_id=1", *both).count("event_id") == 1


def test_one_money_key_at_most(desk: Desk) -> None:
    assert '"revenue":5' in desk.body("sale", "--revenue", "5")
    assert "amount" not in desk.body("sale", "--revenue", "5")
    assert desk.body("--amount", "1", "--revenue", "2") == '{"revenue":2}'
    assert "amount is left out: revenue takes its place" in desk.notes[0]
    assert '"amount":42.50' in desk.body("sale", "--omit", "revenue")
    assert "amount" not in desk.body("sale", "--omit", "amount")


def test_another_endpoint_moves_the_money_and_says_so(desk: Desk) -> None:
    body = desk.body("sale", "--endpoint", "trigger")
    assert '"revenue":42.50' in body
    assert "amount" not in body
    assert desk.notes == [
        "The profile's money is sent as revenue, not amount: that is its name on the trigger "
        "endpoint."
    ]


def test_money_under_the_other_name_is_sent_as_ordered(desk: Desk) -> None:
    body = desk.body("sale", "--endpoint", "trigger", "--amount", "7")
    assert '"amount":7' in body
    assert "revenue" not in body
    assert desk.notes[-1].startswith("amount is sent as ordered")
    desk.body("--endpoint", "global", "--revenue", "7")
    assert desk.notes == []  # both names are documented there


def test_lead_fields_replace_those_of_the_same_name(desk: Desk) -> None:
    body = desk.body("sale", "--lead", "age:number=5", "--lead", "name=Grace", "--lead", "age=6")
    assert body.endswith('"name":"Grace","age":"6"}')
    desk.body("--lead", "age:number=five", "--lead", "x:json={", "--lead", "b:boolean=yes")
    assert len(desk.notes) == 3


def test_raw_that_is_not_json_is_sent_as_typed_with_a_note(desk: Desk) -> None:
    assert desk.body("--raw", "cost=1.10x") == '{"cost":1.10x}'
    assert desk.notes == ["The raw value of cost is not JSON; it is sent as typed."]
    assert desk.body("--raw", 'cost={"a":1}') == '{"cost":{"a":1}}'
    assert desk.notes == []


def test_a_blank_value_is_left_out_and_said(desk: Desk) -> None:
    assert desk.body("--set", "sub1=") == "{}"
    assert "--empty sub1" in desk.notes[0]
    assert desk.body("--empty", "sub1") == '{"sub1":""}'


@pytest.mark.parametrize("text", ["shop", "The Shop", "the shop", "c-1"])
def test_campaign_by_name_or_id(desk: Desk, text: str) -> None:
    order = desk.order("--campaign", text)
    assert path(order.event) == "/api/event/c-1"
    assert order.campaign_name == "The Shop"


def test_campaign_that_the_workspace_does_not_know(desk: Desk) -> None:
    order = desk.order("sale", "--campaign", "other")
    assert path(order.event) == "/api/event/other"
    assert order.campaign_name == ""


def test_organisation(desk: Desk) -> None:
    world = ("--campaign", "shop", "--endpoint", "global")
    assert path(desk.order(*world).event) == "/api/event/global/org-1"
    assert path(desk.order(*world, "--org", "o 2").event) == "/api/event/global/o%202"


def test_method(desk: Desk) -> None:
    assert desk.order("--method", "GET").event.method is Method.GET
    assert desk.order("--endpoint", "global").event.endpoint is Endpoint.GLOBAL


def test_environment(desk: Desk) -> None:
    assert desk.order().environment.is_embedded
    staging = desk.order("--env", "staging", "--insecure", "--proxy", "system", "--ca", "x.pem")
    assert staging.environment == Environment(
        name="staging", base_url="https://staging.example", timeout_s=7.0, verify_tls=False,
        proxy="system", ca_file="x.pem",
    )  # fmt: skip
    assert desk.order("--env", "staging", "--timeout", "2").environment.timeout_s == 2.0
    with pytest.raises(UsageError, match="sandbox, production, staging, harmless"):
        desk.order("--env", "prod")


@pytest.mark.parametrize(
    ("argv", "danger"),
    [
        ([], Danger.SANDBOX),
        (["--base-url", "http://127.0.0.1:1"], Danger.TEST),
        (["--env", "sandbox", "--base-url", "http://127.0.0.1:1"], Danger.TEST),
        (["--env", "harmless"], Danger.LIVE),
        (["--env", "staging", "--base-url", "https://api.pingtree.com"], Danger.LIVE),
        (["--env", "production", "--base-url", "http://127.0.0.1:1"], Danger.LIVE),
    ],
)
def test_danger_follows_the_address(desk: Desk, argv: list[str], danger: Danger) -> None:
    assert desk.order(*argv).environment.danger is danger


def test_a_host_in_another_alphabet_is_said(desk: Desk) -> None:
    desk.order("--base-url", "http://\u0430pi.example")
    assert "xn--" in desk.notes[0]


def test_unreadable_files_are_said(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "campaigns" / "shop" / "profiles" / "bad.toml").write_text("name = ", "utf-8")
    desk.order("--campaign", "shop")
    assert len(desk.notes) == 1
    assert "bad.toml" in desk.notes[0]
