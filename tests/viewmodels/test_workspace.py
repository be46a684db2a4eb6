"""The workspace's state changes only after its files did, and every deletion can be undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from pingtree_desktop.domain.environment import BUILT_IN, Environment
from pingtree_desktop.domain.errors import ChangedOutside, PingTreeError, UsageError
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage.workspace import Workspace
from pingtree_desktop.viewmodels.workspace import Topic, WorkspaceModel, copy_name, renamed

Scene = Callable[[WorkspaceModel], Coroutine[Any, Any, Any]]


@pytest.fixture
def play(places) -> Callable[[Scene], WorkspaceModel]:
    """Run a scene on the workspace's model, its writes in a worker thread."""

    def run(scene: Scene) -> WorkspaceModel:
        async def whole() -> WorkspaceModel:
            model = WorkspaceModel(Workspace(places))
            with ThreadPoolExecutor(1) as disk:
                model.use_worker(disk)
                model.load()
                await scene(model)
            return model

        return asyncio.run(whole())

    return run


def profile(name: str = "First", text: str = "T-1") -> Profile:
    event = Event().with_field("transaction_id", FieldInput(text=text))
    return Profile(slug="", campaign="demo", name=name, event=event)


async def with_campaign(model: WorkspaceModel) -> Campaign:
    return await model.save_campaign(Campaign(slug="demo", name="Demo", cid="demo"))


def test_what_is_saved_is_there_for_the_next_one(play):
    async def save(model: WorkspaceModel) -> None:
        told: list[Topic] = []
        model.changes.listen(told.append)
        campaign = await with_campaign(model)
        assert model.campaign(campaign.slug) == campaign
        saved = await model.save_profile(profile())
        assert saved.slug
        assert model.profile("demo", saved.slug) == saved
        assert set(told) == {Topic.ITEMS, Topic.ENVIRONMENTS}

    async def nothing(_model: WorkspaceModel) -> None:
        pass

    before = play(save)
    after = play(nothing)
    assert after.profiles == before.profiles
    assert after.campaigns == before.campaigns
    assert after.campaign("none") is None
    assert after.profile("demo", "none") is None


def test_a_renamed_profile_keeps_its_file(play):
    async def scene(model: WorkspaceModel) -> None:
        await with_campaign(model)
        saved = await model.save_profile(profile())
        again = await model.save_profile(renamed(saved, "Second"))
        assert again == replace(saved, name="Second")
        assert [one.name for one in model.profiles] == ["Second"]

    play(scene)


def test_a_deleted_profile_and_campaign_come_back_whole(play):
    async def scene(model: WorkspaceModel) -> None:
        campaign = await with_campaign(model)
        saved = await model.save_profile(profile())
        undo = await model.delete_profile(saved)
        assert model.profiles == ()
        await model.undo(undo)
        assert model.profiles == (saved,)
        undo = await model.delete_campaign(campaign)
        assert (model.campaigns, model.profiles) == ((), ())
        await model.undo(undo)
        assert (model.campaigns, model.profiles) == ((campaign,), (saved,))

    play(scene)


def test_environments_keep_their_order_and_the_built_in_ones_stay(play):
    def own(name: str) -> Environment:
        return Environment(name=name, base_url=f"https://{name}.test")

    async def scene(model: WorkspaceModel) -> None:
        assert model.environments == BUILT_IN
        for name in ("a", "b", "c"):
            await model.save_environment(own(name))
        await model.save_environment(own("z"), replaces="b")
        names = [one.name for one in model.environments if one not in BUILT_IN]
        assert names == ["a", "z", "c"]
        await model.save_environment(replace(own("a"), timeout_s=5.0), replaces="a")
        assert model.environment("a").timeout_s == 5.0
        await model.remove_environment("z")
        assert [one.name for one in model.environments if one not in BUILT_IN] == ["a", "c"]
        assert set(BUILT_IN) <= set(model.environments)
        assert model.environment("z") is None

    play(scene)


def test_a_write_that_fails_leaves_the_state_as_it_is(play, places):
    async def scene(model: WorkspaceModel) -> None:
        await with_campaign(model)
        saved = await model.save_profile(profile())
        file = places.campaigns / "demo" / "profiles" / f"{saved.slug}.toml"
        file.unlink()
        file.mkdir()
        changed = replace(saved, event=saved.event.with_field("pid", FieldInput(text="9")))
        with pytest.raises(PingTreeError):
            await model.save_profile(changed)
        assert model.profiles == (saved,)
        file.rmdir()

    play(scene)


def test_a_file_that_cannot_be_read_is_a_problem_and_hides_no_other(play, places):
    async def scene(model: WorkspaceModel) -> None:
        await with_campaign(model)
        await model.save_profile(profile())
        (places.campaigns / "demo" / "profiles" / "broken.toml").write_text("= nonsense", "utf-8")
        await model.reload()
        assert len(model.profiles) == 1
        assert len(model.problems) == 1
        assert "broken.toml" in model.problems[0].problem

    play(scene)


