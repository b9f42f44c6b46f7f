"""Views: the list's filters under a name, a person's own and shared ones. Each is a queue to review from.

Who sees a queue, its names and who changes it: tests/review/test_queue_rules.py.
"""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.history import history_of
from afsweb.core.models import Event, Role, User
from datasets_app.models import ReviewQueue, Sample
from datasets_app.review.queues import add_queue
from tests.datasets.test_sample_pages import ClientAs, ids

pytestmark = pytest.mark.django_db
QUERY = {"state": "pending", "q": "INIDISP"}


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


@pytest.fixture
def view(reviewer: User) -> ReviewQueue:
    return add_queue(reviewer, name="about INIDISP", query=QUERY)


def post(client: Client, url_name: str, view: ReviewQueue | None = None, **told: str) -> str:
    """What the page says after the form was sent."""
    url = reverse(url_name, args=[view.uuid] if view else [])
    return client.post(url, told, follow=True).content.decode()


def test_what_the_list_is_filtered_by_is_saved_and_opened_again(
    client: Client, samples: list[Sample], reviewer: User
) -> None:
    said = post(client, "save_view", name=" about  INIDISP ", query=urlencode(QUERY | {"golden": "perhaps"}))
    assert "Saved as “about INIDISP”, a view of the list and a queue to review from." in said
    view = ReviewQueue.objects.get()
    assert (view.name, view.query, view.owner, view.is_shared) == ("about INIDISP", QUERY, reviewer, False)
    page = client.get(view.list_address)
    assert [sample.pk for sample in page.context["page"].rows] == ids(samples, 0)
    assert page.context["opened"] == view
    assert view.get_absolute_url() in page.content.decode()
    assert client.get(reverse("review"), {"queue": str(view.uuid)}).context["card"].sample == samples[0]


def test_own_and_shared_views_are_offered(client_as: ClientAs, reviewer: User, trainer: User) -> None:
    add_queue(reviewer, name="mine")
    add_queue(trainer, name="theirs")
    add_queue(trainer, name="shared", is_shared=True)
    page = client_as(reviewer).get(reverse("list_samples")).content.decode()
    assert "mine</a>" in page and "shared <small>by a-trainer</small>" in page and "theirs" not in page
    assert "shared" in client_as(Role.VIEWER).get(reverse("list_samples")).content.decode()


def test_a_view_with_me_means_whoever_opens_it(client_as: ClientAs, samples: list[Sample], trainer: User) -> None:
    Sample.objects.filter(pk=samples[1].pk).update(assigned_to=trainer)
    said = post(client_as(Role.REVIEWER), "save_view", name="for me", query="assigned_to=me", is_shared="on")
    assert "Saved as “for me”" in said
    view = ReviewQueue.objects.get()
    assert view.query == {"assigned_to": "me"}
    assert [row.pk for row in client_as(trainer).get(view.list_address).context["page"].rows] == ids(samples, 1)


def test_a_view_is_renamed_replaced_and_archived(client: Client, view: ReviewQueue) -> None:
    assert "Renamed." in post(client, "rename_view", view, name="another name")
    assert "Replaced by these filters." in post(client, "replace_view", view, query="golden=yes")
    view.refresh_from_db()
    assert (view.name, view.query) == ("another name", {"golden": "yes"})
    assert "Archived" in post(client, "archive_view", view)
    assert "another name" not in client.get(reverse("list_samples")).content.decode()
    assert [event.verb for event in history_of(view)] == ["archive", "change", "change", "add"]
    assert Event.objects.filter(verb="change").latest("pk").before == {"query": QUERY}
    assert client.post(reverse("rename_view", args=[view.uuid]), {"name": "x"}).status_code == 404


def test_two_views_of_one_person_have_two_names(client: Client, view: ReviewQueue, trainer: User) -> None:
    assert "The name “about INIDISP” is taken" in post(client, "save_view", name="about INIDISP", query="")
    other = add_queue(view.owner or trainer, name="other")
    assert "The name “about INIDISP” is taken" in post(client, "rename_view", other, name="about INIDISP")
    other.refresh_from_db()
    assert other.name == "other"
    assert add_queue(trainer, name="about INIDISP").pk
    post(client, "archive_view", view)
    assert "Saved as" in post(client, "save_view", name="about INIDISP", query="")


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_view_needs_a_name(client: Client, name: str) -> None:
    assert "Not saved: give it a name" in post(client, "save_view", name=name, query="")
    assert not ReviewQueue.objects.exists()


def test_only_its_owner_or_an_admin_changes_a_view(
    client_as: ClientAs, view: ReviewQueue, trainer: User, admin_user: User
) -> None:
    ReviewQueue.objects.update(is_shared=True)
    for name in ("rename_view", "replace_view", "archive_view"):
        said = post(client_as(trainer), name, view, name="stolen", query="")
        assert "Only a-reviewer or an admin changes “about INIDISP”" in said
    view.refresh_from_db()
    assert (view.name, view.query, view.is_archived) == ("about INIDISP", QUERY, False)
    assert "Renamed." in post(client_as(admin_user), "rename_view", view, name="put right")


def test_a_view_that_one_does_not_see_is_not_found(client_as: ClientAs, view: ReviewQueue, trainer: User) -> None:
    for name in ("rename_view", "replace_view", "archive_view"):
        assert client_as(trainer).post(reverse(name, args=[view.uuid]), {"name": "x"}).status_code == 404
    view.refresh_from_db()
    assert (view.name, view.is_archived) == ("about INIDISP", False)


def test_viewers_open_views_and_save_none(client_as: ClientAs, view: ReviewQueue, samples: list[Sample]) -> None:
    ReviewQueue.objects.update(is_shared=True)
    client = client_as(Role.VIEWER)
    assert "Its queue" not in client.get(view.list_address).content.decode()
    assert "Save this view" not in client.get(view.list_address).content.decode()
    assert client.post(reverse("save_view"), {"name": "x", "query": ""}).status_code == 403


def test_a_name_is_text(client: Client, reviewer: User) -> None:
    told = {"topic": "<img src=x>"}
    view = add_queue(reviewer, name="<script>alert(1)</script>\x00", query=told, is_shared=True)
    page = client.get(view.list_address).content.decode()
    assert "<script>alert" not in page and "<img" not in page


def test_a_long_query_is_cut_and_no_error(client: Client) -> None:
    assert "Saved as" in post(client, "save_view", name="long", query="q=" + "x" * 20_000 + "&state=pending")
    assert ReviewQueue.objects.get().query == {}
