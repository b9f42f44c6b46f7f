"""What a running body says: how far it is, in what words, and whether it is asked to stop."""

from __future__ import annotations

import pytest
from django.db.models.functions import Now

from afsweb.core.jobs.context import JobContext, PutBack, Stopped
from afsweb.core.models import Host, Job, JobLog


def ask_to_stop(ctx: JobContext) -> None:
    Job.objects.filter(pk=ctx.job.pk).update(stop_requested_at=Now())


def test_progress_is_stored(ctx: JobContext) -> None:
    ctx.progress(2, 5, "x" * 300)
    ctx.job.refresh_from_db()
    assert (ctx.job.done, ctx.job.total, len(ctx.job.note), ctx.job.share_done) == (2, 5, 200, 0.4)


def test_unknown_total_has_no_share(ctx: JobContext) -> None:
    ctx.progress(2)
    ctx.job.refresh_from_db()
    assert ctx.job.share_done is None


def test_advance_adds(ctx: JobContext) -> None:
    ctx.advance()
    ctx.advance(4)
    ctx.job.refresh_from_db()
    assert ctx.job.done == 5


def test_track_yields_all_and_says_so(ctx: JobContext) -> None:
    assert list(ctx.track([[1, 2], [3, 4]], total=4, size=2)) == [[1, 2], [3, 4]]
    ctx.job.refresh_from_db()
    assert (ctx.job.done, ctx.job.total) == (4, 4)


def test_track_of_nothing(ctx: JobContext) -> None:
    assert list(ctx.track([], total=0)) == []


def test_log_keeps_any_text(ctx: JobContext) -> None:
    ctx.log("a\x00b")
    assert JobLog.objects.get().text == "a\N{REPLACEMENT CHARACTER}b"


def test_progress_stops_who_is_asked_to(ctx: JobContext) -> None:
    ask_to_stop(ctx)
    with pytest.raises(Stopped):
        ctx.progress(1)


def test_progress_stops_for_the_worker(ctx: JobContext) -> None:
    ctx.draining.set()
    with pytest.raises(PutBack):
        ctx.progress(1)


def test_stop_does_not_undo_what_the_block_stores(ctx: JobContext) -> None:
    ask_to_stop(ctx)
    with ctx.fenced():
        Host.objects.create(name="an effect")
        ctx.progress(1)
    assert Host.objects.filter(name="an effect").exists()
    with pytest.raises(Stopped):
        ctx.check_stop()


def test_nobody_asked(ctx: JobContext) -> None:
    ctx.check_stop()
    assert not ctx.stop_requested()
