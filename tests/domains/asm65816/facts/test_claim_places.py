"""A claim says where it stands: offsets, line, and the fact that holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets_app.domains.asm65816.facts.names import name_claims
from datasets_app.domains.asm65816.registers import all_registers

TEXT = "First line.\n\n$2100 is VMAIN.\nSTA $4200 ; NMITIMEN\n"

WORDS = " is not at the register called and or rather than ; STA LDA # 2100 0x2100 /H $43x0 é \n ( ) , . | ? ` * : ="
NAMES = [text for register in all_registers()[::9] for text in (register.name, register.label)]
pieces = st.sampled_from([*NAMES, *WORDS.split(" ")])


def test_offsets_and_lines_point_into_the_text() -> None:
    wrong, right = name_claims(TEXT)
    assert TEXT[wrong.start : wrong.end] == wrong.text == "$2100 is VMAIN"
    assert (wrong.line, wrong.address, wrong.name, wrong.verdict) == (3, 0x2100, "VMAIN", "contradicted")
    assert wrong.truth == "$2100 is INIDISP."
    assert (right.line, right.text, right.verdict) == (4, "$4200 ; NMITIMEN", "supported")


def test_a_denied_truth_keeps_its_negation() -> None:
    (claim,) = name_claims("$2100 is not INIDISP.")
    assert (claim.negated, claim.verdict, claim.truth) == (True, "contradicted", "$2100 is INIDISP.")


def test_windows_line_ends_count_like_others() -> None:
    assert [claim.line for claim in name_claims("a\r\nb\r\n$2100 is INIDISP")] == [3]


def test_empty_text_claims_nothing() -> None:
    assert name_claims("") == name_claims("  \n") == []


@given(st.lists(pieces, max_size=40).map(" ".join) | st.text(max_size=200))
def test_any_text_is_read_and_every_span_is_its_own(text: str) -> None:
    for claim in name_claims(text):
        assert 0 <= claim.start < claim.end <= len(text)
        assert text[claim.start : claim.end] == claim.text
        assert 1 <= claim.line <= text.count("\n") + 1


@pytest.mark.parametrize(
    "text",
    [
        "INIDISP ($2100) and VMAIN at $2115, not $2116; " * 400,
        "INIDISP ($2100) and VMAIN at $2115, not $2116 " * 400,
        "lda " + "a-" * 5000 + " x y",
        "(" * 5000 + "$2100" + ")" * 5000,
        "$2100 " * 3000,
        "INIDISP " * 3000,
        "and the " * 5000 + "$2100",
    ],
    ids=lambda text: text[:12],
)
def test_long_and_odd_texts_come_to_an_end(text: str) -> None:
    for claim in name_claims(text):
        assert claim.text == text[claim.start : claim.end]
