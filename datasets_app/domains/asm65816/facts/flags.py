"""Claims about the status flags: what an instruction changes, when a branch is taken, which widths REP and SEP set."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datasets_app.domains.asm65816.facts.instructions import FLAG_NAMES, all_instructions
from datasets_app.domains.asm65816.facts.passages import Passage
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.statements import Statement
from datasets_app.domains.asm65816.facts.wording import DENIAL, clean, denies, is_part
from datasets_app.domains.base import Claim, ClaimVerdict

FLAGS = "instruction_flags"

_ONE = (
    r"(?:processor |status )?(?:carry|zero|negative|sign|overflow|decimal(?: mode)?|interrupt(?:[- ]disable)?"
    r"|irq disable"
    r"|emulation|[nvmxdizce])(?: (?:flag|bit)s?)?"
)
_MARKED = (
    r"(?:carry|zero|negative|sign|overflow|decimal|interrupt|emulation)|(?:flag|bit)s?\b|\b[nvzc]\b(?:,? and |, ?"
    r"|/)\b[nvzc]\b"
)
_LIST = (
    rf"(?:the )?(?:flags? )?(?:{_ONE}|[nvmxdizc]{{2,8}} flags)(?:(?:, and |,? or | and |, |/| & "
    rf"| nor )(?:the )?{_ONE})*"
)
_AFFECTS = re.compile(
    r"(?P<before>[^.;:?]{0,40}?)\b(?P<verb>affects?|changes?|modif(?:y|ies)|updates?|alters?|touch(?:es)?|influences?"
    r"|sets?"
    r"|clears?|resets?|preserves?|keeps?|leaves?|destroys?|has no (?:effect|influence) on)"
    rf" (?P<only>only |just )?(?P<what>(?:no|any|none of the|all(?: of)?(?: the)?) (?:other )?(?:(?:status "
    rf"|processor )?flags?)|{_LIST})"
    r"(?P<after> (?:flag|bit)s?)?(?P<kept> (?:unchanged|alone|untouched|unaffected|intact|as (?:it is"
    r"|they are)))?(?![\w#$])"
)
_PASSIVE = re.compile(
    rf"(?P<what>{_LIST}) (?:is|are|gets?|will be) (?P<not>not |never |un)?(?P<verb>affected|changed|modified|updated"
    rf"|altered"
    r"|touched|set|cleared|preserved) by (?:the |an? )?(?:instruction )?[`*]*$"
)
_BRANCH = re.compile(
    r"(?:,? (?:which|that))? ?(?P<not>(?:does not|doesn't|never) )?(?:branch(?:es)?|jumps?|is taken|goes|loops?"
    r"|tests? and branches)"
    r"(?: back| away| to [.\w]+)? (?:only )?(?:if|when|while|as long as|until|on) (?:the )?"
    r"(?P<flag>carry|zero|negative|sign|overflow|[nvzc])(?: flag| bit)? (?:(?:is|stays|being) )?(?P<state>set|clear"
    r"|cleared|0|1|not set)\b"
)
_CONDITIONS = {
    "BCC": "C0", "BCS": "C1", "BEQ": "Z1", "BNE": "Z0", "BMI": "N1", "BPL": "N0", "BVC": "V0", "BVS": "V1",
}  # fmt: skip
_SETTERS = {"SEC": "C1", "CLC": "C0", "SEI": "I1", "CLI": "I0", "SED": "D1", "CLD": "D0", "CLV": "V0"}
_LETTERS = {
    "carry": "C",
    "zero": "Z",
    "negative": "N",
    "sign": "N",
    "overflow": "V",
    "decimal": "D",
    "interrupt": "I",
} | {
    "irq": "I",
    "emulation": "E",
}
_NEUTRAL_WORDS = """
which that it also does do not doesn't don't only always never will can may and but then instruction opcode the
a , n't both either still otherwise at all in fact really just loads stores shifts adds subtracts increments
decrements one by 1 left right transfer transferring rotates through carry
"""
_NEUTRAL = frozenset(_NEUTRAL_WORDS.split())
_BITS = {"C": 0x01, "Z": 0x02, "I": 0x04, "D": 0x08, "X": 0x10, "M": 0x20, "V": 0x40, "N": 0x80}


def find_flag_claims(reading: Reading) -> Iterator[Claim]:
    """Yield what prose says about flags that instructions change, and about flags that branches test."""
    for passage, statement in reading.statements:
        text = reading.text
        part = is_part(reading.before(passage, statement.start)) or reading.is_listed(passage, statement)
        if part and not _PASSIVE_NEAR.search(reading.before(passage, statement.start)):
            continue
        tail = clean(text[statement.end : min(passage.end, statement.end + 160)])
        yield from _branch_claims(reading, passage, statement, tail)
        yield from _effect_claims(reading, passage, statement, tail)


_PASSIVE_NEAR = re.compile(r"\bby (?:the |an? )?(?:instruction )?[`*]*$")


def _effect_claims(reading: Reading, passage: Passage, statement: Statement, tail: str) -> Iterator[Claim]:
    before = clean(reading.text[max(passage.start, statement.start - 120) : statement.start])
    match = _PASSIVE.search(before)
    if match:
        denied = bool(match["not"]) != (match["verb"] == "preserved")
        start = passage.start
        claim = _judge(reading, statement, match["what"], match["verb"], "", denied, start, statement.end)
        if claim:
            yield claim
        return
    match = _AFFECTS.match(tail)
    if not match or not re.search(_MARKED, match["what"] + (match["after"] or "")):
        return
    words = re.findall(r"[a-z0-9']+|,", match["before"])
    if not all(word in _NEUTRAL for word in words):
        return
    kept = match["verb"].startswith(("preserve", "has no")) or bool(match["kept"])
    denied = bool(DENIAL.search(match["before"])) != kept
    if denies(reading.before(passage, statement.start)):
        denied = not denied
    if match["verb"].startswith(("leave", "keep")) and not match["kept"]:
        return
    end = _end_of(reading.text, statement.end, passage.end, match[0])
    only = (match["only"] or "") + ("only" if "only" in words else "")
    claim = _judge(reading, statement, match["what"], match["verb"], only, denied, statement.start, end)
    if claim:
        yield claim


def _judge(
    reading: Reading, statement: Statement, what: str, verb: str, only: str, denied: bool, start: int, end: int
) -> Claim | None:
    flags = [set(all_instructions()[statement.mnemonic].flags_in(opcode.mode)) for opcode in statement.opcodes]
    sure, possible = set.intersection(*flags) if flags else set(), set[str]().union(*flags)
    if not flags:
        return None
    if statement.mnemonic in ("REP", "SEP"):
        sure = possible = _selected(statement) or possible
    verdict = _verdict(statement, what, verb, only, denied, sure, possible)
    if verdict is None:
        return None
    names = ", ".join(flag for flag in all_instructions()[statement.mnemonic].flags if flag in possible)
    truth = f"{statement.mnemonic} can change {names or 'no flag'}."
    return reading.claim(FLAGS, verdict, start, end, name=statement.mnemonic, negated=denied, truth=truth)


def _verdict(
    statement: Statement, what: str, verb: str, only: str, denied: bool, sure: set[str], possible: set[str]
) -> ClaimVerdict | None:
    if re.match(r"(?:no|any|none of the|all)\b", what):
        changes_none = what.startswith("no") != denied or (what.startswith("any") and denied)
        if what.startswith("all") and not changes_none and not denied:
            return "supported" if len(possible) >= 8 else "contradicted"
        return "supported" if changes_none == (not possible) else "contradicted"
    claimed = _flags_named(what)
    if not claimed:
        return None
    setter = _SETTERS.get(statement.mnemonic, {"REP": "?0", "SEP": "?1"}.get(statement.mnemonic, ""))
    if setter and claimed <= possible and verb.startswith(("set", "clear", "reset")):
        return "supported" if (verb.startswith("set") == (setter[1] == "1")) != denied else "contradicted"
    if denied:
        return "supported" if not claimed & possible else "contradicted" if claimed & sure else "unknown"
    if not claimed <= possible:
        return "contradicted"
    if only and claimed != possible - {"E"}:
        return "contradicted" if claimed < sure else "unknown"
    return "supported" if claimed <= sure else "unknown"


def _flags_named(what: str) -> set[str]:
    words = re.findall(r"[a-z]+", what)
    named = {_LETTERS[word] for word in words if word in _LETTERS}
    letters = [word for word in words if word not in _LETTERS and word not in ("the", "flag", "flags", "bit", "bits")]
    for word in letters:
        if word in ("and", "or", "nor", "disable", "mode", "processor", "status"):
            continue
        if set(word.upper()) <= set(FLAG_NAMES):
            named |= set(word.upper())
    return named


def _branch_claims(reading: Reading, passage: Passage, statement: Statement, tail: str) -> Iterator[Claim]:
    condition = _CONDITIONS.get(statement.mnemonic)
    match = _BRANCH.match(tail) if condition else None
    if not condition or not match or (match[0].find("until") >= 0):
        return
    flag = _LETTERS.get(match["flag"], match["flag"].upper())
    state = "1" if match["state"] in ("set", "1") else "0"
    denied = bool(match["not"]) != denies(reading.before(passage, statement.start))
    verdict: ClaimVerdict = "supported" if (flag + state == condition) != denied else "contradicted"
    word = "set" if condition[1] == "1" else "clear"
    truth = f"{statement.mnemonic} branches when the {FLAG_NAMES[condition[0]]} flag is {word}."
    end = _end_of(reading.text, statement.end, passage.end, match[0])
    yield reading.claim(FLAGS, verdict, statement.start, end, name=statement.mnemonic, negated=denied, truth=truth)


def _selected(statement: Statement) -> set[str]:
    value = value_of(statement)
    return set() if value is None else {flag for flag, bit in _BITS.items() if value & bit}


def value_of(statement: Statement) -> int | None:
    """Return the literal operand of `REP #$20` or `SEP #%00100000`, None where it is no literal."""
    match = re.fullmatch(r"#(?:\$([0-9A-Fa-f]{1,2})|%([01]{1,8})|(\d{1,3}))", statement.operand)
    if not match:
        return None
    return int(match[1], 16) if match[1] else int(match[2], 2) if match[2] else int(match[3])


def _end_of(text: str, start: int, limit: int, said: str) -> int:
    """Find where a stretch that was matched without its markdown ends in the text itself."""
    last = said.rstrip()[-1:]
    end, wanted = start, len(said.replace(" ", ""))
    while end < limit and wanted > 0:
        wanted -= bool(clean(text[end]).strip())
        end += 1
    return end if last else start
