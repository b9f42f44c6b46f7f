"""Those who are to be in a snapshot, as columns: a million take 130 MB this way, and ten times that as objects."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import QuerySet

from datasets_app.models import Decider, Sample

Ids = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

CHUNK = 20_000
# The key of what hangs together with nothing else.
ALONE = -1
COLUMNS = (
    "current_id",
    "pk",
    "source_id",
    "current__sha256",
    "current__normal_sha256",
    "group_id",
    "cluster",
    "domain__slug",
    "kind",
    "topic",
    "decided_by",
    "is_golden",
)


@dataclass(frozen=True)
class Members:
    """The samples of a snapshot to be, one place in every array for each; `len` is how many.

    `digest` is the sha256 of the text as four words, the highest first. Members with an equal `group`, `cluster` or
    `text` stay on one side of a split; -1 is nobody's. `kind` is a place in `kinds`, `topic` one in `topics`.
    """

    version: Ids
    sample: Ids
    source: Ids
    digest: Words
    text: Ids
    group: Ids
    cluster: Ids
    kind: Ids
    topic: Ids
    by_gate: Flags
    is_golden: Flags
    kinds: tuple[tuple[str, str], ...] = ()
    topics: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.version)

    def take(self, places: Ids) -> Members:
        """The members at these places, in this order."""
        arrays: dict[str, Any] = {name: of[places] for name, of in vars(self).items() if isinstance(of, np.ndarray)}
        return replace(self, **arrays)

    def in_order(self) -> Members:
        """The same in the order of their content, which is the same on every machine."""
        return self.take(np.lexsort((self.version, *self.digest.T[::-1])))

    def contents(self, places: Ids) -> Iterator[str]:
        """The sha256 of the texts at these places, in hexadecimal digits."""
        words = self.digest[places].astype(">u8").tobytes()
        return (words[start : start + 32].hex() for start in range(0, len(words), 32))


def read_members(samples: QuerySet[Sample], tell: Callable[[int], object] = lambda _done: None) -> Members:
    """What is to be divided, in one statement, so that it is one moment's truth; `tell` hears how many were read."""
    kinds, topics = Places(), Places()
    parts: list[tuple[npt.NDArray[Any], ...]] = []
    rows, done = samples.values_list(*COLUMNS).iterator(chunk_size=CHUNK), 0
    while chunk := list(islice(rows, CHUNK)):
        parts.append(_columns(chunk, kinds, topics))
        done += len(chunk)
        tell(done)
    columns: list[Any] = [np.concatenate(of) for of in zip(*(parts or [_columns([], kinds, topics)]), strict=True)]
    return replace(Members(*columns), kinds=tuple(kinds), topics=tuple(topics))


class Places(dict[Any, int]):
    """A place for each value, in the order in which they come."""

    def __missing__(self, value: Any) -> int:
        return self.setdefault(value, len(self))

    def of(self, values: Iterator[Any]) -> Ids:
        """The place of each of `values`."""
        return np.array([self[value] for value in values], dtype=np.int64)


def _columns(rows: Sequence[tuple[Any, ...]], kinds: Places, topics: Places) -> tuple[npt.NDArray[Any], ...]:
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * len(COLUMNS)
    version, sample, source, digests, texts, groups, clusters, domains, kind, topic, deciders, golden = columns
    return (
        np.array(version, dtype=np.int64),
        np.array(sample, dtype=np.int64),
        np.array(source, dtype=np.int64),
        digest_words(digests),
        digest_words(texts)[:, 0].view(np.int64),
        np.array([group_key(group) for group in groups], dtype=np.int64),
        np.array([ALONE if cluster is None else cluster for cluster in clusters], dtype=np.int64),
        kinds.of(zip(domains, kind, strict=True)),
        topics.of(iter(topic)),
        np.array([decider == Decider.GATE for decider in deciders], dtype=np.bool_),
        np.array(golden, dtype=np.bool_),
    )


def digest_words(digests: Sequence[str]) -> Words:
    """Hexadecimal sha256 as rows of four words. Keys take the first: of a million, two agree once in 30 million."""
    return np.frombuffer(bytes.fromhex("".join(digests)), dtype=">u8").astype(np.uint64).reshape(-1, 4)


def group_key(group: str) -> int:
    """A number for a group's name. Two names with one number would only keep more together than need be."""
    return int.from_bytes(hashlib.blake2b(group.encode(), digest_size=8).digest(), signed=True) if group else ALONE
