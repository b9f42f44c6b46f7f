"""Claims about what a register is for: “$2100 controls the screen brightness”, “the VRAM address register INIDISP”.

A purpose is contradicted only where the words clearly name what another register does. Words that name nothing known
make no claim. A list with a false purpose beside a true one is one `unknown` claim: whoever lists everything has said
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from datasets_app.domains.asm65816.facts.anchors import Anchor
from datasets_app.domains.asm65816.facts.concepts import Concept, find_concepts
from datasets_app.domains.asm65816.facts.passages import Passage
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.asm65816.facts.wording import denies
from datasets_app.domains.asm65816.registers import Register
from datasets_app.domains.base import Claim, ClaimVerdict

PURPOSE = "register_purpose"

_VERBS = (
    r"(?:controls?|controlling|sets?|selects?|enables?|disables?|configures?|determines?|holds?|contains?|handles?"
    r"|manages?"
    r"|adjusts?|specif(?:y|ies)|defines?|chooses?|governs?|starts?|triggers?|begins?|initiates?|reads?|writes?|returns?"
    r"|reports?|provides?|gives?|latch(?:es)?|turns?|switch(?:es)?|tells?|says?|decides?|blanks?|dims?|scrolls?|takes?"
    r"|receives?|accepts?|shows?|indicates?|acknowledges?|clears?|increments?|steps?|strobes?|activates?|acts as"
    r"|serves as"
    r"|(?:is|are) (?:used|meant|there|responsible|needed|intended|in charge)(?: for| to| of)?|is for|is about"
    r"|lets you|allows you to|is where you|fades?|describes?|designates?|forces?)"
)
_PREDICATE = re.compile(
    r"(?:\s*\([^()]*\))?(?:(?:,? (?:the|a|an) (?:[\w-]+ ){0,4}(?:register|port)|,? registers?|,? ports?),?)?"
    r"(?:,? (?:which|that)\b|,? (?:is|are) (?:the |a |an )?(?:[\w-]+ ){0,3}?(?:register|port) (?:that|which|and)\b)?"
    r"(?P<not> (?:does not|doesn't|do not|don't|is not|isn't|never|cannot|can't))?"
    r"(?: (?:also|only|mainly|just|both|actually|directly|then|now|usually|can))*"
    rf" (?P<verb>not )?(?P<said>{_VERBS}\b.*)"
)
_USED_TO = re.compile(
    r"(?:\s*\([^()]*\))?(?: register)?,? to (?P<said>(?:set|control|select|enable|disable|configure|choose|change"
    r"|adjust|start"
    r"|specify|define|trigger|turn|switch|blank|dim|scroll|acknowledge|strobe)\b.*)"
)
_USING = re.compile(
    r"\b(?:use|uses|using|write|writes|writing|store|stores|storing|poke|access|through|via)\b[^.;:]{0,40}$"
)
_DEFINED = re.compile(
    r"(?:\s*[`*]*\s*(?:\([^()]*\)|(?:[|/,–—-]|is)\s*[`*]*[A-Za-z0-9$]+[`*]*(?=\s*[|:–—]))?)[`*]*\s*"
    r"(?P<mark>:|–|—| - |\||,? (?:is|are) (?P<not>not )?(?:the|a|an|our)\b|, the(?= (?:[\w-]+ ){1,6}(?:register"
    r"|port)\b)|=(?! ?[#$%\d]))\s*(?P<said>.*)"
)
_PASSIVE = re.compile(
    r"(?:^|[,:(]|\b(?:the|a|an|and|that)\b)\s*(?P<said>[^,:()]{3,70}?) (?:is|are|gets?|can be|may be"
    r"|must be) (?P<not>not )?(?:\w+ly )?"
    r"(?:controlled|set|selected|enabled|disabled|configured|determined|specified|chosen|governed|started|triggered"
    r"|handled"
    r"|adjusted|changed|defined|latched|acknowledged|held|written|read|found)"
    r"(?: (?:by|through|via|with|in|using|at|from|into|to))(?: (?:writing|reading|setting)(?: to"
    r"| from)?)?(?: bits? [\d-]+ (?:of|in))?"
    r" (?:the )?(?:register )?[`*]*$"
)
_TITLED = re.compile(
    r"(?:^|[,:(]|\b(?:the|a|an|is|to|our)\b)\s*(?P<said>(?:[\w/-]+ ){1,6}?)(?:data )?(?:registers?|port)(?:,| is"
    r"| called| named| at| lives at)?[ (`*]*$"
)
_ENDING = re.compile(
    r"\b(?:(?P<title>registers?|port)(?:,| is| called| named| at| lives at)?|(?:by|through|via|with|in|using|at|from"
    r"|into|to|of"
    r"|writing|reading|setting)(?: the)?(?: register)?) *\(? *$"
)
_STOP = re.compile(
    r"\b(?:so that|so|because|before|after|while|whenever|when|if|until|since|which|that|where|by|via|using|through"
    r"|with|without"
    r"|then|but|whereas|unlike|instead|rather than|for example|e\.g|during|in order|as soon|once|like|not|than|now"
    r"|depending"
    r"|whose|needs?|see|per|needed for|ready for|necessary|required|safe)\b"
    r"|,? and\b(?=[^,;]*\b(?:is|are|was|must|can|will|has)\b)|, and (?:the|a|an|its?|you|we)\b|[;(—–]| - "
    r"|\bto (?!(?:the |set |control |select |enable |disable |configure |choose |change |adjust |start |specify |"
    r"define |trigger |turn |switch |read |write |blank |dim |scroll )?(?:the )?\b(?:vram|oam|cgram|palette|work|wram"
    r"|\w+)\b)"
)
_LIST_LEAD = re.compile(r"[\s|•>-]*(?:\d+[.)])?[\s(]*")
_IS = re.compile(r",? (?:is|are)|, the")
_LIST_GAP = re.compile(r"\s*(?:,|and|or|/|&|as well as|plus|,\s*and)\s*(?:the |a |an |its )?(?:\w+ )?\s*")
_COMMENT_LEAD = re.compile(
    r"\s*(?:(?:we |now |then |to |and )*(?:set|sets|select|enable|enables|disable|disables|start|starts|turn|write"
    r"|store|load"
    r"|update|clear|reset|change|adjust|configure|init|initialize|begin|trigger|use|the|a|all|to|on|off|our|new"
    r"|screen|display"
    r"|master|full|maximum|current)\s+)*"
)
_COMMENT_TAIL = re.compile(r"\s*(?:register|on|off|to \S+|= ?\S+|now|again|here|max|full|bits?|mode|\d+)*\s*[.!]?\s*")
_ALIKE = 8  # Mentions of one register in a row are not followed further, nor are words beyond this many characters:
_REACH = 400  # some texts never end a sentence.
_STORES = frozenset(("STA", "STX", "STY", "STZ"))
_INDIRECT = frozenset(range(0x4300, 0x4380)) | {0x420B, 0x420C}  # Their values speak of what other registers do.


def find_purpose_claims(reading: Reading) -> Iterator[Claim]:
    """Yield the claims of a text about what registers are for."""
    for passage in reading.passages:
        if passage.is_code:
            if passage.comment is not None and reading.low.startswith("st", passage.start + passage.label):
                yield from _in_comment(reading, passage, passage.comment)
            continue
        anchors = [a for a in reading.anchors(passage.start, passage.end) if a.registers and not a.bare]
        if anchors:
            yield from _in_prose(reading, passage, anchors)


def _in_prose(reading: Reading, passage: Passage, anchors: Sequence[Anchor]) -> Iterator[Claim]:
    low = reading.lowered(passage.start, passage.end)
    last = -1
    for i, anchor in enumerate(anchors):
        begin, stop = anchor.start - passage.start, anchor.end - passage.start
        following = next((a for a in anchors[i + 1 : i + _ALIKE] if not _same(anchor, a)), None)
        limit = following.start - passage.start if following else min(len(low), stop + _REACH)
        lead = (anchors[0] if _same(anchors[0], anchor) else anchor).start - passage.start
        claim = None
        if begin >= last:
            claim = _ahead(reading, passage, anchor, low, lead, stop, limit) or _behind(
                reading, passage, anchors, i, low
            )
        if claim:
            last = claim.end - passage.start
            yield claim


def _same(one: Anchor, other: Anchor) -> bool:
    if len(one.registers) == len(other.registers) == 1:
        return one.registers[0].address == other.registers[0].address
    return bool({r.address for r in one.registers} & {r.address for r in other.registers})


def _ahead(
    reading: Reading, passage: Passage, anchor: Anchor, low: str, lead: int, stop: int, limit: int
) -> Claim | None:
    """Read what follows a register: a predicate, “to …” after “use”, or a definition."""
    rest = low[stop:limit]
    match = _PREDICATE.match(rest)
    denied = bool(match and (match["not"] or match["verb"]))
    begin = anchor.start - passage.start
    if not match and _USING.search(low, max(0, begin - 60), begin):
        match = _USED_TO.match(rest)
    if not match:
        match = _DEFINED.match(rest)
        if match and not _IS.match(match["mark"]) and not _LIST_LEAD.fullmatch(low, 0, lead):
            match = None
        denied = bool(match and match["not"])
    if not match:
        return None
    said = match["said"]
    cut = _STOP.search(said)
    words = said[: cut.start() if cut else len(said)]
    denied = denied != denies(reading.before(passage, anchor.start))
    return _judge(reading, anchor, words, passage.start + stop + match.start("said"), denied, anchor.start)


def _behind(reading: Reading, passage: Passage, anchors: Sequence[Anchor], i: int, low: str) -> Claim | None:
    """Read what stands before a register: “the brightness is set in …”, “the VRAM address register …”."""
    anchor = anchors[i]
    begin = anchor.start - passage.start
    first = anchors[i - 1].end - passage.start if i else 0
    before = low[max(first, begin - 110) : begin]
    ending = _ENDING.search(before[-30:])
    if not ending:
        return None
    match = (_TITLED if ending["title"] else _PASSIVE).search(before)
    if not match:
        return None
    offset = passage.start + max(first, begin - 110) + match.start("said")
    named = match.groupdict()
    denied = bool(named.get("not")) != denies(reading.before(passage, offset))
    words = match["said"]
    return _judge(reading, anchor, words, offset, denied, offset, end=anchor.end)


def _judge(
    reading: Reading, anchor: Anchor, words: str, offset: int, denied: bool, start: int, end: int | None = None
) -> Claim | None:
    found = find_concepts(words)
    register = anchor.registers[0]
    own = {r.address for r in anchor.registers}
    hits = [c for c in found if c.addresses & own]
    misses = [c for c in found if not c.addresses & own and not c.weak]
    if register.address in _INDIRECT:
        misses = [c for c in misses if c.addresses & _INDIRECT]
    if not hits and not misses:
        return None
    if hits and any(_is_listed(words, found, miss) for miss in misses):
        verdict: ClaimVerdict = "unknown"
    elif hits:
        verdict = "contradicted" if denied else "supported"
    elif denied or _starts_with(words, misses[0]):
        verdict = "supported" if denied else "contradicted"
    else:
        return None
    stop = end if end is not None else offset + max(c.end for c in found)
    return reading.claim(
        PURPOSE,
        verdict,
        start,
        stop,
        address=register.address,
        name=register.name,
        negated=denied,
        truth=_truth(register),
    )


def _is_listed(words: str, found: Sequence[Concept], miss: Concept) -> bool:
    """Say whether a false purpose stands in a list with the purpose before or behind it."""
    i = found.index(miss)
    before = found[i - 1] if i else None
    after = found[i + 1] if i + 1 < len(found) else None
    return bool(before and _LIST_GAP.fullmatch(words[before.end : miss.start])) or bool(
        after and _LIST_GAP.fullmatch(words[miss.end : after.start])
    )


def _starts_with(words: str, concept: Concept) -> bool:
    """Say whether a purpose is what the words are about: at most a few small words stand before it."""
    return len(re.findall(r"[a-z0-9']+", words[: concept.start])) <= 7


def _in_comment(reading: Reading, passage: Passage, comment: int) -> Iterator[Claim]:
    """A store's comment says what the store does: `STA $2100 ; set the VRAM address`. Only a whole comment counts."""
    operands = [a for a in reading.anchors(passage.start, comment) if a.registers]
    if len(operands) != 1 or operands[0].registers[0].address in _INDIRECT or reading.anchors(comment, passage.end):
        return
    words = reading.lowered(comment, passage.end)
    found = find_concepts(words)
    own = {r.address for r in operands[0].registers}
    own |= {address + 1 for address in own}
    if (
        len(found) != 1
        or found[0].weak
        or "?" in words
        or re.search(r"\bnot\b|n't\b|\bbefore\b|\bafter\b|\bduring\b", words)
    ):
        return
    lead, concept = _COMMENT_LEAD.match(words), found[0]
    if lead is None or lead.end() < concept.start or not _COMMENT_TAIL.fullmatch(words, concept.end):
        return
    code = reading.code(passage)
    if len(code) != 1 or code[0].mnemonic not in _STORES:
        return
    register = operands[0].registers[0]
    verdict: ClaimVerdict = "supported" if concept.addresses & own else "contradicted"
    yield reading.claim(
        PURPOSE, verdict, operands[0].start, comment + concept.end, address=register.address, name=register.name,
        truth=_truth(register),
    )  # fmt: skip


def _truth(register: Register) -> str:
    return f"{register.name} ({register.label}) is for {register.purpose}."
