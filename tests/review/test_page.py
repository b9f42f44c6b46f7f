"""The review page without its script: plain forms, one sample after the other, nothing lost on a conflict."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Role, User
from datasets_app.models import Decision, GateVersion, RejectReason, Review, Sample, SampleState, Score, Verdict
from datasets_app.review.decisions import decide
from tests.review.making import MakeSamples, version

ClientAs = Callable[[Role | User], Client]
PAGE = "/review/"


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


def post(client: Client, sample: Sample, **fields: Any) -> Any:
    url = reverse("decide_sample_version", args=[version(sample).uuid])
    return client.post(url, {"key": str(uuid4()), "revision": 0, "note": ""} | fields, follow=True)


def shown(response: Any) -> str:
    return str(response.context["card"].sample.uuid)


def state(sample: Sample) -> str:
    return Sample.objects.values_list("state", flat=True).get(pk=sample.pk)


def test_it_shows_a_sample_with_its_evidence(client: Client, sample: Sample) -> None:
    gate = GateVersion.objects.get(is_current=True)
    Score.objects.create(
        version=version(sample),
        gate=gate,
        overall=0.3,
        hallucination_risk=0.81,
        passes=False,
        vetoes=["contradicted_fact"],
        reasons={
            "contradicted_fact": "A fact is contradicted.",
            "coherence": "Nothing measures it yet.",
            "hallucination_risk": "Of 3 claims 2 are wrong.",
        },
    )
    findings = [
        {"level": "ok", "code": "facts", "message": "one fact confirmed", "line": None, "where": "output"},
        {"level": "bad", "code": "contradicted", "message": "It is INIDISP.", "line": 1, "where": "output"},
    ]
    Verdict.objects.create(
        version=version(sample), verifier="asm65816", verifier_version="1", level=0, findings=findings
    )
    html = re.sub(r"</?a\b[^>]*>", "", client.get(PAGE).content.decode())
    assert html.index("It is INIDISP.") < html.index("one fact confirmed")
    assert '<div data-n="1" class="hit bad">It is register number 0.</div>' in html
    for part in ("What is at $2100?", "0.81", "Of 3 claims 2 are wrong.", "—", "Nothing measures it yet."):
        assert part in html
    assert "does not pass the gate" in html and "A fact is contradicted" in html


def test_accepting_shows_the_next(client: Client, make_samples: MakeSamples) -> None:
    first, second = make_samples(2)
    assert shown(client.get(PAGE)) == str(first.uuid)
    response = post(client, first, decision="accept")
    assert shown(response) == str(second.uuid)
    assert state(first) == SampleState.ACCEPTED


def test_a_reasons_button_alone_rejects(client: Client, sample: Sample) -> None:
    post(client, sample, reason="wrong_code", note="the flag")
    review = Review.objects.get()
    assert (review.decision, review.reason, review.note) == ("reject", "wrong_code", "the flag")


def test_the_same_form_twice_counts_once(client: Client, sample: Sample) -> None:
    key = str(uuid4())
    for _ in range(2):
        assert "Not counted" not in post(client, sample, decision="accept", key=key).content.decode()
    assert Review.objects.count() == 1


def test_a_conflict_shows_the_sample_again_and_says_who(
    client: Client, client_as: ClientAs, make_samples: MakeSamples
) -> None:
    first, _ = make_samples(2)
    post(client_as(Role.TRAINER), first, reason="unclear")
    response = post(client, first, decision="accept")
    assert shown(response) == str(first.uuid)
    assert "a-trainer rejected it just now (hard to understand)" in response.content.decode()
    assert state(first) == SampleState.REJECTED


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"decision": "maybe"},
        {"decision": "edit"},
        {"decision": "accept", "revision": ""},
        {"decision": "accept", "revision": "-1"},
        {"decision": "accept", "revision": "99999999999999999999"},
        {"decision": "accept", "key": "no uuid"},
        {"decision": "accept", "note": "x" * 301},
        {"decision": "accept", "note": "a\0b"},
        {"decision": "accept", "reason": "unclear"},
        {"reason": "because"},
        {"decision": "accept", "seconds": "nan"},
        {"decision": "accept", "seconds": "-3"},
    ],
)
def test_bad_input_is_said_and_decides_nothing(client: Client, sample: Sample, fields: dict[str, Any]) -> None:
    response = post(client, sample, **fields)
    assert response.status_code == 200
    assert 'class="message error"' in response.content.decode()
    assert state(sample) == SampleState.PENDING
    assert not Review.objects.exists()


def test_undo_shows_the_sample_again(client: Client, make_samples: MakeSamples) -> None:
    first, _ = make_samples(2)
    response = post(client, first, decision="golden")
    key = Review.objects.get().key
    assert f'name="key" value="{key}"' in response.content.decode()
    for _ in range(2):  # pressed twice, the form undoes one decision
        assert shown(client.post(reverse("undo_newest"), {"key": key}, follow=True)) == str(first.uuid)
    assert state(first) == SampleState.PENDING


def test_undo_of_anothers_decision_is_refused(client: Client, client_as: ClientAs, sample: Sample) -> None:
    post(client_as(Role.TRAINER), sample, decision="accept")
    response = client.post(reverse("undo_review", args=[Review.objects.get().uuid]), follow=True)
    assert "Only a-trainer or an admin can undo" in response.content.decode()
    assert state(sample) == SampleState.ACCEPTED


def test_undo_from_the_samples_own_page_goes_back_there(client: Client, sample: Sample) -> None:
    post(client, sample, decision="accept")
    page = client.get(sample.get_absolute_url()).content.decode()
    undo = reverse("undo_review", args=[Review.objects.get().uuid])
    assert undo in page
    assert client.post(undo, {"back": "sample"})["Location"] == sample.get_absolute_url()
    assert state(sample) == SampleState.PENDING
    assert undo not in client.get(sample.get_absolute_url()).content.decode()


def test_undo_with_nothing_to_undo_says_so(client: Client, sample: Sample) -> None:
    response = client.post(reverse("undo_newest"), follow=True)
    assert "You have taken no decision that could be undone." in response.content.decode()


def test_undo_newest_undoes_my_newest(client: Client, reviewer: User, make_samples: MakeSamples) -> None:
    first, second = make_samples(2)
    for sample in (first, second):
        decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    client.post(reverse("undo_newest"))
    assert (state(first), state(second)) == (SampleState.ACCEPTED, SampleState.PENDING)


def test_one_sample_can_be_asked_for_whatever_its_state(client: Client, reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.REJECT, revision=0, reason=RejectReason.FORMAT)
    response = client.get(PAGE, {"sample": str(sample.uuid)})
    assert shown(response) == str(sample.uuid)
    assert "rejected by a person" in response.content.decode()


def test_the_queue_stays_in_the_address(client: Client, make_samples: MakeSamples) -> None:
    first, _ = make_samples(2)
    url = reverse("decide_sample_version", args=[version(first).uuid]) + "?domain=asm65816&kind=register"
    assert url.replace("&", "&amp;") in client.get(PAGE, {"domain": "asm65816", "kind": "register"}).content.decode()
    response = client.post(url, {"key": str(uuid4()), "revision": 0, "decision": "skip"})
    assert response["Location"] == "/review/?domain=asm65816&kind=register"


@pytest.mark.parametrize(
    "query, words",
    [
        ({}, "Nothing waits for review: imported and generated samples appear here."),
        ({"domain": "text"}, "Nothing waits for review in this queue."),
        ({"show": "gate"}, "The gate has decided nothing"),
        ({"show": "passed"}, "You have skipped or flagged nothing"),
    ],
)
def test_an_empty_queue_says_so_with_a_way_on(client: Client, query: dict[str, str], words: str) -> None:
    html = client.get(PAGE, query).content.decode()
    assert words in html
    assert 'class="button primary"' in html


def test_a_queue_that_others_work_on_is_not_called_done(
    client: Client, client_as: ClientAs, make_samples: MakeSamples
) -> None:
    make_samples(1)
    client_as(Role.TRAINER).get(PAGE)
    assert "just now: 1 is open in front of other reviewers" in client.get(PAGE).content.decode()


@pytest.mark.parametrize("query", [{"source": "x"}, {"show": "all"}, {"domain": "a b"}, {"kind": "k" * 49}])
def test_a_queue_that_does_not_exist_is_not_found(client: Client, query: dict[str, str]) -> None:
    assert client.get(PAGE, query).status_code == 404


@pytest.mark.parametrize("asked", ["x", "", "11111111-1111-1111-1111-111111111111"])
def test_a_sample_that_does_not_exist_is_not_found(client: Client, asked: str) -> None:
    assert client.get(PAGE, {"sample": asked}).status_code == 404


def test_the_page_and_a_decision_cost_few_queries(
    client: Client, make_samples: MakeSamples, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    first, _ = make_samples(2)
    with django_assert_max_num_queries(8):
        client.get(PAGE)
    url = reverse("decide_sample_version", args=[version(first).uuid])
    with django_assert_max_num_queries(6 + 2):
        client.post(url, {"key": str(uuid4()), "revision": 0, "decision": "accept"})


@pytest.mark.parametrize("url_name", ["decide_sample_version", "save_sample_version"])
def test_viewers_decide_and_save_nothing(client_as: ClientAs, sample: Sample, url_name: str) -> None:
    url = reverse(url_name, args=[version(sample).uuid])
    assert client_as(Role.VIEWER).post(url, {"decision": "accept"}).status_code == 403
    assert Client().post(url, {"decision": "accept"}).status_code == 302
    assert state(sample) == SampleState.PENDING


@pytest.mark.parametrize("url_name", ["review", "claim_cards", "show_cards", "send_decisions", "undo_newest"])
def test_viewers_have_no_queue(client_as: ClientAs, sample: Sample, url_name: str) -> None:
    viewer = client_as(Role.VIEWER)
    ask = viewer.get if url_name == "review" else viewer.post
    assert ask(reverse(url_name)).status_code == 403
