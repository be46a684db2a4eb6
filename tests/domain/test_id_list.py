"""Transaction ids from pasted text: lines, tables, headers, quotes, repeats, limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain import id_list
from pingtree_desktop.domain.id_list import parse_ids


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("\n\n", ()),
        ("a\nb\r\nc\rd", ("a", "b", "c", "d")),
        ("transaction_id\na\nb", ("a", "b")),
        ('\ufeff"Transaction ID"\na', ("a",)),
        ("time\tevent\tTxn-ID\n1\tbuy\ta\n2\tsell\tb\n", ("a", "b")),
        ("lead,transaction id\n1,a\n2,b", ("a", "b")),
        ('id;transaction_id\n1;"a;b"\n2;c', ("a;b", "c")),
        ('x,transaction_id\n1,"a""b"\n2', ('a"b',)),
        ("a, b ,c", ("a", "b", "c")),
        ("transaction_id,a", ()),
        ("one word\nand, more\nlines", ("one word", "and, more", "lines")),
        ("a,1\nb,2", ("a", "b")),
        ("A\na\nA", ("A", "a")),
        ("\n\n a,1\nb", ("a,1", "b")),
        (" \n\t\n", ()),
        ("a;b,1\nc;d", ("a", "c")),
    ],
)
def test_ids_are_found(text, expected):
    assert parse_ids(text).ids == expected


def test_what_was_done_is_told():
    found = parse_ids("  a \n\n'b'\na\n\u201cc\u201d\n \u200bd\u200b\n" + "x" * 2_001 + "\n\n")
    assert found.ids == ("a", "b", "c", "d")
    assert found.sentences == (
        "4 transaction ids found.",
        "1 repeat left out.",
        "1 blank line left out.",
        "4 ids freed of white space or quotes around it.",
        "1 line longer than 2,000 characters left out.",
    )
    assert parse_ids("a").sentences == ("1 transaction id found.",)


def test_the_column_is_told():
    assert parse_ids("n,Txn ID\n1,a").sentences[1] == "Taken from the column Txn ID."
    assert parse_ids("txid\na").sentences[1] == "Taken from the column txid."
    found = parse_ids("a,1\nb,2")
    assert found.guessed
    assert found.sentences[1] == "No column is called transaction_id: the first one was taken."


def test_the_best_name_wins_over_the_first():
    assert parse_ids("lead_id,click_id,transaction_id\n1,2,3").ids == ("3",)


def test_ids_that_are_there_already_count_as_repeats():
    found = parse_ids("a\nb", frozenset({"b", "c"}))
    assert found.ids == ("a",)
    assert found.duplicates == 1


def test_the_bank_is_never_over_its_cap(monkeypatch):
    monkeypatch.setattr(id_list, "MOST_IDS", 3)
    found = parse_ids("a\nb\nc\nd\na", frozenset({"x"}))
    assert found.ids == ("a", "b")
    assert found.beyond == 2
    assert found.duplicates == 1
    assert found.sentences[-1] == "2 ids beyond the 3 that the bank holds left out."


def test_a_hundred_thousand_are_taken():
    found = parse_ids("\n".join(f"T-{n}" for n in range(100_001)))
    assert len(found.ids) == 100_000
    assert found.beyond == 1


def test_a_cell_beyond_the_reader_is_divided_plainly():
    huge = "y" * 200_000
    found = parse_ids(f"transaction_id,x\na,{huge}\n")
    assert found.ids == ("a",)


@given(st.text(max_size=60), st.sampled_from([",", "\t", ";", "\n"]))
def test_any_text_gives_clean_ids_each_once(text, mark):
    found = parse_ids(text.replace(" ", mark))
    assert len(set(found.ids)) == len(found.ids)
    assert all(one and one == one.strip() for one in found.ids)
    assert found.sentences
