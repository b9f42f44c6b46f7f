"""Namespaces put a name in front of labels."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, good


def test_a_label_of_the_namespace_goes_before_one_outside() -> None:
    source = "x:\nnamespace in\ndw x\nx: dw x\nnamespace off\ndw x,in_x"
    assert code(source) == "02 80 02 80 00 80 02 80"


def test_nested_namespaces_join_their_names() -> None:
    source = "namespace nested on\nnamespace a\nnamespace b\nx:\nnamespace off\ny:\nnamespace off\nz:"
    assert list(good(source).labels) == ["a_b_x", "a_y", "z"]


def test_pushns_leaves_all_of_them_for_a_while() -> None:
    assert list(good("namespace a\npushns\nx:\npullns\ny:").labels) == ["x", "a_y"]


def test_a_global_label_is_outside() -> None:
    assert list(good("namespace a\nglobal x:\n.y:\nnamespace off\ndw x").labels) == ["x", "a_x_y"]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("namespace", "wrong_word_count"),
        ("namespace a b", "broken_namespace"),
        ("namespace nested", "broken_namespace"),
        ("namespace 1a", "broken_namespace"),
        ("pullns", "pullns_without_pushns"),
        ("pushns", "pushns_without_pullns"),
        ("global x", "invalid_global_label"),
        ("global +", "invalid_global_label"),
    ],
)
def test_what_is_no_namespace_is_refused(source: str, problem: str) -> None:
    assert errors(source) == [problem]
