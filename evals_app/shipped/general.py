"""General ability, apart from the domain: what training must not destroy. Numbers, words, order, doing as one is told.

Every question is drawn with a fixed seed and its answer computed; it needs no knowledge that a small model may lack.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Callable

from evals_app.shipped.cases import choice, exact, number, user
from evals_app.suites import CaseDraft

COUNT = 8  # of each kind
_WORDS = [
    "garden",
    "window",
    "copper",
    "silver",
    "planet",
    "bridge",
    "candle",
    "forest",
    "marble",
    "ribbon",
    "hammer",
    "pencil",
    "island",
    "orange",
    "winter",
]
_SORTS = {
    "a fruit": ("apple", "pear", "banana", "melon"),
    "a tool": ("hammer", "saw", "wrench", "chisel"),
    "an animal": ("horse", "otter", "falcon", "rabbit"),
    "a colour": ("red", "blue", "green", "yellow"),
    "a musical instrument": ("violin", "flute", "drum", "trumpet"),
}


def cases() -> list[CaseDraft]:
    """All cases of the suite."""
    kinds: tuple[Callable[[random.Random, int], CaseDraft], ...] = (
        _sum, _product, _story, _greatest, _series, _weekday, _sort_of, _backwards, _repeated, _sorted, _letters
    )  # fmt: skip
    return [kind(random.Random(f"general:{kind.__name__}:{at}"), at) for kind in kinds for at in range(COUNT)]


def _sum(rng: random.Random, at: int) -> CaseDraft:
    a, b, c = (rng.randrange(10, 200) for _ in range(3))
    return number(f"sum/{at}", "Arithmetic", f"sum {at}", f"What is {a} + {b} - {c}?", a + b - c)


def _product(rng: random.Random, at: int) -> CaseDraft:
    a, b = rng.randrange(6, 20), rng.randrange(6, 13)
    return number(f"product/{at}", "Arithmetic", f"product {at}", f"What is {a} times {b}?", a * b)


def _story(rng: random.Random, at: int) -> CaseDraft:
    boxes, each, gone = rng.randrange(3, 9), rng.randrange(4, 12), rng.randrange(1, 10)
    asked = f"A shop gets {boxes} boxes of {each} lamps each and sells {gone} lamps. How many lamps are left?"
    return number(f"story/{at}", "Arithmetic", f"story {at}", asked, boxes * each - gone)


def _greatest(rng: random.Random, at: int) -> CaseDraft:
    values = rng.sample(range(100, 1000), 4)
    right = max(values)
    asked = "Which of these numbers is the greatest?"
    return choice(
        f"greatest/{at}", "Comparing", f"greatest {at}", asked, str(right), [str(v) for v in values if v != right]
    )


def _series(rng: random.Random, at: int) -> CaseDraft:
    first, step = 10 * at + rng.randrange(1, 10), rng.randrange(2, 9)
    row = [first + step * place for place in range(5)]
    asked = f"{', '.join(map(str, row[:4]))}: which number comes next?"
    return number(f"series/{at}", "Comparing", f"series {at}", asked, row[4])


def _weekday(rng: random.Random, at: int) -> CaseDraft:
    day, later = rng.randrange(7), rng.randrange(2, 6)
    names = list(calendar.day_name)
    right = names[(day + later) % 7]
    asked = f"Today is {names[day]}. Which day of the week is it in {later} days?"
    wrong = [names[(day + later + step) % 7] for step in (1, 6, 2)]
    return choice(f"weekday/{at}", "Everyday facts", f"weekday {at}", asked, right, wrong)


def _sort_of(rng: random.Random, at: int) -> CaseDraft:
    kind = list(_SORTS)[at % len(_SORTS)]
    right = rng.choice(_SORTS[kind])
    wrong = [rng.choice(words) for other, words in _SORTS.items() if other != kind][:3]
    return choice(f"sort/{at}", "Everyday facts", f"sort {at}", f"Which of these is {kind}?", right, wrong)


def _backwards(rng: random.Random, at: int) -> CaseDraft:
    letters = "".join(rng.sample("ABCDEFGHJKLMNPRSTUVXYZ", 4))
    asked = f"Write the letters {letters} in the opposite order, without spaces, and nothing else."
    return exact(f"backwards/{at}", "Doing as told", f"backwards {at}", asked, [letters[::-1]])


def _repeated(rng: random.Random, at: int) -> CaseDraft:
    word, times = _WORDS[at], rng.randrange(2, 5)
    line = ", ".join([word] * times)
    asked = f"Write the word {word} exactly {times} times in one line, separated by commas, and nothing else."
    pattern = rf"(?i)\A\s*{word}(?:,\s*{word}){{{times - 1}}}\W*\Z"
    return CaseDraft(
        f"repeated/{at}", "Doing as told", f"repeated {at}", user(asked), {"pattern": pattern}, [], "regex", [line]
    )


def _sorted(rng: random.Random, at: int) -> CaseDraft:
    words = rng.sample(_WORDS, 4)
    asked = f"Put these words into alphabetical order, separated by commas, and write nothing else: {', '.join(words)}"
    line = ", ".join(sorted(words))
    return exact(f"sorted/{at}", "Doing as told", f"sorted {at}", asked, [line, line.replace(", ", ",")])


def _letters(_rng: random.Random, at: int) -> CaseDraft:
    word = _WORDS[-1 - at]
    return number(
        f"letters/{at}", "Doing as told", f"letters {at}", f"How many letters has the word {word}?", len(word)
    )
