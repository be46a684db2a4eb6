"""A person's order: always the one that was asked for, with few numbers changed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.ordering import orders_for
from pingtree_desktop.domain.profile import Profile, place


def items(*orders: int | None) -> list[Profile]:
    return [
        Profile(slug=f"p{index}", campaign="c", name=chr(ord("a") + index), order=order)
        for index, order in enumerate(orders)
    ]


def test_numbers_in_names_count_as_numbers():
    names = ["Sale 10", "sale 9", "Sale", "Sale 9b", "Sale 010", "Other", "2", "10", "x" * 300]
    made = [Profile(slug=str(i), campaign="c", name=name) for i, name in enumerate(names)]
    assert [one.name for one in sorted(made, key=place)] == [
        "2", "10", "Other", "Sale", "sale 9", "Sale 9b", "Sale 10", "Sale 010", "x" * 300,
    ]  # fmt: skip


def test_what_stands_by_name_needs_no_number():
    assert orders_for([]) == ()
    assert orders_for(items(None, None, None)) == (None, None, None)


@pytest.mark.parametrize(
    ("orders", "moved", "to", "expected"),
    [
        ((None, None, None), 2, 0, (10, None, None)),
        ((None, None, None), 0, 2, (10, 20, None)),
        ((10, 20, 30), 2, 0, (0, 10, 20)),
        ((10, 20, 30), 0, 2, (20, 30, 40)),
        ((10, 20, 30, 40), 3, 1, (10, 15, 20, 30)),
        ((1, 2, 3), 2, 1, (1, 3, 13)),
        ((10, None, None), 0, 1, (0, 10, None)),
    ],
)
def test_a_move_changes_few(orders, moved, to, expected):
    wanted = items(*orders)
    wanted.insert(to, wanted.pop(moved))
    assert orders_for(wanted) == expected


@given(st.lists(st.none() | st.integers(-30, 30), max_size=12), st.randoms(use_true_random=False))
def test_the_order_asked_for_is_the_order_made(orders, random):
    wanted = items(*orders)
    random.shuffle(wanted)
    made = [
        replace(item, order=order) for item, order in zip(wanted, orders_for(wanted), strict=True)
    ]
    assert [one.slug for one in sorted(made, key=place)] == [one.slug for one in wanted]
    again = orders_for(made)
    assert again == tuple(one.order for one in made), "what stands right is not touched"
