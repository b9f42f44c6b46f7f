"""A flag is an open matter until a reviewer settles it with a word."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Event, Notification, Role, User
from datasets_app.flags.flags import FlagClosed, NeedsAWord, resolve
from datasets_app.models import Decision, RejectReason, Review, Sample, open_flags
from datasets_app.review.decisions import decide
from datasets_app.review.errors import SampleChanged
from datasets_app.review.undo import undo
from datasets_app.search.filters import listed_samples
from tests.review.making import MakeSamples, version

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


@pytest.fixture
def flag(reviewer: User, sample: Sample) -> Review:
    return decide(reviewer, version(sample), Decision.FLAG, revision=0, note="Is $2100 write twice?")


def test_a_flag_is_open_until_it_is_resolved(other: User, flag: Review) -> None:
    assert list(open_flags()) == [flag]
    resolve(other, flag, "  It is not:\n see the manual. ")
    assert not open_flags().exists()
    flag.refresh_from_db()
    assert (flag.resolved_by, flag.resolution) == (other, "It is not: see the manual.")


def test_history_and_who_flagged_learn_the_word(other: User, reviewer: User, flag: Review) -> None:
    resolve(other, flag, "It is not.")
    event = Event.objects.get(verb="resolve flag")
    assert (event.actor, event.object_id, event.reason) == (other, flag.sample_id, "It is not.")
    told = Notification.objects.get()
    assert (told.person, told.link) == (reviewer, flag.sample.get_absolute_url())
    assert told.text == f"a-trainer resolved your flag on sample {flag.sample_id}: It is not."


def test_resolving_ones_own_flag_tells_nobody(reviewer: User, flag: Review) -> None:
    resolve(reviewer, flag, "Found it.")
    assert not Notification.objects.exists()


def test_it_is_resolved_once(other: User, admin_user: User, flag: Review) -> None:
    resolve(other, flag, "It is not.")
    with pytest.raises(FlagClosed):
        resolve(admin_user, flag, "It is.")
    assert Review.objects.get(pk=flag.pk).resolution == "It is not."


def test_it_needs_a_word(other: User, flag: Review) -> None:
    with pytest.raises(NeedsAWord):
        resolve(other, flag, " \n ")
    assert open_flags().exists()


def test_a_flag_that_was_taken_back_is_closed(reviewer: User, other: User, flag: Review) -> None:
    undo(reviewer, flag)
    with pytest.raises(FlagClosed):
        resolve(other, flag, "It is not.")


def test_resolving_changes_nothing_about_the_sample(reviewer: User, other: User, flag: Review) -> None:
    decide(other, flag.version, Decision.ACCEPT, revision=0)
    resolve(other, flag, "It is not.")
    with pytest.raises(SampleChanged, match="a-trainer accepted it"):
        decide(reviewer, flag.version, Decision.REJECT, revision=0, reason=RejectReason.OTHER)


def test_only_a_flag_can_be_resolved(reviewer: User, sample: Sample) -> None:
    review = decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    with pytest.raises(IntegrityError, match="only_a_flag_is_resolved_by_somebody"):
        Review.objects.filter(pk=review.pk).update(resolved_at="2026-01-01T00:00Z", resolved_by=reviewer)


def test_the_list_of_samples_shows_flagged_ones(reviewer: User, other: User, make_samples: MakeSamples) -> None:
    first, second, third = make_samples(3)
    for sample in (first, second):
        decide(reviewer, version(sample), Decision.FLAG, revision=0)
    resolve(other, Review.objects.get(sample=second), "Fine.")
    assert list(listed_samples({"flagged": "yes"})) == [first]
    assert set(listed_samples({"flagged": "no"})) == {second, third}


def test_the_page_lists_open_flags_and_a_form_resolves_one(client_as: ClientAs, flag: Review) -> None:
    client = client_as(Role.TRAINER)
    page = client.get(reverse("list_flags")).content.decode()
    assert "a-reviewer: Is $2100 write twice?" in page
    client.post(reverse("resolve_flag", args=[flag.uuid]), {"word": "It is not."})
    assert "Nothing is flagged" in client.get(reverse("list_flags")).content.decode()
    assert "a-trainer: It is not." in client.get(reverse("list_flags") + "?show=resolved").content.decode()


def test_the_samples_page_and_the_card_show_it_while_it_is_open(client_as: ClientAs, other: User, flag: Review) -> None:
    client = client_as(other)
    card = f"{reverse('review')}?sample={flag.sample.uuid}"
    for url in (flag.sample.get_absolute_url(), card):
        assert "Is $2100 write twice?" in client.get(url).content.decode()
    told = {"word": "It is not.", "back": "sample"}
    response = client.post(reverse("resolve_flag", args=[flag.uuid]), told)
    assert response["Location"] == flag.sample.get_absolute_url()
    assert "flagged by a-reviewer" not in client.get(card).content.decode()


def test_viewers_look_and_do_not_resolve(client_as: ClientAs, flag: Review) -> None:
    viewer = client_as(Role.VIEWER)
    assert "What came of it" not in viewer.get(reverse("list_flags")).content.decode()
    assert viewer.post(reverse("resolve_flag", args=[flag.uuid]), {"word": "x"}).status_code == 403


def test_the_page_costs_the_same_for_many(
    client_as: ClientAs, reviewer: User, make_samples: MakeSamples, django_assert_max_num_queries: Any
) -> None:
    for sample in make_samples(60):
        decide(reviewer, version(sample), Decision.FLAG, revision=0)
    client = client_as(reviewer)
    with django_assert_max_num_queries(4):
        page = client.get(reverse("list_flags"))
    assert len(page.context["page"].rows) == 50
