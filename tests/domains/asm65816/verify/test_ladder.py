"""The ladder: how far up a text comes, and what stops it on each rung."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.verify import LADDER, Rung, verify
from datasets_app.domains.base import Context, Verdict


def fenced(code: str, language: str = "asm") -> str:
    return f"Here it is:\n\n```{language}\n{code}\n```\n"


def codes(verdict: Verdict, level: str = "bad") -> list[str]:
    return [finding.code for finding in verdict.findings if finding.level == level]


def test_every_rung_has_words() -> None:
    assert len(LADDER) == len(Rung)


def test_right_code_is_measured() -> None:
    verdict = verify(fenced("Main:\nSEP #$20\nLDA #$0F\nSTA $2100\nRTS"))
    assert (verdict.level, codes(verdict)) == (Rung.MEASURE, [])
    assert (verdict.byte_count, verdict.cycles) == (8, (15, 15))


WRONG = {
    "an instruction that does not exist": ("Main:\nLAD #$0F\nRTS", "unknown_mnemonic", Rung.EXTRACT, 5),
    "a mode that does not exist": ("Main:\nSTA #$0F\nRTS", "addressing_mode", Rung.PARSE, 5),
    "a value that is cut": ("Main:\nLDA #$12345\nRTS", "truncated", Rung.PARSE, 5),
    "an operand of another width": ("Main:\nREP #$20\nLDA #$0F\nSTA $10\nRTS", "width_mismatch", Rung.RESOLVE, 6),
    "a stack that does not balance": ("Main:\nPHA\nRTS", "stack_unbalanced", Rung.RESOLVE, None),
    "a wrong fact": ("Main:\nSTZ $2100 ; VMAIN\nRTS", "register_contradicted", Rung.FLOW, 5),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_stops_it_below_its_rung(name: str) -> None:
    code, finding, level, line = WRONG[name]
    verdict = verify(fenced(code))
    assert finding in codes(verdict)
    assert verdict.level == level
    assert line is None or line in [one.line for one in verdict.findings if one.code == finding]


def test_what_is_defined_elsewhere_is_named_and_stops_nothing() -> None:
    verdict = verify(fenced("Main:\nJSR Elsewhere\nRTS"))
    assert verdict.level == Rung.MEASURE
    assert "“Elsewhere”" in next(one.message for one in verdict.findings if one.code == "external_names")


def test_what_another_block_defines_is_not_elsewhere() -> None:
    verdict = verify(fenced("Main:\nJSR Helper\nRTS") + fenced("Helper:\nINC $10\nRTS"))
    assert "external_names" not in codes(verdict, "warn")
    assert verdict.byte_count == 4 + 3


def test_a_block_may_begin_with_a_sublabel_and_lines_stay_right() -> None:
    verdict = verify(fenced("LDA $10\nBPL .done\nLAD $11\n.done:\nRTS"))
    assert [(one.code, one.line) for one in verdict.findings if one.level == "bad"] == [("unknown_mnemonic", 6)]


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("$2100 is INIDISP.", Rung.FACTS),
        ("$2100 is VMAIN.", Rung.NOTHING),
        ("Good morning.", Rung.NOTHING),
        ("", Rung.NOTHING),
        ("```python\nprint('LDA')\n```", Rung.NOTHING),
    ],
)
def test_text_without_code(text: str, level: Rung) -> None:
    verdict = verify(text)
    assert (verdict.level, verdict.byte_count, verdict.cycles) == (level, None, None)


def test_unfenced_code_is_found() -> None:
    assert verify("Main:\nLDA #$0F\nSTA $2100\nRTS").byte_count == 6


def test_a_loop_has_no_most_cycles() -> None:
    cycles = verify(fenced("Main:\nLDX $10\n-\nDEX\nBNE -\nRTS")).cycles
    assert cycles is not None
    assert cycles[1] is None


@pytest.mark.parametrize(
    "code",
    ["while 1\nnop\nendwhile", "rep 1000000000 : nop", "macro a()\n%a()\nendmacro\n%a()", "(" * 5000, "!a = !a\n!a"],
)
def test_hostile_code_ends_in_a_finding(code: str) -> None:
    verdict = verify(fenced(code))
    assert verdict.level < Rung.MEASURE


def test_the_worst_comes_first() -> None:
    verdict = verify(fenced("Main:\nJSR Elsewhere\nSTZ $2100 ; VMAIN\nRTS") + "$2105 is BGMODE.")
    assert [one.level for one in verdict.findings] == sorted(
        (one.level for one in verdict.findings), key=["bad", "warn", "ok"].index
    )


def test_code_to_debug_may_be_wrong() -> None:
    verdict = verify("$2100 is INIDISP.", Context("What is wrong?", "STZ $2100 ; VMAIN"))
    assert (verdict.level, verdict.contradicted) == (Rung.FACTS, 0)
    assert [(one.level, one.where) for one in verdict.findings if one.where == "input"] == [("warn", "input")]
