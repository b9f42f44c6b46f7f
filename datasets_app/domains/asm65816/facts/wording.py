"""Words that several kinds of claim read the same way: numbers, denials, widths, what stands before an instruction."""

from __future__ import annotations

import re

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"a single": 1, "a": 1, "an": 1, "single": 1}
NUMBER = r"(?:\d+|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|a\ single|single|an?)"

DENIAL = re.compile(r"\b(?:not|never|neither|nor|no longer|rather than|instead of|cannot)\b|n't\b")
_DENYING_START = re.compile(
    r"\b(?:(?:not true|untrue|false|wrong|incorrect|mistake|mistaken|myth|error)"
    r"(?: it is)? (?:that|to (?:say|think|call|assume))"
    r"|(?:do not|don't|never) (?:say|think|assume|believe|call))\b[^,;:]*$"
)
# What an instruction after these words takes part in has a size or an effect of its own.
_PART_OF = re.compile(
    r"\b(?:with|of|using|via|from|by|around|plus|after|before|for|through|to|replacing|than|in|like|without|between|until"
    r"|per|followed|unlike|loop|versus|vs)\s*(?:the |an? |each |every )?(?:instruction )?[`*\"“]*$"
)
_WHOLE = re.compile(
    r"\b(?:size|length|cost|time|duration|timing|bytes?|cycles?|opcode|encoding|count) (?:of|for|in) (?:the |an? )?"
    r"(?:instruction |opcode )?[`*\"“]*$"
)
_WIDE = re.compile(r"\b(?:16|sixteen)[- ]?bits?\b")
_NARROW = re.compile(r"\b(?:8|eight)[- ]?bits?\b")
_INDEX = re.compile(r"\b(?:index|indexes|x/y|x and y|x|y)\b")
_MARKDOWN = re.compile(r"[*_`\"“”‘~]|(?<!\w)['’]|['’](?!\w)")


def clean(text: str) -> str:
    """Lower-case a stretch of text without its markdown and quotes."""
    return _MARKDOWN.sub("", text).replace("’", "'").lower()


def number_of(word: str) -> int:
    """Read a number in digits or words."""
    word = " ".join(word.lower().split())
    return int(word) if word.isdigit() else NUMBER_WORDS[word]


def denies(before: str) -> bool:
    """Say whether the start of a sentence turns what follows round: “It is not true that …”."""
    return bool(_DENYING_START.search(clean(before)))


def is_part(before: str) -> bool:
    """Say whether an instruction only takes part in what the sentence is about: “a loop with DEX”, “JSR and RTS”."""
    words = clean(before[-60:])
    return bool(_PART_OF.search(words)) and not _WHOLE.search(words)


def widths_in(words: str) -> tuple[bool | None, bool | None]:
    """Read which widths a sentence is about: (m, x), True for 8 bits, None where it leaves them open."""
    wide, narrow = bool(_WIDE.search(words)), bool(_NARROW.search(words))
    if wide == narrow:
        return None, None
    index, accumulator = (
        bool(_INDEX.search(words)),
        bool(re.search(r"\b(?:accumulator|16-bit a|8-bit a|memory)\b", words)),
    )
    if index and not accumulator:
        return None, narrow
    return narrow, (None if accumulator and not index else narrow)
