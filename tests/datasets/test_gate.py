"""The gate decides what nobody has decided, says so, and leaves people's decisions alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from afsweb.core.models import Event, Job, JobState, User
from datasets_app.models import Decider, Decision, RejectReason, Review, Sample, SampleState, Score, Source
from datasets_app.quality.gate import count_decisions, let_gate_decide
from datasets_app.review.decisions import decide
from tests.datasets.conftest import ImportLines, line, run_job, run_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(import_lines: ImportLines) -> Source:
    """Two samples that pass, one that is wrong, one that repeats the first."""
    wrong = line(2, output="$2102 is VMAIN.")
    again = line(0, instruction=line(0)["instruction"].lower())
    made = import_lines([line(0), line(1), wrong, again])
    run_queue()
    return made


def states(source: Source) -> list[tuple[str, str]]:
    return list(Sample.objects.filter(source=source).order_by("pk").values_list("state", "decided_by"))


def gate_decides(source: Source, *, reject: bool = False) -> Job:
    return run_job(let_gate_decide(source, by=None, reject=reject))


def test_what_passes_is_accepted_as_the_gates(source: Source) -> None:
    job = gate_decides(source)
    assert states(source) == [("accepted", "gate"), ("accepted", "gate"), ("pending", ""), ("pending", "")]
    assert job.result == {"accepted": 2, "rejected": 0, "gate": 2}


def test_the_gate_signs_its_decisions(source: Source) -> None:
    gate_decides(source)
    sample = Sample.objects.filter(source=source).order_by("pk")[0]
    review = Review.objects.get(sample=sample)
    assert (review.reviewer, review.decision, review.version_id) == (None, Decision.ACCEPT, sample.current_id)
    assert review.gate is not None
    assert review.gate.number == 2
    event = Event.objects.get(object_type="datasets.sample", object_id=sample.pk)
    assert (event.source, event.verb, event.actor) == ("gate", "accept", None)
    assert (event.before["state"], event.after["state"], event.after["decided_by"]) == ("pending", "accepted", "gate")


def test_what_fails_is_rejected_only_when_asked(source: Source) -> None:
    gate_decides(source, reject=True)
    assert states(source)[2:] == [("rejected", "gate"), ("rejected", "gate")]
    reasons = Review.objects.filter(decision=Decision.REJECT).order_by("sample")
    assert [review.reason for review in reasons] == [RejectReason.WRONG_FACT, RejectReason.DUPLICATE]
    assert all(review.note for review in reasons)


def test_a_low_score_is_rejected_with_the_bound_it_missed(source: Source) -> None:
    Score.objects.filter(version__sample__source=source).update(passes=False, vetoes=[])
    gate_decides(source, reject=True)
    review = Review.objects.order_by("sample")[0]
    assert review.reason == RejectReason.OTHER
    assert "threshold" in review.note


def test_what_a_person_decided_stays(source: Source, reviewer: User) -> None:
    first, second, *_ = Sample.objects.filter(source=source).order_by("pk")
    assert first.current is not None
    decide(reviewer, first.current, Decision.REJECT, revision=first.revision, reason=RejectReason.UNCLEAR)
    gate_decides(source)
    assert states(source)[:2] == [("rejected", "person"), ("accepted", "gate")]
    second.refresh_from_db()
    assert second.current is not None
    decide(reviewer, second.current, Decision.REJECT, revision=second.revision, reason=RejectReason.UNCLEAR)
    gate_decides(source)
    assert states(source)[1] == ("rejected", "person")


def test_what_a_person_flagged_or_has_open_stays(source: Source, reviewer: User) -> None:
    first, second, *_ = Sample.objects.filter(source=source).order_by("pk")
    assert first.current is not None
    decide(reviewer, first.current, Decision.FLAG, revision=first.revision)
    Sample.objects.filter(pk=second.pk).update(leased_until=timezone.now() + timedelta(minutes=5), leased_to=reviewer)
    assert count_decisions(source).open == 2
    gate_decides(source)
    assert states(source)[:2] == [("pending", ""), ("pending", "")]


def test_what_has_no_score_stays(import_lines: ImportLines) -> None:
    source = import_lines([line(0)])
    assert count_decisions(source).unscored == 1
    gate_decides(source, reject=True)
    assert states(source) == [("pending", "")]


def test_an_old_texts_score_does_not_count(source: Source) -> None:
    Score.objects.filter(version__sample__source=source).delete()
    gate_decides(source, reject=True)
    assert not Sample.objects.exclude(state=SampleState.PENDING).exists()


def test_the_counts_are_what_happens(source: Source) -> None:
    counts = count_decisions(source)
    assert (counts.passes, counts.fails, counts.unscored, counts.open) == (2, 2, 0, 4)
    gate_decides(source, reject=True)
    assert Sample.objects.filter(state=SampleState.ACCEPTED).count() == counts.passes
    assert Sample.objects.filter(state=SampleState.REJECTED).count() == counts.fails
    assert count_decisions(source).open == 0


def test_deciding_twice_counts_once(source: Source) -> None:
    gate_decides(source)
    job = gate_decides(source)
    assert (job.state, job.result["accepted"]) == (JobState.SUCCEEDED, 0)
    assert Review.objects.count() == 2


def test_each_decision_frees_the_sample_and_counts_as_a_change(source: Source) -> None:
    gate_decides(source)
    sample = Sample.objects.filter(source=source).order_by("pk")[0]
    assert (sample.revision, sample.leased_to, sample.decided_by) == (1, None, Decider.GATE)
