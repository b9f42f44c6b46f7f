"""A snapshot has the preference pairs of its samples, on the side of the split where the chosen answer is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from afsweb.core.artifacts import artifact_path
from afsweb.core.models import Role, User
from datasets_app.models import Sample, SampleState, Snapshot, SnapshotState, Source, Text
from datasets_app.preferences.pairs import choose, take_back
from datasets_app.purge.purging import start_purge
from datasets_app.samples.adding import NewSample, add_samples
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.card import card_of
from datasets_app.snapshots.choosing import Selection
from tests.datasets.conftest import folders, run_job
from tests.review.making import make_source
from training_app.trainer.pairs import PAIRS, VALIDATION_PAIRS, read_pairs

__all__ = ["folders"]
pytestmark = pytest.mark.django_db
WORD = "zyzzyva"


@pytest.fixture
def reviewer(db: None) -> User:
    return User.objects.create(username="ann", role=Role.REVIEWER)


@pytest.fixture
def source(folders: Any) -> Source:
    return make_source()


@pytest.fixture
def samples(source: Source) -> list[Sample]:
    """Six accepted answers to six questions, and after them a rejected one to each."""
    asked = [f"What is at $21{number:02}?" for number in range(6)]
    good = [NewSample(Text(question, "", f"Register {number}.")) for number, question in enumerate(asked)]
    bad = [NewSample(Text(question, "", f"{WORD} {number}")) for number, question in enumerate(asked)]
    made = [one.pk for one in add_samples(source, [*good, *bad])]
    Sample.objects.filter(pk__in=made[:6]).update(state=SampleState.ACCEPTED)
    Sample.objects.filter(pk__in=made[6:]).update(state=SampleState.REJECTED)
    return list(Sample.objects.filter(pk__in=made).select_related("current", "source").order_by("pk"))


def prefer(user: User, samples: list[Sample], number: int) -> Any:
    chosen, rejected = samples[number].current, samples[number + 6].current
    assert chosen is not None
    assert rejected is not None
    return choose(user, chosen, rejected)


def build(name: str, share: float = 0.0) -> Snapshot:
    snapshot = start_snapshot(Plan(name, Selection({"domain": "asm65816"}), share), by=None)
    assert snapshot.job
    run_job(snapshot.job)
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.READY, snapshot.error
    return snapshot


def folder_of(snapshot: Snapshot) -> Path:
    assert snapshot.artifact is not None
    return artifact_path(snapshot.artifact)


def test_the_trainer_reads_its_pairs(samples: list[Sample], reviewer: User) -> None:
    prefer(reviewer, samples, 0)
    prefer(reviewer, samples, 3)
    snapshot = build("pairs")
    chosen, rejected = read_pairs(folder_of(snapshot) / PAIRS, required=True)
    assert {row[-1]["content"] for row in chosen} == {"Register 0.", "Register 3."}
    assert {row[-1]["content"] for row in rejected} == {f"{WORD} 0", f"{WORD} 3"}
    assert [row[:-1] for row in chosen] == [row[:-1] for row in rejected]
    assert snapshot.figures["pairs"]["train"] == 2
    assert "It has 2 preference pairs of them." in card_of(snapshot)


def test_a_pair_is_where_its_chosen_answer_is(samples: list[Sample], reviewer: User) -> None:
    for number in range(6):
        prefer(reviewer, samples, number)
    snapshot = build("split", 0.5)
    sides = {}
    for name, rows in ((PAIRS, "train.jsonl"), (VALIDATION_PAIRS, "validation.jsonl")):
        texts = (folder_of(snapshot) / rows).read_text().splitlines()
        chosen, _ = read_pairs(folder_of(snapshot) / name, required=True)
        assert [row[-1]["content"] for row in chosen] == [json.loads(text)["messages"][-1]["content"] for text in texts]
        sides[name] = len(chosen)
    assert sum(sides.values()) == 6
    assert min(sides.values()) >= 1


def test_without_pairs_it_is_the_snapshot_that_it_was(samples: list[Sample], reviewer: User) -> None:
    before = build("before")
    pair = prefer(reviewer, samples, 0)
    assert build("with").sha256 != before.sha256
    take_back(reviewer, pair)
    again = build("again")
    assert again.sha256 == before.sha256
    assert "pairs" not in again.figures
    assert "preference pair" not in card_of(again)


def test_a_purge_of_a_rejected_answer_takes_the_files_that_hold_it(samples: list[Sample], reviewer: User) -> None:
    prefer(reviewer, samples, 0)
    held, other = build("held"), None
    take_back(reviewer, samples[0].current.pairs_won.get())  # type: ignore[union-attr]
    other = build("other")
    folder = folder_of(held)
    assert WORD in (folder / PAIRS).read_text()
    run_job(start_purge(samples[6], str(samples[6].pk), by=None))
    held.refresh_from_db()
    other.refresh_from_db()
    assert (held.state, other.state) == (SnapshotState.PURGED, SnapshotState.READY)
    assert not folder.exists()
