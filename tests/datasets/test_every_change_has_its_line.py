"""Whatever changes samples says so of each of them in history: a source put aside, brought back, undone; the gate."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, User
from datasets_app.exchange.sources import archive_source, restore_source, undo_source
from datasets_app.models import Decision, Sample, Source
from datasets_app.quality.gate import let_gate_decide
from datasets_app.review.decisions import archive, decide
from datasets_app.review.undo import take_back
from tests.datasets.conftest import run_job
from tests.review.conftest import make_samples, source
from tests.review.making import MakeSamples, make_score, version

__all__ = ["make_samples", "source"]


def lines(verb: str) -> list[Event]:
    return list(Event.objects.filter(object_type="datasets.sample", verb=verb).order_by("object_id"))


def test_a_source_put_aside_and_brought_back(reviewer: User, source: Source, make_samples: MakeSamples) -> None:
    golden, aside, plain = make_samples(3)
    decide(reviewer, version(golden), Decision.GOLDEN, revision=0)
    archive(reviewer, aside, revision=0)
    was = {sample.pk: Sample.objects.get(pk=sample.pk).standing() for sample in (golden, plain)}
    assert archive_source(source, by=reviewer) == 2
    archived = [line for line in lines("archive") if line.is_part]
    assert {line.object_id: line.before for line in archived} == was
    for line in archived:
        assert line.after == Sample.objects.get(pk=line.object_id).standing()
        assert line.after["state"] == "archived"
    head = Event.objects.get(object_type="datasets.source", verb="archive")
    assert {line.batch for line in archived} == {head.batch}
    assert not head.is_part
    assert restore_source(source, by=reviewer) == 3
    assert [line.before["state"] for line in lines("restore")] == ["archived"] * 3
    assert [line.after for line in lines("restore")] == [sample.standing() for sample in Sample.objects.order_by("pk")]


def test_one_sample_of_a_source_put_aside_is_taken_back_alone(
    reviewer: User, source: Source, make_samples: MakeSamples
) -> None:
    golden, _ = make_samples(2)
    decide(reviewer, version(golden), Decision.GOLDEN, revision=0)
    archive_source(source, by=reviewer)
    take_back(reviewer, next(line for line in lines("archive") if line.object_id == golden.pk))
    assert Sample.objects.get(pk=golden.pk).is_golden
    assert Sample.objects.exclude(pk=golden.pk).get().state == "archived"


def test_a_deleted_sample_keeps_its_last_line(reviewer: User, source: Source, make_samples: MakeSamples) -> None:
    (sample,) = make_samples(1)
    before = sample.standing()
    undo_source(source, by=reviewer)
    (line,) = lines("delete")
    assert (line.object_id, line.before, line.after, line.actor) == (sample.pk, before, {}, reviewer)


def test_the_gates_decisions_are_parts_of_one_action(source: Source, make_samples: MakeSamples) -> None:
    for sample in make_samples(2):
        score = make_score(sample, 0.9)
        score.passes = True
        score.save()
    run_job(let_gate_decide(source, by=None))
    head = Event.objects.get(object_type="datasets.source")
    assert {(line.batch, line.is_part) for line in lines("accept")} == {(head.batch, True)}


@pytest.mark.parametrize("verb", ["archive", "restore"])
def test_nothing_to_change_leaves_no_line(reviewer: User, source: Source, verb: str) -> None:
    (archive_source if verb == "archive" else restore_source)(source, by=reviewer)
    assert lines(verb) == []
