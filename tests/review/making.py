"""Samples to review, made the way an import makes them."""

from __future__ import annotations

from collections.abc import Callable

from afsweb.core.models import User
from datasets_app.domains.base import get_domain
from datasets_app.models import (
    Domain,
    GateVersion,
    Sample,
    SampleVersion,
    Score,
    Source,
    SourceKind,
    SourceState,
    Text,
    Verdict,
)
from datasets_app.review.edit import edit
from datasets_app.samples.adding import NewSample, add_samples

MakeSamples = Callable[..., list[Sample]]


def make_source() -> Source:
    domain = Domain.objects.get(slug="asm65816")
    return Source.objects.create(
        domain=domain, kind=SourceKind.IMPORT, state=SourceState.ACTIVE, name="registers.jsonl"
    )


def make_samples_of(source: Source, count: int, *, kind: str = "register") -> list[Sample]:
    """Pending samples, told apart by the number in their text."""
    texts = [Text(f"What is at ${0x2100 + i:04X}?", "", f"It is register number {i}.") for i in range(count)]
    return add_samples(source, [NewSample(text, kind=kind) for text in texts])


def version(sample: Sample) -> SampleVersion:
    """The current version of a sample that was just made or read."""
    assert sample.current is not None
    return sample.current


def make_score(sample: Sample, overall: float | None) -> Score:
    """The score of its current version under the current gate."""
    gate = GateVersion.objects.get(is_current=True)
    return Score.objects.create(version=version(sample), gate=gate, overall=overall, passes=False)


def edited(user: User, sample_version: SampleVersion, text: Text) -> SampleVersion:
    """An edit whose text was verified since, as the job after it does: only such a text can be golden."""
    new, code = edit(user, sample_version, text), get_domain("asm65816")
    Verdict.objects.create(version=new, verifier=code.slug, verifier_version=code.verifier_version, level=0)
    return new
