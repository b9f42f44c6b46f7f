"""Claims about hardware registers in a text: this address has this name. Each is checked against the register table.

Found in prose, tables, definitions and code comments, in both directions, with negation. Questions claim nothing. An
address beside several different names (“$2100 INIDISP VMAIN CGADD”, “$2100 is INIDISP or VMAIN”) is one `unknown`
claim: whoever names everything has named nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from datasets_app.domains.asm65816.facts.anchors import Anchor
from datasets_app.domains.asm65816.facts.links import (
    DENIED,
    LINKED,
    SILENT,
    denies_what_follows,
    is_list_gap,
    is_weak,
    judge_gap,
    judge_tail,
    speaks_of_place,
)
from datasets_app.domains.asm65816.facts.pairs import KIND, Group, claim, pair_groups
from datasets_app.domains.asm65816.facts.passages import Passage, line_at
from datasets_app.domains.asm65816.facts.reading import Reading
from datasets_app.domains.base import Claim

__all__ = ["KIND", "group_anchors", "name_claims"]

_NEAR = 200  # Characters before a mention that can bear on it; a bound, since some texts never end a sentence.
_PARENTHESIS = re.compile(r"\([^()]*\)")
_BARE_PLACE = re.compile(r"(?:\b(?:register|address|port|at|is|to|hex)\s+|[|:=(]\s*|^\s*)$")
_NAMED = re.compile(r"(?:\b(?:called|named|known as|name is|labell?ed|is)|=)\s*(?:the )?[`*“\"]*$")
_NAME_ENDS = re.compile(r"[`*”\"]*(?:\s+register\b|\s*[.,;)]|\s*$)")
_COMMENT_LEAD = re.compile(
    r"\s*(?:(?:write|set|store|read|clear|load|enable|start|to|from|via|through|the|a|in|into|select|use|is|this|register"
    r"|point|put|port|value|low|high|byte|word)\b\s*|[=:>(\[-]\s*)*"
)


def name_claims(text: str) -> list[Claim]:
    """Return every claim of an address-name pair in the text, in order, with its verdict."""
    return sorted(find_name_claims(Reading(text)), key=lambda c: (c.start, c.end))


def group_anchors(text: str, anchors: Sequence[Anchor]) -> list[Group]:
    """Put mentions of one kind that only a list separator parts into one group."""
    groups: list[Group] = []
    for anchor in anchors:
        if not _counts(text, anchor):
            continue
        last = groups[-1] if groups else None
        if last and last[0].kind == anchor.kind and is_list_gap(text[last[-1].end : anchor.start]):
            last.append(anchor)
        else:
            groups.append([anchor])
    return groups


def _counts(text: str, anchor: Anchor) -> bool:
    """Say whether a mention counts: bare digits, and names that no register has, only where the words say so."""
    before = text[max(0, anchor.start - 24) : anchor.start].lower()
    if anchor.bare:
        return bool(_BARE_PLACE.search(before))
    if anchor.kind == "name" and not anchor.registers:
        return bool(_NAMED.search(before) and _NAME_ENDS.match(text, anchor.end))
    return True


def find_name_claims(reading: Reading) -> Iterator[Claim]:
    """Yield the claims of address-name pairs in a text that was read."""
    for passage in reading.passages:
        if not passage.is_code:
            yield from _prose_claims(reading, passage.start, passage.end)
        elif passage.comment is not None and reading.named(passage.comment, passage.end):
            yield from _prose_claims(reading, passage.comment, passage.end)
            yield from _comment_claims(reading, passage, passage.comment)


def _prose_claims(reading: Reading, start: int, end: int) -> Iterator[Claim]:
    anchors = reading.named(start, end)
    if len(anchors) < 2:
        return
    text = reading.text
    sentence = text[start:end]
    if "(" in sentence:
        brackets = [(start + m.start(), start + m.end()) for m in _PARENTHESIS.finditer(sentence)]
        for opens, closes in brackets:
            yield from _parenthesis_claims(reading, start, opens, closes)
        # What stood in parentheses is done; the sentence is read on without it.
        sentence = _PARENTHESIS.sub(lambda m: " " * len(m[0]), sentence)
        anchors = [a for a in anchors if not any(opens <= a.start < closes for opens, closes in brackets)]
    for found in _linked(sentence, _unfolded(group_anchors(sentence, [a.moved(-start) for a in anchors]))):
        begin, stop = found.start + start, found.end + start
        yield replace(found, start=begin, end=stop, text=text[begin:stop], line=line_at(text, begin))


def _parenthesis_claims(reading: Reading, start: int, opens: int, closes: int) -> Iterator[Claim]:
    text = reading.text
    inside = group_anchors(text, reading.named(opens, closes))
    if len({group[0].kind for group in inside}) == 2:
        yield from _prose_claims(reading, opens + 1, closes - 1)
        return
    start = max(start, opens - _NEAR)
    before = group_anchors(text, reading.named(start, opens)) if inside else []
    if not inside or not before or before[-1][0].kind == inside[0][0].kind:
        return
    owner, named = before[-1], inside[0]
    verdict = judge_gap(text[owner[-1].end : named[0].start], named[0].kind, text[start : owner[0].start])
    if verdict != SILENT and all(anchor.registers for anchor in (*owner, *named)):
        yield from pair_groups(text, owner, named, denied=verdict == DENIED, nearest=True)


def _linked(text: str, groups: list[Group]) -> Iterator[Claim]:
    """Read a sentence's groups from left to right; the left one of a linked pair is the subject of what follows."""
    subject: Group | None = None
    taken = -1
    for i, (left, right) in enumerate(pairwise(groups)):
        if left[0].kind == right[0].kind:
            tail = judge_tail(text[left[-1].end : right[0].start])
            if subject and tail != SILENT and subject[0].kind != right[0].kind:
                yield from pair_groups(text, subject, right, denied=tail == DENIED)
            continue
        verdict = SILENT if i == taken else _judge(text, groups, i)
        subject = None if verdict == SILENT else left
        if subject:
            taken = i + 1
            yield from pair_groups(text, left, right, denied=verdict == DENIED)


