"""The script for PowerShell: parsed as both PowerShells document it, then run by the real curl.

Checked by a parser of the statements in use; no PowerShell was run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code import curl_powershell
from tests.formats.code import programs
from tests.formats.code.powershell import PowerShell
from tests.formats.code.recorder import Recorder, check
from tests.formats.code.samples import TARGETS, USUAL, generated, post, requests

needs_curl = pytest.mark.skipif(not programs.has("curl"), reason="no curl: NOT run")


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as found:
        yield found


def compare(made: list[Request], recorder: Recorder, folder: Path) -> None:
    recorder.take()
    for request in made:
        shell = PowerShell(folder)
        shell.run(curl_powershell.write(request))
        (arguments,) = shell.calls
        programs.run(["curl", "-sS", *arguments], folder)
        used = {word.removeprefix("@") for word in arguments if word.endswith(".tmp")}
        assert set(shell.deleted) == used
    for wanted, came in zip(made, recorder.take(), strict=True):
        check(wanted, came, recorder.base, ignored=("accept-encoding",))


@needs_curl
def test_hostile_requests_arrive(recorder: Recorder, tmp_path: Path) -> None:
    compare(requests(recorder.base, targets=TARGETS), recorder, tmp_path)


@needs_curl
@settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_generated_requests_arrive(recorder: Recorder, tmp_path: Path, data: st.DataObject) -> None:
    one = generated(recorder.base, marks="[]{}'\"<>|^\\`$!*();,@:?=+", controls=True)
    compare(data.draw(st.lists(one, min_size=4, max_size=12)), recorder, tmp_path)


def test_a_usual_event_stays_readable() -> None:
    assert curl_powershell.write(post("http://h", b'{"a":"it\'s"}', headers=USUAL)) == (
        "$body = [Text.Encoding]::ASCII.GetBytes('{\"a\":\"it''s\"}')\n"
        "$bodyFile = [IO.Path]::GetTempFileName()\n"
        "try {\n"
        "  [IO.File]::WriteAllBytes($bodyFile, $body)\n"
        "  $options = @(\n"
        "    '--globoff'\n"
        "    'http://h/api/event/demo'\n"
        "    '--header', 'Content-Type: application/json'\n"
        "    '--header', 'Accept: application/json'\n"
        "    '--header', 'User-Agent: PingTreeDesktop/1'\n"
        "    '--data-binary', \"@$bodyFile\"\n"
        "  )\n"
        "  curl.exe @options\n"
        "} finally {\n"
        "  Remove-Item -LiteralPath $bodyFile\n"
        "}\n"
    )


def test_a_get_needs_no_file() -> None:
    text = curl_powershell.write(Request(method="GET", url="http://h/%2e", headers=(), body=b""))
    assert "File" not in text
    assert text.startswith("$options = @(\n  '--globoff'\n  'http://h/%2e'\n  '--path-as-is'\n")


@pytest.mark.parametrize("text", ['say "x"', "back\\", "caf\u00e9", "l" * 30_000])
def test_what_the_two_read_differently_goes_through_a_file(text: str) -> None:
    script = curl_powershell.write(post("http://h", headers=(("X-Odd", text),)))
    assert "'--config', $headFile" in script
    assert "Remove-Item -LiteralPath $headFile, $bodyFile" in script


def test_live_is_said_first() -> None:
    text = curl_powershell.write(post("https://api.pingtree.com"))
    assert text.startswith("# LIVE: running this fires a real event in production")
