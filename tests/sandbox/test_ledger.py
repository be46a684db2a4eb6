from __future__ import annotations

import io
import os
import stat
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from pingtree_desktop.domain.errors import NewerVersion, StorageUnavailable
from pingtree_desktop.sandbox.ledger import FILE_NAME, Ledger
from pingtree_desktop.sandbox.rules import Entry, Pair, Past

PAIR = Pair("demo", "T1", "upsell")
NOW = 1_800_000_000_000
LOCK = 2_000


def entry(at_ms: int = NOW, pair: Pair = PAIR, **numbers: str) -> Entry:
    operation = numbers.pop("cost_operation", "add")
    decimals = {name: Decimal(text) for name, text in numbers.items()}
    return Entry(pair=pair, at_ms=at_ms, cost_operation=operation, **decimals)


def opened(folder: Path) -> Ledger:
    ledger = Ledger(folder)
    ledger.open()
    return ledger


def test_amount_and_cost_run_exactly() -> None:
    ledger = Ledger(None)
    ledger.open()
    for one in (
        entry(amount="0.1", cost="3.20"),
        entry(amount="0.2", cost="1.05", cost_operation="add"),
        entry(cost="0.25", cost_operation="substract"),
    ):
        ledger.add(one)
    (row,) = ledger.rows()
    assert (row.count, row.amount, row.cost) == (3, Decimal("0.3"), Decimal("4.00"))
    ledger.add(entry(cost="9", cost_operation="override"))
    ledger.add(entry(amount="999999999999.999999999999"))
    (row,) = ledger.rows()
    assert row.cost == Decimal(9)
    assert row.amount == Decimal("1000000000000.299999999999")
    ledger.close()


def test_a_first_subtraction_starts_from_nothing() -> None:
    ledger = Ledger(None)
    ledger.add(entry(cost="2", cost_operation="substract"))
    assert ledger.rows()[0].cost == Decimal(-2)
    assert ledger.rows()[0].amount is None


def test_what_was_accepted_is_there_after_a_kill(tmp_path: Path) -> None:
    """The file is read again without the first ledger ever being closed."""
    first = opened(tmp_path / "new" / "folder")
    first.add(entry(amount="1.10", cost="2"))
    first.add(entry(NOW + 5_000, cost="1", cost_operation="substract"))
    first.add(entry(NOW, Pair("demo", "T\ud800\x00\n\U0001f600", "quote_view")))
    second = opened(tmp_path / "new" / "folder")
    assert second.rows() == first.rows()
    assert [row.count for row in second.rows()] == [2, 1]
    assert second.past(PAIR, NOW + 5_100, LOCK) == Past(count=2, lock_from_ms=NOW + 5_000)
    first.close()
    second.close()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_only_the_owner_can_read_it(tmp_path: Path) -> None:
    ledger = opened(tmp_path / "private")
    ledger.close()
    assert stat.S_IMODE((tmp_path / "private" / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "private").stat().st_mode) == 0o700


@pytest.mark.parametrize("cut", range(1, 72, 7))
def test_a_cut_last_line_costs_that_line_only(tmp_path: Path, cut: int) -> None:
    ledger = opened(tmp_path)
    ledger.add(entry())
    ledger.add(entry(pair=Pair("demo", "T2", "upsell")))
    ledger.close()
    path = tmp_path / FILE_NAME
    path.write_bytes(path.read_bytes()[:-cut])
    again = opened(tmp_path)
    # A cut that takes the line's end alone loses nothing.
    assert [row.transaction_id for row in again.rows()] == (["T1", "T2"] if cut == 1 else ["T1"])
    assert again.unreadable_lines == (0 if cut == 1 else 1)
    again.add(entry(pair=Pair("demo", "T3", "upsell")))
    again.close()
    last = opened(tmp_path)
    assert [row.transaction_id for row in last.rows()][-1] == "T3"
    assert len(last.rows()) == (3 if cut == 1 else 2)
    last.close()


