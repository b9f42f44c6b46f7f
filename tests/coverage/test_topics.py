"""A sample's topic is what its current text is about; telling it is no change that a reviewer must know of."""

from __future__ import annotations

import pytest

from datasets_app.coverage.topics import label_of, save_topics, tell_topics, topic_code
from datasets_app.models import Domain, Sample, SampleVersion, Source, Text
from datasets_app.quality.examine import examine
from datasets_app.samples.adding import NewSample, add_samples, make_current
from tests.rows import run_job

pytestmark = pytest.mark.django_db
DMA, OAM = Text("What is at $420B?", "", "It starts DMA."), Text("What is at $2104?", "", "OAMDATA takes sprites.")


@pytest.fixture
def samples(source: Source) -> list[Sample]:
    return add_samples(source, [NewSample(DMA), NewSample(OAM)])


def topics() -> list[str]:
    return list(Sample.objects.order_by("pk").values_list("topic", flat=True))


def test_examining_a_source_tells_the_topics(samples: list[Sample], source: Source) -> None:
    run_job(examine(source, None))
    assert topics() == ["dma", "sprites"]
    assert list(Sample.objects.values_list("revision", flat=True)) == [0, 0]


def test_an_edit_moves_a_sample_to_its_new_topic(samples: list[Sample], source: Source) -> None:
    run_job(examine(source, None))
    new = SampleVersion.objects.create(sample=samples[0], number=2, **OAM.columns())
    make_current([new.pk])
    run_job(examine(source, None))
    assert topics() == ["sprites", "sprites"]


def test_what_was_read_of_an_older_text_is_not_kept(samples: list[Sample], domain: Domain) -> None:
    code = topic_code(domain)
    assert code
    told = tell_topics(code, [sample.current_id or 0 for sample in samples])
    new = SampleVersion.objects.create(sample=samples[0], number=2, **OAM.columns())
    make_current([new.pk])
    assert save_topics(told) == 1
    assert topics() == ["", "sprites"]
    assert save_topics(told) == 0


def test_a_domain_without_tools_tells_none(source: Source) -> None:
    text = Domain.objects.get(slug="text")
    assert topic_code(text) is None
    assert label_of(text, "") == "not told"


def test_labels_are_the_domains_own(domain: Domain) -> None:
    assert label_of(domain, "sprites") == "sprites (OAM)"
    assert label_of(domain, "of an older version") == "of an older version"
