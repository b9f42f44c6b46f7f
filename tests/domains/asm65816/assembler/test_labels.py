"""Labels, sublabels, + and -, and where they lead."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, good, warnings


def test_labels_lead_forward_and_back() -> None:
    assert code("Main:\nBNE Main\nBEQ Later\nJSR Later\nLater: RTS") == "d0 fe f0 03 20 07 80 60"


def test_sublabels_belong_to_the_label_before() -> None:
    assembly = good("Main:\n.loop\nBNE .loop\n..deep: NOP\nOther:\n.loop: BRA .loop\ndw Main_loop,Main_loop_deep")
    assert assembly.code.hex(" ") == "d0 fe ea 80 fe 00 80 02 80"
    assert assembly.labels == {
        "Main": 0x8000,
        "Main_loop": 0x8000,
        "Main_loop_deep": 0x8002,
        "Other": 0x8003,
        "Other_loop": 0x8003,
    }


def test_a_label_with_a_sign_does_not_become_a_parent() -> None:
    assert good("Main:\n#Side:\n.sub:").labels == {"Main": 0x8000, "Side": 0x8000, "Main_sub": 0x8000}


def test_plus_leads_to_the_next_and_minus_to_the_last() -> None:
    assert code("- BRA -\nBRA +\n+ BRA ++\n+: NOP\n++ BRA -") == "80 fe 80 00 80 01 ea 80 f7"


def test_several_labels_stand_before_one_statement() -> None:
    assert good("One: Two: .three NOP").labels == {"One": 0x8000, "Two": 0x8000, "Two_three": 0x8000}


def test_a_label_in_this_bank_is_absolute_and_one_in_another_long() -> None:
    source = "org $008000\nLDA Here\nLDA There\nHere:\norg $018000\nThere:"
    assert code(source) == "ad 07 80 af 00 80 01"


def test_a_label_can_be_set_to_an_address() -> None:
    assert code("HP = $7E0E50\nLDA HP\nLDA.w HP\nLDA.b Zero\nZero = $10") == "af 50 0e 7e ad 50 0e a5 10"


def test_instructions_name_the_label_that_they_use() -> None:
    assembly = good("Main:\n  LDA Table,X : BNE .end\n  JMP Main+1\n.end\n  BRA +\n+\nTable:")
    assert [placed.label for placed in assembly.instructions] == ["Table", "Main_end", "", ""]
    assert [(placed.line, placed.column) for placed in assembly.instructions] == [(2, 3), (2, 17), (3, 3), (5, 3)]


def test_a_branch_holds_the_address_that_it_leads_to() -> None:
    first, second = good("org $018000\nMain: NOP\nBRA Main").instructions
    assert (first.operand, second.operand, second.address) == (None, 0x018000, 0x018001)


@pytest.mark.parametrize("distance", [127, -128])
def test_a_branch_reaches_as_far_as_a_byte_does(distance: int) -> None:
    far = f"BNE x\nfill {distance}\nx:" if distance > 0 else f"x: fill {-distance - 2}\nBNE x"
    assert code(far)
    too_far = far.replace("fill ", "NOP : fill ")
    assert errors(too_far) == ["branch_out_of_range"]


def test_a_long_branch_and_per_reach_the_bank() -> None:
    assert code("x: fill 300\nBRL x\nPER x")[-17:] == "82 d1 fe 62 ce fe"


def test_a_number_is_taken_for_the_distance() -> None:
    assert code("BRA $12") == "80 12"
    assert warnings("BRA $12") == ["raw_branch"]


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("JMP Nowhere", "label_not_found"),
        ("BRA +", "label_not_found"),
        ("BRA -", "label_not_found"),
        ("x:\nx:", "label_redefined"),
        (".x:", "label_missing_parent"),
        ("a:\n..x:", "label_missing_parent"),
        ("1x:", "broken_label"),
        ("x-y:", "broken_label"),
        ("0x10:", "broken_label"),
        ("?x:", "macro_label_outside_macro"),
        ("x = y\ny:", "label_cross_assignment"),
        ("org x\nx:", "label_forward"),
        ("foo", "unknown_mnemonic"),
    ],
)
def test_what_is_no_label_or_leads_nowhere_is_refused(source: str, problem: str) -> None:
    assert errors(source) == [problem]
