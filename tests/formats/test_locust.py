"""The locustfile: run with small stand-ins for locust's classes, and with locust where it is."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.environment import PRODUCTION, Environment
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType
from pingtree_desktop.domain.request import build_request
from pingtree_desktop.formats.locust import Rows, to_locustfile
from tests.domain.strategies import events
from tests.formats.code.recorder import Recorder

HERE = Environment(name="here", base_url="http://127.0.0.1:9/base")


@dataclass
class Client:
    """What a user of locust sends with; it only keeps the calls."""

    calls: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def request(self, method: str, path: str, **rest: Any) -> None:
        self.calls.append((method, path, rest))


class User:
    def __init__(self, client: Client, *, headless: bool = True) -> None:
        self.client = client
        self.ended: list[str] = []
        runner = types.SimpleNamespace(quit=lambda: self.ended.append("quit"))
        options = types.SimpleNamespace(headless=headless)
        self.environment = types.SimpleNamespace(runner=runner, parsed_options=options)


class StopUser(Exception):
    pass


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    locust = types.ModuleType("locust")
    for name in ("FastHttpUser", "HttpUser"):
        setattr(locust, name, type(name, (User,), {}))
    locust.constant = lambda seconds: seconds  # type: ignore[attr-defined]
    locust.task = lambda method: method  # type: ignore[attr-defined]
    exception = types.ModuleType("locust.exception")
    exception.StopUser = StopUser  # type: ignore[attr-defined]
    gevent = types.ModuleType("gevent")
    gevent.spawn = lambda run: run()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "locust", locust)
    monkeypatch.setitem(sys.modules, "locust.exception", exception)
    monkeypatch.setitem(sys.modules, "gevent", gevent)


def load(text: str, folder: Path = Path("/nowhere")) -> dict[str, Any]:
    names: dict[str, Any] = {"__file__": str(folder / "locustfile.py")}
    exec(compile(text, "locustfile.py", "exec"), names)
    return names


def event(**fields: str) -> Event:
    made = Event()
    for name, text in fields.items():
        made = made.with_field(name, FieldInput(text=text))
    return made


def fired(names: dict[str, Any]) -> tuple[Client, User]:
    """Everything that two users send until the rows end."""
    client = Client()
    users = [names["EventUser"](client) for _ in range(2)]
    for user in users:
        user.on_start()
    for _ in range(100):
        for user in list(users):
            try:
                user.fire()
            except StopUser:
                users.remove(user)
                last = user
    assert not users, "the rows never end"
    return client, last


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(one=events())
def test_without_rows_it_fires_the_event_itself(one: Event) -> None:
    names = load(to_locustfile(one, HERE))
    client = Client()
    names["EventUser"](client).fire()
    ((method, path, rest),) = client.calls
    wanted = build_request(one, HERE.base_url)
    assert method == wanted.method
    assert names["HOST"] + path == wanted.url
    assert (rest["data"] or b"") == wanted.body
    assert rest["headers"] == {
        name: value for name, value in wanted.headers if name in rest["headers"]
    }
    assert set(rest["headers"]) >= {"Accept", "User-Agent"}


def write_rows(file: Path, *rows: list[str]) -> Rows:
    with file.open("w", newline="", encoding="utf-8-sig") as stream:
        csv.writer(stream).writerows(rows)
    return Rows(file=file.name, columns=tuple(rows[0]))


ROWS = (
    ["transaction_id", "cid", "amount", "tcpa_consent", "first_name", "score", ""],
    ["t-1", "a/b", "42.50", "1", 'Zo\u00eb "x"\n', "7", "ignored"],
    ["t-2", "..", "$5", "yes", "", "high"],
    ["t-3", "", "", "", "", "", "", "more", "than", "columns"],
)


def test_each_row_goes_out_once_in_the_place_of_the_event(tmp_path: Path) -> None:
    base = event(cid="demo", event_id="sale", revenue="1.00")
    base = Event(
        fields=base.fields,
        lead=(LeadField(name="score", text="1", type=LeadType.NUMBER),),
    )
    client, last = fired(
        load(to_locustfile(base, HERE, write_rows(tmp_path / "r", *ROWS)), tmp_path)
    )
    assert last.ended == ["quit"]
    assert [call[1] for call in client.calls] == [
        "/base/api/event/a%2Fb", "/base/api/event/%2E%2E", "/base/api/event/demo",
    ]  # fmt: skip
    bodies = [call[2]["data"].decode() for call in client.calls]
    assert bodies[0] == (
        '{"event_id":"sale","score":7,"transaction_id":"t-1","amount":42.50,"tcpa_consent":1,'
        '"first_name":"Zo\u00eb \\"x\\"\\n"}'
    )
    assert json.loads(bodies[1])["amount"] == "$5"
    assert json.loads(bodies[1])["score"] == "high"
    assert bodies[2] == '{"event_id":"sale","score":1,"transaction_id":"t-3"}'


def test_rows_of_the_query_form(tmp_path: Path) -> None:
    base = Event(method=Method.GET, endpoint=Endpoint.GLOBAL, org_id="o")
    rows = write_rows(tmp_path / "r", ["org_id", "amount"], ["x y", "4&2"])
    client, _ = fired(load(to_locustfile(base, HERE, rows), tmp_path))
    assert client.calls[0][1] == "/base/api/event/global/x%20y?amount=4%262"
    assert client.calls[0][2]["data"] is None


def test_a_window_is_not_closed_when_the_rows_end(tmp_path: Path) -> None:
    rows = write_rows(tmp_path / "r", ["pid"])
    names = load(to_locustfile(event(), HERE, rows), tmp_path)
    user = names["EventUser"](Client(), headless=False)
    user.on_start()
    with pytest.raises(StopUser):
        user.fire()
    assert user.ended == []


def test_live_asks_for_a_yes_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    text = to_locustfile(event(), PRODUCTION)
    assert text.startswith("# LIVE: running this fires a real event in production")
    monkeypatch.delenv("PINGTREE_LIVE", raising=False)
    with pytest.raises(SystemExit, match="real events"):
        load(text)
    monkeypatch.setenv("PINGTREE_LIVE", "yes")
    assert load(text)["HOST"] == "https://api.pingtree.com"
    assert "PINGTREE_LIVE" not in to_locustfile(event(), HERE)


@pytest.mark.parametrize(
    ("environment", "base", "wanted"),
    [
        ({}, "FastHttpUser", {}),
        ({"proxy": "system"}, "HttpUser", {"trust_env": True, "verify": True}),
        (
            {"proxy": "p:1", "ca_file": "ca.pem"},
            "HttpUser",
            {
                "trust_env": False,
                "proxies": {"http": "http://p:1", "https": "http://p:1"},
                "verify": "ca.pem",
            },
        ),
        (
            {"proxy": "http://p", "verify_tls": False},
            "HttpUser",
            {
                "trust_env": False,
                "proxies": {"http": "http://p", "https": "http://p"},
                "verify": False,
            },
        ),
        ({"ca_file": "ca.pem"}, "HttpUser", {"trust_env": False, "verify": "ca.pem"}),
    ],
)
def test_the_client_suits_the_environment(
    environment: dict[str, Any], base: str, wanted: dict[str, Any]
) -> None:
    here = Environment(name="x", base_url="https://h", **environment)
    names = load(to_locustfile(event(), here))
    user = names["EventUser"]
    assert user.__mro__[1].__name__ == base
    made = user(Client())
    made.on_start()
    assert {k: v for k, v in vars(made.client).items() if k != "calls"} == wanted
    assert getattr(user, "insecure", None) is (False if base == "FastHttpUser" else None)
    insecure = load(to_locustfile(event(), Environment(name="x", base_url="https://h",
                                                       verify_tls=False)))  # fmt: skip
    assert insecure["EventUser"].insecure is True


def test_locust_itself_fires_every_row(tmp_path: Path) -> None:
    program = shutil.which("locust")
    if program is None:
        pytest.skip("no locust here: the locustfile was NOT run by locust itself")
    rows = write_rows(tmp_path / "rows.csv", ["transaction_id"], *([f"t-{n}"] for n in range(20)))
    with Recorder() as recorder:
        here = Environment(name="here", base_url=recorder.base)
        base = event(cid="demo", event_id="sale", amount="42.50")
        (tmp_path / "load.py").write_text(to_locustfile(base, here, rows), "utf-8")
        command = [program, "--headless", "-u", "3", "-r", "3", "-f", "load.py", "--only-summary"]
        clean = {k: v for k, v in os.environ.items() if "proxy" not in k.lower()}
        done = subprocess.run(
            command, cwd=tmp_path, env=clean, capture_output=True, timeout=60, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
        seen = sorted(
            recorder.take(), key=lambda one: int(json.loads(one.body)["transaction_id"][2:])
        )
    assert len(seen) == 20
    for number, came in enumerate(seen):
        assert json.loads(came.body) == {
            "event_id": "sale", "amount": 42.50, "transaction_id": f"t-{number}",
        }  # fmt: skip
        assert came.target == "/api/event/demo"
        assert ("content-type", b"application/json") in came.headers
