"""Claims about the size and the time of instructions: “LDA #$1234 is 3 bytes”, `STA $2100 ; 4 cycles`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from datasets_app.domains.asm65816.facts.modes import MODE, modes_named
from datasets_app.domains.asm65816.facts.passages import Passage
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.statements import Statement
from datasets_app.domains.asm65816.facts.wording import DENIAL, NUMBER, clean, denies, is_part, number_of, widths_in
from datasets_app.domains.base import Claim, ClaimVerdict

SIZE, CYCLES = "instruction_size", "instruction_cycles"

_UNIT = re.compile(r"bytes?\b|cycles?\b")
_NUMBERED = re.compile(
    rf"(?<![\w$#%])(?P<low>{NUMBER})(?:\s?(?:-|–|to|or)\s?(?P<high>{NUMBER}))?[-\s]+(?:(?:cpu|machine|clock)[-\s])?$",
    re.IGNORECASE,
)
_PLAIN_WORDS = """
is are takes take taking needs need requires require costs cost uses use has have occupies occupy instruction
instructions opcode which that it its this always exactly only just an a the and in of long memory both does not
isn't doesn't never takes up size length time to encodes as assembles total altogether executes execute runs run
each alone also thus therefore exact be being operand immediate with byte bytes cycle cycles cpu is still mode
mode, plus fits into space code here 8-bit 16-bit accumulator native emulation form variant version when 1 2 3 4
5 6 7 8 one two three four five six seven eight rather than instead but now by itself whose consists made
address register
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
_COMPARED = re.compile(
    r"\s*(?:(?:cpu |machine )?(?:faster|slower|more|less|longer|shorter|later|earlier|saved|extra|fewer|smaller"
    r"|larger|each"
    r"|before|after|from|at|into|table|value|values|apart|further|ahead|penalty|(?:of|to|for) (?!code|memory|space"
    r"|rom\b"
    r"|it\b|execute))|per (?!byte))"
)
_ROUGH = re.compile(
    r"\b(?:at least|at most|up to|about|around|roughly|more than|fewer than|less than|over|under|than|only saves|saves?"
    r"|saving|extra|additional|another|further|adds?|wait|waits|every|master|last|first|next|other|these|those|all)\s*$"
)
_INSTRUCTION_AFTER = re.compile(r"\s*(?:instructions?|opcode)?\s*[`*\"“(]*", re.IGNORECASE)
_COMMENT = re.compile(
    rf"\s*(?:[\[(]?\s*{NUMBER}(?:\s?(?:-|–|to|or)\s?{NUMBER})?[-\s](?:bytes?|cycles?)\s*[\])]?\s*(?:[,;/|+&]|and"
    rf"|$)\s*)+(?:[.].*)?",
    re.IGNORECASE,
)
_MODE_NAME = re.compile(rf"\b(?:{MODE})\b|(?:{MODE})(?=\s)")
_FAR = 200
_TAKEN, _NOT_TAKEN = re.compile(r"\btaken\b|\bbranches\b"), re.compile(r"\bnot taken\b|n't taken\b|falls? through")


@dataclass(frozen=True, slots=True)
class Measure:
    """A stated number of bytes or cycles, or a range of it, at `start` to `end`."""

    unit: Literal["byte", "cycle"]
    low: int
    high: int
    start: int
    end: int


def find_measure_claims(reading: Reading) -> Iterator[Claim]:
    """Yield the claims of a text about the bytes and the CPU cycles of single instructions."""
    text = reading.text
    for unit in _UNIT.finditer(reading.low):
        match = _NUMBERED.search(text[max(0, unit.start() - 40) : unit.start()])
        passage = reading.passage_at(unit.start()) if match else None
        if match is None or passage is None:
            continue
        low = number_of(match["low"])
        high = number_of(match["high"]) if match["high"] else low
        start = max(0, unit.start() - 40) + match.start()
        measure = Measure("byte" if unit[0][0] == "b" else "cycle", low, high, start, unit.end())
        claim = _in_comment(reading, passage, measure) if passage.is_code else _in_prose(reading, passage, measure)
        if claim:
            yield claim


