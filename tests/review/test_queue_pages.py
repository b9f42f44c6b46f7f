"""The pages of queues: the list, one queue, the form that makes and changes it, who may do what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from afsweb.core.models import Event, Role, User
from datasets_app.models import Decision, ReviewQueue, Sample
from datasets_app.review.queue import Queue
from datasets_app.review.queues import add_queue
from tests.review.making import MakeSamples, make_score
from tests.review.queues import judge, people, saved

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Role | User], Client]
FIELDS = {"queue-name": "mine", "queue-order": "lowest", "queue-random_share": "0.2", "queue-repeat_share": "0.03",
          "queue-overlap": "2", "queue-is_shared": "on", "kind": "register"}  # fmt: skip


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


def html(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_the_list_begins_with_everything_that_waits(client: Client, reviewer: User, trainer: User) -> None:
    mine, theirs = add_queue(reviewer, name="mine"), add_queue(trainer, name="theirs")
    chosen = add_queue(trainer, name="chosen", is_shared=True, reviewers=[trainer])
    said = html(client, reverse("list_queues"))
    assert said.index("Everything that waits") < said.index("chosen") < said.index("mine")
    assert "theirs" not in said
    assert f"/review/?queue={mine.uuid}" in said
    assert f"queue={chosen.uuid}" not in said
    assert client.get(theirs.get_absolute_url()).status_code == 404


def test_a_queue_is_made_by_a_form(client: Client, reviewer: User) -> None:
    response = client.post(reverse("new_queue"), FIELDS | {"queue-reviewers": [str(reviewer.pk)]})
    queue = ReviewQueue.objects.get()
    assert response["Location"] == queue.get_absolute_url()
    assert (queue.name, queue.order, queue.random_share, queue.overlap) == ("mine", "lowest", 0.2, 2)
    assert (queue.owner, queue.query, queue.is_shared) == (reviewer, {"kind": "register"}, True)
    assert list(queue.reviewers.all()) == [reviewer]
    assert Event.objects.get().after["reviewers"] == ["a-reviewer"]


def test_the_form_begins_with_the_filters_of_the_address(client: Client) -> None:
    assert 'value="story"' in html(client, reverse("new_queue") + "?kind=story&domain=nowhere")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"queue-name": ""}, "required"),
        ({"queue-name": "n" * 121}, "at most 120 characters"),
        ({"queue-order": "alphabetical"}, "Select a valid choice"),
        ({"queue-random_share": "1.1"}, "less than or equal to 1"),
        ({"queue-random_share": "nan"}, "Enter a number"),
        ({"queue-repeat_share": "0.5"}, "less than or equal to 0.05"),
        ({"queue-overlap": "0"}, "greater than or equal to 1"),
        ({"queue-overlap": "10"}, "less than or equal to 9"),
        ({"queue-reviewers": "99999"}, "Select a valid choice"),
        ({"domain": "nowhere"}, "“domain” does not know “nowhere”"),
        ({"queue-name": "taken"}, "The name “taken” is taken"),
    ],
)
def test_a_bad_form_makes_nothing(client: Client, reviewer: User, wrong: dict[str, Any], said: str) -> None:
    add_queue(reviewer, name="taken")
    response = client.post(reverse("new_queue"), FIELDS | wrong)
    assert response.status_code == 200
    assert said in response.content.decode()
    assert ReviewQueue.objects.count() == 1


def test_its_owner_changes_archives_and_restores_it(client: Client, reviewer: User) -> None:
    queue = add_queue(reviewer, name="a queue", query={"kind": "story"})
    assert 'value="story"' in html(client, reverse("edit_queue", args=[queue.uuid]))
    client.post(reverse("edit_queue", args=[queue.uuid]), FIELDS)
    queue.refresh_from_db()
    assert (queue.name, queue.query) == ("mine", {"kind": "register"})
    client.post(reverse("archive_queue", args=[queue.uuid]))
    assert client.get(f"/review/?queue={queue.uuid}").status_code == 404
    assert queue.name in html(client, reverse("list_queues") + "?archived=yes")
    client.post(reverse("restore_queue", args=[queue.uuid]))
    assert client.get(f"/review/?queue={queue.uuid}").status_code == 200


@pytest.mark.parametrize("url_name", ["edit_queue", "archive_queue"])
def test_others_change_nothing(client: Client, trainer: User, url_name: str) -> None:
    queue = add_queue(trainer, name="a queue", is_shared=True)
    response = client.post(reverse(url_name, args=[queue.uuid]), FIELDS, follow=True)
    assert "Only a-trainer or an admin changes “a queue”" in response.content.decode()
    queue.refresh_from_db()
    assert (queue.name, queue.is_archived) == ("a queue", False)
    assert reverse(url_name, args=[queue.uuid]) not in html(client, queue.get_absolute_url())


def test_its_page_says_what_comes_next_and_why(client: Client, make_samples: MakeSamples) -> None:
    low, high = make_samples(2)
    for sample, overall in ((low, 0.1), (high, 0.9)):
        make_score(sample, overall)
    said = html(client, saved(order="highest", query={"kind": "register"}).rules.get_absolute_url())
    assert said.index("What is at $2101?") < said.index("What is at $2100?")
    for part in ("2 wait for you", "Kind: register", "The highest score comes first"):
        assert part in said


def test_its_page_tells_progress_agreement_and_consistency(client: Client, make_samples: MakeSamples) -> None:
    queue, (one, two) = saved(overlap=2), people(2)
    for sample, said in zip(make_samples(3), [Decision.ACCEPT, Decision.REJECT, Decision.REJECT], strict=True):
        judge(one, sample, Decision.ACCEPT, queue, seconds=3)
        second = judge(two, sample, said, queue, seconds=5)
    judge(two, second.sample, Decision.REJECT, queue, repeat_of_id=second.pk)
    page = " ".join(html(client, queue.rules.get_absolute_url()).split())
    for part in ("person 0", "5.0", "1.00 of 1", "95 %: 0.21 to 1.00", "person 0 and person 1", "over 3 samples"):
        assert part in page


def test_a_queue_whose_filter_means_nothing_any_more_says_so(client: Client) -> None:
    queue = saved(query={"source": "11111111-1111-1111-1111-111111111111"})
    assert "The filter “source” does not know “11111111" in html(client, queue.rules.get_absolute_url())
    assert client.get(f"/review/?queue={queue.rules.uuid}").status_code == 404


def test_the_review_page_goes_on_with_the_queue(client: Client, sample: Sample) -> None:
    queue = saved(query={"kind": "register"})
    said = html(client, f"/review/?queue={queue.rules.uuid}")
    assert said.count(f"queue={queue.rules.uuid}") >= 4
    assert queue.rules.name in said


@pytest.mark.parametrize("told", ["x", "11111111-1111-1111-1111-111111111111"])
def test_a_queue_that_does_not_exist_is_not_found(client: Client, told: str) -> None:
    assert client.get("/review/", {"queue": told}).status_code == 404


def test_who_is_not_named_does_not_review(client: Client, trainer: User, sample: Sample) -> None:
    queue = add_queue(trainer, name="a queue", is_shared=True, reviewers=[trainer])
    assert client.get(queue.get_absolute_url()).status_code == 200
    for url in ("/review/", "/review/next/"):
        ask = client.get if url == "/review/" else client.post
        assert ask(f"{url}?queue={queue.uuid}").status_code == 404
    assert Sample.objects.get().leased_to is None


def test_the_pages_cost_few_queries(
    client: Client,
    reviewer: User,
    make_samples: MakeSamples,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    queue = saved(overlap=2, query={"kind": "register"})
    for sample in make_samples(12):
        judge(reviewer, sample, Decision.ACCEPT, queue)
    for number in range(20):
        saved(name=f"queue {number}")
    with django_assert_max_num_queries(8):
        client.get(reverse("list_queues"))
    with django_assert_max_num_queries(11):
        client.get(queue.rules.get_absolute_url())


@pytest.mark.parametrize("overlap", [1, 2])
def test_claiming_from_a_queue_costs_few_queries(
    client: Client, make_samples: MakeSamples, django_assert_max_num_queries: DjangoAssertNumQueries, overlap: int
) -> None:
    queue = saved(overlap=overlap, random_share=0.1)
    held = str(make_samples(30)[29].uuid)
    # The second way in has a transaction of its own, whose begin and end count.
    with django_assert_max_num_queries(8 + 2 * (overlap - 1)):
        client.post(
            f"/review/next/?{Queue(queue.rules).query()}",
            f'{{"held": ["{held}"], "count": 20}}',
            content_type="application/json",
        )
