"""Samples to review, made the way an import makes them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from datasets_app.models import Domain, GateVersion, Sample, Score, Source, SourceKind, SourceState, Text
from datasets_app.samples.adding import NewSample, add_samples

MakeSamples = Callable[..., list[Sample]]


@pytest.fixture
def source(db: None) -> Source:
    domain = Domain.objects.get(slug="asm65816")
    return Source.objects.create(
        domain=domain, kind=SourceKind.IMPORT, state=SourceState.ACTIVE, name="registers.jsonl"
    )


@pytest.fixture
def make_samples(source: Source) -> MakeSamples:
    """`make_samples(3)`: pending samples, told apart by the number in their text."""

    def make(count: int, *, of: Source | None = None, kind: str = "register") -> list[Sample]:
        texts = [Text(f"What is at ${0x2100 + i:04X}?", "", f"It is register number {i}.") for i in range(count)]
        return add_samples(of or source, [NewSample(text, kind=kind) for text in texts])

    return make


@pytest.fixture
def sample(make_samples: MakeSamples) -> Sample:
    return make_samples(1)[0]


@pytest.fixture
def score() -> Callable[[Sample, float | None], Score]:
    """`score(sample, 0.41)`: its current version's score under the current gate."""

    def make(sample: Sample, overall: float | None) -> Score:
        gate = GateVersion.objects.get(is_current=True)
        return Score.objects.create(version=sample.current, gate=gate, overall=overall, passes=False)

    return make
