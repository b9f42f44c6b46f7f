"""What stands on a row when its job ends before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import InterfaceError, OperationalError

from afsweb.core.jobs.context import JobContext, LeaseLost, PutBack, Stopped
from afsweb.core.models import WorkState
from evals_app.errors import RunLimitReached


class Endable(Protocol):
    """An evaluation or a comparison."""

    def end(self, state: WorkState, **changes: Any) -> None: ...


@contextmanager
def leaving_word(ctx: JobContext, work: Endable) -> Iterator[None]:
    """Write on an evaluation or a comparison why its job ended early."""
    try:
        yield
    except Stopped:
        with ctx.fenced():
            work.end(WorkState.STOPPED)
        raise
    except RunLimitReached as error:
        with ctx.fenced():
            work.end(WorkState.STOPPED, error=str(error))
        raise
    except (PutBack, LeaseLost, OperationalError, InterfaceError):
        raise  # the job goes on later, or another one has it
    except Exception as error:
        with ctx.fenced():
            work.end(WorkState.FAILED, error=str(error) or type(error).__name__)
        raise
