"""Large pastes: each of these would take minutes, or all memory, if time grew faster than the text.

Nothing is timed here: a reader that is not linear does not come to an end.
"""

from __future__ import annotations

import json
from contextlib import suppress

import pytest

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.anything import read_anything
from pingtree_desktop.formats.paste.composing import to_event

BODY = {"event_id": "e", "transaction_id": "t"}
CMD = "curl ^\n -X POST http://h/x "


def collection(**parts: object) -> str:
    return json.dumps({"info": {"schema": "v2.1"}, "item": [], **parts})


def rows(count: int) -> list[dict[str, str]]:
    return [{"key": f"k{at}", "value": "v"} for at in range(count)]


READ = {
    "dots in an address": "http://h/x?a=" + "." * 900_000 + "b",
    "an address over many lines": "http://h/x?a=1" + "\n&b=" * 12_000,
    "a path over many lines": "http://h/" + "a/\n" * 25_000,
    "hyphens that might be a host": "http://h/ " + ("-" * 61 + "a.") * 15_000,
    "assignments before a command": "X=1 " * 20_000 + "curl http://h/x",
    "a here-document behind every pipe": "curl h " + "a<<a |" * 5_000,
    "the values of printf": "printf '" + "%s" * 20_000 + "'" + " a" * 20_000 + " | curl h -d @-",
    "very many data options": "curl h" + " -d a" * 10_000,
    "very many addresses and options": "curl " + "h " * 2_000 + " -s" * 10_000,
    "options that curl does not have": "curl h " + " ".join(f"--z{at}" for at in range(10_000)),
    "colons in brackets": "curl http://[" + ":" * 900_000,
    "the variables of cmd": CMD + " ".join(f"%a{at}%" for at in range(5_000)),
    "a piped text with the variables of cmd": "echo " + "%a%b" * 12_000 + "|curl -d @- ^\n h",
    "a list of PowerShell": "irm http://h -Body (" + "'a'," * 10_000 + "'a')",
    "a sum of PowerShell": "irm http://h -Body (" + "'a'+" * 30_000 + "'a')",
    "an index that never ends": "irm http://h " + "$a[ " * 15_000,
    "braces that never end": "irm http://h " + "${a " * 15_000,
    "the variables of PowerShell": "curl.exe h -d 'a' "
    + " ".join(f"$a{at}" for at in range(10_000)),
    "a sum of JavaScript": 'fetch("http://h",{method:"POST",body:' + '"a"+' * 25_000 + '"a"})',
    "blanks between a prompt's signs": "curl h\n" + " " * 120_000 + "$" + " " * 120_000 + "x",
    "empty lines in a command": "curl h" + "\n" * 19_000 + "curl h -d a",
    "an encoded host": "http://xn--" + "a" * 900_000 + "/x",
    "a host outside ASCII": "http://" + "\u00e9" * 900_000 + "/x",
    "the variables of a collection": collection(
        item=[{"request": "http://h/{{k1}}"}] * 1_000, variable=rows(8_000)
    ),
    "the parts of a collection's path": collection(
        item=[
            {
                "request": {
                    "url": {
                        "raw": "http://h/" + "/".join(f":k{at}" for at in range(20_000)),
                        "variable": rows(8_000),
                    }
                }
            }
        ]
    ),
    "names that resemble one field": json.dumps(
        {f"event{'-' * (at % 20)}{'_' * (at // 20)}id": "" for at in range(400)}
    ),
}
GROWN = {
    "lists in an address": "curl http://h/[1-99]/" + "a" * 900_000,
    "a query for each of many addresses": "curl -G " + "h " * 1_000 + "-d " + "a" * 200_000,
    "headers for each of many addresses": "curl " + "h " * 1_000 + " -H a:b" * 20_000,
    "one file many times": "curl ^\n h\n"
    + f"echo {'A' * 400_000}>b\ncertutil -decode b a\n"
    + CMD
    + "-d @a " * 50_000,
    "one file decoded many times": "curl ^\n h\n"
    + f"echo {'A' * 400_000}>b\n"
    + "certutil -decode b a\n" * 20_000
    + CMD,
    "tables in tables": "$a=@{x=1};" + "$a=@{x=$a;y=$a};" * 60 + "irm http://h -Body $a",
    "bytes many times": "$b=irm http://h\n$a=[Text.Encoding]::UTF8.GetBytes('"
    + "a" * 400_000
    + "');"
    "irm http://h -Body @($a,$a)",
    "JSON of JSON": "irm http://h -Body ('\"'" + "| ConvertTo-Json " * 60 + ")",
    "JSON of JSON in JavaScript": 'fetch("http://h",{body:'
    + "JSON.stringify(" * 50
    + '"\\""'
    + ")" * 50
    + "})",
    "a list many times": "$p=@(" + "'a'," * 20_000 + "1)\n" + ";curl.exe @p http://h" * 5_000,
    "a variable of a collection": collection(
        item=[{"request": "http://h/" + "{{a}}" * 80_000}],
        variable=[{"key": "a", "value": "b" * 400_000}],
    ),
    "a path variable of a collection": collection(
        item=[
            {
                "request": {
                    "url": {
                        "raw": "http://h" + "/:a" * 80_000,
                        "variable": [{"key": "a", "value": "b" * 400_000}],
                    }
                }
            }
        ]
    ),
}


@pytest.mark.no_cover  # tracing every line of it takes longer than reading
@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_time_grows_with_the_text(text: str) -> None:
    with suppress(UnreadableInput):
        assert to_event(read_anything(text).requests[0]).suggested is not None


@pytest.mark.parametrize("text", GROWN.values(), ids=GROWN)
def test_what_would_grow_beyond_all_bounds_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInput, match="has more than"):
        read_anything(text)


@pytest.mark.parametrize("step", ["$a=@{x=$a};", "$a=(1,$a);"])
def test_values_of_powershell_that_lie_too_deep_are_refused(step: str) -> None:
    with pytest.raises(UnreadableInput, match="nested too deep"):
        read_anything(f"$a=1;{step * 1_200}irm http://h -Body ($a | ConvertTo-Json)")


def test_a_body_of_a_megabyte_is_read_whole() -> None:
    body = json.dumps({**BODY, "first_name": "b" * 900_000})
    (taken,) = read_anything(f"curl http://h/api/event/demo -d '{body}'").requests
    assert taken.body == body.encode()


def test_a_host_that_is_too_long_is_no_host() -> None:
    made = to_event(read_anything(f"https://{'a' * 3_000}/api/event/demo?event_id=x").requests[0])
    assert made.base_url == ""
    assert "its host is too long to be one" in [note.why for note in made.not_understood]


def test_numbers_are_not_joined_as_texts() -> None:
    (taken,) = read_anything('fetch("http://h/x",{method:"POST",body:"a"+1+2})').requests
    assert taken.body == b"a12"
    (taken,) = read_anything('fetch("http://h/x",{method:"POST",body:1+2+"a"})').requests
    assert (taken.body, [note.why for note in taken.not_taken]) == (
        None,
        ["only a program knows its value"],
    )


def test_curl_asks_no_host_that_is_too_long() -> None:
    (taken,) = read_anything(f"curl http://{'a' * 2_000}/x").requests
    assert taken.url == ""
    assert "is too long" in taken.not_taken[0].why
