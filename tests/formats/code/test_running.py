"""Every generated program, run for real, sends the request it was made from.

Hundreds of requests go through one process of each language; what the loopback server recorded
is compared with the request: method, target, headers and body bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code import curl_posix, javascript, php, python
from tests.formats.code import programs
from tests.formats.code.recorder import Recorder, check
from tests.formats.code.samples import TARGETS, generated, requests

# Not traced: each line is run thousands of times here, and reached by a small test as well.
pytestmark = pytest.mark.no_cover

CURL_MARKS = "[]{}'\"<>|^\\`$!*();,@:?=+"
NODE_ADDS = ("accept", "accept-language", "accept-encoding", "sec-fetch-mode", "user-agent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How one language's programs are written and run, and what its client cannot do."""

    write: Callable[[Request], str]
    run: Callable[[list[str], Path], None]
    needs: str
    ignored: tuple[str, ...] = ()
    adds: tuple[str, ...] = ()
    marks: str = CURL_MARKS
    controls: bool = True
    tidies: bool = False
    joins: bool = False


WAYS = {
    "sh": Way(
        write=curl_posix.write, run=programs.run_sh, needs="curl", ignored=("accept-encoding",)
    ),
    # A vertical tab or form feed in a header is refused by httpx: no controls at all here.
    "python": Way(write=python.write, run=programs.run_python, needs="sh", controls=False),
    "javascript": Way(
        write=javascript.write, run=programs.run_javascript, needs="node", adds=NODE_ADDS,
        marks="[]|$!*();,@:=+", controls=False, tidies=True, joins=True,
    ),
    "php": Way(write=php.write, run=programs.run_php, needs="php"),
}  # fmt: skip


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as found:
        yield found


@pytest.fixture(params=list(WAYS))
def way(request: pytest.FixtureRequest) -> Way:
    found = WAYS[request.param]
    if not programs.has(found.needs):
        pytest.skip(f"no {found.needs} here: the {request.param} programs were NOT run")
    return found


def compare(way: Way, made: list[Request], recorder: Recorder, folder: Path) -> None:
    recorder.take()
    way.run([way.write(request) for request in made], folder)
    seen = recorder.take()
    assert len(seen) == len(made)
    for wanted, came in zip(made, seen, strict=True):
        check(
            wanted,
            came,
            recorder.base,
            ignored=way.ignored,
            adds=way.adds,
            sets_host=not way.tidies,
        )


def test_hostile_requests_arrive_as_they_are(way: Way, recorder: Recorder, tmp_path: Path) -> None:
    targets = tuple(t for t in TARGETS if not (way.tidies and "tidies" in way.write(get(t))))
    made = requests(recorder.base, targets=targets, controls=way.controls)
    if way.joins:
        made = [r for r in made if not any(name == "X-Twice" for name, _ in r.headers)]
    assert len(made) > 50
    compare(way, made, recorder, tmp_path)


def get(target: str) -> Request:
    return Request(method="GET", url=f"http://h{target}", headers=(), body=b"")


# Without shrinking: a failure names its request, and every example starts a process.
@settings(
    max_examples=8,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_generated_requests_arrive_as_they_are(
    way: Way, recorder: Recorder, tmp_path: Path, data: st.DataObject
) -> None:
    one = generated(recorder.base, marks=way.marks, controls=way.controls)
    made = data.draw(st.lists(one, min_size=10, max_size=40))
    compare(way, made, recorder, tmp_path)


def test_fetch_tidies_no_address_without_a_remark(recorder: Recorder, tmp_path: Path) -> None:
    if not programs.has("node"):
        pytest.skip("no node here: the programs were NOT run")
    signs = [chr(code) for code in range(0x21, 0x7F) if chr(code) not in "?#"]
    targets = [f"/a{sign}b" for sign in signs] + [f"/a?b={sign}c" for sign in signs]
    targets += ["/a?", "/a/./b", "/a/..", "/%2e/b", "/%2E%2e", "/a/.b", "/a..", "/?a/../b", "//a"]
    made = [Request(method="GET", url=recorder.base + t, headers=(), body=b"") for t in targets]
    written = [javascript.write(request) for request in made]
    recorder.take()
    programs.run_javascript(written, tmp_path)
    for target, text, seen in zip(targets, written, recorder.take(), strict=True):
        assert seen.target == target or "// fetch tidies this address" in text, target
    # Such a remark stays rare: ids and queries as the program encodes them never get it.
    assert sum("tidies" in text for text in written) < 25
