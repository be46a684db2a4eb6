r"""The words of POSIX commands: quotes, `$'…'`, here-documents, pipes, variables."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.posix_texts import ansi_bytes
from pingtree_desktop.formats.paste.posix_words import posix_script
from pingtree_desktop.formats.paste.words import Command


def only(text: str) -> Command:
    (command,) = posix_script(text).commands
    return command


def words(text: str) -> list[str]:
    return [word.text for word in only(text).words]


def doubts(text: str) -> list[str]:
    return [piece for word in only(text).words for piece in word.doubts]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("curl  a\tb", ["curl", "a", "b"]),
        ("curl 'a b''c'\"d e\"f", ["curl", "a bcd ef"]),
        ("curl '' \"\"", ["curl", "", ""]),
        ("curl a\\ b \\'c \\\\", ["curl", "a b", "'c", "\\"]),
        ('curl "a\\"b\\$c\\`d\\\\e\\f"', ["curl", 'a"b$c`d\\e\\f']),
        ("curl a \\\n  b", ["curl", "a", "b"]),
        ('curl "a\\\nb"', ["curl", "ab"]),
        ("curl a\\", ["curl", "a\\"]),
        ("curl a#b # a remark 'here", ["curl", "a#b"]),
        ("# a remark\ncurl a\r\n# another", ["curl", "a"]),
        ("curl $'a\\'b' $\"c d\" $", ["curl", "a'b", "c d", "$"]),
        ("curl a$ \"b$\" \"$%\"", ["curl", "a$", "b$", "$%"]),
        ("curl \u00e9\u00a0\u20ac\u2028x", ["curl", "\u00e9\u00a0\u20ac\u2028x"]),
        ("curl a\fb", ["curl", "a\fb"]),
        ("curl 'a\nb'", ["curl", "a\nb"]),
        ("export A=1 B='2 3'; curl $A ${B} \"$B\"", ["curl", "1", "2", "3", "2 3"]),
        ("A=' x '; curl $A-", ["curl", "x", "-"]),
        ("A=; curl $A\"$A\" $A", ["curl", ""]),
        ("A=1 curl a", ["curl", "a"]),
        ("A=$'\\xff'; curl $A", ["curl", "\udcff"]),
        ("curl $(printf 'a\\nb %s' c)", ["curl", "a", "b", "c"]),
        ("curl \"$(echo 'a  b')\"", ["curl", "a  b"]),
    ],
)  # fmt: skip
def test_quotes_and_variables(text: str, wanted: list[str]) -> None:
    assert words(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a\\nb\\t\\\\\\'\\\"\\?", b"a\nb\t\\'\"?"),
        ("\\a\\b\\e\\E\\f\\r\\v", b"\a\b\x1b\x1b\f\r\v"),
        ("\\101\\x41\\x4g\\u0041\\U0001f600\\u20ac", b"AA\x04gA\xf0\x9f\x98\x80\xe2\x82\xac"),
        ("\\xe2\\x82\\xac\\xff", b"\xe2\x82\xac\xff"),
        ("\\777", b"\xff"),
        ("\\cA\\c\u00e9", b"\x01\\c\xc3\xa9"),
        ("\\q\\z", b"\\q\\z"),
        ("\\UFFFFFFFF", b"\\UFFFFFFFF"),
        ("\\ud800", b"\xed\xa0\x80"),
        ("a\\0b", b"a"),
        ("a\\", b"a\\"),
    ],
)
def test_the_escapes_of_dollar_quotes(text: str, wanted: bytes) -> None:
    assert ansi_bytes(text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("curl $TOKEN", ["$TOKEN"]),
        ('curl "a ${TOKEN} $1"', ["${TOKEN}", "$1"]),
        ("curl ${TOKEN:-x}y", ["${TOKEN:-x}"]),
        ("curl ${TOKEN", ["${TOKEN"]),
        ("curl $(date +%s)", ["$(date +%s)"]),
        ("curl $(echo $(echo a))", []),
        ("curl $(echo 'a)b' \")\" \\))", []),
        ("curl $(echo -e 'a\\n')", ["$(echo -e 'a\\n')"]),
        ("curl $(printf %d 1)", ["$(printf %d 1)"]),
        ("curl $(printf a; date)", ["$(printf a; date)"]),
        ("curl `date`", ["`date`"]),
        ("A=$X; curl $A", ["$X"]),
        ("curl $(printf '%s' $X)", ["$X"]),
        ("curl ${" + "a" * 80 + ":-}", ["${" + "a" * 58 + "\u2026"]),
    ],
)
def test_what_only_the_shell_knows_is_said_and_stays_as_it_is(text: str, wanted: list[str]) -> None:
    assert doubts(text) == wanted


def test_the_rest_of_a_word_with_a_doubt_is_kept() -> None:
    assert words('curl "Bearer $TOKEN!"') == ["curl", "Bearer $TOKEN!"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("printf 'a%sb%%\\n\\x41\\101' c | curl", b"acb%\nAA"),
        ('printf "\\\'" | curl', b"'"),
        ("printf '%s' | curl", b""),
        ("printf '\\q' | curl", b"\\q"),
        ("echo a  'b  c' | curl", b"a b  c\n"),
        ("echo -n a | curl", b"a"),
        ("printf 'a' |\n  curl", b"a"),
        ("cat <<E | curl\nx $Y\nE\n", b"x $Y\n"),
        ("curl <<< 'a b'", b"a b\n"),
        ("A=1; curl <<< $A$A", b"11\n"),
        ("curl <<E\na 'b' \"c\" \\$ \\\\ \\n \\\nd\nE", b"a 'b' \"c\" $ \\ \\n d\n"),
        ("curl <<'E'\na $B \\$ `c`\nE\n", b"a $B \\$ `c`\n"),
        ('curl <<"E" -x\na\nE\n', b"a\n"),
        ("curl <<-E\n\t\ta\n\tE\n", b"a\n"),
        ("A=v; curl <<E\n${A}$(printf x)\nE", b"vx\n"),
    ],
)
def test_what_goes_in_by_a_pipe_or_a_here_document(text: str, wanted: bytes) -> None:
    command = only(text)
    assert command.words[0].text == "curl"
    assert command.stdin is not None
    assert command.stdin.data == wanted


def test_a_here_document_says_its_doubts() -> None:
    stdin = only("curl <<E\n$A `b`\nE").stdin
    assert stdin is not None
    assert (stdin.data, stdin.doubts) == (b"$A `b`\n", ("$A", "`b`"))


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("curl < body.json", "body.json"),
        ("date | curl -d @-", "the output of date"),
        ("printf '%s' a b | curl", "the output of printf"),
        ("printf %d 1 | curl", "the output of printf"),
        ("echo -e a | curl", "the output of echo"),
        ("cat body.json | curl", "the output of cat"),
        ("jq . <<E | curl -d @-\n{}\nE", "the output of jq"),
        ("printf | curl", "the output of printf"),
    ],
)
def test_an_input_that_is_elsewhere_is_named(text: str, origin: str) -> None:
    command = posix_script(text).commands[-1]
    assert command.words[0].text == "curl"
    assert (command.stdin, command.stdin_from) == (None, origin)


def test_outputs_are_kept_apart() -> None:
    command = only("curl a > out 2>&1 3>>more &>all 4>|x")
    assert [word.text for word in command.words] == ["curl", "a"]
    assert command.outputs == ("out", "1", "more", "all", "x")


def test_a_number_in_quotes_before_a_redirection_is_a_word() -> None:
    assert words("curl '2'>x") == ["curl", "2"]


@pytest.mark.parametrize(
    "text", ["curl a; curl b", "curl a && curl b", "curl a || curl b", "curl a\n\ncurl b\n",
             "(curl a; curl b)", "if curl a; then curl b; fi", "curl a & curl b", "|curl a; curl b",
             "curl a || \n curl b"]
)  # fmt: skip
def test_every_command_is_found(text: str) -> None:
    found = [[word.text for word in one.words] for one in posix_script(text).commands]
    assert ["curl", "a"] in found or ["if", "curl", "a"] in found
    assert ["curl", "b"] in found or ["then", "curl", "b"] in found


def test_an_ampersand_outside_quotes_is_explained() -> None:
    script = posix_script("curl http://h/?a=1&b=2")
    assert [word.text for word in script.commands[0].words] == ["curl", "http://h/?a=1"]
    assert "belongs in quotes" in script.notes[0]
    assert posix_script("&").notes == ()
    assert posix_script("curl a &").notes == script.notes


def test_an_assignment_alone_is_no_command() -> None:
    assert posix_script("A=1\nB=2 C=3").commands == ()


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("curl 'a\nb", "single quote at line 1, column 6"),
        ('x\ncurl "a', "double quote at line 2, column 6"),
        ("curl $'a\\'", "quote \\$' at line 1, column 6"),
        ("curl $(echo", "bracket at line 1, column 7"),
        ("curl $(echo 'a)", "bracket at line 1, column 7"),
        ("curl `date", "backtick at line 1, column 6"),
        ("curl <<E\nbody", "text up to 'E' at line 1"),
    ],
)
def test_what_is_never_closed_is_named_with_its_place(text: str, what: str) -> None:
    with pytest.raises(UnreadableInput, match=what):
        posix_script(text)


@given(st.text(st.sampled_from("abc '\"\\$(){}`|&;<>#\n\t=-E%s\u00e9\ud800"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableInput):
        posix_script(text)


def test_each_here_document_goes_into_its_own_command_of_a_pipe() -> None:
    script = posix_script("a <<A | b <<B | c <<C\n1\nA\n2\nB\n3\nC\n")
    assert [one.words[0].text for one in script.commands] == ["a", "b", "c"]
    stdin = script.commands[-1].stdin
    assert stdin is not None
    assert stdin.data == b"3\n"
