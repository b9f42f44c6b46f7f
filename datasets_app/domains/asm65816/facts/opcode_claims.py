"""Claims about opcode bytes: “A9 is LDA immediate”, “LDA absolute is $AD”, “`LDA #$12` assembles to A9 12”."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasets_app.domains.asm65816.facts.instructions import opcode_at
from datasets_app.domains.asm65816.facts.modes import MODE, modes_named
from datasets_app.domains.asm65816.facts.passages import Passage
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.statements import Statement
from datasets_app.domains.asm65816.facts.wording import clean, denies, is_part
from datasets_app.domains.asm65816.opcodes import Opcode
from datasets_app.domains.base import Claim, ClaimVerdict

OPCODE = "opcode_byte"

_BYTE = r"(?:\$|0x)?(?P<byte>[0-9a-f]{2})h?"
_BEFORE = re.compile(
    rf"(?:^|(?P<word>\b(?:opcode|byte|code|value)s? )|[\s(])(?<![#,] )(?<!#){_BYTE}(?: opcode| byte)?,?\s*"
    r"(?P<link>(?:is|=|->|→|means|stands for|encodes|decodes (?:to|as)|represents|:|—|–|\|)(?P<not> not| never)?)\s*"
    r"(?:the )?(?:opcode (?:for|of) |instruction |encoding (?:for|of) )?(?:the |an? )?(?P<mode>(?:"
    + MODE
    + r")(?: mode)? )?$"
)
_AFTER = re.compile(
    rf"(?P<mode>,? ?(?:with |in |using )?(?:an? |the )?(?:{MODE})(?: addressing)?(?: mode)?)?(?: instruction"
    rf"| opcode)?,? *"
    r"(?P<link>(?:is|has|uses|=|->|→|:|,(?= opcode)|assembles (?:to|as|into)|encodes (?:to|as)|is encoded (?:as|by"
    r"|with)|becomes|\|)(?P<not> not)?"
    r"(?: encoded as)?)\s*"
    rf"(?P<word>(?:the )?(?:opcode|byte|bytes|code|machine code)(?: is)? )?{_BYTE}(?P<rest>(?:[ ,]+(?:\$"
    rf"|0x)?[0-9a-f]{{2}})*)(?![\w$#])"
)
_MODE_AFTER = re.compile(rf",? ?(?:with |in |using )?(?:an? |the )?(?P<mode>{MODE})\b")
_ABOUT_OPCODE = re.compile(
    r"\b(?:opcode|byte|encoding|machine code|code) (?:for|of) (?:the |an? )?(?:(?:" + MODE + r") )?(?:instruction )?$"
)
_NEAR = 200
_LITERAL = re.compile(r"#?\$([0-9A-Fa-f]+)$")


def find_opcode_claims(reading: Reading) -> Iterator[Claim]:
    """Yield the claims of prose about which byte encodes which instruction."""
    for passage, statement in reading.statements:
        before = _lowered(reading.text, max(passage.start, statement.start - _NEAR), statement.start)
        tail = _lowered(reading.text, statement.end, min(passage.end, statement.end + 80))
        yield from _byte_first(reading, passage, statement, before, tail)
        yield from _byte_last(reading, passage, statement, before, tail)


def _lowered(text: str, start: int, end: int) -> str:
    """Lower-case a stretch and blank its markdown, so that offsets stay."""
    low = text[start:end].lower()
    return re.sub(r"[`*_\"“”]", " ", low) if len(low) == end - start else re.sub(r"[`*_\"“”]", " ", text[start:end])


def _byte_first(reading: Reading, passage: Passage, statement: Statement, before: str, tail: str) -> Iterator[Claim]:
    squeezed = before[-90:]
    match = _BEFORE.search(squeezed)
    if not match:
        return
    dollar = "$" in match[0] or "0x" in match[0]
    leads = len(before) < _NEAR and not before[: match.start() - len(squeezed)].strip(" (-|•0123456789.")
    if not (match["word"] or dollar or (leads and re.search(r"[a-f]", match["byte"]))):
        return
    mode = match["mode"] or ((found := _MODE_AFTER.match(tail)) and found["mode"]) or ""
    start = statement.start - len(squeezed) + match.start("byte")
    denied = bool(match["not"]) != denies(reading.before(passage, start))
    yield _judge(reading, statement, int(match["byte"], 16), mode, "", denied, start, statement.end)


def _byte_last(reading: Reading, passage: Passage, statement: Statement, before: str, tail: str) -> Iterator[Claim]:
    match = _AFTER.match(tail)
    asked = bool(_ABOUT_OPCODE.search(before))
    if not match or (not asked and (is_part(before) or reading.is_listed(passage, statement))):
        return
    if statement.operand and not statement.opcodes:
        return
    loose = match["link"] in ("=", ":", "|", "is", "has", "uses", "becomes") and not match["word"] and not asked
    if loose and not re.search(r"[a-f]", match["byte"]) and "$" not in match[0]:
        return
    if match["link"] in ("has", "uses", "becomes") and not match["word"]:
        return
    mode = match["mode"] or ((found := re.search(rf"({MODE}) $", before)) and found[1]) or ""
    denied = bool(match["not"]) != denies(before)
    end = statement.end + match.end()
    yield _judge(reading, statement, int(match["byte"], 16), mode, match["rest"], denied, statement.start, end)


def _judge(
    reading: Reading, statement: Statement, code: int, mode: str, rest: str, denied: bool, start: int, end: int
) -> Claim:
    meant = _meant(statement, mode)
    true = any(opcode.code == code for opcode in meant) and _fits(statement, code, rest)
    verdict: ClaimVerdict = "unknown" if not meant else "supported" if true != denied else "contradicted"
    held = opcode_at(code)
    truth = f"${code:02X} is {held.mnemonic} ({held.mode.name.lower().replace('_', ' ')})."
    return reading.claim(OPCODE, verdict, start, end, name=statement.mnemonic, negated=denied, truth=truth)


def _meant(statement: Statement, mode: str) -> tuple[Opcode, ...]:
    """Return the encodings that the words leave: those of the operand, else of the mode named, else all."""
    words = re.sub(r"^,? ?(?:with |in |using )?(?:an? |the )?|(?: addressing)?(?: mode)?\s*$", "", clean(mode))
    modes = modes_named(words) if words else ()
    if statement.operand or not modes:
        return statement.opcodes
    return tuple(opcode for opcode in statement.opcodes if opcode.mode in modes)


def _fits(statement: Statement, code: int, rest: str) -> bool:
    """Say whether the bytes behind the opcode are the operand's, low byte first; true when none are given."""
    given = [int(byte, 16) for byte in re.findall(r"[0-9a-f]{2}", rest.replace("0x", ""))]
    literal = _LITERAL.match(statement.operand)
    if not given or not literal:
        return True
    sizes = {size - 1 for size in statement.sizes() if any(o.code == code for o in statement.opcodes)}
    return len(given) in sizes and given == list(int(literal[1], 16).to_bytes(4, "little")[: len(given)])
