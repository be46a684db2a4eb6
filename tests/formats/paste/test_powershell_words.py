"""PowerShell scripts as far as they spell their values out; nothing is run."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.powershell_values import (
    Bare,
    Call,
    Number,
    Unknown,
    Value,
    as_json,
    as_text,
)
from pingtree_desktop.formats.paste.powershell_words import powershell_calls


def only(text: str) -> Call:
    (call,) = powershell_calls(text).calls
    return call


def arguments(text: str) -> list[Value]:
    return list(only(text).arguments)


def value(text: str) -> Value:
    """What a variable holds after it was set so."""
    return powershell_calls(f"$x = {text}").properties["x"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("curl.exe 'a b' \"c d\" e", ["a b", "c d", "e"]),
        ("curl.exe 'it''s' \"a\"\"b\" \"a`\"b`n`$c`q``\"", ["it's", 'a"b', 'a"b\n$cq`']),
        ("curl.exe \u2018a\u2019 \u201cb\u201d", ["a", "b"]),
        ("curl.exe a'b c'\"d\"e`  f`g", ["ab cde ", "fg"]),
        ("curl.exe `'a", ["'a"]),
        ("curl.exe `\n  -d `\r\n  b", ["-d", "b"]),
        ("curl.exe a # a remark\n", ["a"]),
        ("curl.exe a <# a\nremark #> b", ["a", "b"]),
        ("curl.exe a <# never closed", ["a"]),
        ("curl.exe $true $null x$false", [True, None, "xFalse"]),
        ("$a = 'v w'; curl.exe $a \"<$a>\" ${a}", ["v w", "<v w>", "v w"]),
        ("$a = 'v w'; curl.exe x$a'y' $a-z", ["xv wy", "v w-z"]),
        ("$a = '-d', 'b'; curl.exe @a $a", [["-d", "b"], ["-d", "b"]]),
        ("curl.exe @options $", [Unknown("@options"), "$"]),
        ("curl.exe -d @- @x.json", ["-d", "@-", "@x.json"]),
        ("curl.exe @", ["@"]),
        ("curl.exe 'a', 'b',\n 'c'", [["a", "b", "c"]]),
        ("curl.exe (1 + 2) ('a' + \"b\") @('c', 'd')", ["12", "ab", ["c", "d"]]),
        ("curl.exe @'\na'b\n'@ @\"\nc`td\n\"@", ["a'b", "c\td"]),
        ("$a = 1; curl.exe @\"\n<$a> $\n\"@", ["<1> $"]),
        ("curl.exe @'\r\na\r\nb\r\n'@", ["a\r\nb"]),
        ("curl.exe @'\n'@ @'a'", ["", "a"]),
        ("& curl.exe a", ["a"]),
        ("& 'curl.exe' a", ["a"]),
        ("curl.exe a`", ["a"]),
        ("curl.exe \"$\" \"$ a\"", ["$", "$ a"]),
    ],
)  # fmt: skip
def test_quotes_lists_and_variables(text: str, wanted: list[Value]) -> None:
    assert arguments(text) == wanted


def test_an_unquoted_word_is_told_from_a_quoted_one() -> None:
    bare, quoted = arguments("irm -Uri '-Uri'")
    assert isinstance(bare, Bare)
    assert not isinstance(quoted, Bare)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1.50", Number("1.50")),
        ("-3e5", Number("-3e5")),
        ("@{}", {}),
        ("@{ a = 1; 'b c' = \"d\"\n e = $null }", {"a": "1", "b c": "d", "e": None}),
        ("@{\n\n  a = @{ b = 1, 2 }\n;}", {"a": {"b": ["1", "2"]}}),
        ("[ordered]@{ a = [int]1 }", {"a": "1"}),
        ("@('a'\n'b', 'c')", ["a", "b", "c"]),
        ("@(1, @(2, 3))", ["1", "2", "3"]),
        ("'a', 'b', 'c'", ["a", "b", "c"]),
        ("'a' + 'b' + 1", "ab1"),
        ("('a')", "a"),
        ("@{ a = 1 } | ConvertTo-Json -Depth 5", '{"a":1}'),
        ("(@{ a = 1 }\n| ConvertTo-Json)", '{"a":1}'),
        ("[Convert]::FromBase64String('YQ==')", b"a"),
        ("[System.Text.Encoding]::UTF8.GetBytes('\u00e9')", b"\xc3\xa9"),
        ("[Text.Encoding]::ASCII.GetBytes($y)", Unknown("[Text.Encoding]::ASCII.GetBytes($y)")),
        ("[Convert]::FromBase64String('?')", Unknown("[Convert]::FromBase64String('?')")),
        ("[guid]::NewGuid()", Unknown("[guid]::NewGuid()")),
        ("[int]::MaxValue", Unknown("[int]::MaxValue")),
        ("$y.Name", Unknown("$y.Name")),
        ("$(Get-Date)", Unknown("$(Get-Date)")),
        ("Get-Date -Format o", Unknown("Get-Date -Format o")),
        ("@{ a = $y } | ConvertTo-Json", Unknown("ConvertTo-Json")),
    ],
)
def test_values(text: str, wanted: Value) -> None:
    assert value(text) == wanted


@pytest.mark.parametrize(
    ("made", "text", "json"),
    [
        (None, "", "null"),
        (True, "True", "true"),
        (False, "False", "false"),
        (Number("1.50"), "1.50", "1.50"),
        ('a"\u00e9', 'a"\u00e9', '"a\\"\u00e9"'),
        (["a", Number("1")], "a 1", '["a",1]'),
        ({"a": None}, "System.Collections.Hashtable", '{"a":null}'),
        (b"\x01\xff", "1 255", None),
        (Unknown("$x"), "$x", None),
        ([Unknown("$x")], "$x", None),
        ({"a": Unknown("$x")}, "System.Collections.Hashtable", None),
    ],
)
def test_a_value_as_text_and_as_json(made: Value, text: str, json: str | None) -> None:
    assert as_text(made) == text
    assert as_json(made) == json


def test_what_only_powershell_knows_is_said() -> None:
    call = only('curl.exe "a $(Get-Date) $env:TOKEN ${x y}" $b.c[0] $d')
    assert call.doubts == ("$(Get-Date)", "$env:TOKEN", "${x y}", "$b.c[0]", "$d")
    assert as_text(call.arguments[0]) == "a $(Get-Date) $env:TOKEN ${x y}"


def test_a_here_string_says_its_doubts() -> None:
    assert only('curl.exe @"\n$a\n"@').doubts == ("$a",)


@pytest.mark.parametrize(
    ("text", "stdin"),
    [
        ("'a' | curl.exe -d @-", "a"),
        ("$a = 'b'; $a | curl.exe -d @-", "b"),
        ("@{ a = 1 } | ConvertTo-Json | curl.exe -d @-", '{"a":1}'),
        ("'a' |\n curl.exe", "a"),
        ("curl.exe", None),
    ],
)
def test_what_is_piped_in(text: str, stdin: Value) -> None:
    assert only(text).stdin == stdin


def test_the_output_of_a_program_is_unknown() -> None:
    first, second = powershell_calls("Get-Content x | curl.exe -d @-").calls
    assert (first.name, second.stdin) == ("Get-Content", Unknown("Get-Content x"))


def test_statements_stand_in_blocks_and_lines() -> None:
    calls = powershell_calls("try { a 1; b 2 } catch [X] { c } finally\n{ d }\n)").calls
    assert [call.name for call in calls if call.name] == ["a", "b", "c", "d"]


def test_properties_and_methods() -> None:
    calls = powershell_calls('$session.UserAgent = "x"\n$session.Cookies.Add((a "b"))')
    assert calls.properties["session.useragent"] == "x"
    assert calls.skipped == ('$session.Cookies.Add((a "b"))',)


def test_files_that_the_script_writes_itself_are_known() -> None:
    calls = powershell_calls(
        "$f = [IO.Path]::GetTempFileName(); $g = [IO.Path]::GetTempFileName()\n"
        "[IO.File]::WriteAllBytes($f, [Convert]::FromBase64String('YQ=='))\n"
        "[IO.File]::WriteAllBytes('x', 'no bytes')"
    )
    assert list(calls.files.values()) == [b"a"]
    assert calls.properties["f"] != calls.properties["g"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("curl.exe 'a", "single quote at line 1, column 10"),
        ('curl.exe "a', "double quote at line 1, column 10"),
        ('curl.exe "a`', "double quote at line 1"),
        ("x (1", "bracket \\( at line 1, column 3"),
        ("x @(1", "bracket @ at line 1"),
        ("x @{ a", "table @{ at line 1"),
        ("x @{ a = 1", "table @{ at line 1"),
        ("x @{ = 1 }", "table @{ at line 1"),
        ("x @'\na", "text @' at line 1"),
        ('x "$(a', "bracket \\$\\( at line 1"),
        ("x " + "(" * 70, "nested too deep"),
    ],
)
def test_what_is_never_closed_is_named_with_its_place(text: str, what: str) -> None:
    with pytest.raises(UnreadableInput, match=what):
        powershell_calls(text)


@given(st.text(st.sampled_from("ab '\"`$(){}@[]|&;<>#=,.:-+\n\t1\u2019\u201c"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableInput):
        powershell_calls(text)
