"""Cells are counted by kind and topic in one statement, by a job that first tells the topics that are missing."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from afsweb.core.models import Job
from datasets_app.coverage.counting import count_cells, count_soon
from datasets_app.models import CoverageCell, Domain, Sample, SampleState, Source, Text
from datasets_app.samples.adding import NewSample, add_samples
from tests.coverage.making import add_cell
from tests.rows import run_job

pytestmark = pytest.mark.django_db


def counted(domain: Domain) -> dict[tuple[str, str], tuple[int, int, int, int]]:
    return {
        (cell.kind, cell.topic): (cell.waiting, cell.accepted, cell.golden, cell.rejected)
        for cell in CoverageCell.objects.filter(domain=domain)
    }


def test_each_state_is_counted_and_archived_ones_are_not(source: Source, domain: Domain) -> None:
    add_cell(source, 4, kind="fact", topic="dma")
    add_cell(source, 3, kind="fact", topic="dma", state=SampleState.ACCEPTED)
    add_cell(source, 2, kind="fact", topic="dma", state=SampleState.ACCEPTED, is_golden=True)
    add_cell(source, 1, kind="fact", topic="dma", state=SampleState.REJECTED)
    add_cell(source, 5, kind="fact", topic="dma", state=SampleState.ARCHIVED)
    add_cell(source, 6, kind="story", topic="vram", state=SampleState.REJECTED)
    assert count_cells(domain) == 2
    assert counted(domain) == {("fact", "dma"): (4, 5, 2, 1), ("story", "vram"): (0, 0, 0, 6)}


def test_counting_again_moves_and_removes_cells(source: Source, domain: Domain) -> None:
    add_cell(source, 2, kind="fact", topic="dma")
    add_cell(source, 1, kind="fact", topic="vram")
    count_cells(domain)
    before = CoverageCell.objects.get(topic="dma").counted_at
    Sample.objects.filter(topic="vram").update(topic="dma")
    count_cells(domain)
    assert counted(domain) == {("fact", "dma"): (3, 0, 0, 0)}
    assert CoverageCell.objects.get().counted_at > before


def test_a_domain_without_samples_loses_its_cells_and_no_other_does(source: Source, domain: Domain) -> None:
    other = Domain.objects.get(slug="text")
    CoverageCell.objects.create(domain=other, kind="fact", topic="", waiting=1)
    CoverageCell.objects.create(domain=domain, kind="fact", topic="", waiting=1)
    assert count_cells(domain) == 0
    assert counted(domain) == {}
    assert len(counted(other)) == 1


def test_it_takes_two_statements_however_many_cells(source: Source, domain: Domain) -> None:
    for number in range(6):
        add_cell(source, 1, kind=f"kind {number}", topic="dma")
    with CaptureQueriesContext(connection) as queries:
        count_cells(domain)
    assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) == 2


def test_the_job_tells_topics_that_are_missing(source: Source, domain: Domain) -> None:
    add_samples(source, [NewSample(Text("What is at $420B?", "", "MDMAEN starts DMA."), kind="fact")])
    job = count_soon(domain)
    assert job
    run_job(job)
    job.refresh_from_db()
    assert counted(domain) == {("fact", "dma"): (1, 0, 0, 0)}
    assert job.result == {"cells": 1, "topics_told": 1}


def test_one_waiting_job_for_a_domain_is_enough(source: Source, domain: Domain) -> None:
    assert count_soon(domain)
    assert count_soon(domain) is None
    assert count_soon(Domain.objects.get(slug="text"))
    assert Job.objects.filter(kind="datasets.count_coverage").count() == 2
