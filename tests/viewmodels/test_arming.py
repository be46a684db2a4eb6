"""LIVE disarms itself: measured on a clock that only the test moves."""

from __future__ import annotations

import pytest

from pingtree_desktop.viewmodels.arming import ARMED_FOR_S, Arming


class Clock:
    """Monotonic seconds that pass when told to."""

    def __init__(self) -> None:
        self.now_s = 5_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_it_starts_disarmed(clock):
    arming = Arming(clock)
    assert not arming.is_armed
    assert (arming.remaining_s, arming.countdown) == (0.0, "0:00")


@pytest.mark.parametrize(
    ("after_s", "shown"),
    [(0, "10:00"), (0.1, "10:00"), (1, "9:59"), (540.5, "1:00"), (541, "0:59"), (599.9, "0:01")],
)
def test_the_countdown_rounds_up(clock, after_s, shown):
    arming = Arming(clock)
    arming.arm()
    clock.now_s += after_s
    assert arming.is_armed
    assert arming.countdown == shown


def test_it_ends_after_ten_minutes_and_not_before(clock):
    arming = Arming(clock)
    arming.arm()
    clock.now_s += ARMED_FOR_S - 0.001
    assert arming.is_armed
    clock.now_s += 0.001
    assert not arming.is_armed
    assert arming.countdown == "0:00"


def test_arming_again_starts_anew_and_disarming_ends_it(clock):
    arming = Arming(clock)
    arming.arm()
    clock.now_s += 500
    arming.arm()
    clock.now_s += 500
    assert arming.countdown == "1:40"
    arming.disarm()
    assert not arming.is_armed
