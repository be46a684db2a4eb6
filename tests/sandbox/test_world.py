from __future__ import annotations

from pathlib import Path

import pytest

from pingtree_desktop.domain.errors import NewerVersion, UnreadableInput
from pingtree_desktop.sandbox.world import DEMO_WORLD, parse_world, read_world

SAMPLE = Path(__file__).parents[2] / "resources" / "samples" / "sandbox-campaigns.toml"
MINIMAL = '[campaigns.c1.events]\nbuy = "conversion"\n'


def test_the_sample_file_describes_exactly_the_built_in_world() -> None:
    assert read_world(SAMPLE) == DEMO_WORLD


def test_the_demo_world_holds_what_is_documented() -> None:
    demo = DEMO_WORLD.campaigns["demo"]
    kinds = {name: (rule.conversion, rule.multi_trigger) for name, rule in demo.events.items()}
    assert kinds == {
        "quote_view": (False, False),
        "call_completed": (False, True),
        "purchase_complete": (True, False),
        "upsell": (True, True),
    }
    assert [demo.source_is_active(p) for p in ("organic", "aff-220", "aff-999", "other")] == [
        True,
        True,
        False,
        False,
    ]
    assert demo.knows_lead("anything")
    assert not demo.knows_lead("lead-missing-7")
    assert not DEMO_WORLD.campaigns["demo-strict"].knows_lead("anything")


def test_a_minimal_file_is_enough() -> None:
    world = parse_world(MINIMAL)
    campaign = world.campaigns["c1"]
    assert campaign.org == "demo-org"
    assert campaign.source_is_active("organic")
    assert campaign.knows_lead("lead-missing-1")
    assert campaign.plan.specs == ()


def test_a_listed_lead_wins_over_a_campaign_that_takes_any() -> None:
    found = DEMO_WORLD.campaign_of_lead("demo-org", "strict-lead-2")
    assert found is not None
    assert found.cid == "demo-strict"
    assert DEMO_WORLD.campaign_of_lead("other-org", "T1") is None


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("campaigns = 3", "campaigns is missing or not a table"),
        ("", "Campaigns is missing"),
        ("[campaigns]", "no campaign"),
        ("a = [", "not TOML"),
        ("a = " + "[" * 5_000, "nested too deep"),
        ("version = 0\n" + MINIMAL, "version must be 1"),
        ("colour = 1\n" + MINIMAL, "'colour'"),
        ("[campaigns.trigger.events]", "'trigger'"),
        ('[campaigns."".events]', "''"),
        ('[campaigns.c1]\nevnts = "x"', "'evnts'"),
        ("[campaigns.c1]", "events of campaign 'c1'"),
        ('[campaigns.c1.events]\nbuy = "convers"', "'buy'"),
        ('[campaigns.c1.events]\nbuy = "plain, conversion"', "'buy'"),
        ("[campaigns.c1.events]\nbuy = 1", "'buy'"),
        ('[campaigns.c1]\norg = ""\n[campaigns.c1.events]', "org of campaign 'c1' is empty"),
        ("[campaigns.c1]\nname = 1\n[campaigns.c1.events]", "name of campaign"),
        ('[campaigns.c1]\nleads = "all"\n[campaigns.c1.events]', "leads of campaign"),
        ("[campaigns.c1]\nleads = [1]\n[campaigns.c1.events]", "leads of campaign"),
        ('[campaigns.c1]\nfaults = "drop"\n[campaigns.c1.events]', "faults of campaign"),
        ('[campaigns.c1]\nfaults = ["dorp"]\n[campaigns.c1.events]', "'dorp'"),
        (MINIMAL + '[campaigns.c1.sources]\np = "on"', "source 'p'"),
        (MINIMAL + "[campaigns.c1.sources]\np = {}", "source 'p'"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(text: str, named: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        parse_world(text)
    assert named.lower() in str(caught.value).lower()
    assert caught.value.remedy


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "none.toml"
    not_text = tmp_path / "latin.toml"
    not_text.write_bytes(b'[campaigns.c1.events]\nbuy = "\xe9"')
    huge = tmp_path / "huge.toml"
    huge.write_bytes(b"#" * 1_000_001)
    wrong = tmp_path / "wrong.toml"
    wrong.write_text("x = 1", "utf-8")
    for path in (missing, not_text, huge, wrong, tmp_path):
        with pytest.raises(UnreadableInput, match=path.name):
            read_world(path)


def test_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "later.toml"
    path.write_text("version = 2\n", "utf-8")
    with pytest.raises(NewerVersion, match="version 2"):
        read_world(path)


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "bom.toml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    assert list(read_world(path).campaigns) == ["c1"]
