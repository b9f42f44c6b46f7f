"""Running a job's body once and writing down how it ended. Tests and the child process do it the same way."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from afsweb.core.jobs.context import JobContext, LeaseLost, PutBack, Stopped
from afsweb.core.jobs.leases import finish, lose, put_back
from afsweb.core.jobs.registry import get_kind
from afsweb.core.models import JobState
from afsweb.refusal import Refusal

logger = logging.getLogger(__name__)

OUR_PACKAGES = ("afsweb", "datasets_app", "training_app", "evals_app")


@dataclass(frozen=True)
class Ending:
    """What became of one attempt: a word for the log, and the write that makes it so (False: the lease was lost)."""

    name: str
    write: Callable[[], bool]


def perform(ctx: JobContext) -> Ending:
    """Run the body of the context's job. Raises LeaseLost; every other end is returned, to be written by `settle`."""
    job, lease = ctx.job, ctx.lease
    try:
        get_kind(job.kind).body(ctx, **job.params)
    except LeaseLost:
        raise
    except (Stopped, PutBack):
        if ctx.draining.is_set():  # a job that a person asked to stop as well is cancelled by `put_back`
            return Ending("put back", lambda: put_back(job, lease))
        return Ending("cancelled", lambda: finish(job, lease, JobState.CANCELLED))
    except (OperationalError, InterfaceError) as error:
        # The database went away or took too long: no fault of the job, and another attempt may do better.
        reason = f"the database failed it: {_first_line(error)}"
        return Ending("lost", lambda: lose(job, lease, reason))
    except Exception as error:  # whatever a body raises must end as a reason on the job's page
        message, log = explain(error), traceback.format_exc()
        if not isinstance(error, Refusal):
            logger.exception("a job of the kind %s failed", job.kind)
        return Ending("failed", lambda: finish(job, lease, JobState.FAILED, error=message, log=log))
    return Ending("succeeded", lambda: finish(job, lease, JobState.SUCCEEDED))


def settle(ending: Ending) -> bool:
    """Write the ending down, through a restart of the database if need be; False when the lease is somebody else's.

    A commit whose answer got lost counts as not ours the second time, which is right: it is written.
    """
    give_up_at = time.monotonic() + settings.JOB_LEASE
    while True:
        try:
            return ending.write()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > give_up_at:
                return False
            time.sleep(0.5)


def explain(error: Exception) -> str:
    """What people read. Our own exceptions speak for themselves; of others, the type says as much as the text."""
    if type(error).__module__.split(".")[0] in OUR_PACKAGES:
        return str(error) or type(error).__doc__ or type(error).__name__
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _first_line(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
