from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from afsweb.core.models import Job, JobState
from datasets_app.models import Sample, SampleState
from tests.datasets.conftest import domain, folders, import_bytes, import_lines, line, run_job
from tests.secrets.planting import KEYS

__all__ = ["domain", "folders", "import_bytes", "import_lines"]
SECRET = KEYS["github"](random.Random(5))
Examined = Callable[..., list[Sample]]


def leak(number: int, secret: str = SECRET) -> dict[str, Any]:
    """A line of a file whose answer has a key in its second line."""
    return line(number, output=f"It is a register.\nCall it with {secret} and wait.")


@pytest.fixture
def examined(import_lines: Any) -> Examined:
    """`examined([line, …])`: the samples after import and examination, accepted."""

    def run(lines: list[dict[str, Any]], **wishes: Any) -> list[Sample]:
        source = import_lines(lines, **wishes)
        run_examination(source)
        samples = Sample.objects.filter(source=source)
        samples.update(state=SampleState.ACCEPTED)
        return list(samples.select_related("current", "source").order_by("pk"))

    return run


def run_examination(source: Any) -> Job:
    return run_job(Job.objects.get(kind="datasets.examine_source", about_uuid=source.uuid, state=JobState.QUEUED))
