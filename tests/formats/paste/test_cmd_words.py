"""The words of Windows' cmd: percent signs, carets, quotes, and the C runtime's backslashes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.formats.paste.cmd_words import cmd_script, split_arguments
from pingtree_desktop.formats.paste.words import Command
from tests.formats.code import windows


def only(text: str) -> Command:
    (command,) = cmd_script(text).commands
    return command


def words(text: str) -> list[str]:
    return [word.text for word in only(text).words]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('curl "a b" c', ["curl", "a b", "c"]),
        ('curl -d "{\\"a\\":\\"b\\\\c\\"}"', ["curl", "-d", '{"a":"b\\\\c"}']),
        ('curl ^"a^\\^"b^"', ["curl", 'a"b']),
        ("curl a^&b^^c", ["curl", "a&b^c"]),
        ("curl a ^\n  -d b", ["curl", "a", "-d", "b"]),
        ("curl a ^\r\n  -d b", ["curl", "a", "-d", "b"]),
        ("curl ^\n\nb", ["curl", "b"]),
        ("curl a^", ["curl", "a"]),
        ("curl a^\n", ["curl", "a"]),
        ('curl "a&b|c<d>e^f"', ["curl", "a&b|c<d>e^f"]),
        ('curl "never closed &', ["curl", "never closed &"]),
        ("curl 100% a%20b", ["curl", "100%", "a%20b"]),
        ("curl 100%% a%%20b", ["curl", "100%", "a%20b"]),
        ("set X=a b\ncurl %X% %x%", ["curl", "a", "b", "a", "b"]),
        ('set "X=abcdef"\ncurl %X:~1,2% %X:~4%', ["curl", "bc", "ef"]),
        ("curl 'a b'", ["curl", "'a", "b'"]),
    ],
)
def test_percent_signs_carets_and_quotes(text: str, wanted: list[str]) -> None:
    assert words(text) == wanted


def test_a_variable_that_nobody_sets_is_said() -> None:
    command = only("curl %TOKEN% -d %20b%")
    assert [word.text for word in command.words] == ["curl", "%TOKEN%", "-d", "%20b%"]
    assert [word.doubts for word in command.words] == [(), ("%TOKEN%",), (), ()]


def test_redirections_are_no_words() -> None:
    command = only('curl a >out.txt 2>nul < "in put.txt" >> "more"')
    assert [word.text for word in command.words] == ["curl", "a", "2"]
    assert command.outputs == ("out.txt", "nul", "more")
    assert command.stdin_from == "in put.txt"


def test_a_redirection_to_nothing() -> None:
    assert only("curl a >").outputs == ("",)


@pytest.mark.parametrize("sign", ["&", "&&", "||", "\n"])
def test_commands_end_where_cmd_ends_them(sign: str) -> None:
    script = cmd_script(f"curl a{sign}curl b")
    assert [one.words[1].text for one in script.commands] == ["a", "b"]
    assert {one.stdin for one in script.commands} == {None}


def test_an_echo_goes_into_a_pipe() -> None:
    stdin = only('@echo {"a":"%B%"} | curl -d @-').stdin
    assert stdin is not None
    assert stdin.data == b'{"a":"%B%"} \r\n'
    assert stdin.doubts == ("%B%",)


def test_another_program_before_a_pipe_is_named() -> None:
    script = cmd_script("type body.json | curl -d @-")
    assert script.commands[-1].stdin is None
    assert script.commands[-1].stdin_from == "the output of type body.json"


def test_what_says_nothing_of_a_request_is_passed_over() -> None:
    text = "@echo off\nrem curl x\n:: curl y\nset A=1\necho hello\ndel x\ncurl a"
    assert words(text) == ["curl", "a"]


def test_a_file_that_the_text_writes_itself_is_known() -> None:
    lines = (
        '>"x.b64" echo eyJh\n>>"x.b64" echo IjoxfQ==\ncertutil -f -decode "x.b64" "x.body" >nul\n'
        ">y.b64 echo old\n>y.b64 echo !\ncertutil -decode y.b64 y.body\n"
        "certutil -decode z z\ncurl a"
    )
    assert cmd_script(lines).files == {"x.body": b'{"a":1}'}


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ('a "b c" d', ["a", "b c", "d"]),
        ('"a\\"b" \\"c', ['a"b', '"c']),
        ('"a\\\\" b', ["a\\", "b"]),
        ("a\\b c\\\\d", ["a\\b", "c\\\\d"]),
        ('"a""b" ""', ['a"b', ""]),
        ('a"b c"d', ["ab cd"]),
        ('"never', ["never"]),
        (" \t\n", []),
    ],
)
def test_the_arguments_of_a_command_line(line: str, wanted: list[str]) -> None:
    assert split_arguments(line) == wanted


@given(st.text(st.sampled_from('ab"\\ \t'), max_size=30))
def test_arguments_are_split_as_the_rules_say(line: str) -> None:
    assert split_arguments(line) == windows.split_arguments(line)


@given(st.text(st.sampled_from('ab"\\ ^'), max_size=24))
def test_a_line_is_read_as_cmd_reads_it(text: str) -> None:
    line = "curl.exe " + text + "."
    cmd = windows.Cmd(is_file=False)
    try:
        cmd.run(line)
    except AssertionError:
        return  # a line that the rules of the other reading do not know
    ours = [[word.text for word in one.words[1:]] for one in cmd_script(line).commands]
    assert ours == cmd.calls


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    for command in cmd_script(text).commands:
        assert command.words
