"""Continuous training: a rule trains when enough is new, once, and pauses itself where it cannot go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Event, Job, JobState, Notification, Role, User, WorkState
from datasets_app.models import Domain, Sample, SampleState, Snapshot, SnapshotState
from tests.rows import make_base, make_recipe, run_job
from tests.web import loop
from training_app.models import Recipe, Retraining, TrainingRun
from training_app.retraining import rules
from training_app.retraining.counting import new_samples
from training_app.retraining.looking import rule_rows
from training_app.retraining.steps import LOOK

Login = Callable[[Role | User], Client]


@pytest.fixture
def recipe(db: None, tmp_path: Path, settings: Any) -> Recipe:
    settings.ARTIFACT_DIR = tmp_path / "artifacts"
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")
    return make_recipe(make_base(tmp_path / "base"))


@pytest.fixture
def rule(recipe: Recipe, trainer: User) -> Retraining:
    domain = Domain.objects.get(slug="asm65816")
    return rules.add_rule("nightly", domain, recipe, 4, by=trainer, validation_share=0.25, seed=3)


def accept(count: int, name: str) -> None:
    source = loop.add_source(count, name)
    Sample.objects.filter(source=source).update(state=SampleState.ACCEPTED)


def look() -> list[str]:
    """One look of the schedule, or of the job that a step left behind; what it said."""
    job = Job.objects.filter(kind=LOOK, state=JobState.QUEUED).first() or enqueue(LOOK, {}, title="Continuous training")
    assert run_job(job).name == "succeeded", job.error
    return list(job.log.values_list("text", flat=True))


def build() -> Snapshot:
    """Let a worker build the snapshot that waits."""
    assert run_job(Job.objects.get(kind="datasets.build_snapshot", state=JobState.QUEUED)).name == "succeeded"
    return Snapshot.objects.latest("pk")


def end_run(rule: Retraining) -> None:
    Job.objects.filter(kind="training.train").update(state=JobState.FAILED)
    TrainingRun.objects.update(state=WorkState.FAILED)


def fresh(rule: Retraining) -> Retraining:
    return rule_rows().get(pk=rule.pk)


def test_too_few_new_samples_begin_nothing(rule: Retraining) -> None:
    accept(3, "a.jsonl")
    assert look() == []
    assert (fresh(rule).new_count, Snapshot.objects.count()) == (3, 0)


def test_enough_of_them_become_a_snapshot_and_a_run(rule: Retraining) -> None:
    accept(4, "a.jsonl")
    assert look() == ["nightly: 4 new samples; builds nightly-1"]
    assert look() == []  # it is being built
    snapshot = build()
    assert (snapshot.name, snapshot.count, snapshot.seed) == ("nightly-1", 4, 3)
    assert look() == ["nightly: launched nightly on nightly-1"]
    run = TrainingRun.objects.get()
    assert (run.recipe, run.snapshot, run.seed, run.created_by) == (rule.recipe, snapshot, 3, rule.created_by)
    verbs = Event.objects.filter(object_type="training.retraining").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["add", "snapshot", "launch"]


def test_nothing_more_begins_while_its_run_waits_or_trains(rule: Retraining) -> None:
    accept(4, "a.jsonl")
    look(), build(), look()
    accept(9, "b.jsonl")
    assert look() == []
    end_run(rule)
    assert look() == ["nightly: 9 new samples; builds nightly-2"]


def test_only_what_came_or_was_edited_since_counts(rule: Retraining) -> None:
    accept(4, "a.jsonl")
    look(), build(), look()
    end_run(rule)
    assert new_samples(fresh(rule)).count() == 0
    accept(2, "b.jsonl")
    edited = Sample.objects.filter(source__name="a.jsonl").first()
    assert edited is not None
    assert edited.current is not None
    version = edited.current
    version.pk, version.number, version.sha256 = None, version.number + 1, "e" * 64
    version.uuid = edited.uuid
    version.save(force_insert=True)
    Sample.objects.filter(pk=edited.pk).update(current=version)
    assert new_samples(fresh(rule)).count() == 3


def test_samples_that_nobody_accepted_and_other_domains_do_not_count(rule: Retraining) -> None:
    loop.add_source(9, "pending.jsonl")
    accept(9, "other.jsonl")
    Sample.objects.filter(source__name="other.jsonl").update(domain=Domain.objects.get(slug="cpp"))
    assert new_samples(rule).count() == 0


def test_a_snapshot_that_fails_pauses_the_rule_and_tells_who_made_it(rule: Retraining) -> None:
    accept(4, "a.jsonl")
    look()
    Snapshot.objects.update(state=SnapshotState.FAILED, error="The disk is full.")
    said = "The snapshot “nightly-1” was not built: The disk is full. Put that right, then resume the rule."
    assert look() == [f"nightly: paused: {said}"]
    assert not fresh(rule).is_enabled
    assert "The disk is full" in fresh(rule).problem
    told = Notification.objects.get()
    assert (told.person, "has paused" in told.text) == (rule.created_by, True)
    assert look() == []
    rules.set_enabled(fresh(rule), True, rule.created_by)
    assert look() == ["nightly: 4 new samples; builds nightly-2"]


def test_a_run_that_is_refused_pauses_the_rule_and_is_launched_after_a_resume(rule: Retraining) -> None:
    base = rule.recipe.base_model
    weights, base.weights = base.weights, None
    base.save()
    accept(4, "a.jsonl")
    look(), build()
    assert "has no weights yet" in look()[0]
    base.weights = weights
    base.save()
    rules.set_enabled(fresh(rule), True, rule.created_by)
    assert look() == ["nightly: launched nightly on nightly-1"]


def test_a_paused_rule_begins_nothing(rule: Retraining, client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    client.post(f"{rule.get_absolute_url()}pause/")
    accept(4, "a.jsonl")
    assert look() == []
    assert "is paused. Resume it first." in client.post(f"{rule.get_absolute_url()}run/", follow=True).content.decode()
    client.post(f"{rule.get_absolute_url()}resume/")
    assert look() == ["nightly: 4 new samples; builds nightly-1"]


def test_run_now_does_not_wait_for_the_number(rule: Retraining, client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    url = f"{rule.get_absolute_url()}run/"
    assert "has no accepted sample that “nightly” has not trained on" in client.post(url, follow=True).content.decode()
    accept(1, "a.jsonl")
    client.post(url)
    assert "is at it: the snapshot “nightly-1” is being built" in client.post(url, follow=True).content.decode()
    build()
    assert look() == ["nightly: launched nightly on nightly-1"]
    assert "its run is queued" in client.post(url, follow=True).content.decode()


def test_a_name_that_a_person_gave_a_snapshot_is_passed_over(rule: Retraining) -> None:
    Snapshot.objects.create(name="nightly-1")
    accept(4, "a.jsonl")
    assert look() == ["nightly: 4 new samples; builds nightly-2"]


def test_a_look_that_finds_nothing_leaves_no_trace(rule: Retraining) -> None:
    for _ in range(3):
        look()
    assert Job.objects.filter(kind=LOOK).count() == 1


FORM = {"name": "weekly", "domain": 1, "recipe": 1, "threshold": "50", "validation_share": "0.1", "seed": "0"}


def test_a_rule_is_made_by_the_form(recipe: Recipe, client_as: Login) -> None:
    client = client_as(Role.TRAINER)
    given = {**FORM, "domain": Domain.objects.get(slug="asm65816").pk, "recipe": recipe.pk, "golden_only": "on"}
    rule_url = client.post("/runs/rules/new/", given)["Location"]
    made = Retraining.objects.get()
    assert (made.get_absolute_url(), made.threshold, made.golden_only) == (rule_url, 50, True)
    again = client.post("/runs/rules/new/", given).content.decode()
    assert "There is a rule called “weekly” already" in again
    for change, said in (
        ({"threshold": "0"}, "greater than or equal to 1"),
        ({"recipe": "0"}, "Select a valid choice"),
    ):
        assert said in client.post("/runs/rules/new/", given | change).content.decode()
    assert Retraining.objects.count() == 1
    assert client_as(Role.REVIEWER).post("/runs/rules/new/", given).status_code == 403


def test_its_page_says_what_is_new_and_what_it_did(rule: Retraining, client_as: Login) -> None:
    accept(4, "a.jsonl")
    look(), build(), look()
    page = client_as(Role.VIEWER).get(rule.get_absolute_url()).content.decode()
    assert "nightly-1" in page
    assert "for 4 new samples" in page
    assert "Run now" not in page


def test_the_pages_cost_few_queries(rule: Retraining, client_as: Login, django_assert_max_num_queries: Any) -> None:
    client = client_as(Role.VIEWER)
    for path in (rule.get_absolute_url(), "/runs/rules/"):
        with django_assert_max_num_queries(8):
            client.get(path)
