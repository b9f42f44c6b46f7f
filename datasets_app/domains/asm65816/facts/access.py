"""Claims about how a register is accessed: read or written, once or twice; and code that accesses one the wrong way.

In code only the wrong way is a finding: `LDA $2100` claims that the register can be read, which is false. An access that
the hardware allows claims nothing, so that plain code gathers no credit. Behind PLB the data bank is unknown: then only
a long address (`LDA.l $002100`) is sure to be the register.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from datasets_app.domains.asm65816.facts.anchors import Anchor
from datasets_app.domains.asm65816.facts.passages import Passage
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.statements import Statement
from datasets_app.domains.asm65816.facts.wording import DENIAL, clean, denies
from datasets_app.domains.asm65816.opcodes import Mode
from datasets_app.domains.asm65816.registers import Register
from datasets_app.domains.base import Claim, ClaimVerdict

ACCESS, TWICE = "register_access", "register_twice"

_READS = frozenset(["LDA", "LDX", "LDY", "CMP", "CPX", "CPY", "ADC", "SBC", "AND", "ORA", "EOR", "BIT"])
_WRITES = frozenset(["STA", "STX", "STY", "STZ"])
_MODIFIES = frozenset(["INC", "DEC", "ASL", "LSR", "ROL", "ROR", "TSB", "TRB"])
_WHOLE_ADDRESS = (Mode.ABSOLUTE, Mode.LONG)

_TRIGGER = re.compile(
    r"\b(?:read|writ|r/w|rw\b|twice|(?:two|2) (?:consecutive |separate )?(?:byte )?(?:writes|reads)|double)", re.I
)
_ONLY = re.compile(r"\b(?P<way>read|write)[- ]only\b")
_ABLE = re.compile(
    r"\b(?P<way>read|writ)e?able\b(?!(?:,? and|/) ?(?:read|writ))(?<!and writable)(?<!and writeable)(?<!and readable)"
)
_BOTH = re.compile(r"\b(?:read(?:able)?[/-](?:and[- ])?write?(?:able)?|read(?:able)?,? and writ(?:e?able|e)|r/w)\b")
_CAN_BE = re.compile(
    r"\b(?:can(?:not|'t)?|may|could|must|should|has to|is to|is meant to)\b[^,;]{0,20}?\bbe (?P<way>read|written)\b"
    r"(?! (?:twice|two|once))"
)
_OBJECT = re.compile(
    r"\b(?P<way>read(?:s|ing)?(?: back)?(?: (?:the |its )?(?:value|values|state|status|contents?|bits?(?: \d)?)(?: of)?)?"
    r"(?: from| of)?|writ(?:e|es|ing)(?: [#$%\w]+){0,4}? (?:to|into))\s+(?:the )?(?:register |address |port )?[`*(\"“]*$"
)
_LINK = frozenset(
    [
        "is",
        "are",
        "was",
        "a",
        "an",
        "the",
        "register",
        "registers",
        "port",
        "which",
        "that",
        "it",
        "its",
        "this",
        "both",
        "all",
        "of",
        "them",
        "not",
        "isn't",
        "never",
        "always",
        "hardware",
        "ppu",
        "cpu",
        "apu",
        "dma",
        "snes",
        "really",
        "actually",
        "in",
        "fact",
        "strictly",
        "also",
        "only",
        "and",
        "but",
        "by",
        "at",
        "8-bit",
        "kind",
        "type",
        "access",
        "has",
        "have",
        "with",
        "single",
        "byte",
        "meaning",
        "means",
        "i.e",
        "here",
        "you",
        "can",
        "cannot",
        "can't",
        "be",
        "neither",
        "nor",
        "to",
        "address:",
        "as",
        "far",
        "so",
    ]
)
_USELESS = re.compile(
    r"open bus|garbage|undefined|meaningless|no effect|nothing|useless|mistake|wrong|bug|invalid|error|does not|don't|cannot"
)
_TWICE = re.compile(
    r"\b(?:(?P<kind>write|read|double)[- ](?:twice|write)|(?:is|are|must be|has to be|have to be|needs? to be|should be)"
    r" (?P<done>written|read) (?:twice|two times)|(?:takes|needs|requires|expects|wants) (?:two|2) (?:consecutive |separate |byte )*"
    r"(?P<noun>writes|reads)|(?P<once>single[- ]write|written (?:only )?once|(?:takes|needs|requires) (?:only |just )?(?:a single|one) write))\b"
)
_SURE = re.compile(
    r"\b(?:must|has to|have to|needs?|requires?|expects?|takes|should|wants)\b|-twice|twice register|double"
)


def find_access_claims(reading: Reading) -> Iterator[Claim]:
    """Yield the claims of prose about reading and writing registers, and the wrong accesses of code."""
    seen: set[int] = set()
    for match in _TRIGGER.finditer(reading.text):
        passage = reading.passage_at(match.start())
        if passage is None or passage.is_code or passage.start in seen:
            continue
        seen.add(passage.start)
        yield from _prose_claims(reading, passage)
    yield from _code_claims(reading)


def _prose_claims(reading: Reading, passage: Passage) -> Iterator[Claim]:
    anchors = [a for a in reading.anchors(passage.start, passage.end) if a.registers and not a.bare]
    if not anchors:
        return
    yield from _stated(reading, passage, anchors)
    for anchor in anchors:
        claim = _as_object(reading, passage, anchor)
        if claim:
            yield claim


def _stated(reading: Reading, passage: Passage, anchors: Sequence[Anchor]) -> Iterator[Claim]:
    """“$4210 is write-only”, “the write-only register INIDISP”, “VMAIN cannot be read”, “CGDATA takes two writes”."""
    low = _lowered(reading.text, passage)
    for pattern in (_ONLY, _ABLE, _BOTH, _CAN_BE, _TWICE):
        for match in pattern.finditer(low):
            at, end = passage.start + match.start(), passage.start + match.end()
            subjects, gap = _subjects(reading, passage, anchors, at, end)
            if not subjects:
                continue
            start, stop = min(at, subjects[0].start), max(end, subjects[-1].end)
            denied = bool(DENIAL.search(gap + match[0])) != denies(reading.text[passage.start : start])
            for anchor in subjects:
                yield from _judged(reading, anchor, pattern, match, denied, start, stop)


def _lowered(text: str, passage: Passage) -> str:
    low = text[passage.start : passage.end].lower()
    return low.replace("’", "'") if len(low) == passage.end - passage.start else text[passage.start : passage.end]


def _subjects(
    reading: Reading, passage: Passage, anchors: Sequence[Anchor], at: int, end: int
) -> tuple[list[Anchor], str]:
    """Return the registers a statement is about, before it or behind it, with the words between."""
    text = reading.text
    following = next((a for a in anchors if a.start >= end), None)
    if following:
        gap = clean(text[end : following.start])
        if (
            re.fullmatch(
                r"\W*(?:(?:ppu |cpu |dma |hardware )?(?:register|port)s?\W*)?(?:called |named )?(?:is )?\W*", gap
            )
            and "," not in gap
        ):
            return [following], ""
    before = [a for a in anchors if a.end <= at]
    if not before:
        return [], ""
    gap = clean(text[before[-1].end : at])
    gap = re.sub(r"^\s*\([^()]*\)", " ", gap)
    if not all(word in _LINK for word in re.findall(r"[a-z0-9'/-]*[a-z'0-9]", gap)):
        return [], ""
    return _joined(text, before), gap


def _joined(text: str, anchors: list[Anchor]) -> list[Anchor]:
    """Return the last mention with those that “and” or a bracket joins to it: “$2100 and VMAIN”, “INIDISP ($2100)”."""
    found = [anchors[-1]]
    for anchor in reversed(anchors[:-1]):
        if not re.fullmatch(r"[\s`*]*(?:and|,|/|&|or|nor|, and)?[\s`*(]*", text[anchor.end : found[0].start]):
            break
        found.insert(0, anchor)
    registers = [{r.address for r in anchor.registers} for anchor in found]
    return [a for i, a in enumerate(found) if not any(registers[i] == other for other in registers[:i])]


def _judged(
    reading: Reading, anchor: Anchor, pattern: re.Pattern[str], match: re.Match[str], denied: bool, start: int, end: int
) -> Iterator[Claim]:
    register = anchor.registers[0]
    if pattern is _TWICE:
        verdict = _twice_verdict(register, match, denied)
        if verdict:
            truth = f"{register.name} takes {'two accesses' if register.twice else 'one access'} for a value."
            yield _claim(reading, TWICE, verdict, register, denied, start, end, truth)
        return
    if pattern is _ONLY:
        true = register.access == match["way"][0].upper()
    elif pattern is _BOTH:
        true = register.access == "RW"
    else:
        true = match["way"][0].upper() in register.access
    verdict = "supported" if true != denied else "contradicted"
    if pattern is _ONLY and register.disputed_access and verdict == "contradicted":
        verdict = "unknown"
    yield _claim(reading, ACCESS, verdict, register, denied, start, end, _truth(register))


def _twice_verdict(register: Register, match: re.Match[str], denied: bool) -> ClaimVerdict | None:
    if register.disputed_twice:
        return "unknown"
    way = match["done"] or match["noun"] or match["kind"] or "write"
    twice = register.twice and (way == "double" or way[0].upper() in register.access)
    claimed = match["once"] is None
    if claimed and not twice and not denied and not _SURE.search(match[0]):
        return None  # “COLDATA is written twice”: what some code does, not what the register needs.
    return "supported" if (claimed == twice) != denied else "contradicted"


def _as_object(reading: Reading, passage: Passage, anchor: Anchor) -> Claim | None:
    """“read from $2100”, “writing a value to $4212”: the access is taken to have an effect."""
    before = _lowered(reading.text, passage)[: anchor.start - passage.start]
    match = _OBJECT.search(before[-80:])
    if not match or (anchor.kind == "name" and len(anchor.registers) > 1 and anchor.registers[0].address >= 0x4300):
        return None
    way = "R" if match["way"].startswith("read") else "W"
    register = anchor.registers[0]
    clause = _lowered(reading.text, passage)
    if way in register.access or _USELESS.search(clause) or DENIAL.search(before[-60:]):
        return None
    start = anchor.start - (len(before[-80:]) - match.start())
    verdict: ClaimVerdict = "unknown" if way in register.disputed_access else "contradicted"
    return _claim(reading, ACCESS, verdict, register, False, start, anchor.end, _truth(register))


def _code_claims(reading: Reading) -> Iterator[Claim]:
    banked = False
    for passage in reading.passages:
        if not passage.is_code:
            # A paragraph of prose ends the code whose data bank was set; a label or a blank line does not.
            banked = banked and reading.is_between_code(passage)
            continue
        anchors = reading.anchors(passage.start, passage.end if passage.comment is None else passage.comment)
        if not banked and "plb" in reading.text[passage.start : passage.end].lower():
            banked = any(s.mnemonic == "PLB" for s in reading.code(passage))
        if any(anchor.registers for anchor in anchors):
            for statement in reading.code(passage):
                yield from _misuse(reading, statement, anchors, banked=banked)


def _misuse(reading: Reading, statement: Statement, anchors: Sequence[Anchor], *, banked: bool) -> Iterator[Claim]:
    name = statement.mnemonic
    ways = "R" if name in _READS else "W" if name in _WRITES else "RW" if name in _MODIFIES else ""
    operand = next((a for a in anchors if statement.start <= a.start and a.end <= statement.end and a.registers), None)
    if not ways or operand is None or operand.end != statement.end or not _is_whole(statement, operand, banked=banked):
        return
    register = operand.registers[0]
    for way in ways:
        if way not in register.access and way not in register.disputed_access:
            start, end = statement.start, statement.end
            yield _claim(reading, ACCESS, "contradicted", register, False, start, end, _truth(register))


def _is_whole(statement: Statement, operand: Anchor, *, banked: bool) -> bool:
    """Say whether the operand is the register's address and nothing else, in a bank that shows the registers."""
    if not statement.operand.lstrip("!").endswith(operand.text.lstrip("!")) or statement.operand[0] in "#([":
        return False
    modes = {opcode.mode for opcode in statement.opcodes}
    if not modes & set(_WHOLE_ADDRESS):
        return False
    return not banked or (operand.address or 0) > 0xFFFF or (len(operand.text) == 7 and operand.kind == "address")


def _claim(
    reading: Reading,
    kind: str,
    verdict: ClaimVerdict,
    register: Register,
    denied: bool,
    start: int,
    end: int,
    truth: str,
) -> Claim:
    return reading.claim(
        kind, verdict, start, end, address=register.address, name=register.name, negated=denied, truth=truth
    )


def _truth(register: Register) -> str:
    way = {"R": "read-only", "W": "write-only", "RW": "readable and writable"}[register.access]
    return f"{register.name} ({register.label}) is {way}."
