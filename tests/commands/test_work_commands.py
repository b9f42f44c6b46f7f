"""Jobs and campaigns from the terminal; a wrong name is one sentence, never a traceback."""

from __future__ import annotations

import argparse

import pytest

from afsweb.commands import jobs
from afsweb.core.finding import NoSuchRow
from afsweb.core.models import Job, JobState
from datasets_app.generation import commands as generation
from datasets_app.generation.errors import NoSuchGenerator
from datasets_app.models import Campaign

pytestmark = pytest.mark.django_db
GENERATE = ["generate", "facts", "--domain", "asm65816", "--generator", "register_facts", "--samples", "5"]


def afs(*words: str) -> None:
    """Run a command as `afs` does once its servers are found."""
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    for module in (jobs, generation):
        module.add_commands(subparsers)
    arguments = parser.parse_args(words)
    arguments.run(arguments)


@pytest.fixture
def job() -> Job:
    return Job.objects.create(kind="core.selftest", title="Count to three")


def test_jobs_are_listed(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    afs("job", "list")
    assert f"{job.pk}  queued" in capsys.readouterr().out


def test_a_job_is_stopped_and_retried(job: Job) -> None:
    afs("job", "stop", str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    afs("job", "retry", str(job.pk))
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_an_unknown_job_is_a_sentence(job: Job) -> None:
    with pytest.raises(NoSuchRow, match="There is no job"):
        afs("job", "stop", "00000000-0000-0000-0000-000000000000")


def test_a_campaign_is_launched() -> None:
    afs(*GENERATE)
    assert Campaign.objects.get().target == 5


def test_a_wrong_domain_or_generator_is_a_sentence() -> None:
    with pytest.raises(NoSuchRow, match="There is no domain “poetry”"):
        afs(*GENERATE[:3], "poetry", *GENERATE[4:])
    with pytest.raises(NoSuchGenerator, match="Choose one of"):
        afs(*GENERATE[:5], "poems", *GENERATE[6:])
    assert not Campaign.objects.exists()
