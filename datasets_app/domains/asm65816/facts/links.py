"""What the words between an address and a name say: that they belong together, that they do not, or nothing."""

from __future__ import annotations

import re

LINKED, DENIED, SILENT = "linked", "denied", "silent"

_PLAIN_WORDS = """
is are was being be the a an as at of in on under it its it's this that which who called named name names known also
register registers hardware ppu cpu apu dma snes port address addresses located found lives sits resides live sit
reside mapped maps corresponds refers belongs means stands goes by has having answers label labelled symbol mnemonic
byte memory i.e aka equ bus mmio io identified identifies exactly simply officially commonly usually often would will
must should might may could probably can you reached accessed accessible available here where home one offset location
position identifier short for abbreviated assigned points equals holds carries bears houses hosts spelled written
listed we find finds get gets
"""
_PLAIN = frozenset(_PLAIN_WORDS.split())
# A gap of plain words links only when it has one of these; “$2100 of VMAIN” says nothing.
_CORE = re.compile(
    r"\b(?:is|are|was|be|being|at|called|named|known|name|equ|equals|aka|i\.e|lives?|sits?|resides?|located|found|mapped|maps"
    r"|corresponds|refers|belongs|means|stands|goes|answers|identifie[sd]|holds|carries|bears|houses|hosts|points"
    r"|assigned|label|labelled|find|finds)\b|[=:(|–—→\[]|->| -+ |,.*\w"
)
# Verbs that say where or what a register is when they follow its address; after its name they speak of its value.
_OF_VALUE = re.compile(r"\b(?:holds|carries|bears|houses|hosts|means|stands|has(?! (?:the )?address)|having)\b")
# An address where no register lives may be a value; it counts only in words that speak of a place.
_OF_PLACE = re.compile(r"\b(?:at|address|lives?|sits?|resides?|located|mapped|maps|called|named|is)\b")
_BREAKS = re.compile(
    r"\b(?:from|then|and|or|before|after|while|when|whenever|if|unless|until|with|plus|but|so|because|into|onto|using|via"
    r"|versus|vs|like|than|see|next|previous|every|each|other|another|needs?|follows?|followed|precedes?|behind|beside"
    r"|through|between|both|without|unlike|to)\b"
)
_TO_WITH_VERB = re.compile(
    r"\b(?:maps?|mapped|corresponds?|refers?|belongs?|points?|assigned|answers?|set|equal|goe?s?)\s+to\b"
)
_AND_WITH_VERB = re.compile(r",?\s*\band (?=(?:is|lives|sits|resides|has|goes|can|answers)\b)")
_AND_OF_ADJECTIVES = re.compile(r"\b(?:read(?:able)?|writ(?:e|able|eable)),? and (?=(?:read|writ)e?(?:able)?\b)")
_DENIAL = re.compile(r"\b(?:not|never|neither|nor|no longer|rather than|instead of|cannot)\b|n't\b")
_MIXED_UP = re.compile(r"\b(?:to be |be )?(?:confused?|mixed? up|mistaken?)\b(?: with| for)?")
_DENYING_START = re.compile(
    r"\b(?:(?:not true|untrue|false|wrong|incorrect|mistake|mistaken|myth|error)"
    r"(?: it is)? (?:that|to (?:say|think|call|assume))"
    r"|(?:do not|don't|never) (?:say|think|assume|believe|call))\b[^,;:]*$"
)

