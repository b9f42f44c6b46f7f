"""What is known where paths meet: it only ever becomes less, and comes out alike in either order."""

from __future__ import annotations

import itertools

import pytest

from datasets_app.domains.asm65816.lint import widths

KINDS = range(8)


@pytest.mark.parametrize(("one", "other"), list(itertools.product(KINDS, KINDS)))
def test_it_does_not_matter_which_path_comes_first(one: int, other: int) -> None:
    first = widths.join(widths.width(one, 1), widths.width(other, 2), 3)
    second = widths.join(widths.width(other, 2), widths.width(one, 1), 3)
    assert widths.kind_of(first) == widths.kind_of(second)


@pytest.mark.parametrize("start", KINDS)
def test_repeating_ends(start: int) -> None:
    """From any kind, joining whatever comes changes it only a few times."""
    changes = {start: 0}
    todo = [start]
    while todo:
        kind = todo.pop()
        for other in KINDS:
            met = widths.kind_of(widths.join(widths.width(kind), widths.width(other), 0))
            if met != kind and changes.get(met, -1) < changes[kind] + 1:
                changes[met] = changes[kind] + 1
                assert changes[met] < len(KINDS), "a cycle"
                todo.append(met)


@pytest.mark.parametrize(
    ("one", "other", "met"),
    [
        (widths.EIGHT, widths.SIXTEEN, widths.CONFLICT),
        (widths.EIGHT, widths.MAYBE_EIGHT, widths.MAYBE_EIGHT),
        (widths.EIGHT, widths.MAYBE_SIXTEEN, widths.HALF_EIGHT),
        (widths.SIXTEEN, widths.UNKNOWN, widths.HALF_SIXTEEN),
        (widths.MAYBE_EIGHT, widths.MAYBE_SIXTEEN, widths.UNKNOWN),
        (widths.HALF_EIGHT, widths.SIXTEEN, widths.CONFLICT),
        (widths.HALF_EIGHT, widths.EIGHT, widths.HALF_EIGHT),
    ],
)
def test_what_is_left(one: int, other: int, met: int) -> None:
    assert widths.kind_of(widths.join(widths.width(one), widths.width(other), 0)) == met


def test_the_instruction_that_set_the_width_is_remembered() -> None:
    met = widths.join(widths.width(widths.UNKNOWN), widths.width(widths.SIXTEEN, 7), 9)
    assert (widths.kind_of(met), widths.origin_of(met)) == (widths.HALF_SIXTEEN, 7)
    assert widths.origin_of(widths.join(widths.width(widths.EIGHT, 1), widths.width(widths.SIXTEEN, 7), 9)) == 9
