"""Nothing with an open finding goes out: no export, no snapshot, no pairs; and nothing is lost by waiting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from afsweb.core.models import JobState, Role, User
from datasets_app.exchange.exporting import export
from datasets_app.exchange.exports import start_export
from datasets_app.exchange.formats import find_format
from datasets_app.history.moment import lines_at
from datasets_app.models import (
    PairOrigin,
    PreferencePair,
    Resolution,
    Sample,
    SampleState,
    SecretFinding,
    SecretScan,
    Snapshot,
    SnapshotState,
)
from datasets_app.preferences.exporting import pair_lines
from datasets_app.secrets.deciding import resolve
from datasets_app.secrets.errors import SecretsHeldBack
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.choosing import Selection
from tests.datasets.conftest import line, run_job
from tests.secrets.conftest import Examined, leak
from tests.secrets.test_examining import change

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Role], Client]
JSONL = find_format("jsonl")


def build(name: str = "first") -> Snapshot:
    snapshot = start_snapshot(Plan(name, Selection({"domain": "asm65816"})), by=None)
    assert snapshot.job
    run_job(snapshot.job)
    snapshot.refresh_from_db()
    return snapshot


def let_pass(user: User) -> None:
    for finding in SecretFinding.objects.filter(how=Resolution.OPEN):
        resolve(finding, Resolution.FALSE_ALARM, by=user)


def test_an_export_is_refused_until_it_passes(examined: Examined, reviewer: User) -> None:
    examined([line(0), leak(1), leak(2)])
    with pytest.raises(SecretsHeldBack, match=r"2 of these samples hold what .* under /secrets/"):
        start_export("all", JSONL, query={}, by=None)
    let_pass(reviewer)
    made = start_export("all", JSONL, query={}, by=None)
    assert made.job
    assert run_job(made.job).state == JobState.SUCCEEDED


def test_an_export_of_others_is_not_in_the_way(examined: Examined) -> None:
    clean, _ = examined([line(0, kind="clean"), leak(1)])
    assert start_export("clean", JSONL, query={"kind": clean.kind}, by=None).job


def test_what_nobody_looked_through_is_looked_through_before_it_is_written(examined: Examined) -> None:
    examined([leak(0)])
    SecretFinding.objects.all().delete()
    SecretScan.objects.all().delete()
    made = start_export("all", JSONL, query={}, by=None)
    assert made.job
    run_job(made.job)
    made.refresh_from_db()
    assert (made.state, made.artifact) == ("failed", None)
    assert made.error.startswith("1 of these samples holds what")


def test_what_is_found_later_keeps_a_written_export_in(examined: Examined, client_as: ClientAs) -> None:
    (sample,) = examined([line(0)])
    made = start_export("all", JSONL, query={}, by=None)
    assert made.job
    run_job(made.job)
    client = client_as(Role.VIEWER)
    assert client.get(f"/exports/{made.uuid}/download/").status_code == 200
    plant(sample)
    refused = client.get(f"/exports/{made.uuid}/download/", follow=True)
    assert "1 of these samples holds what looks like a secret" in refused.content.decode()


def plant(sample: Sample) -> SecretFinding:
    """A finding in its current text, as a later edition of the detectors makes it."""
    about: Any = {
        "version": sample.current,
        "field": "output",
        "line": 1,
        "kind": "email",
        "excerpt": "a•• (9 characters)",
        "digest": "0" * 64,
    }
    return SecretFinding.objects.create(sample=sample, **about)


def test_a_snapshot_is_refused_until_it_passes(examined: Examined, reviewer: User) -> None:
    examined([line(0), leak(1)])
    with pytest.raises(SecretsHeldBack, match="1 of these samples holds what"):
        build()
    assert not Snapshot.objects.exists()
    let_pass(reviewer)
    assert build().state == SnapshotState.READY


def test_what_was_imported_while_it_waited_keeps_a_snapshot_from_being_built(examined: Examined) -> None:
    examined([leak(0)])
    SecretFinding.objects.all().delete()
    SecretScan.objects.all().delete()
    snapshot = build()
    assert (snapshot.state, snapshot.artifact) == (SnapshotState.FAILED, None)
    assert "1 of these samples holds what" in snapshot.error


def test_a_ready_snapshot_is_exported_only_without_findings(examined: Examined, reviewer: User) -> None:
    sample, _ = examined([line(0), line(1)])
    snapshot = build()
    finding = plant(sample)
    for ask in (lambda: export(snapshot, JSONL), lambda: start_export("s", JSONL, snapshot=snapshot, by=None)):
        with pytest.raises(SecretsHeldBack, match=f"snapshot={snapshot.uuid}"):
            ask()
    change(reviewer, sample, "Edited since, which the snapshot does not know.")
    finding.refresh_from_db()
    assert finding.how == Resolution.REMOVED
    with pytest.raises(SecretsHeldBack):
        export(snapshot, JSONL)
    resolve(finding, Resolution.ALLOWED, by=reviewer)
    assert b"".join(export(snapshot, JSONL))


def test_pairs_are_held_back(examined: Examined, reviewer: User) -> None:
    chosen, rejected = examined([line(0), leak(1)])
    assert chosen.current and rejected.current
    PreferencePair.objects.create(chosen=chosen.current, rejected=rejected.current, origin=PairOrigin.CHOICE)
    SecretFinding.objects.all().delete()
    SecretScan.objects.all().delete()
    with pytest.raises(SecretsHeldBack, match="pairs=yes"):
        pair_lines()
    let_pass(reviewer)
    assert len(list(pair_lines())) == 1


def test_a_domain_as_it_was_is_held_back(examined: Examined, reviewer: User) -> None:
    sample, _ = examined([leak(0), line(1)])
    moment = timezone.now() + timedelta(seconds=1)
    with pytest.raises(SecretsHeldBack, match="domain=asm65816"):
        lines_at(sample.domain, moment)
    assert list(lines_at(sample.domain, moment, SampleState.REJECTED)) == []
    let_pass(reviewer)
    assert len(list(lines_at(sample.domain, moment))) == 2


@pytest.mark.parametrize("path", ["/exports/samples/", "/snapshots/build/?count=yes"])
def test_the_page_says_it_before_anything_is_started(path: str, examined: Examined, client_as: ClientAs) -> None:
    examined([line(0), leak(1)])
    text = client_as(Role.TRAINER).get(path).content.decode()
    assert "1 of these samples holds what looks like a secret" in text
    assert 'href="/secrets/"' in text


def test_the_pages_refuse_in_words(examined: Examined, client_as: ClientAs) -> None:
    sample, _ = examined([line(0), line(1)])
    snapshot, client = build(), client_as(Role.TRAINER)
    assert client.get(f"/snapshots/{snapshot.uuid}/export/?form=jsonl").status_code == 200
    plant(sample)
    other: Any = {"name": "again", "validation_percent": "5", "seed": "0", "domain": "asm65816"}
    assert "1 of these samples holds" in client.post("/snapshots/build/", other).content.decode()
    shown = client.get(f"/snapshots/{snapshot.uuid}/export/?form=jsonl", follow=True).content.decode()
    assert f'href="/secrets/?snapshot={snapshot.uuid}"' in shown