def test_a_change_outside_is_taken_in_and_told_of(play, places):
    async def scene(model: WorkspaceModel) -> None:
        campaign = await with_campaign(model)
        saved = await model.save_profile(profile())
        told: list[Topic] = []
        model.changes.listen(told.append)
        await model.refresh()
        assert told == []
        other = Workspace(places)
        theirs = other.save_profile(replace(saved, notes="theirs"), saved)
        await model.refresh()
        assert (told, model.profiles) == ([Topic.ITEMS], (theirs,))
        told.clear()
        other.save_environment(Environment(name="own"))
        await model.refresh()
        assert told == [Topic.ENVIRONMENTS]
        told.clear()
        other.arrange.change_campaign(campaign, lambda now: replace(now, name="Theirs"))
        file = places.campaigns / "demo" / "profiles" / "bad.toml"
        file.write_text("nonsense", "utf-8")
        await model.refresh()
        assert (told, len(model.problems)) == ([Topic.ITEMS], 1)
        told.clear()
        await asyncio.gather(model.refresh(), model.refresh())
        assert told == []

    play(scene)


def test_only_one_refresh_at_a_time(play):
    async def scene(model: WorkspaceModel) -> None:
        asked = 0
        real = model._workspace.refresh

        def slow() -> object:
            nonlocal asked
            asked += 1
            return real()

        model._workspace.refresh = slow
        await asyncio.gather(*(model.refresh() for _ in range(5)))
        assert asked == 1
        await model.refresh()
        assert asked == 2

    play(scene)


def test_a_form_that_was_overtaken_keeps_its_text_and_the_list_shows_theirs(play, places):
    async def scene(model: WorkspaceModel) -> None:
        await with_campaign(model)
        base = await model.save_profile(profile())
        theirs = Workspace(places).save_profile(replace(base, notes="theirs"), base)
        ours = replace(base, notes="ours")
        for given in (base, None):  # what the form was opened from, or what the list showed
            if given is None:
                theirs = Workspace(places).save_profile(replace(theirs, notes="again"), theirs)
            with pytest.raises(ChangedOutside) as caught:
                await model.save_profile(ours, given)
            assert (caught.value.ours, caught.value.theirs) == (ours, theirs)
            assert model.profiles == (theirs,)
        assert await model.save_profile(ours, caught.value.theirs) == ours
        campaign = model.campaigns[0]
        Workspace(places).save_campaign(replace(campaign, cid="theirs"), campaign)
        with pytest.raises(ChangedOutside):
            await model.save_campaign(replace(campaign, cid="ours"), campaign)

    play(scene)


def test_environments_of_others_are_not_lost(play, places):
    async def scene(model: WorkspaceModel) -> None:
        a, b = Environment(name="a"), Environment(name="b")
        await model.save_environment(a)
        Workspace(places).save_environment(b)
        await model.save_environment(replace(a, timeout_s=1.0), replaces="a")
        assert model.environment("b") == b
        Workspace(places).save_environment(replace(b, timeout_s=2.0), replaces="b", base=b)
        with pytest.raises(ChangedOutside):
            await model.remove_environment("b")
        assert model.environment("b").timeout_s == 2.0
        await model.remove_environment("b")
        assert model.environment("b") is None
        with pytest.raises(UsageError):
            await model.save_environment(Environment(name="sandbox"))

    play(scene)


def test_everything_can_be_renamed_moved_copied_and_sorted(play):
    async def scene(model: WorkspaceModel) -> None:
        demo = await with_campaign(model)
        other = await model.save_campaign(Campaign(slug="", name="Other"))
        first = await model.save_profile(profile())
        second = await model.duplicate_profile(first)
        assert second.name == "First copy"
        second = await model.rename_profile(second, "Second")
        await model.reorder_profiles("demo", [second.slug, first.slug])
        assert [one.name for one in model.profiles] == ["Second", "First"]
        first = await model.colour_profile(first, "red")
        moved = await model.move_profile(first, "other")
        assert (moved.campaign, moved.colour) == ("other", "red")
        assert model.profile("other", moved.slug) == moved
        copy = await model.duplicate_campaign(other)
        assert model.profile(copy.slug, moved.slug) is not None
        await model.reorder_campaigns([other.slug, demo.slug])
        renamed_ = await model.rename_campaign(demo, "Zebra")
        assert (renamed_.slug, renamed_.name) == ("demo", "Zebra")
        assert [one.name for one in model.campaigns] == ["Other", "Other copy", "Zebra"]
        await model.undo(await model.delete_campaign(copy))
        assert model.campaign(copy.slug) is not None

    play(scene)


@pytest.mark.parametrize(
    ("taken", "expected"),
    [
        (set(), "A copy"),
        ({"A copy"}, "A copy 2"),
        ({"A copy", "A copy 2", "A copy 3"}, "A copy 4"),
    ],
)
def test_a_copy_gets_a_free_name(taken, expected):
    assert copy_name("A", taken) == expected
