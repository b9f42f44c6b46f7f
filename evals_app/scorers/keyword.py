"""The share of expected words that an answer says of itself: as whole words, in a sentence, and not denied.

`{"keywords": [..], "any_of": [[..]], "forbidden": [..]}`: each keyword counts, of each group in `any_of` one is enough,
and a forbidden word that is said makes the whole worth nothing. The last two may be left out. It reads no meaning:
whoever knows the words can still fool it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from evals_app.scorers.base import Asked, Expected, Scored, Scorer, Tone, clean_spans
from evals_app.scorers.words import is_denied, places

# Words that make a statement of a list of terms: so many terms without any of them say nothing.
LIST = 3
_STATES = re.compile(
    r"\b(?:a|an|the|is|are|was|be|it|its|this|that|to|of|in|on|for|from|with|by|as|at|has|have|holds?|sets?|uses?|does|"
    r"do|can|must|when|which|you|not)\b|[:=]",
    re.IGNORECASE,
)


def score(expected: Expected, answer: str) -> Scored:
    """Words and groups that are said / those expected, 0 with a forbidden word; None for an empty answer."""
    if not answer.strip():
        return Scored(None, explanation="The answer is empty.")
    groups = [[word] for word in _listed(expected, "keywords")] + [list(of) for of in expected.get("any_of", [])]
    forbidden = _listed(expected, "forbidden")
    spans = [span for group in groups for word in group for span in _spans(answer, word, "supported")]
    spans += [span for word in forbidden for span in _spans(answer, word, "contradicted")]
    said = [group for group in groups if any(_is_said(answer, word) for word in group)]
    value, why = _judge(answer, groups, said, [word for word in forbidden if _is_said(answer, word)])
    return Scored(value, evidence=clean_spans(answer, spans), explanation=why[:300])


def problem(expected: Expected) -> str:
    """A case needs words, groups of words or both."""
    for name in ("keywords", "forbidden"):
        if name in expected and not _are_words(expected[name]):
            return f"its {name} must be a list of words"
    groups = expected.get("any_of", [])
    if not isinstance(groups, list) or not all(_are_words(group) for group in groups):
        return "its any_of must be lists of words"
    return "" if groups or "keywords" in expected else "its keywords must be a list of words"


def asked(_expected: Expected) -> Asked | None:
    """Words have no single right answer."""
    return None


def _judge(
    answer: str, groups: Sequence[Sequence[str]], said: Sequence[Sequence[str]], forbidden: Sequence[str]
) -> tuple[float, str]:
    if forbidden:
        return 0.0, f"It says {', '.join(forbidden)}, which it must not."
    if len(said) >= LIST and not _STATES.search(answer):
        return 0.0, "It lists words and states nothing with them."
    missing = [" or ".join(group) for group in groups if group not in said]
    left = f"; not said, or denied: {', '.join(missing)}" if missing else ""
    return len(said) / len(groups), f"{len(said)} of {len(groups)} words{left}."


def _is_said(answer: str, word: str) -> bool:
    return any(not is_denied(answer, *place) for place in places(word, answer))


def _spans(answer: str, word: str, tone: Tone) -> list[tuple[int, int, Tone]]:
    return [(*place, "unknown" if is_denied(answer, *place) else tone) for place in places(word, answer)]


def _listed(expected: Expected, name: str) -> list[str]:
    return [str(word) for word in expected.get(name, [])]


def _are_words(words: object) -> bool:
    return isinstance(words, list) and bool(words) and all(isinstance(word, str) and word.strip() for word in words)


KEYWORD = Scorer("keyword", "Keywords", "2", score, problem, asked)
