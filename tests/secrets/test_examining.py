"""An examination finds secrets, remembers them without keeping them, and settles what an edit took away."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core import serializers
from django.db import IntegrityError, transaction

from afsweb.core.models import Event, User
from datasets_app.models import Resolution, Review, Sample, SampleVersion, SecretFinding, SecretScan, Text
from datasets_app.quality.examine import examine
from datasets_app.review.edit import edit
from datasets_app.review.undo import undo
from datasets_app.secrets.deciding import resolve
from datasets_app.secrets.guard import open_findings
from datasets_app.secrets.keeping import look_through_unseen, unseen
from tests.datasets.conftest import line, run_job
from tests.secrets.conftest import SECRET, Examined, leak, run_examination

pytestmark = pytest.mark.django_db


def test_what_is_imported_is_looked_through(examined: Examined) -> None:
    clean, leaky = examined([line(0), leak(1)])
    finding = SecretFinding.objects.get()
    assert (finding.sample, finding.version_id) == (leaky, leaky.current_id)
    assert (finding.field, finding.line, finding.kind, finding.how) == ("output", 2, "github", Resolution.OPEN)
    assert set(SecretScan.objects.values_list("version", flat=True)) == {clean.current_id, leaky.current_id}


def test_the_secret_itself_is_stored_nowhere_but_in_the_text(examined: Examined, reviewer: User) -> None:
    examined([leak(0)])
    resolve(SecretFinding.objects.get(), Resolution.ALLOWED, by=reviewer)
    kept = serializers.serialize("json", [*SecretFinding.objects.all(), *Event.objects.all()])
    assert SECRET[4:] not in kept
    assert SecretFinding.objects.get().excerpt.startswith(SECRET[:4])


def test_the_same_secret_has_the_same_digest_and_only_here(examined: Examined, settings: Any) -> None:
    examined([leak(0), leak(1)])
    (digest,) = set(SecretFinding.objects.values_list("digest", flat=True))
    settings.FINDING_KEY = "ab" * 32  # another installation's
    examined([leak(2)])
    assert SecretFinding.objects.exclude(digest=digest).count() == 1


def test_turns_of_a_conversation_are_looked_through(examined: Examined) -> None:
    turns = ["Hello?", f"Take {SECRET}.", "And then?", "Nothing."]
    roles = ("user", "assistant", "user", "assistant")
    messages = [{"role": role, "content": text} for role, text in zip(roles, turns, strict=True)]
    examined([{"messages": messages}])
    assert SecretFinding.objects.get().field == "turn-2"


def test_examining_again_changes_nothing(examined: Examined, reviewer: User) -> None:
    (sample,) = examined([leak(0)])
    resolve(SecretFinding.objects.get(), Resolution.FALSE_ALARM, by=reviewer)
    before = SecretFinding.objects.values().get()
    run_job(examine(sample.source, None, again=True))
    assert SecretFinding.objects.values().get() == before


def test_an_older_edition_looks_again(examined: Examined) -> None:
    (sample,) = examined([leak(0)])
    SecretFinding.objects.all().delete()
    SecretScan.objects.update(edition=0)
    assert unseen(SampleVersion.objects.all()).count() == 1
    look_through_unseen(SampleVersion.objects.all())
    assert open_findings().get().sample == sample


def test_an_edit_that_removes_it_settles_it(examined: Examined, reviewer: User) -> None:
    (sample,) = examined([leak(0)])
    change(reviewer, sample, "It is a register.")
    finding = SecretFinding.objects.get()
    assert (finding.how, finding.resolved_by) == (Resolution.REMOVED, None)
    assert not open_findings().exists()
    event = Event.objects.get(verb="resolve secret")
    assert (event.object_id, event.after) == (sample.pk, {"secret": "removed"})


def test_the_undo_of_that_edit_puts_it_back_on_the_list(examined: Examined, reviewer: User) -> None:
    (sample,) = examined([leak(0)])
    change(reviewer, sample, "It is a register.")
    undo(reviewer, Review.objects.get())
    assert open_findings().count() == 1


def test_an_edit_that_leaves_it_leaves_it_open(examined: Examined, reviewer: User) -> None:
    (sample,) = examined([leak(0)])
    change(reviewer, sample, f"Better words, and {SECRET} still.")
    assert SecretFinding.objects.filter(how=Resolution.OPEN).count() == 2
    assert open_findings().count() == 1


def test_what_a_person_let_pass_is_recognised_in_an_edit(examined: Examined, reviewer: User) -> None:
    sample, other = examined([leak(0), leak(1)])
    resolve(SecretFinding.objects.get(sample=sample), Resolution.ALLOWED, by=reviewer)
    change(reviewer, sample, f"Better words, and {SECRET} still.")
    assert [one.sample for one in open_findings()] == [other]


def change(user: User, sample: Sample, output: str) -> None:
    """Edit the answer, and let the examination that follows run."""
    sample.refresh_from_db()
    assert sample.current
    edit(user, sample.current, Text(sample.current.instruction, "", output))
    run_examination(sample.source)


def test_the_database_wants_to_know_when_it_was_resolved(examined: Examined) -> None:
    examined([leak(0)])
    with pytest.raises(IntegrityError, match="resolved_secret_says_when"), transaction.atomic():
        SecretFinding.objects.update(how=Resolution.ALLOWED)
    assert json.dumps(SecretFinding.objects.get().how) == '""'
