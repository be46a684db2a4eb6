"""What the paste sheet shows: taken, resembling, left out; and where it would go."""

from __future__ import annotations

import asyncio

from pingtree_desktop.domain.environment import PRODUCTION, SANDBOX, Danger, Environment
from pingtree_desktop.viewmodels.paste import Line, PasteModel

STAGING = Environment(name="staging", base_url="https://staging.example.com")
CURL = (
    "curl -k https://staging.example.com/api/event/6f9c -H 'X-Key: abc' -o out.txt "
    """--json '{"event_id":"sale","adspend":3,"first_name":"Ana","pid":null}'"""
)


def read(text: str) -> PasteModel:
    async def work() -> PasteModel:
        tasks = []
        model = PasteModel(
            (SANDBOX, PRODUCTION, STAGING),
            lambda c: tasks.append(asyncio.get_running_loop().create_task(c)),
        )
        model.show(text)
        await asyncio.gather(*tasks)
        return model

    return asyncio.run(work())


def test_everything_of_a_command_is_said():
    model = read(CURL)
    assert model.headline == "This is a curl command."
    assert model.values == [
        Line(name="address", text="Campaign, POST at https://staging.example.com"),
        Line(name="cid", text="6f9c"),
        Line(name="event_id", text="sale"),
        Line(name="pid", text="null"),
        Line(name="adspend \u00b7 lead", text="3"),
        Line(name="first_name \u00b7 lead", text="Ana"),
    ]
    assert [one.name for one in model.names] == ["adspend \u2192 adSpend"]
    assert any("out.txt" in one.name for one in model.left_out)
    assert any("any certificate" in one for one in model.notes)
    assert any("X-Key" in one for one in model.notes)
    assert model.environment == STAGING
    assert model.new_environment is None


def test_suggested_names_are_used_only_when_asked():
    model = read(CURL)
    assert model.event is not None
    assert not model.event.text("adSpend")
    assert model.can_use_names
    model.use_names(True)
    assert model.event.text("adSpend") == "3"
    assert [row.name for row in model.event.lead] == ["first_name"]


def test_an_unknown_address_can_become_an_environment():
    model = read("https://other.example.com:8443/api/event/trigger?event_id=a")
    assert model.environment is None
    made = model.new_environment
    assert made is not None
    assert (made.name, made.base_url) == (
        "other.example.com:8443",
        "https://other.example.com:8443",
    )
    assert made.declared is Danger.TEST
    assert made.verify_tls


def test_of_several_requests_one_is_chosen():
    model = read(
        "curl http://x.example.com/api/event/1 -d event_id=a\n"
        "curl http://x.example.com/api/event/2 -d event_id=b"
    )
    assert len(model.titles) == 2
    assert "2 requests" in model.headline
    model.choose(1)
    assert model.event is not None
    assert (model.event.text("cid"), model.event.text("event_id")) == ("2", "b")


def test_what_cannot_be_read_says_why_and_gives_no_event():
    model = read("hello there")
    assert model.event is None
    assert "none of what can be read" in model.headline
    assert (model.values, model.left_out, model.notes, model.names) == ([], [], [], [])
    assert read("  ").headline == ""


def test_the_newest_text_wins():
    async def work() -> PasteModel:
        tasks = []
        model = PasteModel((), lambda c: tasks.append(asyncio.get_running_loop().create_task(c)))
        model.show('{"event_id":"old"}')
        model.show('{"event_id":"new"}')
        await asyncio.gather(*tasks)
        return model

    model = asyncio.run(work())
    assert model.event is not None
    assert model.event.text("event_id") == "new"
