"""Results of the multiplier and the divider that are read before they are there."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.lint.linting import found, only

MULTIPLY = "SEP #$20\nLDA $10\nSTA $4202\nLDA $11\nSTA $4203\n{wait}\nREP #$20\nLDA $4216\nRTS"
DIVIDE = "REP #$20\nLDA $10\nSTA $4204\nSEP #$20\nLDA #$0A\nSTA $4206\n{wait}\nREP #$20\nLDA $4214\nRTS"


def nops(count: int) -> str:
    return "\n".join(["NOP"] * count)


@pytest.mark.parametrize(("code", "enough"), [(MULTIPLY, 1), (DIVIDE, 5)])
def test_one_nop_too_few_is_found(code: str, enough: int) -> None:
    """REP takes 3 cycles, and LDA reads in its fourth: 8 and 16 cycles need 1 and 5 NOPs between."""
    assert found(code.format(wait=nops(enough))) == []
    assert found(code.format(wait=nops(enough - 1)))[0][2] == "early_result"


def test_it_says_how_much_is_missing() -> None:
    remark = only(DIVIDE.format(wait=nops(2)), "early_result")
    assert (
        remark.message == "LDA $4214 reads the divider's result 10 cycles after STA in line 6 started it; it takes 16."
    )
    assert "6 cycles are missing" in remark.hint


def test_a_wide_store_to_the_first_factor_starts_the_multiplier_too() -> None:
    assert found("REP #$20\nLDA $10\nSTA $4202\nLDA $4216\nRTS") == [("error", 4, "early_result")]


def test_other_work_is_as_good_as_nops() -> None:
    assert found("SEP #$20\nLDA $10\nSTA $4203\nLDA $0310\nSTA $0311\nLDA $4216\nRTS") == []


@pytest.mark.parametrize(
    "between", ["JSR Wait", "BRA +\n+", "Late:\nBCC Late", "STA $4216"], ids=["call", "branch", "label", "store"]
)
def test_what_is_not_straight_code_or_no_read_is_left_alone(between: str) -> None:
    assert "early_result" not in {code for _, _, code in found(f"SEP #$20\nSTA $4203\n{between}\nLDA $4216\nRTS")[:1]}


def test_the_quotient_has_nothing_to_do_with_the_multiplier() -> None:
    assert found("SEP #$20\nLDA $10\nSTA $4203\nLDA $4214\nRTS") == []