_NAME_AFTER = re.compile(r"(?:\b(?:is|are|called|named|known as|name is|register|port)|[:=])\s*(?:the |a )?$")
_STARTS_NOUN = re.compile(
    r"^\s*(?:(?:is|are|was|,|[:=–—-]|\()\s*(?:the|a|an|our)\b|,\s*(?:which|that)\b|(?:which|that)\b)"
)
_ADDRESS_AFTER = re.compile(
    r"\b(?:(?:is|lives|sits|resides|located|found|mapped|reached|accessed|available)(?: in memory)? (?:at|under|as)"
    r"|at address|address (?:is|of))\s*(?:the )?(?:address )?$"
)
_NOUN_AT = re.compile(r"\b(?:register|port)(?: is)? at\s*(?:address )?$")
_TAIL_DENIED = re.compile(
    r"^\s*(?:[,;:–—(-]|and|but)*\s*(?:it is|it's|is)?\s*(?:not|never|rather than|instead of|nor)\b"
)
_TAIL_LINKED = re.compile(
    r"^\s*(?:,|;|–|—)?\s*(?:but|but rather|rather|(?:but )?it is|(?:but )?it's)(?: at| in fact| actually)?\s*$"
)
_LIST = re.compile(r"\s*(?:[,/&+]|and|or|,\s*and|through|to|nor|-|–)?\s*")
_BARE_SUBJECT = re.compile(r"\s*(?:(?:yes,? )?(?:that|it|this)(?:'s| is| would be| must be))?\s*")
_OPEN_SUBJECT = re.compile(
    r"(?:^|\b(?:the|register|registers|hardware|ppu|cpu|dma|port|address|at|called|named|a|an)|[,:(|])\s*$"
)
_MARKDOWN = re.compile(r"[*_`\"“”‘’~]|(?<!\w)'|'(?!\w)")


def clean(gap: str) -> str:
    """Lower-case a gap without its markdown and quotes."""
    return _MARKDOWN.sub("", gap.replace("’", "'")).lower()


def judge_gap(gap: str, kind: str, before: str = "") -> str:
    """Say what a gap means between two mentions: LINKED, DENIED or SILENT.

    `kind` is what stands after the gap (address or name), `before` the words before the first mention.
    """
    words = clean(gap)
    if not words.strip():
        return LINKED
    if words.strip() == "," and _BARE_SUBJECT.fullmatch(clean(before)):
        return LINKED
    if "?" in words or ")" in words:
        return SILENT
    if kind == "address" and _OF_VALUE.search(words):
        return SILENT
    denied = bool(_DENIAL.search(words))
    rest = _TO_WITH_VERB.sub("is", _AND_WITH_VERB.sub(" ", _MIXED_UP.sub("is", _DENIAL.sub("is", words))))
    rest = _AND_OF_ADJECTIVES.sub(" ", rest)
    if _BREAKS.search(rest):
        return SILENT
    if not (_all_plain(rest) and _CORE.search(rest)) and not _described(rest, kind, clean(before)):
        return SILENT
    return DENIED if denied else LINKED


def speaks_of_place(gap: str) -> bool:
    """Say whether a gap is about where something is, so that “INIDISP is at $8000” is a claim and “= $8000” a value."""
    return bool(_OF_PLACE.search(clean(gap)))


def is_weak(gap: str) -> bool:
    """Say whether a gap links by its comma alone, as in “, the”."""
    words = clean(gap)
    return "," in words and not _CORE.search(words.replace(",", " "))


def is_list_gap(gap: str) -> bool:
    """Say whether a gap only enumerates: comma, slash, and."""
    return bool(_LIST.fullmatch(clean(gap)))


def judge_tail(gap: str) -> str:
    """Say what a second mention of the same kind means for the subject: “, not X” DENIED, “but X” LINKED."""
    words = clean(gap)
    if _TAIL_DENIED.match(words):
        return DENIED
    return LINKED if _TAIL_LINKED.match(words) else SILENT


def denies_what_follows(before: str) -> bool:
    """Say whether a sentence's start turns what follows round: “It is not true that …”, “neither …”."""
    words = clean(before)
    return bool(_DENYING_START.search(words) or re.search(r"(?:\b(?:neither|never|not)|n't)\s*(?:the |a )?$", words))


def _all_plain(words: str) -> bool:
    return all(word in _PLAIN for word in re.findall(r"[a-z][a-z'.]*(?<!\.)", words))


def _described(words: str, kind: str, before: str) -> bool:
    """Say whether a gap with a description inside still links, as in “, the screen display register at”."""
    if not _OPEN_SUBJECT.search(before):
        return False
    if kind == "name":
        ends_in_noun = bool(re.search(r"\b(?:register|port)\s*$", words))
        return bool(_NAME_AFTER.search(words)) and (not ends_in_noun or bool(_STARTS_NOUN.search(words)))
    if _ADDRESS_AFTER.search(words):
        return True
    return bool(_NOUN_AT.search(words) and _STARTS_NOUN.search(words)) or bool(re.search(r"\bregister\s*\($", words))
