"""What is read of a command is what bash hands to curl, and what the real curl sends."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pingtree_desktop.formats.paste.curl_command import curl_words, read_curl
from pingtree_desktop.formats.paste.posix_words import posix_script
from pingtree_desktop.formats.paste.words import Command, Shell
from tests.formats.code.recorder import Recorded, Recorder
from tests.formats.paste.real_curl import HAVE_BOTH, Call, differences, run_curl, shell_calls

pytestmark = pytest.mark.skipif(
    not HAVE_BOTH, reason="no Linux with bash and curl 7.87: NOT compared with the real curl"
)
few = settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


# ---- the shell -----------------------------------------------------------------------------------


def read_calls(text: str) -> list[tuple[tuple[bytes, ...], Command]]:
    found = []
    for command in posix_script(text).commands:
        words = curl_words(command.words)
        if words is not None:
            found.append((tuple(word.data for word in words), command))
    return found


def assert_as_bash(text: str, folder: Path) -> None:
    ours = read_calls(text)
    theirs = shell_calls(text, folder)
    assert [words for words, _ in ours] == [call.words for call in theirs], text
    for (_, command), call in zip(ours, theirs, strict=True):
        if command.stdin is not None:
            assert command.stdin.data == call.stdin, text
        elif not command.stdin_from:
            assert call.stdin == b"", text


COMMANDS = r"""
curl a 'b c' "d e" f\ g
curl "a\"b\$c\`d\\e\f" 'g'"h"i
curl $'\a\b\e\E\f\n\r\t\v\\\'\"\?\x41\101\u20ac\U0001f600\cA\q' $'\xff\xe9'
curl $'a\0b' $'\x4g' $'\u41g'
curl '' "" a#b # c
curl a \
  b
A=1; B='2 3'; curl $A "$B" $B ${A}${B} '$A' \$A
A=; curl $A "$A" x
A=' x  y '; curl -$A-
curl "$(printf 'a\nb\n\n')" $(echo 'c  d') "$(printf '%s-%s' e 'f g')"
curl <<< 'a  b'
A='x  y'; curl <<< $A
curl <<E
a $A 'b' "c" \$ \\ \n \
d
E
curl <<'E' a
$A `b` \$
E
curl <<-E b
		a
	E
cat <<'E' | curl a
b
E
printf 'a%sb%%\x41\101\n' c | curl a
echo -n a  b | curl
echo 'a b' |
  curl x
