"""A curl command behind the common words of a shell: nothing of its request is lost."""

from __future__ import annotations

import shlex

import pytest

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.anything import read_anything
from pingtree_desktop.formats.paste.curl_command import read_curl
from pingtree_desktop.formats.paste.posix_words import posix_script
from pingtree_desktop.formats.paste.reading import Reading, Source

URL = "https://h.example/api/event/demo"
BODY = '{"event_id":"p"}'
TYPE = "Content-Type: application/json"
CURL = f"curl -s -X POST {URL} -H '{TYPE}' -d '{BODY}'"
NAMED = f"\"curl\" -s -X POST {URL} -H '{TYPE}' -d '{BODY}'"
ESCAPED = CURL.replace("'", '\\"').replace(
    '{"event_id":"p"}', '{\\\\\\"event_id\\\\\\":\\\\\\"p\\\\\\"}'
)
WRAPPED = {
    "a substitution": f"resp=$({CURL})",
    "a quoted substitution": f'resp="$({CURL})"\necho "$resp"',
    "a local substitution": f"local resp=$({CURL})",
    "a substitution in a test": f'if [ "$({CURL})" = ok ]; then echo done; fi',
    "a substitution in a here-document": f"cat <<E\n$({CURL})\nE",
    "a substitution in a substitution": f"x=$(echo $({CURL}) | jq .)",
    "a piped substitution": f"status=$({CURL} | jq -r .status)",
    "backticks": f"resp=`{CURL}`",
    "backticks in quotes": f'resp="`{CURL}`"',
    "timeout": f"timeout 10 {CURL}",
    "nice": f"nice -n 5 {CURL}",
    "an empty environment": f"env -i {CURL}",
    "an environment": f"env A=1 {CURL}",
    "sudo": f"sudo -u x {CURL}",
    "an assignment": f"A=1 {CURL}",
    "time": f"time {CURL}",
    "time -p": f"time -p {CURL}",
    "not": f"! {CURL}",
    "if not": f"if ! {CURL}; then\n  echo failed\nfi",
    "then": f"if true; then {CURL}; fi",
    "for": f"for i in 1 2 3; do {CURL}; done",
    "while": f"while true; do\n  {CURL}\n  sleep 1\ndone",
    "until": f"until {CURL}; do sleep 1; done",
    "braces": f"{{ {CURL}; }}",
    "brackets": f"({CURL})",
    "a test before": f"[ -n x ] && {CURL}",
    "a function": f"f() {{ {CURL}; }}",
    "a function on lines": f"function fire() {{\n  {CURL}\n}}\nfire",
    "a quoted name": NAMED,
    "a path": f"/usr/bin/{CURL}",
    "eval": f'eval "{ESCAPED}"',
    "eval of a variable": f"c=\"{ESCAPED}\"\neval $c",
    "another shell": f'sudo bash -c "{ESCAPED}"',
    "docker": f"docker exec -it app {CURL}",
    "prose before": f"Here's the call: {CURL}",
    "prose on a line before": f"Here's the call\n{CURL}",
    "prose without an apostrophe": f"Run {CURL}",
}  # fmt: skip


def of(text: str) -> Reading:
    reading = read_anything(text)
    (taken,) = reading.requests
    assert reading.source is Source.CURL
    assert (taken.method, taken.url, taken.body) == ("POST", URL, BODY.encode())
    assert taken.header("Content-Type") == "application/json"
    return reading


@pytest.mark.parametrize("text", WRAPPED.values(), ids=WRAPPED)
def test_the_command_is_found_with_all_that_it_sends(text: str) -> None:
    of(text)


@pytest.mark.parametrize(
    "text",
    [f"f() {{ {CURL}; }}", f"{{ {CURL}; }}", f"if ! {CURL}; then :\nfi", f"timeout 10 {CURL}"],
)
def test_reserved_words_and_wrappers_are_not_worth_a_note(text: str) -> None:
    assert [note for note in of(text).notes] == []


def test_what_stands_before_it_is_said() -> None:
    assert of(f"docker exec app {CURL}").notes == (
        "What stands before curl was not taken: docker exec app",
    )
    assert of(f"Here's one: {CURL}").notes == (
        "Text before the command was not taken: Here's one:",
    )


