"""Every version answers the general suites and is measured on held-out text by itself; its base is asked the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Artifact, Endpoint, Event, Job, JobState, Provider, Role, User, WorkState
from datasets_app.models import Domain, Text
from evals_app.abilities.every_version import MOST
from evals_app.models import EvalRun, HeldOut, Purpose, Suite
from evals_app.suites import make_suite
from tests.evals.conftest import register_drafts
from tests.evals.gating import train_on
from training_app.models import BaseModel, ModelVersion, TrainingRun
from training_app.registry.versions import make_base_version

Do = Callable[[Job | None], str]
Login = Callable[[Role | User], Client]
MakeTrained = Callable[..., ModelVersion]


@pytest.fixture
def base(db: None) -> BaseModel:
    facts = {"kind": "base_model", "size_bytes": 1, "file_count": 1, "manifest": {}}
    weights = Artifact.objects.create(sha256="b" * 64, name="tiny", **facts)
    return BaseModel.objects.create(model_id="tests/base", weights=weights)


@pytest.fixture
def make_trained(base: BaseModel, trainer: User, domain: Domain) -> MakeTrained:
    """`make_trained("v")`: what a run trained here, with a snapshot that holds two rows out."""

    def make(name: str = "mine", *, held_out: int = 2, **facts: Any) -> ModelVersion:
        provider = facts.pop("provider", Provider.TRANSFORMERS)
        endpoint = Endpoint.objects.create(name=name, provider=provider, base_weights=base.weights, model="tests/base")
        version = ModelVersion.objects.create(**{"name": name, "base_model": base, "endpoint": endpoint} | facts)
        train_on(version, [Text(f"What of {name}?", "", "That.")], held_out=held_out)
        TrainingRun.objects.filter(version=version).update(created_by=trainer)
        return version

    return make


@pytest.fixture
def general(domain: Domain) -> Suite:
    facts: dict[str, Any] = {"name": "General", "domain": domain, "purpose": Purpose.GENERAL}
    return make_suite("general", scorer="register_claims", drafts=register_drafts(), **facts)


@pytest.fixture
def look(do: Do) -> Callable[[], dict[str, Any]]:
    """One round of the schedule: what it says that it started."""

    def once() -> dict[str, Any]:
        job = enqueue("evals.measure_versions", {}, title="New versions")
        assert do(job) == "succeeded"
        return dict(job.result)

    return once


def end_all(state: JobState = JobState.SUCCEEDED) -> None:
    """Let everything that waits have ended."""
    Job.objects.update(state=state)


def runs() -> list[tuple[str, str, int]]:
    return [(str(run.version), str(run.suite), run.repeats) for run in EvalRun.objects.order_by("pk")]


Look = Callable[[], dict[str, Any]]


def test_a_new_version_and_its_base_are_asked_and_its_loss_is_measured(
    make_trained: MakeTrained, general: Suite, trainer: User, look: Look
) -> None:
    version = make_trained()
    assert look() == {"started": 3, "asked": 1, "bases_asked": 1, "measured": 1}
    # The base twice, so that the noise floor is known.
    assert runs() == [("mine v1", "General 1", 1), ("tests-base v1", "General 1", 2)]
    assert set(EvalRun.objects.values_list("created_by", flat=True)) == {trainer.pk}
    assert HeldOut.objects.get().snapshot == version.run.snapshot  # type: ignore[union-attr]
    assert set(Event.objects.filter(verb__in=("launch", "measure")).values_list("source", flat=True)) == {"job"}
    assert set(Job.objects.filter(state="queued").values_list("queue", flat=True)) == {"eval"}


def test_nothing_more_is_started_while_that_goes_on_nor_after_it(
    make_trained: MakeTrained, general: Suite, look: Look
) -> None:
    make_trained()
    look()
    make_trained("another")
    assert look() == {"started": 0, "waits_for": "what was started before"}
    end_all()
    assert look()["started"] == 2
    end_all(JobState.FAILED)
    assert look()["started"] == 0


def test_the_base_is_asked_what_a_person_asked_the_version_drawn_the_same_way(
    make_trained: MakeTrained, general: Suite, look: Look
) -> None:
    warm = {"temperature": 0.7, "max_new_tokens": 32, "seed": 5}
    EvalRun.objects.create(suite=general, version=make_trained(), sampling=warm)
    assert look()["bases_asked"] == 1
    assert EvalRun.objects.latest("pk").sampling == warm


def test_a_base_that_was_asked_is_not_asked_for_the_next_version(
    make_trained: MakeTrained, general: Suite, look: Look
) -> None:
    make_trained()
    look()
    end_all()
    make_trained("next")
    assert look() == {"started": 2, "asked": 1, "bases_asked": 0, "measured": 1}


def test_a_base_that_a_server_answers_for_is_left_alone(
    make_trained: MakeTrained, base: BaseModel, general: Suite, look: Look
) -> None:
    served = make_base_version(base).endpoint
    assert served
    Endpoint.objects.filter(pk=served.pk).update(provider=Provider.OPENAI_COMPATIBLE, base_weights=None)
    make_trained()
    assert look() == {"started": 2, "asked": 1, "bases_asked": 0, "measured": 1}


def test_what_was_drawn_in_a_way_that_is_not_known_is_not_owed_for_ever(
    make_trained: MakeTrained, general: Suite, look: Look
) -> None:
    EvalRun.objects.create(suite=general, version=make_trained(), sampling={"temperature": 0.5})
    assert look()["bases_asked"] == 0


@pytest.mark.parametrize("why", ["archived", "imported", "served", "the base itself"])
def test_what_is_no_version_of_our_own_is_left_alone(
    make_trained: MakeTrained, base: BaseModel, general: Suite, look: Look, why: str
) -> None:
    if why == "archived":
        make_trained(is_archived=True)
    elif why == "imported":
        make_trained(imported_from="a document")
    elif why == "served":  # what answers might be paid for
        make_trained(provider=Provider.OPENAI_COMPATIBLE)
    else:
        make_base_version(base)
    assert look()["started"] == 0


@pytest.mark.parametrize("why", ["archived", "of a domain", "judged"])
def test_suites_that_cannot_be_asked_by_themselves_are_left_out(
    make_trained: MakeTrained, general: Suite, look: Look, why: str
) -> None:
    make_trained()
    if why == "archived":
        Suite.objects.update(is_archived=True)
    elif why == "of a domain":
        Suite.objects.update(purpose=Purpose.DOMAIN)
    else:
        general.cases.update(scorer="rubric")
    assert look() == {"started": 1, "asked": 0, "bases_asked": 0, "measured": 1}


def test_without_held_out_rows_there_is_no_loss(make_trained: MakeTrained, look: Look) -> None:
    make_trained(held_out=0)
    assert look()["started"] == 0


def test_old_versions_come_a_few_at_a_time_the_newest_first(
    make_trained: MakeTrained, general: Suite, look: Look
) -> None:
    for number in range(MOST + 2):
        make_trained(f"old-{number}")
    assert look()["asked"] == MOST
    first = [name for name, *_ in runs()][:MOST]
    assert first == [f"old-{number} v1" for number in range(MOST + 1, 1, -1)]
    end_all()
    assert look()["asked"] == 2


def test_a_version_says_that_it_is_being_asked(
    make_trained: MakeTrained, client_as: Login, general: Suite, look: Look
) -> None:
    version = make_trained()
    url = f"/models/{version.uuid}/abilities/"
    page = client_as(Role.TRAINER).get(url).content.decode()
    assert "It has not answered a suite of general ability yet." in page and "schedule “New versions”" in page
    look()
    page = client_as(Role.VIEWER).get(url).content.decode()
    assert "General 1</a>" in page and "queued" in page and "not answered" not in page and "every 2s" in page


def test_a_loss_that_is_known_is_not_offered_again(make_trained: MakeTrained, client_as: Login, look: Look) -> None:
    client, url = client_as(Role.TRAINER), f"/models/{make_trained().uuid}/abilities/"
    offer = "Measure the held-out loss"
    assert offer in client.get(url).content.decode()
    look()
    assert offer not in client.get(url).content.decode()
    HeldOut.objects.get().end(WorkState.SUCCEEDED, loss=1.0)
    end_all()
    assert offer not in client.get(url).content.decode()
    HeldOut.objects.update(state=WorkState.STOPPED)
    assert offer in client.get(url).content.decode()


def test_without_a_general_suite_it_says_where_they_are(make_trained: MakeTrained, client_as: Login) -> None:
    page = client_as(Role.VIEWER).get(f"/models/{make_trained().uuid}/abilities/").content.decode()
    assert "There is none: " in page and "make the shipped suites</a>" in page
