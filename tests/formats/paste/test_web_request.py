"""PowerShell's own requests, and its calls of curl, as the requests that they would send."""

from __future__ import annotations

import pytest

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.reading import Carrier, Hints, Note, Taken
from pingtree_desktop.formats.paste.web_request import read_powershell

URL = "https://api.example.com/api/event/demo"
BROWSER = """$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession
$session.UserAgent = "Mozilla/5.0"
$session.Cookies.Add((New-Object System.Net.Cookie("a", "b", "/", "api.example.com")))
Invoke-WebRequest -UseBasicParsing -Uri "https://api.example.com/api/event/demo" `
-Method "POST" `
-WebSession $session `
-Headers @{
"accept"="*/*"
  "x-mark"="1`"2"
} `
-ContentType "application/json" `
-Body "{`"event_id`":`"quote_view`"}"
"""


def only(text: str) -> Taken:
    (taken,) = read_powershell(text).requests
    return taken


def whys(taken: Taken) -> list[str]:
    return [note.part for note in taken.not_taken]


def test_a_browsers_copy() -> None:
    reading = read_powershell(BROWSER)
    (taken,) = reading.requests
    assert (taken.method, taken.url) == ("POST", URL)
    assert taken.headers == (
        ("accept", "*/*"),
        ("x-mark", '1"2'),
        ("Content-Type", "application/json"),
        ("User-Agent", "Mozilla/5.0"),
    )
    assert taken.body == b'{"event_id":"quote_view"}'
    assert taken.carrier is Carrier.JSON
    assert taken.not_taken == (
        Note(part="-websession", why="the cookies of a session are not taken"),
    )
    assert reading.notes[0] == "It was read by the rules of PowerShell."
    assert any("Cookies.Add" in note for note in reading.notes)


def test_a_table_goes_as_a_form_or_into_the_query() -> None:
    posted = only(f"irm {URL} -Method Post -Body @{{ event_id = 'a b'; amount = 1.50 }}")
    assert (posted.body, posted.carrier) == (b"event_id=a+b&amount=1.50", Carrier.FORM)
    assert posted.implied == {"content-type"}
    asked = only(f"irm {URL} -Body @{{ event_id = 'a b' }}")
    assert (asked.method, asked.url, asked.body) == ("GET", f"{URL}?event_id=a+b", None)
    assert asked.carrier is Carrier.QUERY


def test_bytes_as_a_body() -> None:
    taken = only(f"irm {URL} -Method Post -Body ([Text.Encoding]::UTF8.GetBytes('\u00e9'))")
    assert taken.body == b"\xc3\xa9"


def test_a_text_sent_by_get_has_no_type_of_its_own() -> None:
    taken = only(f"irm {URL} -Body 'x'")
    assert (taken.body, taken.headers) == (b"x", ())


def test_parameters_may_be_shortened_and_take_values_behind_colons() -> None:
    taken = only(f"iwr -Ur {URL} -Met:Put -UseB -CustomMethod purge")
    assert (taken.method, taken.url) == ("PURGE", URL)
    assert taken.not_taken == ()
    assert only(f"iwr {URL} -Method:Put").method == "PUT"


def test_unknown_parameters_and_values_are_said() -> None:
    taken = only(f"iwr {URL} more -T 1 -Nonsense 2 -Method")
    assert whys(taken) == ["more", "-T", "1", "-Nonsense", "2"]
    assert taken.method == ""


def test_hints_files_and_what_has_no_counterpart() -> None:
    taken = only(
        f"iwr {URL} -SkipCertificateCheck -Proxy http://p:1 -TimeoutSec 5 -OutFile a.txt "
        "-InFile b.json -Credential $c -UserAgent x -Headers @{ 'User-Agent' = 'y' }"
    )
    assert taken.hints == Hints(verify_tls=False, proxy="http://p:1", timeout_s=5.0)
    assert set(taken.reads) == {"-outfile a.txt", "-infile b.json"}
    assert set(whys(taken)) == {"$c", "-credential", "-infile b.json"}
    assert taken.header("user-agent") == "y"


@pytest.mark.parametrize("seconds", ["0", "x", "$t", "\u0661"])
def test_a_time_limit_that_is_none(seconds: str) -> None:
    assert only(f"iwr {URL} -TimeoutSec {seconds}").hints == Hints()


def test_values_that_only_powershell_knows() -> None:
    taken = only(f"iwr {URL} -Method Post -Headers $h -Body $b")
    assert whys(taken) == ["$h", "$b", "-Headers", "-Body $b"]
    assert (taken.body, taken.headers) == (None, ())


def test_an_address_that_is_none() -> None:
    taken = only("iwr 'ftp://x' -Method Get")
    assert taken.url == ""
    assert whys(taken) == ["-Uri ftp://x"]


def test_the_alias_curl() -> None:
    assert only(f"curl -Uri {URL} -Method Post -Body 'a=b'").body == b"a=b"
    assert only(f"wget {URL}").url == URL


def test_curl_with_its_options_in_a_list() -> None:
    taken = only(f"$o = @('-X', 'POST')\ncurl.exe @o -d 'a=b' {URL}")
    assert (taken.method, taken.body) == ("POST", b"a=b")


def test_quotes_for_old_releases_are_taken_as_plain_ones() -> None:
    taken = only(f"curl.exe {URL} --json " + r"""'{\"a\":\"b\\\"c\"}'""")
    assert taken.body == rb'{"a":"b\"c"}'
    assert "before 7.3" in taken.notes[0]


def test_quotes_that_are_escaped_in_part_stay() -> None:
    assert only(f'curl.exe {URL} -d \'{{"a":"b\\"c"}}\'').body == b'{"a":"b\\"c"}'


def test_what_is_piped_into_curl() -> None:
    assert only(f"'a=b' | curl.exe -d @- {URL}").body == b"a=b"
    taken = only(f"Get-Content x | curl.exe -d @- {URL}")
    assert taken.body is None
    assert taken.reads == ("--data @- (Get-Content x)",)


def test_a_variable_in_an_argument_is_said() -> None:
    taken = only(f'curl.exe -H "Authorization: Bearer $token" {URL}')
    assert whys(taken) == ["$token"]
    assert taken.header("authorization") == "Bearer $token"


def test_other_commands_are_named() -> None:
    reading = read_powershell(f"Start-Sleep 1\nRemove-Item x\ncurl.exe {URL}")
    assert reading.notes[1:] == ("Not a request, so not taken: Start-Sleep",)


def test_a_script_without_a_request_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="no request"):
        read_powershell("Start-Sleep 1")
