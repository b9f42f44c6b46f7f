"""The pages of preferences: two answers side by side, blind; the list of what was chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from afsweb.core.models import Role, User
from datasets_app.models import PreferencePair, Sample, SampleState, Source, Text
from datasets_app.preferences import picking
from datasets_app.preferences.pairs import choose
from datasets_app.samples.adding import NewSample, add_samples
from tests.preferences.conftest import QUESTION
from tests.review.making import version

PICK, CHOOSE = "/preferences/pick/", "/preferences/choose/"


@pytest.fixture
def client(client_as: Callable[..., Client], reviewer: User) -> Client:
    return client_as(reviewer)


def text_of(response: Any) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


def send(client: Client, two: list[Sample], pick: str) -> Any:
    first, second = two
    told = {"first": version(first).uuid, "second": version(second).uuid, "pick": pick, "before": ""}
    return client.post(CHOOSE, told, follow=True)


def test_two_answers_to_one_question_are_shown_without_their_origin(client: Client, two: list[Sample]) -> None:
    page = text_of(client.get(PICK))
    assert page.count(QUESTION) == 1
    assert "INIDISP." in page
    assert "forced blank." in page
    assert two[0].source.name not in page
    assert str(two[0].uuid) not in page


def test_the_same_person_sees_the_same_sides_and_sides_differ(client: Client, source: Source) -> None:
    texts = [Text(f"Question {n}?", "", answer) for n in range(12) for answer in ("old", "new")]
    add_samples(source, [NewSample(text) for text in texts])
    picks, before, user = [], None, User.objects.get(username="ann")
    while pick := picking.next_pick(user, before):
        picks.append(pick.first == pick.newer)
        before = pick.newer.pk
    assert len(picks) == 12
    assert {True, False} == set(picks)
    assert client.get(PICK).context["pick"] == client.get(PICK).context["pick"]


@pytest.mark.parametrize(("pick", "better"), [("first", 0), ("second", 1)])
def test_a_choice_is_kept_and_the_next_is_shown(client: Client, two: list[Sample], pick: str, better: int) -> None:
    said = send(client, two, pick)
    pair = PreferencePair.objects.get()
    assert pair.chosen == two[better].current
    assert pair.was_first is (better == 0)
    assert "Kept." in text_of(said)
    assert "two samples ask the same and nobody has chosen between them" in text_of(said)


@pytest.mark.parametrize("told", [{}, {"first": "x", "second": "y", "pick": "first"}, {"pick": "both"}])
def test_a_choice_of_nothing_says_what_to_do(client: Client, two: list[Sample], told: dict[str, str]) -> None:
    assert "Choose the first or the second answer." in text_of(client.post(CHOOSE, told, follow=True))
    assert not PreferencePair.objects.exists()


def test_an_answer_that_was_archived_meanwhile_is_not_chosen(client: Client, two: list[Sample]) -> None:
    Sample.objects.filter(pk=two[0].pk).update(state=SampleState.ARCHIVED)
    assert "edited or archived meanwhile" in text_of(send(client, two, "first"))


def test_passing_over_goes_on_with_older_ones(client: Client, two: list[Sample], source: Source) -> None:
    add_samples(source, [NewSample(Text("Another?", "", answer)) for answer in ("one", "two")])
    first = client.get(PICK)
    assert "Another?" in text_of(first)
    second = client.get(PICK, {"before": first.context["pick"].newer.pk})
    assert QUESTION in text_of(second)


def test_the_answers_to_one_samples_question(client: Client, two: list[Sample], source: Source) -> None:
    assert QUESTION in text_of(client.get(PICK, {"sample": str(two[0].uuid)}))
    (alone,) = add_samples(source, [NewSample(Text("Alone?", "", "Yes."))])
    assert "no other answer to this question" in text_of(client.get(PICK, {"sample": str(alone.uuid)}))


def test_a_search_that_ends_without_a_pair_can_go_further_back(
    client: Client, two: list[Sample], source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_samples(source, [NewSample(Text(f"Alone {n}?", "", "Yes.")) for n in range(3)])
    monkeypatch.setattr(picking, "WINDOW", 3)
    page = client.get(PICK)
    assert "Among the newest samples no two answer the same question." in text_of(page)
    assert QUESTION in text_of(client.get(PICK, {"before": page.context["further"]}))


def test_the_list_shows_what_stands_and_filters(client: Client, two: list[Sample], reviewer: User) -> None:
    url = reverse("list_preferences")
    assert "each edit of an answer makes one" in text_of(client.get(url))
    pair = choose(reviewer, version(two[1]), version(two[0]))
    assert "a choice between two" in text_of(client.get(url))
    assert len(client.get(url, {"state": "waits"}).context["page"].rows) == 1
    assert not client.get(url, {"state": "usable"}).context["page"].rows
    assert "No pair is like that." in text_of(client.get(url, {"origin": "edit"}))
    client.post(reverse("take_back_preference", args=[pair.uuid]))
    assert not client.get(url).context["page"].rows
    assert "taken back" in text_of(client.get(url, {"state": "taken-back"}))


def test_another_persons_choice_is_not_taken_back(
    client: Client, two: list[Sample], client_as: Callable[..., Client]
) -> None:
    pair = choose(User.objects.create(username="ben", role=Role.REVIEWER), version(two[1]), version(two[0]))
    url = reverse("take_back_preference", args=[pair.uuid])
    assert "Only ben or an admin can take this back." in text_of(client.post(url, follow=True))
    assert PreferencePair.objects.get().undone_at is None


def test_pages_cost_the_same_however_many_pairs_there_are(
    client: Client, source: Source, reviewer: User, django_assert_max_num_queries: Any
) -> None:
    texts = [Text(f"Question {n}?", "", answer) for n in range(30) for answer in ("old", "new")]
    made = add_samples(source, [NewSample(text) for text in texts])
    for old, new in zip(made[::2], made[1::2], strict=True):
        choose(reviewer, version(new), version(old))
    with django_assert_max_num_queries(8):
        client.get(reverse("list_preferences"))
    with django_assert_max_num_queries(8):
        client.get(PICK)
