"""The workspace's state changes only after its files did, and every deletion can be undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from pingtree_desktop.domain.environment import BUILT_IN, Environment
from pingtree_desktop.domain.errors import PingTreeError
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
