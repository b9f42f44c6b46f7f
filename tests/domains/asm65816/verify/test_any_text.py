"""Whatever a text says, a verdict comes, soon, and without an exception."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets_app.domains.asm65816.disassembler import disassemble
from datasets_app.domains.asm65816.domain import DOMAIN
from datasets_app.domains.asm65816.opcodes import mnemonics
from datasets_app.domains.asm65816.verify import LADDER, verify
from datasets_app.domains.base import Context, Verdict

SECONDS = 1.5  # of processor time: other programs share the machine
OPTIMISE = "Optimise this."
FEW = settings(max_examples=60, suppress_health_check=list(HealthCheck))
_PIECES = (
    *sorted(mnemonics()), "#$", "$", "!x", "!x = $10", "%m()", "macro m(a)", "endmacro", "if 1", "endif", "rep 9 :",
    "while 1", "endwhile", "for i = 0..9", "endfor", "org $008000", "db", "pushpc", "-", "+", ".sub", "Main:", "(", ")",
    "[", "]", ",X", ",Y", ",S", ":", ";", "; A = $1000", "\n", "\n", "\n", "```asm\n", "```\n", "\t", "\"", "{", "}",
    "namespace n", "struct s", "incsrc \"x\"", "$2100", "INIDISP", "VMAIN", "is", "not", "$7E0000", "12", "\u00e9",
    "\0",
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def nobody_elses_objects() -> Iterator[None]:
    """What other tests left in memory is not walked through while these are timed."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def timed(text: str, context: Context | None = None) -> Verdict:
    """The verdict, which has to come in time."""
    began = time.process_time()
    verdict = verify(text, context or Context())
    took = time.process_time() - began
    assert took < SECONDS, f"{took:.2f} s for {text[:200]!r}"
    assert 0 <= verdict.level < len(LADDER)
    lines = text.count("\n") + 1
    assert all(one.line is None or one.where != "output" or 1 <= one.line <= lines for one in verdict.findings)
    return verdict


def fenced(code: str) -> str:
    return f"```asm\n{code}\n```\n"


@cache
def real_texts() -> tuple[str, ...]:
    """What the domain's generators write."""
    drafts = [g.write(params) for g in DOMAIN.generators for params in g.plan(25, 1)]
    return tuple(f"{draft.input}\n{draft.output}" for draft in drafts)


@FEW
@given(st.text(max_size=400))
def test_any_characters(text: str) -> None:
    timed(text)
    timed(fenced(text))


@FEW
@given(st.lists(st.sampled_from(_PIECES), max_size=120).map(" ".join))
def test_pieces_of_the_language(text: str) -> None:
    timed(text)
    timed(fenced(text), Context(OPTIMISE, fenced("LDA $10\nSTA $12\nRTS")))


@FEW
@given(st.randoms(use_true_random=False))
def test_real_texts_with_mistakes(draw: random.Random) -> None:
    text = draw.choice(real_texts())
    for _ in range(draw.randrange(1, 12)):
        at = draw.randrange(len(text) + 1)
        text = (
            text[:at] + draw.choice(["", draw.choice(_PIECES), text[at : at + 9] * 2]) + text[at + draw.randrange(9) :]
        )
    timed(text, Context("What does this do?", draw.choice(real_texts())))
    timed(text, Context(OPTIMISE, draw.choice(real_texts())))


@settings(FEW, max_examples=25)
@given(st.binary(min_size=1, max_size=200), st.booleans(), st.booleans())
def test_any_bytes_as_code_that_is_run(code: bytes, m: bool, x: bool) -> None:
    text = fenced(disassemble(code, m=m, x=x))
    timed(text, Context(OPTIMISE, text))


PATHOLOGICAL = {
    "a line of 64 KB": "LDA #$10 : " * 5_800,
    "a word of 64 KB": "A" * 65_536,
    "5,000 fences": "```asm\nNOP\n```\n" * 5_000,
    "fences that never end": "```asm\n" * 8_000,
    "quotes in quotes": fenced("db " + '"' * 60_000),
    "parentheses": fenced("LDA " + "(" * 30_000 + "1" + ")" * 30_000),
    "braces": fenced("!{" * 30_000),
    "addresses": "$2100 is VMAIN, $2115 is INIDISP. " * 1_900,
    "an address and a name far apart": "$2100 " + "is " * 20_000 + "VMAIN",
    "names": "INIDISP " * 8_000,
    "bits": "bits 7-0 of $2100 " * 3_500,
    "comments with values": fenced("LDA #$00 ; A = $0000\n" * 3_000),
    "labels": fenced("\n".join(f"L{n}: BRA L{n + 1}" for n in range(4_000))),
    "missing labels": fenced("\n".join(f"JSR Missing{n}" for n in range(4_000))),
    "calls": fenced("\n".join(f"L{n}: JSR L{n + 1} : JSR L{n + 1}" for n in range(1_500)) + "\nL1500: RTS"),
    "branches": fenced("\n".join(f"L{n}: BEQ L{n} : BNE L{n} : PHP : PLP" for n in range(1_500))),
    "doubling defines": fenced("!a = xx\n" + "!a := !a!a\n" * 40),
    "nested loops": fenced("for i = 0..9999\nfor j = 0..9999\nNOP\nendfor\nendfor"),
    "a macro of itself": fenced("macro m()\n%m()\n%m()\nendmacro\n%m()"),
    "a long repetition": fenced("rep 100000000 : NOP"),
    "numbers": "5 cycles, 3 bytes, " * 3_400,
    "only line ends": "\n" * 65_536,
    "spaces": " " * 65_536,
    "a table": "| $2100 | INIDISP |\n" * 3_400,
    "commas": "a, " * 21_000,
}


@pytest.mark.parametrize("name", PATHOLOGICAL)
def test_texts_made_to_be_slow(name: str) -> None:
    timed(PATHOLOGICAL[name])


SLOW_RUNS = {
    "two endless loops": ("Main:\n- BRA -", "Main:\n- NOP : BRA -"),
    "an end against none": ("Main:\nRTS", "Main:\n- BRA -"),
    "long loops": ("Main:\nREP #$10\nLDX #$FFFF\n- DEX : BNE -\nRTS",) * 2,
    "a block move": ("Main:\nREP #$30\nLDA #$FFFF\nLDX #$0000\nLDY #$0000\nMVN $7E,$7F\nRTS",) * 2,
    "recursion": ("Main:\nJSR Main\nRTS",) * 2,
    "a stack pointer gone astray": ("Main:\nLDX #$00\nTXS\n- PHA : BRA -",) * 2,
}


@pytest.mark.parametrize("name", SLOW_RUNS)
def test_routines_made_to_run_long(name: str) -> None:
    first, second = SLOW_RUNS[name]
    timed(fenced(second), Context(OPTIMISE, fenced(first)))