def _judge(text: str, groups: list[Group], i: int) -> str:
    left, right = groups[i], groups[i + 1]
    gap = text[left[-1].end : right[0].start]
    before = text[groups[i - 1][-1].end if i else 0 : left[0].start]
    verdict = judge_gap(gap, right[0].kind, before)
    if not speaks_of_place(gap) and not all(a.registers for a in (*left, *right) if a.kind == "address"):
        return SILENT
    if verdict == LINKED and is_weak(gap) and i + 2 < len(groups) and groups[i + 2][0].kind == left[0].kind:
        # “the INIDISP register, $2105 BGMODE”: a bare comma gives way to a link that the right one has itself.
        onward = text[right[-1].end : groups[i + 2][0].start]
        if not is_weak(onward) and judge_gap(onward, left[0].kind, "") != SILENT:
            return SILENT
    if verdict != SILENT and denies_what_follows(text[max(0, left[0].start - _NEAR) : left[0].start]):
        return LINKED if verdict == DENIED else DENIED
    return verdict


def _unfolded(groups: list[Group]) -> list[Group]:
    """Split “$2100 is INIDISP, VMAIN is $2115”: the comma there parts two statements and lists nothing."""
    result: list[Group] = []
    for i, group in enumerate(groups):
        ends = (groups[i - 1] if i else None, groups[i + 1] if i + 1 < len(groups) else None)
        between = all(end and len(end) == 1 and end[0].kind != group[0].kind for end in ends)
        result += [[group[0]], [group[1]]] if len(group) == 2 and between else [group]
    return result


def _comment_claims(reading: Reading, passage: Passage, comment: int) -> Iterator[Claim]:
    """A comment names the operand: `STA $2100 ; INIDISP`. A wrong name counts only where it leads the comment."""
    text = reading.text
    code = [a for a in reading.named(passage.start, comment) if a.registers]
    said = [a for a in reading.named(comment, passage.end) if a.registers and not a.bare]
    if len(code) != 1 or not said or any(a.kind == code[0].kind for a in said):
        return
    matching = _reached(code[0], said)
    lead = _COMMENT_LEAD.match(text[comment : said[0].start].lower())
    if matching:
        for anchor in matching:
            address, name = (code[0], anchor) if anchor.kind == "name" else (anchor, code[0])
            yield claim(text, address, name, verdict="supported")
    elif lead and lead.end() == said[0].start - comment:
        address, name = (code[0], said[0]) if said[0].kind == "name" else (said[0], code[0])
        yield claim(text, address, name)


def _reached(operand: Anchor, said: list[Anchor]) -> list[Anchor]:
    """Return the mentions that an access reaches; the register after its operand only beside the operand's own name."""
    own = {r.address for r in operand.registers}
    if not any(own & {r.address for r in a.registers} for a in said):
        return []
    reached = own | {address + 1 for address in own}
    return [a for a in said if reached & {r.address for r in a.registers}]
