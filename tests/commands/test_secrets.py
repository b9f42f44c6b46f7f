"""`afs secret` and `afs sample purge`: what is held back, letting it pass, and taking a text away for good."""

from __future__ import annotations

from typing import Any

import pytest

from afsweb.core.models import Role, User
from datasets_app.models import Resolution, Sample, SampleState, SecretFinding
from tests.commands.conftest import Afs
from tests.datasets.conftest import line, run_queue
from tests.secrets.conftest import SECRET, leak

pytestmark = pytest.mark.django_db


@pytest.fixture
def leaky(import_lines: Any) -> list[Sample]:
    User.objects.create_user("ann", role=Role.REVIEWER)
    source = import_lines([leak(0), leak(1), line(2)])
    run_queue()
    Sample.objects.update(state=SampleState.ACCEPTED)
    return list(Sample.objects.filter(source=source).order_by("pk"))


def test_findings_are_listed_and_let_pass(afs: Afs, leaky: list[Sample]) -> None:
    listed = afs("secret", "list").out
    finding = SecretFinding.objects.get(sample=leaky[0])
    assert f"{finding.uuid}  GitHub key" in listed and SECRET[4:] not in listed
    assert f"sample {leaky[0].pk}, output, line 2" in listed
    assert afs("secret", "list", "--kind", "aws").out == ""
    assert afs("secret", "resolve", finding.uuid, "allowed", "--equal").out == "2 passed: allowed\n"
    assert afs("secret", "list").out == ""
    finding.refresh_from_db()
    assert (finding.how, finding.resolved_by) == (Resolution.ALLOWED, User.objects.get())
    again = afs("secret", "resolve", finding.uuid, "allowed")
    assert (again.status, "decided on this finding before" in again.err) == (1, True)
    assert afs("secret", "resolve", "nothing", "allowed").status == 1


@pytest.mark.parametrize(
    "words", [("sample", "export"), ("snapshot", "build", "first"), ("sample", "export", "--format", "parquet")]
)
def test_nothing_is_written_while_something_is_held_back(afs: Afs, leaky: list[Sample], words: Any) -> None:
    said = afs(*words)
    assert (said.status, said.out) == (1, "")
    assert "2 of these samples hold what looks like a secret" in said.err


@pytest.mark.usefixtures("worker")
def test_a_purge_says_what_breaks_and_asks(afs: Afs, leaky: list[Sample]) -> None:
    for finding in SecretFinding.objects.all():
        said = afs("secret", "resolve", finding.uuid, "allowed")
        assert said.out == "1 passed: allowed\n", said
    assert afs("snapshot", "build", "first").status == 0
    said = afs("sample", "purge", leaky[0].pk, typed="n\n")
    assert said.status != 0 and "snapshot first: its files go" in said.out
    assert Sample.objects.count() == 3
    assert afs("sample", "purge", leaky[0].pk, "--yes").out.endswith(f"Sample {leaky[0].pk}: purged\n")
    assert Sample.objects.count() == 2
    assert "held a purged sample" in afs("snapshot", "show", "first").out
    assert afs("sample", "purge", leaky[0].pk, "--yes").status == 1
