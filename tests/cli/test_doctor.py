"""`pingtree doctor`: all is well, and what it says when it is not."""

from __future__ import annotations

import pytest

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.profile import Campaign
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.storage.workspace import Workspace
from tests.cli.program import Program


def test_all_is_well(program: Program) -> None:
    done = program.run("doctor", "--json")
    assert done.code == 0, done.out
    names = {finding["name"] for finding in done.json["findings"]}
    assert done.json["ok"] is True
    assert {"program", "Python", "SQLite", "httpx", "workspace", "history", "TLS trust"} <= names
    assert {"environment production", "sandbox"} <= names


def test_human_text(program: Program) -> None:
    done = program.run("doctor")
    assert done.code == 0
    assert all(line.startswith("✓ ") for line in done.out.splitlines()[:-1])
    assert done.out.splitlines()[-1] == "Everything works."
    assert program.run("doctor", "--quiet").out == ""


def test_workspace_that_cannot_be_used(program: Program) -> None:
    program.workspace.write_bytes(b"a file")
    done = program.run("doctor", "--json")
    assert done.code == 1
    bad = [finding for finding in done.json["findings"] if not finding["ok"]]
    assert [finding["name"] for finding in bad] == ["workspace"]
    assert "--workspace" in bad[0]["remedy"]
    assert "sandbox" in {finding["name"] for finding in done.json["findings"]}


@pytest.mark.parametrize("damage", ["overwritten", "bad page"])
def test_damaged_history(program: Program, damage: str) -> None:
    assert program.run("history", "list").code == 0
    file = program.workspace / "history" / "history.db"
    content = bytearray(file.read_bytes())
    if damage == "overwritten":
        content[:200] = b"x" * 200
    else:
        content[4096:] = b"\x05" * (len(content) - 4096)
    file.write_bytes(content)
    done = program.run("doctor")
    assert done.code == 1
    assert "✗ history" in done.out
    assert file.read_bytes() == bytes(content)


def test_files_and_settings_that_cannot_work(program: Program) -> None:
    workspace = Workspace(open_places(program.workspace))
    base_url = "http://127.0.0.1:9"
    workspace.save_environments(
        [
            Environment(name="good", base_url=base_url, proxy="http://u:secret@proxy.example:1"),
            Environment(name="socks", base_url=base_url, proxy="socks5://proxy.example"),
            Environment(name="lost", base_url=base_url, ca_file="no-such.pem"),
        ]
    )
    workspace.save_campaign(Campaign(slug="demo", name="Demo"))
    (program.workspace / "campaigns" / "demo" / "campaign.toml").write_text("name = ", "utf-8")
    done = program.run("doctor", "--json")
    assert done.code == 1
    found = {finding["name"]: finding for finding in done.json["findings"]}
    bad = {name for name, finding in found.items() if not finding["ok"]}
    assert bad == {"environment socks", "environment lost", "file"}
    assert all(found[name]["remedy"] for name in bad)
    assert "proxy http://proxy.example:1" in found["environment good"]["text"]
    assert "secret" not in done.out
