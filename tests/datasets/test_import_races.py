"""Two imports at once, and an import whose lease is lost: no text twice, nothing half there."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from django.db import connection

from afsweb.core.jobs.claim import claim
from afsweb.core.jobs.context import JobContext, LeaseLost
from afsweb.core.jobs.perform import perform, settle
from afsweb.core.models import Host, Job, JobState
from datasets_app.exchange.sources import Wish, start_import
from datasets_app.exchange.uploads import save_upload
from datasets_app.models import Domain, ImportReject, Sample, SampleVersion, Source, SourceState
from tests import rows
from tests.datasets.conftest import line


def upload(name: str, *numbers: int, keep: bool = True) -> Source:
    content = "\n".join(json.dumps(line(number)) for number in numbers) + f"\n{' ' * len(name)}"
    wish = Wish(Domain.objects.get(slug="asm65816"), name, keep_good_lines=keep)
    return start_import(wish, save_upload([content.encode()]), by=None)


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_take_a_text_once() -> None:
    sources = [upload("a", *range(200)), upload("bb", *range(100, 300))]
    host = Host.objects.create(name="here")
    together = threading.Barrier(2)

    def work() -> None:
        taken = claim(host, threading.current_thread().name, ("default",))
        assert taken is not None
        together.wait(timeout=30)
        settle(perform(JobContext(taken.job, taken.lease)))
        connection.close()

    threads = [threading.Thread(target=work) for _ in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert set(Job.objects.filter(kind="datasets.import_source").values_list("state", flat=True)) == {"succeeded"}
    assert Sample.objects.count() == SampleVersion.objects.values("sha256").distinct().count() == 300
    assert ImportReject.objects.filter(code="duplicate").count() == 100


@pytest.mark.django_db
def test_a_lost_lease_leaves_nothing_behind() -> None:
    source = upload("a", 0, 1, 2)
    assert source.job is not None
    with rows.leased(source.job) as ctx:
        lose_at_the_end(ctx)
        with pytest.raises(LeaseLost):
            perform(ctx)
    source.refresh_from_db()
    assert source.state == SourceState.LOADING
    assert not Sample.objects.exists()
    assert not SampleVersion.objects.exists()


def lose_at_the_end(ctx: JobContext) -> None:
    """Somebody else gets the job when its rows are written and only the commit is left."""
    fenced = ctx.fenced

    def lost() -> Any:
        if Sample.objects.exists():
            Job.objects.filter(pk=ctx.job.pk).update(state=JobState.QUEUED, lease=None)
        return fenced()

    ctx.fenced = lost  # type: ignore[method-assign]


@pytest.mark.django_db
def test_the_next_attempt_imports_all() -> None:
    source = upload("a", 0, 1, 2)
    assert source.job is not None
    with rows.leased(source.job) as ctx:
        lose_at_the_end(ctx)
        with pytest.raises(LeaseLost):
            perform(ctx)
    Job.objects.filter(pk=source.job.pk).update(state=JobState.QUEUED, lease=None)
    rows.run_job(source.job)
    source.refresh_from_db()
    assert (source.state, source.imported, Sample.objects.count()) == (SourceState.ACTIVE, 3, 3)