def _in_comment(reading: Reading, passage: Passage, measure: Measure) -> Claim | None:
    """A comment of nothing but numbers is about its line: `LDA #$1234 ; 3 bytes, 3 cycles`."""
    if passage.comment is None or measure.start < passage.comment:
        return None
    code = reading.code(passage)
    if len(code) != 1 or not _COMMENT.fullmatch(reading.text, passage.comment, passage.end):
        return None
    return _judge(reading, code[0], measure, "", passage, denied=False)


def _in_prose(reading: Reading, passage: Passage, measure: Measure) -> Claim | None:
    text = reading.text
    if _ROUGH.search(clean(text[max(passage.start, measure.start - 24) : measure.start])):
        return None
    after = reading.statement_after(measure.end, passage)
    if after and _INSTRUCTION_AFTER.fullmatch(text, measure.end, after.start):
        return _judge(reading, after, measure, "", passage, denied=False)
    subject = reading.statement_before(measure.start, passage)
    if not subject or _COMPARED.match(clean(text[measure.end : min(passage.end, measure.end + 30)])):
        return None
    if measure.start - subject.end > _FAR:
        return None
    gap = clean(text[subject.end : measure.start])
    if not _is_plain(gap) or is_part(reading.before(passage, subject.start)) or reading.is_listed(passage, subject):
        return None
    denied = bool(DENIAL.search(gap.rpartition(" and ")[2])) != denies(reading.before(passage, subject.start))
    return _judge(reading, subject, measure, gap, passage, denied=denied)


def _is_plain(gap: str) -> bool:
    """Say whether a gap only links: plain words, and names of addressing modes."""
    if not re.search(r"[a-z(=:,–—-]", gap):
        return False
    return _are_plain(gap) or _are_plain(_MODE_NAME.sub(" ", gap))


def _are_plain(words: str) -> bool:
    return all(word in _PLAIN for word in re.findall(r"[a-z0-9'-]*[a-z0-9]", words))


def _judge(
    reading: Reading, subject: Statement, measure: Measure, gap: str, passage: Passage, *, denied: bool
) -> Claim | None:
    subject = _restricted(subject, gap, reading.text[max(passage.start, subject.start - 24) : subject.start])
    words = clean(reading.around(passage, subject.start, measure.end))
    m, x = (None, None) if passage.is_code else widths_in(words)
    if measure.unit == "byte":
        possible = subject.sizes(m=m, x=x)
    else:
        taken = False if _NOT_TAKEN.search(words) else True if _TAKEN.search(words) else None
        possible = subject.cycles(m=m, x=x, taken=taken)
    kind = SIZE if measure.unit == "byte" else CYCLES
    start, end = min(subject.start, measure.start), max(subject.end, measure.end)
    verdict = _verdict(subject, possible, measure, denied)
    truth = _truth(subject, possible, measure.unit) if possible else ""
    return reading.claim(kind, verdict, start, end, name=subject.mnemonic, negated=denied, truth=truth)


def _restricted(subject: Statement, gap: str, before: str) -> Statement:
    """Keep the encodings of the mode that the words beside a bare mnemonic name: “LDA absolute”, “an immediate LDA”."""
    if subject.operand:
        return subject
    found = _MODE_NAME.match(gap.lstrip()) or re.search(rf"(?:{MODE})\s*$", clean(before))
    modes = modes_named(found[0].strip()) if found else ()
    kept = tuple(opcode for opcode in subject.opcodes if opcode.mode in modes)
    return replace(subject, opcodes=kept, exact=True) if kept else subject


def _verdict(subject: Statement, possible: frozenset[int], measure: Measure, denied: bool) -> ClaimVerdict:
    claimed = {measure.low, measure.high}
    if not possible:
        return "unknown"
    if possible.isdisjoint(range(measure.low, measure.high + 1)):
        return "supported" if denied else "contradicted"
    if not claimed <= possible or (not subject.exact and len(possible) > 1) or (denied and possible != claimed):
        return "unknown"
    return "contradicted" if denied else "supported"


def _truth(subject: Statement, possible: frozenset[int], unit: str) -> str:
    low, high = min(possible), max(possible)
    name = f"{subject.mnemonic} {subject.operand}".rstrip()
    amount = f"{low}" if low == high else f"{low} to {high}"
    return f"{name} takes {amount} {unit if low == high == 1 else unit + 's'}."
