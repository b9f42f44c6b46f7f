"""How varied texts are: entropy of their openings and formats, distinct runs of words."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.registers import all_registers
from datasets_app.domains.variety import entropy, structure_of, variety_of


def test_entropy_counts_equally_frequent_things_in_bits() -> None:
    assert entropy([]) == entropy(["a", "a"]) == 0.0
    assert entropy("abcd") == pytest.approx(2.0)
    assert entropy("aaab") == pytest.approx(0.8113, abs=1e-4)


def test_a_structure_is_the_order_of_the_parts() -> None:
    text = "Intro.\nMore.\n\n```asm\nLDA #$00\n- no list\n```\n\n- one\n- two\n\n| a | b |\n\n**Head**\n\n1. last"
    assert structure_of(text) == "prose code list table heading list"


def test_the_format_that_ruined_a_model_falls_below_every_bound() -> None:
    """Veran v2: the name first, one sentence for all. Each row is another fact, and yet they are one."""
    rows = [f"The register at {register.label} is {register.name}." for register in all_registers()]
    found = variety_of(rows)
    assert found.count == 192
    assert found.openings < 0.1 and found.formats == 0.0 and found.commonest_opening == 1.0
    assert found.distinct_grams < 0.4


def test_other_numbers_do_not_make_another_text() -> None:
    assert variety_of(["Use $2100 now, please.", "Use $2105 now, please."]).openings == 0.0
    assert variety_of(["Use $2100.", "It is $2105."]).openings == pytest.approx(1.0)


def test_an_empty_set_has_no_variety() -> None:
    found = variety_of([])
    assert (found.count, found.openings, found.commonest_opening, found.distinct_grams) == (0, 0.0, 0.0, 1.0)
