"""The grammar of the command line, and that it stays light."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from pingtree_desktop import __version__
from pingtree_desktop.cli.main import WindowRequest, main
from pingtree_desktop.cli.options import EXPORTED, LATER, lead_field, parse
from pingtree_desktop.domain.catalogue import FIELDS
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.storage.shared_profile import SUFFIX

HEAVY = ("PySide6", "qasync", "httpx", "apsw", "filelock", "tomlkit", "asyncio", "h11", "ssl")


def test_every_catalogue_field_has_an_option() -> None:
    for field in FIELDS:
        args = parse(["send", field.option, "-5"])
        assert args.settings == [(field.wire, FieldInput(text="-5"))]


@pytest.mark.parametrize(
    "argv",
    [
        ["--json", "--quiet", "--workspace", "w", "history", "list"],
        ["history", "--json", "--quiet", "--workspace", "w", "list"],
        ["history", "list", "--json", "--quiet", "--workspace", "w"],
        ["--json", "history", "--quiet", "list", "--workspace", "w"],
        ["--workspace", "other", "history", "list", "--workspace", "w", "--json", "--quiet"],
    ],
)
def test_common_options_stand_before_and_after(argv: list[str]) -> None:
    args = parse(argv)
    assert (args.json, args.quiet, args.workspace) == (True, True, Path("w"))


def test_common_options_when_not_given() -> None:
    args = parse(["send"])
    assert (args.json, args.quiet, args.workspace) == (False, False, None)


@pytest.mark.parametrize("argv", [["--version"], ["send", "--version"]])
def test_version(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 0
    assert capsys.readouterr().out == f"pingtree {__version__}\n"
    assert main([*argv, "--json"]) == 0
    assert capsys.readouterr().out == f'{{"version": "{__version__}"}}\n'


def test_help_names_nothing_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    words = capsys.readouterr().out
    first_words = {line.split()[0] for line in words.splitlines() if line.strip()}
    assert not first_words & set(LATER)
    assert "doctor" in first_words
    assert main(["history", "--help"]) == 0
    words = capsys.readouterr().out
    assert main(["send", "--help"]) == 0
    words = capsys.readouterr().out
    assert all(f"{field.option} " in words for field in FIELDS)


@pytest.mark.parametrize(
    "argv",
    [
        *([name] for name in LATER),
        ["batch", "--help"],
        ["--json", "check", "--list"],
    ],
)
def test_later_commands_say_so(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(argv) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("is not in this version.\n")
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        ([], "needs a command"),
        (["sned"], "Did you mean send?"),
        (["history"], "list and show"),
        (["sandbox"], "serve"),
        (["history", "lst"], "Did you mean list?"),
        (["history", "show"], "ID"),
        (["history", "show", "x"], "'x'"),
        (["send", "--expect", "fierd"], "fired"),
        (["send", "--endpoint", "x"], "trigger"),
        (["send", "--set", "evnt_id=1"], "Did you mean event_id"),
        (["send", "--raw", "adSpent=1"], "Did you mean adSpend"),
        (["send", "--omit", "nothing_like_it"], "--lead"),
        (["send", "--set", "event_id"], "NAME=VALUE"),
        (["send", "--lead", "event_id=1"], "--event-id"),
        (["send", "--lead", "age:numbr=1"], "number"),
        (["send", "--lead", "=1"], "NAME=VALUE"),
        (["send", "--timeout", "0"], "--timeout"),
        (["send", "--timeout", "nan"], "--timeout"),
        (["send", "--sub1", "--sub2"], "--option=VALUE"),
        (["send", "a", "b"], "'b'"),
        (["send", "--evnt-id=1"], "Did you mean --event-id"),
        (["window", "--size", "big"], "1280x800"),
        (["window", "--view", "batch"], "compose"),
        (["window", "notes.txt"], "*.pingtree"),
    ],
)
def test_mistakes_are_one_sentence(
    argv: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(argv) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert words in said.err
    assert said.err.count("\n") == 1


def test_window_is_handed_back() -> None:
    assert main(["window"]) == WindowRequest(
        workspace=None, view="compose", theme="system", size=None, screenshot=None
    )
    argv = ["--workspace", "w", "window", "--view", "history", "--theme", "dark"]
    assert main([*argv, "--size", "800x600", "--screenshot", "a.png"]) == WindowRequest(
        workspace=Path("w"), view="history", theme="dark", size=(800, 600),
        screenshot=Path("a.png"),
    )  # fmt: skip


def test_an_exported_profile_is_handed_to_the_window() -> None:
    request = main(["window", "Morning check.PINGTREE", "--view", "compose"])
    assert isinstance(request, WindowRequest)
    assert request.open_file == Path("Morning check.PINGTREE")
    assert EXPORTED == SUFFIX


def test_lead_fields() -> None:
    assert lead_field("a=b=c") == LeadField(name="a", text="b=c")
    assert lead_field("age:number=5") == LeadField(name="age", text="5", type=LeadType.NUMBER)
    assert lead_field("x:y:text=1") == LeadField(name="x:y", text="1")
    assert lead_field("gone:null") == LeadField(name="gone", type=LeadType.NULL)
    with pytest.raises(UsageError):
        lead_field("age:five=5")


def test_states_keep_their_order() -> None:
    args = parse(["send", "--omit", "sub1", "--raw", "sub1=1=2", "--null", "sub2"])
    assert args.states == [
        ("sub1", FieldInput(mode=Mode.OMIT)),
        ("sub1", FieldInput(mode=Mode.RAW, text="1=2")),
        ("sub2", FieldInput(mode=Mode.NULL)),
    ]


def _loaded_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; {code}; print(*sys.modules)"],
        capture_output=True, check=True, timeout=60,
    )  # fmt: skip
    return set(done.stdout.decode().splitlines()[-1].split())


def test_reading_the_arguments_loads_nothing_heavy() -> None:
    code = "from pingtree_desktop.cli.main import main; main(['send', '--set', 'x'])"
    assert not _loaded_after(code) & set(HEAVY)


def test_no_command_loads_the_window(tmp_path: Path) -> None:
    run = f"main(['--workspace', {str(tmp_path)!r}, "
    sent = f"{run}'send', '--base-url', 'http://127.0.0.1:9'])"
    doctor = f"{run}'doctor', '--quiet'])"
    loaded = _loaded_after(f"from pingtree_desktop.cli.main import main; {sent}; {doctor}")
    assert "httpx" in loaded  # it did send
    assert not loaded & {"PySide6", "qasync", "pingtree_desktop.ui"}
