"""One of several options: `{"options": [..], "right": index}`. The model sees them as A) B) C) (see `with_options`).

An answer is a letter as it was shown, or an option's text. A letter goes before texts, because a reason may well name
other options. Denied ones do not count. Several different ones are a contradiction, which earns nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from evals_app.scorers.base import Asked, Expected, Scored, Scorer, Tone, clean_spans
from evals_app.scorers.words import as_word, is_denied

# Eight at most: the letter I would be taken for the word.
LETTERS = "ABCDEFGH"
_LIST = r"([A-H](?:\s*(?:,|/|&|,?\s+and|,?\s+or)\s*[A-H](?![\w']))*)"
# A letter that is marked as one: "A" alone is also an article, and A, B and D are registers of the CPU.
_MARKED = re.compile(
    r"^[^\w\n]*([A-Ha-h])[^\w\n]*$"  # all there is in a line
    # What a line begins with: B) (B) [B] **B.** B: and all of A) B) C)
    r"|^[ \t>#*_(\[\"'`-]*([A-Ha-h](?:[*_`]*[)\]:.]?[ \t,/&]+[A-H](?=[*_`]*[)\]:.]))*)[*_`]*(?:[)\]:](?!\w)|\.(?=\s|$))"
    r"|^[ \t]*([A-H])[ \t]+[-–—=][ \t]"  # B - VMAIN
    r"|\b(?i:answer|option|choice|letter|correct|right|choose|pick|select)s?(?:\s{1,3}(?:one|option|answer|letter))?"
    rf"(?:\s{{1,3}}(?:is|are|would be|must be))?\s{{0,3}}[:=]?\s{{0,3}}[*_(\[\"'`]{{0,3}}{_LIST}(?![\w'])",
    re.MULTILINE,
)
_BETWEEN = re.compile(r"[\s()\[\].,:*_`\"'=–—-]*")
_LISTED = re.compile(r"(?<![\w'])[A-H][)\]][ \t*_`]*\Z")  # a letter right before a text
Place = tuple[int, int, int]  # the option's index, start, end


def with_options(question: str, options: Sequence[str]) -> str:
    """The question as a model is asked it: its options below it, each with its letter."""
    rows = [f"{letter}) {option}" for letter, option in zip(LETTERS, options, strict=False)]
    return "\n".join([question, *rows])


def score(expected: Expected, answer: str) -> Scored:
    """1 for the right option alone, 0 for another one or several; None where no option can be read."""
    options, right = [str(option) for option in expected["options"]], int(expected["right"])
    found = _chosen(options, answer)
    said = {index for index, *_ in found}
    tones: dict[bool, Tone] = {True: "supported", False: "contradicted"}
    evidence = clean_spans(answer, [(start, end, tones[index == right]) for index, start, end in found])
    if not said:
        return Scored(None, explanation="It settles on none of the options.")
    if len(said) > 1:
        named = ", ".join(LETTERS[index] for index in sorted(said))
        return Scored(0.0, evidence=evidence, explanation=f"It chooses several options: {named}.")
    chosen = said.pop()
    why = f"It chooses {_named(options, chosen)}; right is {_named(options, right)}."
    return Scored(float(chosen == right), options[chosen][:200], evidence, why[:300])


def problem(expected: Expected) -> str:
    """A case needs two to eight different options and says which is right."""
    options, right = expected.get("options"), expected.get("right")
    if not isinstance(options, list) or not all(isinstance(option, str) and option.strip() for option in options):
        return "its options must be a list of texts"
    if not 2 <= len(options) <= len(LETTERS):
        return f"it must have 2 to {len(LETTERS)} options"
    if len({option.strip().casefold() for option in options}) < len(options):
        return "two of its options are the same"
    if not isinstance(right, int) or isinstance(right, bool) or not 0 <= right < len(options):
        return "its right must be the place of an option, counted from 0"
    return ""


def asked(expected: Expected) -> Asked:
    """The right option's text: a table then shows which options are taken for it."""
    right = str(expected["options"][expected["right"]])[:200]
    return Asked(right, right)


def _chosen(options: Sequence[str], answer: str) -> list[Place]:
    return _read(options, _without_the_question(options, answer)) or _read(options, answer)


def _without_the_question(options: Sequence[str], answer: str) -> str:
    """The answer with blanks where it repeats the whole list of options, letter by letter."""
    text = answer
    for letter, option in zip(LETTERS, options, strict=False):
        row = rf"^[ \t>*(\[-]*{letter}[)\].:* \t]+{as_word(option).pattern}[ \t*.,;]*$"
        match = re.search(row, text, re.MULTILINE | re.IGNORECASE)
        if match is None:
            return answer
        text = text[: match.start()] + re.sub(r"[^\n]", " ", match[0]) + text[match.end() :]
    return text


def _read(options: Sequence[str], answer: str) -> list[Place]:
    letters, texts = list(_letters(options, answer)), _texts(options, answer)
    if not letters:
        return texts
    # "B) VMAIN" where VMAIN is A: letter and text contradict each other. "A) VMAIN B) CGADD" on one line is both.
    beside = [
        text
        for text in texts
        if _LISTED.search(answer, 0, text[1])
        or any(behind <= text[1] and _BETWEEN.fullmatch(answer, behind, text[1]) for _, _, behind in letters)
    ]
    return [*letters, *beside]


def _letters(options: Sequence[str], answer: str) -> Iterator[Place]:
    for match in _MARKED.finditer(answer):
        group = next(number for number, text in enumerate(match.groups(), 1) if text)
        for letter in re.finditer(r"(?<!\w)[A-Ha-h](?!\w)", match[group]):
            start = match.start(group) + letter.start()
            index = LETTERS.index(letter[0].upper())
            if index < len(options) and not is_denied(answer, start, start + 1 + _mark_behind(answer, start + 1)):
                yield index, start, start + 1


def _mark_behind(answer: str, at: int) -> int:
    """How many characters of the letter's own mark stand behind it."""
    return len(answer[at:]) - len(answer[at:].lstrip(")].*_`\"'"))


def _texts(options: Sequence[str], answer: str) -> list[Place]:
    """The options' texts that are said and not denied; a longer text hides a shorter one within it."""
    found: list[Place] = []
    for index in sorted(range(len(options)), key=lambda index: -len(options[index])):
        for match in as_word(options[index]).finditer(answer):
            if not any(start <= match.start() and match.end() <= end for _, start, end in found):
                found.append((index, *match.span()))
    return [place for place in found if not is_denied(answer, *place[1:])]


def _named(options: Sequence[str], index: int) -> str:
    return f"{LETTERS[index]}) {options[index][:100]}"


CHOICE = Scorer("choice", "Choice of options", "1", score, problem, asked)