def test_foreign_lines_are_skipped_and_counted(tmp_path: Path) -> None:
    lines = [
        b"\x00\xff",
        b"[]",
        b"[" * 50_000,
        b'{"v":1}',
        b'{"v":1,"cid":"c","transaction_id":1,"event_id":"e","at_ms":1}',
        b'{"v":1,"cid":"c","transaction_id":"t","event_id":"e","at_ms":1,"amount":"NaN"}',
        b'{"v":1,"cid":"c","transaction_id":"t","event_id":"e","at_ms":1,"amount":"x"}',
        b'{"v":1,"cid":"c","transaction_id":"t","event_id":"e","at_ms":1,"amount":"1e99"}',
        b"",
        b'{"v":1,"cid":"c","transaction_id":"t","event_id":"e","at_ms":1,"amount":"1"}',
    ]
    (tmp_path / FILE_NAME).write_bytes(b"\n".join(lines))
    ledger = opened(tmp_path)
    assert [row.amount for row in ledger.rows()] == [Decimal(1)]
    assert ledger.unreadable_lines == 8
    ledger.close()


def test_a_later_format_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    path.write_bytes(b'{"v":2}\n')
    with pytest.raises(NewerVersion):
        Ledger(tmp_path).open()
    assert path.read_bytes() == b'{"v":2}\n'


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    (tmp_path / "other" / FILE_NAME).mkdir(parents=True)
    for folder in (tmp_path / "file", tmp_path / "other"):
        with pytest.raises(StorageUnavailable, match=folder.name):
            Ledger(folder).open()


def test_reset_forgets_on_disk_too(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    ledger.add(entry())
    assert ledger.clear() == 1
    assert ledger.rows() == ()
    ledger.add(entry(pair=Pair("demo", "T2", "upsell")))
    ledger.close()
    again = opened(tmp_path)
    assert [row.transaction_id for row in again.rows()] == ["T2"]
    again.close()
    assert again.clear() == 1  # also while it is not open
    assert (tmp_path / FILE_NAME).read_bytes() == b""
    assert Ledger(tmp_path / "never").clear() == 0


class HalfWritten(io.FileIO):
    """A file on a disk that becomes full in the middle of a line."""

    full = True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        if not self.full:
            return super().write(data)
        if len(data) > 20:
            return super().write(data[:20])
        raise OSError(28, os.strerror(28))


def test_a_full_disk_keeps_nothing_and_the_next_line_is_whole(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    ledger.add(entry())
    ledger.close()
    file = HalfWritten(tmp_path / FILE_NAME, "ab")
    ledger._file = file  # type: ignore[assignment]
    with pytest.raises(StorageUnavailable, match=os.strerror(28)):
        ledger.add(entry(pair=Pair("demo", "T2", "upsell")))
    assert [row.transaction_id for row in ledger.rows()] == ["T1"]
    file.full = False
    ledger.add(entry(pair=Pair("demo", "T3", "upsell")))
    ledger.close()
    again = opened(tmp_path)
    assert [row.transaction_id for row in again.rows()] == ["T1", "T3"]
    again.close()


def test_a_clock_that_was_set_back_never_locks_for_longer() -> None:
    ledger = Ledger(None)
    ledger.add(entry(NOW))
    far_back = NOW - 3_600_000
    assert ledger.past(PAIR, far_back, LOCK) == Past(count=1, lock_from_ms=None)
    assert ledger.past(PAIR, NOW, LOCK).lock_from_ms is None  # and it does not come back later
    ledger.add(entry(NOW))
    near = NOW - 500
    assert ledger.past(PAIR, near, LOCK).lock_from_ms == near
    assert ledger.past(PAIR, near + LOCK, LOCK).lock_from_ms == near


def test_an_unknown_pair_has_no_past() -> None:
    assert Ledger(None).past(PAIR, NOW, LOCK) == Past()