def test_a_request_inside_another_is_taken_too() -> None:
    made = read_curl(f"curl -H \"X: $(curl -s https://h.example/token)\" -d '{BODY}' {URL}")
    assert [taken.url for taken in made.requests] == ["https://h.example/token", URL]
    assert "$(curl -s https://h.example/token)" in made.requests[1].not_taken[0].part


@pytest.mark.parametrize(
    "here",
    [
        "$(cat <<'EOF'\n{body}\nEOF\n)",
        "$(cat <<'EOF'\n{body}\nEOF)",
        "$(cat <<EOF\n{body}\nEOF\n)",
        '$(cat <<"EOF"\n{body}\nEOF\n)',
        "$(cat <<-EOF\n\t{body}\n\tEOF\n)",
        "$(cat << \\EOF\n{body}\nEOF\n)",
    ],
)
@pytest.mark.parametrize("name", ["O'Brien (1)", 'a \\"b\\" )', "# no remark"])
def test_a_here_document_inside_a_substitution_is_the_body(here: str, name: str) -> None:
    if "'" not in here and '"' not in here and "\\E" not in here:
        name = name.replace("\\", "")
    body = f'{{"event_id":"p","first_name":"{name}"}}'
    text = f'curl -X POST {URL} -d "{here.replace("{body}", body)}"'
    (taken,) = read_anything(text).requests
    assert taken.body == body.encode()
    assert taken.not_taken == ()


def test_a_here_document_is_filled_in_with_the_variables_of_the_text() -> None:
    (taken,) = read_anything(f'E=p\ncurl {URL} -d "$(cat <<EOF\n$E $F\nEOF\n)"').requests
    assert taken.body == b"p $F"
    assert [note.part for note in taken.not_taken] == ["$F"]


@pytest.mark.parametrize(
    "text",
    ["curl $(cat /etc/passwd)", "curl $(cat <<E | tr a b\nx\nE\n)", "curl $((1 + 2))"],
)
def test_nothing_is_run_or_opened(text: str) -> None:
    (command,) = posix_script(text).commands
    assert command.words[1].doubts


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("curl $(echo $'a", 6),
        ("curl $(cat <<E\nbody)", 6),
        ('curl "$(echo "a)', 7),
        ("curl `a\\`", 6),
    ],
)
def test_what_never_closes_is_named(text: str, place: int) -> None:
    with pytest.raises(UnreadableInput, match=f"column {place + text.count('$(')}"):
        posix_script(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("curl a$(echo $'\\')' # ) '\n)", "a')"),
        ('curl "$(echo "b)" \\))"', "b) )"),
        ('curl "$(echo "$(echo "c)")")"', "c)"),
        ("curl \"$(printf %s 'd)')\"", "d)"),
        ("curl $(echo `echo e`)", "e"),
        ("curl $(cat <<< 'f')", "f"),
    ],
)
def test_brackets_and_quotes_inside_a_substitution(text: str, wanted: str) -> None:
    (command,) = posix_script(text).commands
    assert command.words[1].text == wanted


@pytest.mark.parametrize(
    "text",
    [
        f"apt-get install -y curl\n{CURL}",
        f"apt-get install -y curl jq\n{CURL}",
        f"which curl\n{CURL}",
        f"bash -c 'which curl'\n{CURL}",
        f"bash -c curl\n{CURL}",
        f"bash setup.sh\n{CURL}",
    ],
)
def test_other_commands_that_name_curl_are_no_requests(text: str) -> None:
    assert of(text).notes


def test_shells_in_shells_are_followed_only_so_far() -> None:
    text = "eval " * 6 + "curl http://h/x"
    assert read_curl(text).requests[0].url == "http://h/x"
    text = "curl http://h/x"
    for _ in range(5):
        text = f"eval {shlex.quote(text)}"
    with pytest.raises(UnreadableInput, match="no curl command"):
        read_curl(text)


@pytest.mark.parametrize(
    "text",
    [
        f"We use curl for this with -X POST and the body at {URL}",
        f"xargs curl -d {URL}x 'a\n",
    ],
)
def test_a_command_that_cannot_be_read_is_not_a_bare_address(text: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read_anything(text)
    assert caught.value.remedy


def test_prose_that_names_curl_may_hold_an_address() -> None:
    reading = read_anything(f"We use curl a lot. The address is {URL}?event_id=p")
    assert (reading.source, reading.requests[0].url) == (Source.URL, f"{URL}?event_id=p")
