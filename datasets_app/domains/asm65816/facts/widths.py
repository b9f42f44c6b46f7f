"""Claims about the register widths that REP and SEP set: “SEP #$20 makes A 8 bits wide”, `REP #$20 ; 8-bit A`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasets_app.domains.asm65816.facts.flags import value_of
from datasets_app.domains.asm65816.facts.passages import Passage
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.statements import Statement
from datasets_app.domains.asm65816.facts.wording import DENIAL, clean, denies
from datasets_app.domains.base import Claim, ClaimVerdict

WIDTH = "register_width"

_TARGET = (
    r"(?:the )?(?:a/x/y|a, x,? and y|a, x, y|a,x,y|axy|a and x/y|a and xy|a and (?:the )?index(?: registers?)?"
    r"|all(?: the)? registers|everything"
    r"|x/y|x and y|x, y|xy|index(?:es)?(?: registers?)?"
    r"|accumulator(?: and memory)?(?: and (?:the )?index(?: registers?)?)?"
    r"|memory(?:/accumulator)?|a/memory|a/m|[axym])"
)
_BITS = r"(?P<bits{n}>8|16|eight|sixteen)[- ]?bits?"
_STATED = re.compile(
    rf"\b{_BITS.format(n=1)}(?: wide)?(?: mode)?(?: for| in| to)? (?P<target1>{_TARGET})\b(?![-:+$#])"
    rf"|\b(?P<target2>{_TARGET})(?: registers?)?(?: to| is| are| as| becomes?| =|=|:"
    rf"|,)?(?: now)?(?: to)?(?: be)? {_BITS.format(n=2)}\b"
    rf"|\b{_BITS.format(n=3)}(?: (?P<mode>mode|registers))?\b"
)
_CAUSES = re.compile(
    r"^[\s,:=>→(–—-]*(?:instruction )?(?:which |that |here |then |therefore )?(?P<not>does not |doesn't "
    r"|never )?(?:sets?|makes?|switch(?:es)?|puts?|gives?|selects?"
    r"|turns?|changes?|means|enables?|enters?|leaves?|is for|is|for|=|to|we get|you get|the cpu (?:is|goes) (?:in|to)"
    r"|goes|brings)?\b"
)
_STOPS = re.compile(
    r"\b(?:while|whereas|but|before|after|unless|if|when|from|instead|then|load|loads|store|stores|lda|sta|value"
    r"|number|counter|operand|immediate|constant|data|word|result|address|multiplication|sep|rep)\b"
)
_IN_CODE = re.compile(r"(?:rep|sep)(?= #[$%0-9][^\n;]*;[^\n]*bit)")


def find_width_claims(reading: Reading) -> Iterator[Claim]:
    """Yield the claims of prose and of comments about the widths that a REP or a SEP sets."""
    for passage, statement in reading.statements:
        if statement.mnemonic in ("REP", "SEP"):
            yield from _in_prose(reading, passage, statement)
    for match in _IN_CODE.finditer(reading.low):
        line = reading.passage_at(match.start())
        if line and line.comment is not None and match.start() < line.comment:
            for statement in reading.code(line):
                if statement.start == match.start():
                    yield from _in_comment(reading, line, statement, line.comment)


def _in_prose(reading: Reading, passage: Passage, statement: Statement) -> Iterator[Claim]:
    tail = reading.text[statement.end : min(passage.end, statement.end + 140)]
    words = tail.lower()
    if len(words) != len(tail):
        return
    lead = _CAUSES.match(words.replace("`", " ").replace("*", " "))
    stop = _STOPS.search(words)
    area = words[: stop.start() if stop else len(words)]
    if not lead or not lead[0].strip(" `*"):
        return
    denied = bool(lead["not"]) != denies(reading.before(passage, statement.start))
    yield from _judge(reading, statement, area, statement.end, denied=denied, comment=False)


def _in_comment(reading: Reading, passage: Passage, statement: Statement, comment: int) -> Iterator[Claim]:
    words = reading.text[comment : passage.end].lower()
    if len(words) == passage.end - comment and not _STOPS.search(words) and not DENIAL.search(clean(words)):
        yield from _judge(reading, statement, words, comment, denied=False, comment=True)


def _judge(
    reading: Reading, statement: Statement, words: str, offset: int, *, denied: bool, comment: bool
) -> Iterator[Claim]:
    value = value_of(statement)
    if value is None:
        return
    found = [(match, *_read(match)) for match in _STATED.finditer(words)]
    touched = [mask & value for _, mask, _ in found]
    for match, mask, wide in found:
        right = wide == (statement.mnemonic == "REP")
        hit = (
            (mask & value) == mask
            if mask != 0x30 or (match["mode"] is None and match["bits3"] is None)
            else bool(mask & value)
        )
        if mask & value and not right:
            true = False
        elif hit:
            true = right
        elif comment and any(touched):
            continue  # `SEP #$20 ; 8-bit A, 16-bit X` also says what stays.
        else:
            true = False
        verdict: ClaimVerdict = "supported" if true != denied else "contradicted"
        start, end = statement.start, offset + match.end()
        yield reading.claim(
            WIDTH, verdict, start, end, name=statement.mnemonic, negated=denied, truth=_truth(statement, value)
        )


def _read(match: re.Match[str]) -> tuple[int, bool]:
    """Return the status bits of the registers that are named ($20 A, $10 X and Y, else both) and whether it says 16."""
    target = match["target1"] or match["target2"] or ""
    bits = match["bits1"] or match["bits2"] or match["bits3"]
    accumulator = bool(re.search(r"accumulator|memory|\b[am]\b|\baxy\b|a/|all|everything", target))
    index = bool(re.search(r"index|\b[xy]\b|x/y|xy|all|everything", target))
    mask = 0x20 * accumulator | 0x10 * index
    return mask or 0x30, bits in ("16", "sixteen")


def _truth(statement: Statement, value: int) -> str:
    width = 16 if statement.mnemonic == "REP" else 8
    touched = [name for bit, name in ((0x20, "A"), (0x10, "X and Y")) if value & bit]
    said = f"{statement.mnemonic} {statement.operand}"
    return f"{said} makes {' and '.join(touched)} {width} bits wide." if touched else f"{said} changes no width."