curl a > /dev/null 2>&1; curl b && curl c; false || curl d
curl {a} a=b ~x %41 ] ^
time curl a
env X=1 curl a
"""


def test_commands_have_bashs_words(tmp_path: Path) -> None:
    assert_as_bash(COMMANDS, tmp_path)


_bare = st.sampled_from(["a", "b=c", "\u00e9", "-d", "@-", "{x}", "%41", "http://h/x", "~x", "]"])
_escaped = st.sampled_from(["\\ ", "\\'", '\\"', "\\$", "\\\\", "\\a", "\\\n", "\\#", "#"])
_inside = st.text(st.sampled_from('ab "#|&;<>()\u00e9\n\t%{}1'), max_size=5)
_single = _inside.map(lambda text: f"'{text}\\'")
_special = st.sampled_from(
    ["", '\\"', "\\$", "\\`", "\\n", "\\\n", "$X", "${Y}", "$ ", "$(echo a)"]
)
_double = st.tuples(_inside, _special).map(lambda p: '"' + p[0].replace('"', "") + p[1] + '"')
_codes = st.sampled_from(["a", "\\n", "\\'", "\\\\", "\\x4", "\\101", "\\u20ac", "\\q", "\\cA"])
_ansi = st.lists(_codes, max_size=4).map(lambda parts: "$'" + "".join(parts) + "'")
_word = st.lists(
    _bare | _escaped | _single | _double | _ansi | st.sampled_from(["${X}", "${Y}"]),
    min_size=1,
    max_size=3,
).map("".join)


@few
@given(commands=st.lists(st.lists(_word, max_size=4), min_size=5, max_size=15))
def test_generated_commands_have_bashs_words(tmp_path: Path, commands: list[list[str]]) -> None:
    lines = ["X=hello Y='v w'", *(f"curl {' '.join(words)}" for words in commands), ""]
    assert_as_bash("\n".join(lines), tmp_path)


# ---- curl ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as found:
        yield found


def sent(words: list[str], recorder: Recorder, folder: Path, stdin: bytes = b"") -> list[Recorded]:
    recorder.take()
    call = Call(tuple(word.encode() for word in words), stdin)
    code, said = run_curl(call, recorder.port, folder)
    assert code == 0, said
    return recorder.take()


def assert_as_curl(words: list[str], recorder: Recorder, folder: Path, stdin: bytes = b"") -> None:
    text = f"curl {shlex.join(words)}"
    if stdin:
        text += f" <<'END'\n{stdin.decode()}END"
    requests = read_curl(text, Shell.POSIX).requests
    came = sent(words, recorder, folder, stdin)
    assert len(requests) == len(came), text
    for taken, one in zip(requests, came, strict=True):
        assert differences(taken, one) == {}, text


@pytest.mark.parametrize(
    "arguments",
    [
        "h/a?b=c",
        "-d a=1 -d 'b=2 3' h",
        "--data-raw @a --data-binary $'x' h",
        "--json '{\"a\":1}' --json ' ' h",
        "--json '{}' -H 'content-type: x' -H 'accept;' h",
        "--data-urlencode 'a b' --data-urlencode '=c&d' --data-urlencode 'n=\u00e9 f' h",
        "-G -d a=1 -d b=2 'h/x?z'",
        "--url-query a=1 --url-query '+b=%20' --url-query 'c d' -d x h",
        "-X PUT -d a h",
        "-X purge h",
        "-I h",
        "-I -G -d a=b h",
        "-d '' h",
        "-H 'A: b' -H 'C:d' -H 'E;' -H 'F' -H 'G: ;' -H 'I;;' -H 'J; ' -H 'Accept:' h",
        "-H 'Host: x' -H 'Host: y' h",
        "-H 'Content-Type:' -H 'Content-Length: 1' -d a h",
        "-A u -e 'r;auto' -b a=1 -b ' b=2 ' -r 5 h",
        "-A '' -e ';auto' -b '' h",
        "-A \u00e9 -H 'X: \u20ac' h",
        "-u 'a b:c:d' h",
        "--oauth2-bearer t -u a:b h",
        "http://a%20b:c@h a@h",
        "--compressed --no-compressed h",
        "--compressed h",
        "h i --next j -d x",
        "h/a/../b/./c//d/..?x=/../y#z",
        "--path-as-is h/a/../b",
        "'h/{a,b}/[1-3:2]' 'h/\\{a\\}' -g",
        "'h/{a,b}/[08-10]' 'h/\\[a\\]'",
        "-g 'h/{a,b}[1]'",
        "--request-target /x?y h/a",
        "HTTP:/H.Example/ http:///h 127.1 '[::1]/x' h:80/a h:8080 %68/a",
        "'h/\u00e9?\u00fc=\u00e9'",
        "-sSLfikd a=b h --data-bin c -XPATCH",
        "-- h",
    ],
)
def test_requests_are_curls(arguments: str, recorder: Recorder, tmp_path: Path) -> None:
    assert_as_curl(shlex.split(arguments.replace("$'x'", "x")), recorder, tmp_path)


def test_input_is_curls(recorder: Recorder, tmp_path: Path) -> None:
    body = b'{"a": 1,\r\n "b": "c d"}\n'
    for option in ("-d", "--data-binary", "--json", "--data-ascii"):
        assert_as_curl([option, "@-", "h"], recorder, tmp_path, body.replace(b"\r", b""))
    assert_as_curl(["--data-urlencode", "n@-", "h"], recorder, tmp_path, body.replace(b"\r", b""))
    assert_as_curl(["-d", "@-", "-d", "@-", "h"], recorder, tmp_path, b"a\n")


@pytest.mark.parametrize(
    "arguments",
    ["-I -d a h", "-d a -F b=c h", "-T x -d a h", "--nonsense h", "--dat a h", "-", "-d", "'h/{'",
     "'h/a b'"],
)  # fmt: skip
def test_what_curl_refuses_is_said(arguments: str, recorder: Recorder, tmp_path: Path) -> None:
    call = Call(tuple(word.encode() for word in shlex.split(arguments)), b"")
    code, _ = run_curl(call, recorder.port, tmp_path)
    assert code != 0
    assert all(one.not_taken for one in read_curl(f"curl {arguments}", Shell.POSIX).requests)


_text = st.text(st.sampled_from("ab =&%+;:,@\u00e9\"'{}[]\\/?#<>|\t~.-_"), max_size=6)
_header = st.sampled_from(
    ["Accept:", "Accept;", "X-A: b", "X-A:  c ", "X-A", "user-agent: x", "Cookie: z", "Expect:",
     "Referer: \u00e9", "Content-Type: t", "Authorization: q", "Connection: close", "Host: o"]
)  # fmt: skip
_paths = st.lists(
    st.sampled_from(["/", "/a", "/..", "/.", "/\u00e9", "/a%20b", "/{x,y}", "/[1-2]", "/a:b"]),
    max_size=3,
).map(lambda parts: "".join(parts) or "/")  # fmt: skip
_url = st.tuples(
    st.sampled_from(["http://h", "H.Example", "u:p@h:8080", "u@h", "127.1", "[::1]", "http:/h."]),
    _paths,
    st.sampled_from(["", "?", "?a=b", "?a=b&", "?a=%zz", "?x=/../y", "#f", "?a[]=1", "?{a,b}=1"]),
).map("".join)  # fmt: skip
_options = st.one_of(
    st.tuples(st.sampled_from(["-d", "--data-binary"]), _text.map(lambda t: t.lstrip("@"))),
    st.tuples(st.just("--data-raw"), _text),
    st.tuples(st.just("--data-urlencode"), _text.map(lambda t: f"n={t}")),
    st.tuples(st.just("--json"), st.sampled_from(['{"a":1}', "["])),
    st.tuples(st.just("-H"), _header),
    st.tuples(st.just("-A"), st.sampled_from(["", "u"])),
    st.tuples(st.just("-b"), st.sampled_from(["a=b", "=", "\u00e9=b"])),
    st.tuples(st.just("-u"), st.sampled_from(["a:b", "\u00e9:", ":"])),
    st.tuples(st.just("-X"), st.sampled_from(["PUT", "delete"])),
    st.tuples(st.sampled_from(["-g", "--compressed", "-k", "-sS", "--no-get", "-i", "-dz"])),
)


@few
@given(
    commands=st.lists(
        st.tuples(st.lists(_options, max_size=4), st.lists(_url, min_size=1, max_size=2)),
        min_size=3, max_size=8,
    )
)  # fmt: skip
def test_generated_requests_are_curls(
    recorder: Recorder, tmp_path: Path, commands: list[tuple[list[tuple[str, ...]], list[str]]]
) -> None:
    for options, urls in commands:
        assert_as_curl([word for option in options for word in option] + urls, recorder, tmp_path)
