"""The last rung: an optimisation must do the same, a routine what is required, a fix must fix something."""

from __future__ import annotations

from typing import Any

from datasets_app.domains.asm65816.verify import Rung, verify
from datasets_app.domains.base import Context, Finding, Verdict

SLOW = "```asm\nMain:\nLDA #$00\nSTA $7E0310\nRTS\n```"
CASES = [{"start": {"a": 5, "memory": {"7E0310": 3}}, "end": {"memory": {"7E0311": 8}}}]
ADD = "Main:\nCLC\nADC $7E0310\nSTA $7E0311\nRTS"


def fenced(code: str) -> str:
    return f"```asm\n{code}\n```"


def finding(verdict: Verdict, code: str) -> Finding:
    return next(one for one in verdict.findings if one.code == code)


def proven(text: str, proof: dict[str, Any], input: str = "") -> Verdict:
    return verify(text, Context(input=input, params={"proof": proof}))


def test_an_optimisation_that_does_the_same_is_executed_and_measured() -> None:
    verdict = verify(fenced("Main:\nLDA #$00\nSTA $0310\nRTS") + "\nSaves 1 byte.", Context("Optimise this.", SLOW))
    assert verdict.level == Rung.EXECUTE
    assert "1,000 states" in finding(verdict, "same_effect").message
    assert finding(verdict, "saving_supported").line == 7


def test_an_optimisation_that_does_something_else_shows_where() -> None:
    verdict = verify(fenced("Main:\nLDA #$01\nSTA $0310\nRTS"), Context("Make it faster.", SLOW))
    assert verdict.level == Rung.MEASURE
    assert ("$000310", "$00", "$01") in finding(verdict, "other_effect").table
    assert "A=$" in finding(verdict, "other_effect").table[1][1]


def test_a_saving_that_is_not_there_is_wrong() -> None:
    text = fenced("Main:\nLDA #$00\nSTA $0310\nRTS") + "\nThis saves two bytes and 1 cycle."
    verdict = verify(text, Context("Optimise this.", SLOW))
    assert "measured are 1 bytes" in finding(verdict, "saving_contradicted").message
    assert finding(verdict, "saving_supported").message.startswith("Saving 1 cycle is right")


def test_registers_that_nobody_declared_are_a_warning() -> None:
    verdict = verify(fenced("Main:\nSTZ $0310\nRTS"), Context("Optimise this.", SLOW))
    assert finding(verdict, "same_effect").level == "warn"
    declared = verify(
        fenced("Main:\nSTZ $0310\nRTS"),
        Context("Optimise this.", SLOW, params={"proof": {"kind": "equal", "live_out": []}}),
    )
    assert finding(declared, "same_effect").level == "ok"


def test_a_routine_meets_its_cases_or_shows_the_one_it_misses() -> None:
    assert proven(fenced(ADD), {"kind": "end", "cases": CASES}).level == Rung.EXECUTE
    verdict = proven(fenced(ADD.replace("ADC", "SBC")), {"kind": "end", "cases": CASES})
    assert verdict.level == Rung.MEASURE
    assert ("$7E0311", "$08", "$01") in finding(verdict, "wrong_result").table


def test_a_fix_needs_a_bug() -> None:
    broken = fenced(ADD.replace("CLC", "SEC"))
    verdict = proven(fenced(ADD), {"kind": "fix", "cases": CASES}, input=broken)
    assert verdict.level == Rung.EXECUTE
    assert finding(verdict, "bug_reproduced").level == "ok"
    assert finding(proven(fenced(ADD), {"kind": "fix", "cases": CASES}, input=fenced(ADD)), "no_bug").level == "bad"
    assert proven(broken, {"kind": "fix", "cases": CASES}, input=broken).level == Rung.MEASURE


def test_without_anything_required_nothing_is_run() -> None:
    assert verify(fenced(ADD), Context("Write a routine.")).level == Rung.MEASURE
    assert verify(fenced(ADD), Context("Optimise this.", "no code here")).level == Rung.MEASURE
