"""Nothing invisible, nothing endless, and no charset that raises."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.display import decode_body, hex_head, to_display
from tests.domain.strategies import any_text

INVISIBLE = [
    "\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9f", "\xad", "\u061c", "\u200b", "\u200d", "\u200e",
    "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2066", "\u2069", "\ufeff", "\ud800",
    "\udfff", "\r",
]  # fmt: skip


@pytest.mark.parametrize("char", INVISIBLE, ids=ascii)
def test_what_cannot_be_seen_is_shown_as_its_escape(char):
    """P30, P31."""
    assert to_display(f"a{char}b") == f"a\\u{ord(char):04x}b"
    assert to_display(char, one_line=True) == f"\\u{ord(char):04x}"


def test_characters_beyond_the_first_plane_have_the_long_escape():
    assert to_display("a\U000e0041b") == "a\\U000e0041b"


def test_ordinary_text_is_left_alone():
    text = 'Zo\u00eb \u4e2d\u6587 \u05d0\u05d1 {"a": 1}\n\ttab \U0001f600'
    assert to_display(text) == text


def test_a_joiner_stays_only_inside_an_emoji():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    heart = "\u2764\ufe0f\u200d\U0001f525"
    assert to_display(family) == family
    assert to_display(heart) == heart
    assert to_display("\u4e2d\u200d\u6587") == "\u4e2d\\u200d\u6587"
    assert to_display("\U0001f468\u200d\u200d\U0001f469").count("\\u200d") == 2


def test_windows_line_breaks_are_one_line_break():
    assert to_display("a\r\nb") == "a\nb"
    assert to_display("a\rb") == "a\\u000db"


def test_a_cell_is_one_line():
    shown = to_display("a\nb\r\nc\td\u2028e", one_line=True)
    assert shown == "a \u23ce b \u23ce c d\\u2028e"


def test_what_is_cut_is_counted():
    assert (
        to_display("x" * 300_000, wrap=10**6) == "x" * 256_000 + "\n\u2026 (44,000 more characters)"
    )
    assert to_display("x" * 1_300, one_line=True) == "x" * 200 + "\u2026 (1,100 more characters)"
    assert to_display("abcdef", limit=4) == "abcd\n\u2026 (2 more characters)"
    assert to_display("abcd", limit=4) == "abcd"


def test_fifty_megabytes_in_one_line_stay_small():
    """P27."""
    shown = to_display('{"a":"' + "x" * 50_000_000 + '"}')
    assert len(shown) <= 256_000 + 256 + 60
    assert max(map(len, shown.split("\n"))) <= 2_000


@pytest.mark.parametrize("char", ["\x00", "\u202e", "\U000e0001", "\n"], ids=ascii)
def test_a_text_of_escapes_stays_small_too(char):
    for one_line in (False, True):
        shown = to_display(char * 1_000_000, limit=1_000, one_line=one_line)
        assert len(shown) <= 2_100
        assert "more characters)" in shown


def test_long_lines_are_wrapped():
    shown = to_display("a" * 4_500 + "\nshort")
    assert [len(line) for line in shown.split("\n")] == [2_000, 2_000, 500, 5]


def test_piled_up_marks_are_counted():
    """P31."""
    assert to_display("e" + "\u0301" * 50 + "x") == "e" + "\u0301" * 4 + "(+46 marks)x"
    assert to_display("e\u0301\u0302") == "e\u0301\u0302"


@settings(deadline=None)
@given(any_text, st.booleans(), st.integers(1, 40))
def test_any_text_becomes_encodable_and_visible(text, one_line, limit):
    shown = to_display(text, one_line=one_line, limit=limit, wrap=10)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert not any(char in shown for char in INVISIBLE if char != "\u200d")
    assert not one_line or "\n" not in shown
    assert one_line or all(len(line) <= 40 for line in shown.split("\n"))
    assert ("more characters)" in shown) >= (len(text) > limit)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("h\u00e9".encode(), "application/json", "h\u00e9"),
        ("h\u00e9".encode(), "", "h\u00e9"),
        ("h\u00e9".encode(), "text/plain; charset=UTF-8", "h\u00e9"),
        ("h\u00e9".encode(), 'text/plain; Charset = "utf8"', "h\u00e9"),
        (b"h\xe9", "text/plain; charset=iso-8859-1", "h\u00e9"),
        (b"h\xe9", "text/plain; charset=ISO_8859-1", "h\u00e9"),
        (b"\x80", "text/plain; charset='windows-1252'", "\u20ac"),
        ("h\u00e9".encode("utf-16"), "text/plain; charset=utf-16", "h\u00e9"),
        (codecs.BOM_UTF16_BE + "h".encode("utf-16-be"), "x; charset=utf-16", "h"),
        ("h\u00e9".encode("utf-16-be"), "text/plain; charset=utf-16be", "h\u00e9"),
        ("h\u00e9".encode("utf-16-le"), "text/plain; charset=UTF-16LE", "h\u00e9"),
        (b"", "text/plain; charset=utf-16le", ""),
    ],
)
def test_safe_charsets_are_taken_at_their_word(body, content_type, text):
    assert decode_body(body, content_type) == (text, "")


@pytest.mark.parametrize(
    ("charset", "note"),
    [
        ("zlib", "charset zlib is not known: read as UTF-8"),
        ("hex", "charset hex is not known: read as UTF-8"),
        ("undefined", "charset undefined is not known: read as UTF-8"),
        ("klingon", "charset klingon is not known: read as UTF-8"),
        ("\u202ex", "charset \\u202ex is not known: read as UTF-8"),
        ("utf-16", "it is no utf-16: read as UTF-8"),
        ("utf-16le", "it is no utf-16le: read as UTF-8"),
        ("utf-8", "not valid UTF-8 from byte 6 on: such bytes show as \ufffd"),
        ("us-ascii", "not valid UTF-8 from byte 6 on: such bytes show as \ufffd"),
    ],
)
def test_other_charsets_are_read_as_utf_8(charset, note):
    """P24: a body of an odd length that is not UTF-8 either."""
    text, said = decode_body(b'{"a":"\xff"}', f"application/json; charset={charset}")
    assert text == '{"a":"\ufffd"}'
    assert said == note


def test_no_charset_that_python_knows_raises():
    import encodings.aliases

    for name in {*encodings.aliases.aliases, *encodings.aliases.aliases.values(), "undefined"}:
        text, _ = decode_body(b"\xff\xfe\x00\xd8a", f"text/plain; charset={name}")
        assert isinstance(text, str)


@settings(deadline=None)
@given(st.binary(max_size=40), any_text)
def test_any_body_and_header_are_read(body, content_type):
    for header in (content_type, f"charset={content_type}", "charset=utf-16", "charset=cp1252"):
        text, note = decode_body(body, header)
        assert isinstance(text, str)
        assert to_display(note) == note


def test_the_head_in_hexadecimal():
    assert hex_head(b"") == ""
    assert hex_head(bytes(range(18))) == "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f\n10 11"
    lines = hex_head(b"a" * 1_300).split("\n")
    assert len(lines) == 14
    assert lines[-1] == "\u2026 (1,100 more bytes)"
