"""One decision for a cluster: all that wait, as one action, counted once, undone as one or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Event, Role, User
from datasets_app.models import Decision, RejectReason, Review, Sample, SampleState
from datasets_app.review.cluster import decide_cluster, look_at_cluster, undo_cluster
from datasets_app.review.decisions import decide
from datasets_app.review.errors import BadDecision, ChangedSince, ClusterTooLarge, NoneWait, SampleChanged
from datasets_app.review.undo import recent_actions, undo_action
from tests.conftest import make_user
from tests.review.making import MakeSamples, version

ClientAs = Callable[[Role | User], Client]


@pytest.fixture
def cluster(make_samples: MakeSamples) -> list[Sample]:
    """Four near-duplicates, and one sample that is like none of them."""
    samples = make_samples(5)
    Sample.objects.filter(pk__in=[sample.pk for sample in samples[:4]]).update(cluster=samples[0].pk)
    return list(Sample.objects.select_related("current").order_by("pk"))


def states(samples: list[Sample]) -> list[str]:
    known = dict(Sample.objects.values_list("pk", "state"))
    return [known[sample.pk] for sample in samples]


def everything() -> list[tuple[object, ...]]:
    return list(
        Sample.objects.order_by("pk").values_list("pk", "state", "decided_by", "is_golden", "current", "cluster")
    )


def test_all_that_wait_are_decided_as_one_action(reviewer: User, cluster: list[Sample]) -> None:
    key = uuid4()
    taken = decide_cluster(
        reviewer, version(cluster[1]), Decision.REJECT, revision=0, key=key, reason=RejectReason.DUPLICATE, note="twice"
    )
    assert (len(taken.samples), taken.left_out) == (4, 0)
    assert states(cluster) == ["rejected"] * 4 + ["pending"]
    lines = Event.objects.filter(batch=key)
    assert {(line.verb, line.reason) for line in lines} == {("reject", "too much like another: twice")}
    assert (lines.count(), Review.objects.filter(reason="duplicate").count()) == (4, 4)
    assert set(Sample.objects.filter(cluster__isnull=False).values_list("revision", flat=True)) == {1}


def test_what_others_have_open_is_left_out_and_counted(reviewer: User, cluster: list[Sample]) -> None:
    held = Sample.objects.filter(pk=cluster[2].pk)
    held.update(leased_to=make_user(Role.TRAINER), leased_until=Now() + timedelta(minutes=5))
    seen = look_at_cluster(reviewer, cluster[0])
    assert ([sample.pk for sample in seen.waiting], seen.held_by_others) == ([cluster[1].pk, cluster[3].pk], 1)
    taken = decide_cluster(reviewer, version(cluster[0]), Decision.ACCEPT, revision=0, key=uuid4())
    assert (len(taken.samples), taken.left_out) == (3, 1)
    assert states(cluster) == ["accepted", "accepted", "pending", "accepted", "pending"]


def test_a_lease_that_ran_out_holds_nothing(reviewer: User, cluster: list[Sample]) -> None:
    Sample.objects.update(leased_to=make_user(Role.TRAINER), leased_until=Now() - timedelta(seconds=1))
    assert len(look_at_cluster(reviewer, cluster[0]).waiting) == 3


def test_what_is_decided_stays_decided(reviewer: User, cluster: list[Sample]) -> None:
    decide(reviewer, version(cluster[0]), Decision.GOLDEN, revision=0)
    seen = look_at_cluster(reviewer, cluster[0])
    assert (len(seen.waiting), seen.decided) == (3, 0)
    taken = decide_cluster(reviewer, version(cluster[0]), Decision.REJECT, revision=1, key=uuid4(), reason="duplicate")
    assert len(taken.samples) == 3
    assert states(cluster) == ["accepted", "rejected", "rejected", "rejected", "pending"]


def test_the_same_key_again_changes_nothing_and_answers_the_same(reviewer: User, cluster: list[Sample]) -> None:
    key = uuid4()
    first, again = (
        decide_cluster(reviewer, version(cluster[0]), Decision.ACCEPT, revision=0, key=key) for _ in range(2)
    )
    assert first == again
    assert (Review.objects.count(), Event.objects.count()) == (4, 4)


def test_one_undo_puts_all_of_them_back(reviewer: User, cluster: list[Sample]) -> None:
    before, key = everything(), uuid4()
    decide_cluster(reviewer, version(cluster[0]), Decision.ACCEPT, revision=0, key=key)
    assert len(undo_cluster(reviewer, key)) == 4
    assert everything() == before
    assert Review.objects.filter(undone_at__isnull=True).count() == 0
    undo_cluster(reviewer, key)
    assert (everything(), Event.objects.filter(verb="undo").count()) == (before, 4)


def test_undo_is_all_or_nothing(reviewer: User, cluster: list[Sample]) -> None:
    key = uuid4()
    decide_cluster(reviewer, version(cluster[0]), Decision.ACCEPT, revision=0, key=key)
    decide(make_user(Role.TRAINER), version(cluster[3]), Decision.REJECT, revision=1, reason=RejectReason.FORMAT)
    with pytest.raises(ChangedSince, match=f"of sample {cluster[3].pk}, a-trainer rejected it"):
        undo_cluster(reviewer, key)
    assert states(cluster) == ["accepted"] * 3 + ["rejected", "pending"]


def test_it_is_one_of_my_actions_and_one_undo(reviewer: User, cluster: list[Sample]) -> None:
    key = uuid4()
    decide(reviewer, version(cluster[4]), Decision.ACCEPT, revision=0)
    decide_cluster(reviewer, version(cluster[0]), Decision.REJECT, revision=0, key=key, reason="duplicate")
    newest, older = recent_actions(reviewer, 50)
    assert (newest.key, newest.decision, newest.reason) == (key, "reject", "duplicate")
    assert older.sample == cluster[4].uuid
    assert len(undo_action(reviewer, newest.key)) == 4
    assert [action.key for action in recent_actions(reviewer, 50)] == [older.key]


def test_another_persons_action_is_not_mine_to_undo(reviewer: User, cluster: list[Sample]) -> None:
    key = uuid4()
    decide_cluster(make_user(Role.TRAINER), version(cluster[0]), Decision.ACCEPT, revision=0, key=key)
    assert undo_cluster(reviewer, key) == []
    assert states(cluster)[:4] == ["accepted"] * 4


@pytest.mark.parametrize("decision, reason", [("golden", ""), ("skip", ""), ("reject", ""), ("accept", "unclear")])
def test_only_accept_and_reject_with_a_reason(
    reviewer: User, cluster: list[Sample], decision: str, reason: str
) -> None:
    with pytest.raises(BadDecision):
        decide_cluster(reviewer, version(cluster[0]), Decision(decision), revision=0, key=uuid4(), reason=reason)
    assert states(cluster) == ["pending"] * 5


def test_a_card_that_is_out_of_date_decides_nothing(reviewer: User, cluster: list[Sample]) -> None:
    decide(reviewer, version(cluster[0]), Decision.ACCEPT, revision=0)
    undo_action(reviewer, recent_actions(reviewer, 1)[0].key)
    with pytest.raises(SampleChanged):
        decide_cluster(reviewer, version(cluster[0]), Decision.ACCEPT, revision=0, key=uuid4())
    assert states(cluster) == ["pending"] * 5


def test_a_sample_without_near_duplicates_has_no_cluster_to_decide(reviewer: User, cluster: list[Sample]) -> None:
    with pytest.raises(NoneWait):
        decide_cluster(reviewer, version(cluster[4]), Decision.ACCEPT, revision=0, key=uuid4())


def test_too_many_are_refused_with_the_limit(
    reviewer: User, cluster: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets_app.review.cluster.LIMIT", 3)
    with pytest.raises(ClusterTooLarge, match="more than 3"):
        decide_cluster(reviewer, version(cluster[0]), Decision.ACCEPT, revision=0, key=uuid4())
    assert states(cluster) == ["pending"] * 5


def test_it_costs_the_same_for_few_and_many(
    reviewer: User, make_samples: MakeSamples, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    samples = make_samples(60)
    Sample.objects.update(cluster=samples[0].pk)
    key, shown = uuid4(), version(Sample.objects.select_related("current").order_by("pk")[0])
    with django_assert_max_num_queries(9):
        decide_cluster(reviewer, shown, Decision.ACCEPT, revision=0, key=key)
    assert Sample.objects.filter(state=SampleState.ACCEPTED).count() == 60


def test_the_panel_says_how_many_and_its_form_decides(
    client_as: ClientAs, reviewer: User, cluster: list[Sample]
) -> None:
    client = client_as(reviewer)
    url = reverse("decide_near_duplicates", args=[version(cluster[0]).uuid])
    panel = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "3 near-duplicates wait<" in panel and "<html" not in panel
    fields = {"key": str(uuid4()), "revision": 0, "note": "", "reason": "duplicate"}
    page = client.post(url, fields, follow=True).content.decode()
    assert "4 samples decided as one" in page
    assert states(cluster) == ["rejected"] * 4 + ["pending"]
    client.post(reverse("undo_newest"))
    assert states(cluster) == ["pending"] * 5


def test_the_panel_of_a_lonely_sample_offers_nothing(client_as: ClientAs, cluster: list[Sample]) -> None:
    url = reverse("decide_near_duplicates", args=[version(cluster[4]).uuid])
    page = client_as(Role.REVIEWER).get(url).content.decode()
    assert "No near-duplicate of it waits for you." in page and "data-decide-cluster" not in page
    refused = client_as(Role.REVIEWER).post(
        url, {"key": str(uuid4()), "revision": 0, "decision": "accept"}, follow=True
    )
    assert "no near-duplicate of this sample waits for you" in refused.content.decode()
