"""The rung of facts: findings on their lines, counts, and what the question adds to a short answer."""

from __future__ import annotations

from datasets_app.domains.asm65816.verify import Rung, verify
from datasets_app.domains.base import Context, hallucination_risk, kg_consistency

QUESTION = Context("Which register is at $2100?")


def test_a_short_answer_is_read_in_the_light_of_its_question() -> None:
    found = verify("It is INIDISP.", QUESTION)
    assert (found.level, found.supported, found.contradicted, found.unknown) == (Rung.FACTS, 1, 0, 0)
    assert [(f.level, f.code, f.line) for f in found.findings] == [("ok", "register_supported", 1)]
    assert verify("It is VMAIN.", QUESTION).contradicted == 1


def test_a_task_that_names_a_register_is_no_question_about_it() -> None:
    task = Context("Turn the screen on through INIDISP.")
    code = "```asm\nMain:\nLDA #$0F\nSTA $2100\nRTS\n```\nWait for $4212 first."
    assert verify(code, task).contradicted == 0
    assert verify("It is at $4212.", task).contradicted == 1


def test_a_wrong_answer_says_what_is_right_and_comes_first() -> None:
    found = verify("VMAIN ($2115) steps.\nINIDISP is at $2105.", Context("Explain the screen registers."))
    assert (found.level, found.supported, found.contradicted) == (Rung.NOTHING, 1, 1)
    assert [(f.level, f.line) for f in found.findings] == [("bad", 2), ("ok", 1)]
    assert found.findings[0].message == "“INIDISP is at $2105” is wrong. $2105 is BGMODE."


def test_every_kind_of_claim_is_a_finding() -> None:
    found = verify("`LDA #$1234` is 2 bytes. INX affects the carry flag. INIDISP sets the mosaic.")
    assert [(f.level, f.code) for f in found.findings] == [
        ("bad", "instruction_size_contradicted"),
        ("bad", "instruction_flags_contradicted"),
        ("bad", "register_purpose_contradicted"),
    ]
    assert found.findings[0].message == "“`LDA #$1234` is 2 bytes” is wrong. LDA #$1234 takes 3 bytes."


def test_what_depends_on_more_than_is_said_is_a_warning() -> None:
    (finding,) = verify("LDA takes 4 cycles.").findings
    assert (finding.level, finding.code) == ("warn", "instruction_cycles_unknown")
    assert finding.message.startswith("“LDA takes 4 cycles” cannot be checked")


def test_what_sources_dispute_is_a_warning() -> None:
    found = verify("$2182 is WMADDH.")
    assert (found.unknown, found.level, found.findings[0].level) == (1, Rung.NOTHING, "warn")


def test_text_without_claims_leaves_everything_open() -> None:
    found = verify("Hello.", Context("Hello?"))
    assert (found.level, found.findings) == (Rung.NOTHING, ())
    assert kg_consistency(found) is None
    assert hallucination_risk(found) is None
