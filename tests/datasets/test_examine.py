"""Examining: vectors, verdicts, near-duplicates and scores of what came in; what cannot be known stays null."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg
import pytest
from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.models import Job, JobState
from datasets_app.exchange.sources import undo_source
from datasets_app.models import Domain, Embedding, Sample, SampleState, SampleVersion, Score, Source, Text, Verdict
from datasets_app.quality.components import Components
from datasets_app.quality.duplicates import assign_clusters
from datasets_app.quality.examine import examine
from datasets_app.samples.adding import make_current
from tests.datasets.conftest import ImportLines, line, other_connection, run_job
from tests.review.making import make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def examined(import_lines: ImportLines) -> Any:
    """`examined([line, ...])`: the samples after import and examination, in the order of the lines."""

    def run(lines: list[dict[str, Any]], **wishes: Any) -> list[Sample]:
        source = import_lines(lines, **wishes)
        assert source.imported == len(lines)
        run_examination(source)
        return list(Sample.objects.filter(source=source).order_by("pk"))

    return run


def run_examination(source: Source) -> Job:
    """Run the examination that waits for this source."""
    return run_job(Job.objects.get(kind="datasets.examine_source", about_uuid=source.uuid, state=JobState.QUEUED))


def score_of(sample: Sample) -> Score:
    return Score.objects.get(version=sample.current_id, gate__is_current=True)


def test_everything_is_examined(examined: Any) -> None:
    samples = examined([line(number) for number in range(5)])
    versions = [sample.current_id for sample in samples]
    assert Embedding.objects.filter(version__in=versions).count() == 5
    assert Verdict.objects.filter(version__in=versions, supported=1, contradicted=0, level=6).count() == 5
    scores = Score.objects.filter(version__in=versions)
    assert {score.kg_consistency for score in scores} == {1.0}
    assert {score.hallucination_risk for score in scores} == {0.0}
    assert all(score.diversity is not None and 0 < score.diversity < 1 and score.passes for score in scores)


def test_what_waits_already_is_enough() -> None:
    """Twenty edits in a row are one job."""
    source = make_source()
    first = examine(source, None)
    assert examine(source, None) == first
    assert examine(source, None, again=True) != first
    Job.objects.filter(pk=first.pk).update(state=JobState.CANCELLED)
    assert examine(source, None) != first


@pytest.mark.django_db(transaction=True)
def test_no_worker_takes_it_before_what_was_written_is_there() -> None:
    source = make_source()
    first = examine(source, None)
    with transaction.atomic(), other_connection() as other:
        assert examine(source, None) == first
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("UPDATE core_job SET priority = 1 WHERE id = %s", [first.pk])


def test_vectors_have_length_one(examined: Any) -> None:
    examined([line(0)])
    vector = np.array(Embedding.objects.get().vector)
    assert abs(np.linalg.norm(vector) - 1) < 0.001


def test_what_nothing_measures_is_null_and_says_so(examined: Any) -> None:
    score = score_of(examined([line(0), line(1)])[0])
    assert score.coherence is None
    assert score.reasons["coherence"] == "Nothing measures it yet."
    assert "3 of 4 components" in score.reasons["overall"]
    assert set(score.reasons) == {"diversity", "kg_consistency", "hallucination_risk", "coherence", "overall"}


def test_a_domain_without_verifier_says_so(examined: Any) -> None:
    (sample,) = examined([line(0)], of=Domain.objects.get(slug="text"))
    score = score_of(sample)
    assert (score.diversity, score.kg_consistency, score.hallucination_risk, score.overall) == (None,) * 4
    assert not score.passes
    assert score.reasons["kg_consistency"] == "The domain has no verifier yet."
    assert "another group" in score.reasons["diversity"]
    assert not Verdict.objects.exists()


def test_a_text_without_claims_has_no_consistency(examined: Any) -> None:
    lines = [line(0), line(1, instruction="Why blank the screen?", output="So that the upload is not lost.")]
    score = score_of(examined(lines)[1])
    assert (score.kg_consistency, score.hallucination_risk) == (None, None)
    assert score.overall == pytest.approx(score.diversity)
    assert "no claim" in score.reasons["kg_consistency"]


def test_a_contradicted_fact_never_passes(examined: Any) -> None:
    sample = examined([line(0, output="$2100 is VMAIN."), line(1), line(2)])[0]
    score, verdict = score_of(sample), Verdict.objects.get(version=sample.current_id)
    assert (score.vetoes, score.passes) == (["contradicted_fact"], False)
    assert (score.kg_consistency, score.hallucination_risk) == (0.0, 1.0)
    assert (verdict.contradicted, verdict.level) == (1, 0)
    assert [finding["level"] for finding in verdict.findings] == ["bad"]


def test_the_same_text_in_other_case_is_a_duplicate(examined: Any) -> None:
    same = line(0, instruction=line(0)["instruction"].upper() + "  ", group_id="other")
    first, second, third = examined([line(0), same, line(1)])
    assert (score_of(first).vetoes, score_of(second).vetoes) == ([], ["exact_duplicate"])
    assert str(first.pk) in score_of(second).reasons["exact_duplicate"]
    assert (first.cluster, second.cluster, third.cluster) == (first.pk, first.pk, None)


def test_another_input_makes_another_task(examined: Any) -> None:
    first, second = examined([line(0, input="LDA #$0F"), line(0, input="LDA #$80")])
    assert (score_of(first).vetoes, score_of(second).vetoes) == ([], [])


def test_what_was_rejected_does_not_come_back(examined: Any) -> None:
    (first,) = examined([line(0)])
    Sample.objects.filter(pk=first.pk).update(state=SampleState.REJECTED)
    (second,) = examined([line(0, instruction=line(0)["instruction"] + " ")])
    assert score_of(second).vetoes == ["exact_duplicate"]
    assert score_of(second).diversity is None


def test_near_duplicates_of_other_groups_form_a_cluster(examined: Any) -> None:
    long = "Forced blank is bit 7 of INIDISP, which lies at $2100, and the low four bits are the brightness. " * 3
    lines = [line(number, instruction=f"Explain it, please, number {number}.", output=long) for number in (0, 1)]
    apart = line(2, output="$2102 is OAMADDL. Completely different words follow here, about sprites and tables.")
    first, second, third = examined([*lines, apart])
    assert (first.cluster, second.cluster, third.cluster) == (first.pk, first.pk, None)


def test_near_texts_of_one_group_need_no_cluster(examined: Any) -> None:
    same = line(0, instruction=line(0)["instruction"].upper())
    assert [sample.cluster for sample in examined([line(0), same])] == [None, None]


def test_a_new_sample_joins_an_older_cluster(examined: Any) -> None:
    first, second = examined([line(0), line(0, instruction=line(0)["instruction"].upper(), group_id="other")])
    (third,) = examined([line(0, instruction=line(0)["instruction"] + "\t", group_id="third")])
    assert {first.cluster, second.cluster, third.cluster} == {first.pk}


def test_clusters_that_meet_become_one(samples: list[Sample]) -> None:
    ids = [sample.pk for sample in samples]
    for pairs in ([(ids[1], ids[0])], [(ids[2], ids[3])], [(ids[3], ids[1])]):
        duplicates = Components()
        duplicates.link_pairs(pairs)
        assign_clusters(duplicates)
    clusters = Sample.objects.order_by("pk").values_list("cluster", flat=True)
    assert list(clusters) == [ids[0]] * 4 + [None]


def test_running_twice_changes_nothing(examined: Any) -> None:
    samples = examined([line(number) for number in range(3)])
    before = list(Score.objects.order_by("pk").values())
    run_job(examine(samples[0].source, None))
    assert list(Score.objects.order_by("pk").values()) == before
    assert Embedding.objects.count() == Verdict.objects.count() == 3


def test_again_takes_new_neighbours_into_account(examined: Any) -> None:
    (first,) = examined([line(0)])
    assert score_of(first).diversity is None
    examined([line(1)])
    run_job(examine(first.source, None, again=True))
    assert score_of(first).diversity is not None
    assert Score.objects.count() == 2


def test_a_stopped_examination_goes_on_where_it_was(import_lines: ImportLines) -> None:
    source = import_lines([line(number) for number in range(3)])
    job = Job.objects.get(kind="datasets.examine_source")
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED)
    stopped = run_stopped(job)
    assert stopped.state == JobState.CANCELLED
    assert (Embedding.objects.count(), Score.objects.count()) == (3, 0)
    run_job(examine(source, None))
    assert (Embedding.objects.count(), Score.objects.count()) == (3, 3)


def run_stopped(job: Job) -> Job:
    """Run a job that a person asked to stop while it started."""
    from afsweb.core.jobs.perform import perform, settle
    from tests.rows import leased

    with leased(job) as ctx:
        Job.objects.filter(pk=job.pk).update(stop_requested_at=Now())
        settle(perform(ctx))
    job.refresh_from_db()
    return job


def test_an_edited_text_is_examined_anew(examined: Any) -> None:
    samples = examined([line(0), line(1)])
    text = Text("Which register lies at $2100?", "", "$2100 is OBSEL.")
    new = SampleVersion.objects.create(sample=samples[0], number=2, **text.columns())
    make_current([new.pk])
    run_job(examine(samples[0].source, None))
    score = Score.objects.get(version=new)
    assert score.vetoes == ["contradicted_fact"]
    assert Score.objects.count() == 3


def test_an_undone_source_is_not_examined(import_lines: ImportLines) -> None:
    source = import_lines([line(0)])
    undo_source(source, by=None)
    job = run_examination(source)
    assert job.state == JobState.SUCCEEDED
    assert not Embedding.objects.exists()


def test_a_source_undone_meanwhile_stops_its_examination(samples: list[Sample]) -> None:
    source = samples[0].source
    Source.objects.filter(pk=source.pk).update(state="undone")
    job = run_examination(source)
    assert job.state == JobState.FAILED
    assert "is undone" in job.error
