"""Gates that read what the rows say."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from training_app.gates.finding import Finding, Place, found
from training_app.gates.rows import Row

Splits = Mapping[str, Sequence[Row]]
# One opening for half of the answers is a form that is learnt in place of the subject: an expert trained on 123 samples
# that all began with a register's name called every register by one of them (model-status, Veran Cloud v2).
OPENING, OPENING_WORDS, COLLAPSED, FEWEST = 300, 3, 0.5, 20
CONTRADICTED = 0.05
# What chat templates of the known families write between turns; in a text it is the rest of another model's template.
FOREIGN = (
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|begin_of_text|>",
    "<|start_header_id|>",
    "<start_of_turn>",
    "<end_of_turn>",
    "[INST]",
    "[/INST]",
    "<<SYS>>",
    "<|assistant|>",
    "<|user|>",
)
FENCE_LINE = re.compile(r"\A\s*(?:```+|~~~+)[^\n]*")
FENCE = re.compile(r"^\s*(```+|~~~+)", re.MULTILINE)

EMPTY = Finding("empty", "An answer is empty", "Reject or mend these samples, and build another snapshot.", stops=True)
UNREADABLE = Finding(
    "unreadable", "The row is no conversation that ends with an answer", "Build the snapshot anew.", stops=True
)
ACROSS = Finding(
    "duplicates across",
    "The validation row stands in the training rows, too",
    "Validation then measures what was learnt by heart. Build the snapshot anew, so that duplicates share a split.",
    stops=True,
    may_be_meant=True,
)
WITHIN = Finding(
    "duplicates", "The row stands in the training rows a second time", "It weighs twice: keep one of each."
)
CONTRADICTS = Finding(
    "contradictions",
    "The same question has another answer in another row",
    "Look at both answers, and reject the worse one.",
)
COLLAPSE = Finding(
    "one form",
    "Answers begin alike",
    "The form is learnt in place of the subject. Add answers of other shapes, or cap this kind in the snapshot.",
)
SPECIAL = Finding(
    "special tokens",
    "A text holds a special token of this base, which ends or begins a turn when it is trained",
    "Edit it away, and build another snapshot.",
    stops=True,
    may_be_meant=True,
)
LEFT_OVER = Finding(
    "another template",
    "A text holds a marker of another model's chat template",
    "It is trained as text. Edit it away unless the sample is about such markers.",
)
FENCES = Finding(
    "fences",
    "An answer opens a block of code and does not close it",
    "It was cut off, most likely. Reject or mend these samples, and build another snapshot.",
    stops=True,
    may_be_meant=True,
)


def look_at_texts(splits: Splits, special: Iterable[str]) -> Iterator[Finding]:
    """All gates over the texts; `special` are the special tokens of the base, as text."""
    rows = [row for split in splits.values() for row in split]
    own = sorted(set(special) - {""})
    yield from _where(EMPTY, rows, lambda row: row.is_empty)
    yield from _where(UNREADABLE, rows, lambda row: bool(row.problem) and not row.is_empty)
    whole = {name: [row for row in split if row.messages] for name, split in splits.items()}
    train, validation = whole.get("train", []), whole.get("validation", [])
    yield from _duplicates(train, validation)
    yield from _contradictions(train)
    yield from _collapse(train)
    yield from _where(SPECIAL, rows, lambda row: _holds(row, own))
    yield from _where(LEFT_OVER, rows, lambda row: _holds(row, [one for one in FOREIGN if one not in own]))
    yield from _where(FENCES, rows, lambda row: any(map(is_open, row.answers)))


def _where(gate: Finding, rows: Sequence[Row], bad: Callable[[Row], bool]) -> list[Finding]:
    return found(gate, [row.place for row in rows if bad(row)], len(rows))


def _duplicates(train: Sequence[Row], validation: Sequence[Row]) -> Iterator[Finding]:
    seen: set[tuple[str, ...]] = set()
    again: list[Place] = []
    for row in train:
        if row.whole in seen:
            again.append(row.place)
        seen.add(row.whole)
    yield from found(ACROSS, [row.place for row in validation if row.whole in seen], len(validation))
    yield from found(WITHIN, again, len(train))


def _contradictions(train: Sequence[Row]) -> list[Finding]:
    answers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for row in train:
        answers[row.prompt].add(row.whole[-1])
    told = [row.place for row in train if len(answers[row.prompt]) > 1]
    return found(CONTRADICTS, told, len(train)) if len(told) > CONTRADICTED * len(train) else []


def _collapse(train: Sequence[Row]) -> list[Finding]:
    openings = [opening(row.answers[-1]) for row in train]
    if len(train) < FEWEST:
        return []
    (most, count), *_ = Counter(openings).most_common(1)
    told = [row.place for row, one in zip(train, openings, strict=True) if one == most]
    gate = replace(COLLAPSE, text=f"Answers begin with “{most}”")
    return found(gate, told, len(train)) if most and count >= COLLAPSED * len(train) else []


def opening(answer: str) -> str:
    """The first words of an answer, names in capitals and numbers the same; of a block of code its first line inside.

    Where there are only such, as in code, they are told apart.
    """
    text = FENCE_LINE.sub("", answer, count=1)
    words = re.findall(r"[^\W\d_]+|[\d$#%][\w$#%]*", text[:OPENING])[:OPENING_WORDS]
    told = ["0" if not word.isalpha() or (word.isupper() and len(word) > 1) else word.lower() for word in words]
    return " ".join(told if set(told) - {"0"} else words).lower()


def _holds(row: Row, markers: Sequence[str]) -> bool:
    return any(marker in message["content"] for message in row.messages for marker in markers)


def is_open(answer: str) -> bool:
    """Whether a block of code in the answer is never closed: a fence closes by one of its kind, as long or longer."""
    opened = ""
    for fence in FENCE.findall(answer):
        if not opened:
            opened = fence
        elif fence.startswith(opened):
            opened = ""
    return bool(opened)
