"""Samples in the admin: the same decisions with the same care, for one and for many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin import site
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Event, EventSource, Role, User
from datasets_app.models import Decision, Domain, RejectReason, Review, Sample, SampleState
from datasets_app.review.decisions import decide
from tests.review.making import MakeSamples, version

ClientAs = Callable[[Role | User], Client]
LIST = "/admin/datasets/sample/"


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


def run(client: Client, action: str, samples: list[Sample], **more: Any) -> str:
    told = {"action": action, "_selected_action": [sample.pk for sample in samples], "reason": ""} | more
    return client.post(LIST, told, follow=True).content.decode()


def save(client: Client, sample: Sample, **fields: Any) -> Any:
    told = {"kind": sample.kind, "decision": "", "reason": "", "note": "", "revision": 0}
    told |= {f"{name}-{part}": "0" for name in ("versions", "reviews") for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    return client.post(f"{LIST}{sample.pk}/change/", told | fields, follow=True)


def states(samples: list[Sample]) -> list[str]:
    known = dict(Sample.objects.values_list("pk", "state"))
    return [known[sample.pk] for sample in samples]


@pytest.mark.parametrize(
    "action, more, state",
    [
        ("accept", {}, "accepted"),
        ("make_golden", {}, "accepted"),
        ("reject", {"reason": "unclear"}, "rejected"),
        ("archive", {}, "archived"),
    ],
)
def test_an_action_decides_each_selected_sample(
    client: Client, reviewer: User, make_samples: MakeSamples, action: str, more: dict[str, str], state: str
) -> None:
    samples = make_samples(3)
    html = run(client, action, samples[:2], **more)
    assert "2 samples are" in html
    assert states(samples) == [state, state, "pending"]
    lines = Event.objects.filter(object_type="datasets.sample")
    assert {(line.actor, line.source) for line in lines} == {(reviewer, EventSource.ADMIN)}
    assert len({line.batch for line in lines}) == 1
    assert Sample.objects.filter(is_golden=True).count() == (2 if action == "make_golden" else 0)


def test_rejecting_many_needs_a_reason(client: Client, make_samples: MakeSamples) -> None:
    samples = make_samples(2)
    assert "choose a reason" in run(client, "reject", samples, reason="")
    run(client, "reject", samples, reason="because")
    assert states(samples) == ["pending", "pending"]


def test_an_archived_sample_among_many_is_left_alone_and_named(client: Client, make_samples: MakeSamples) -> None:
    samples = make_samples(2)
    samples[0].change(0, state=SampleState.ARCHIVED)
    html = run(client, "accept", samples)
    assert "1 sample is accepted." in html
    assert f"Sample {samples[0].pk}: Not counted: this sample is archived." in html
    assert states(samples) == ["archived", "accepted"]


def test_more_than_a_thousand_at_once_is_refused(
    client: Client, make_samples: MakeSamples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets_app.admin.bulk.LIMIT", 2)
    samples = make_samples(3)
    assert "Nothing was done" in run(client, "accept", samples)
    assert states(samples) == ["pending"] * 3


def test_a_decision_on_the_samples_page(client: Client, reviewer: User, sample: Sample) -> None:
    save(client, sample, decision="reject", reason="wrong_fact", note="it is $2115")
    review = Review.objects.get()
    assert (review.reviewer, review.decision, review.reason, review.note) == (
        reviewer,
        "reject",
        "wrong_fact",
        "it is $2115",
    )
    assert Event.objects.get(verb="reject").source == EventSource.ADMIN


def test_kind_and_decision_in_one_save(client: Client, sample: Sample) -> None:
    save(client, sample, kind="vector", decision="golden")
    after = Sample.objects.get()
    assert (after.kind, after.is_golden, after.revision) == ("vector", True, 2)
    change = Event.objects.get(verb="change")
    assert (change.before, change.after) == ({"kind": "register"}, {"kind": "vector"})


def test_archiving_on_the_samples_page(client: Client, sample: Sample) -> None:
    save(client, sample, decision="archive")
    assert states([sample]) == ["archived"]


def test_a_page_that_is_out_of_date_overwrites_nothing(client: Client, trainer: User, sample: Sample) -> None:
    decide(trainer, version(sample), Decision.REJECT, revision=0, reason=RejectReason.FORMAT)
    html = save(client, sample, kind="vector", decision="accept").content.decode()
    assert "a-trainer rejected it just now (badly formatted)" in html
    after = Sample.objects.get()
    assert (after.state, after.kind, after.revision) == ("rejected", "register", 1)


def test_a_change_between_check_and_save_overwrites_nothing(
    client: Client, trainer: User, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datasets_app.admin.sample_forms import SampleForm

    check = SampleForm.clean

    def check_then_be_overtaken(form: SampleForm) -> Any:
        data = check(form)
        decide(trainer, version(sample), Decision.ACCEPT, revision=0)
        return data

    monkeypatch.setattr(SampleForm, "clean", check_then_be_overtaken)
    html = save(client, sample, kind="vector").content.decode()
    assert "a-trainer accepted it" in html
    assert Sample.objects.get().kind == "register"


@pytest.mark.parametrize("fields", [{"decision": "reject"}, {"decision": "accept", "reason": "unclear"}])
def test_a_rejection_has_a_reason_and_nothing_else_has(client: Client, sample: Sample, fields: dict[str, str]) -> None:
    assert "A rejection needs one of the nine reasons" in save(client, sample, **fields).content.decode()
    assert states([sample]) == ["pending"]


def test_search_finds_words_numbers_and_uuids(client: Client, make_samples: MakeSamples) -> None:
    samples = make_samples(3)
    for words in ('"register number 1"', str(samples[1].pk), str(samples[1].uuid)):
        found = client.get(LIST, {"q": words}).context["cl"].result_list
        assert [sample.pk for sample in found] == [samples[1].pk], words


@pytest.mark.parametrize("words", ["\0", "'", "((", "9" * 40, "²", "a:*&|!", '"'])
def test_strange_searches_find_nothing_and_break_nothing(client: Client, sample: Sample, words: str) -> None:
    assert client.get(LIST, {"q": words}).status_code == 200


def test_the_filters_narrow_the_list(client: Client, reviewer: User, make_samples: MakeSamples) -> None:
    samples = make_samples(2)
    decide(reviewer, version(samples[0]), Decision.GOLDEN, revision=0)
    asm, text = (Domain.objects.get(slug=slug).pk for slug in ("asm65816", "text"))
    for query, count in (
        ({"state__exact": "pending"}, 1),
        ({"is_golden__exact": "1"}, 1),
        ({"decided_by__exact": "person"}, 1),
        ({"domain__id__exact": str(asm)}, 2),
        ({"domain__id__exact": str(text)}, 0),
    ):
        assert client.get(LIST, query).context["cl"].result_count == count, query


def test_the_list_costs_few_queries_and_none_is_distinct(
    client: Client, make_samples: MakeSamples, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_samples(60)
    with django_assert_max_num_queries(8) as captured:
        client.get(LIST, {"q": "register", "state__exact": "pending"})
    assert not any("DISTINCT" in query["sql"] for query in captured.captured_queries)
    assert not any("output" in query["sql"] for query in captured.captured_queries)


def test_counting_stops_at_the_cap(client: Client, make_samples: MakeSamples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets_app.admin.paging.CAP", 5)
    make_samples(8)
    assert client.get(LIST).context["cl"].result_count == 5


def test_every_list_and_row_opens(client_as: ClientAs, admin_user: User, sample: Sample) -> None:
    decide(admin_user, version(sample), Decision.ACCEPT, revision=0)
    admin = client_as(admin_user)
    models = [model for model in site._registry if model._meta.app_label == "datasets"]
    assert len(models) >= 10
    for model in models:
        name = f"admin:datasets_{model._meta.model_name}"
        assert admin.get(reverse(f"{name}_changelist")).status_code == 200, model
        for row in model._default_manager.all()[:1]:
            assert admin.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, model


def test_reviewers_see_samples_and_their_evidence_only(client: Client, sample: Sample) -> None:
    for model in ("sample", "sampleversion", "review", "score", "verdict", "source", "domain", "gateversion"):
        assert client.get(f"/admin/datasets/{model}/").status_code == 200, model
    for model in ("campaign", "snapshot", "promptversion"):
        assert client.get(f"/admin/datasets/{model}/").status_code == 403, model
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.post(f"{LIST}{sample.pk}/delete/", {"post": "yes"}).status_code == 403


def test_viewers_have_no_admin(client_as: ClientAs, sample: Sample) -> None:
    viewer = client_as(Role.VIEWER)
    assert viewer.get(LIST).status_code == 302
    run(viewer, "accept", [sample])
    assert states([sample]) == ["pending"]
