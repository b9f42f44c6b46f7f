"""Views: the list's filters under a name, a person's own and shared ones. Each is a queue to review from."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.history import history_of
from afsweb.core.models import Event, Role, User
from datasets_app.models import ReviewQueue, Sample
from datasets_app.samples.saved import NotYourView, rename_view, save_view, views_of
from datasets_app.samples.saved_pages import address_of
from tests.datasets.test_sample_pages import ClientAs, ids

pytestmark = pytest.mark.django_db
QUERY = {"state": "pending", "q": "INIDISP"}


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


@pytest.fixture
def view(reviewer: User) -> ReviewQueue:
    return save_view(reviewer, "about INIDISP", QUERY)


def post(client: Client, url_name: str, view: ReviewQueue | None = None, **told: str) -> str:
    """What the page says after the form was sent."""
    url = reverse(url_name, args=[view.uuid] if view else [])
    return client.post(url, told, follow=True).content.decode()


def test_what_the_list_is_filtered_by_is_saved_and_opened_again(
    client: Client, samples: list[Sample], reviewer: User
) -> None:
    said = post(client, "save_view", name=" about  INIDISP ", query=urlencode(QUERY | {"golden": "perhaps"}))
    assert "Saved as “about INIDISP”." in said
    view = ReviewQueue.objects.get()
    assert (view.name, view.query, view.owner, view.is_shared) == ("about INIDISP", QUERY, reviewer, False)
    page = client.get(address_of(view))
    assert [sample.pk for sample in page.context["page"].rows] == ids(samples, 0)
    assert page.context["opened"] == view
    assert Event.objects.get(verb="save").after == {"name": "about INIDISP", "query": QUERY}


def test_own_and_shared_views_are_offered(client_as: ClientAs, reviewer: User, trainer: User) -> None:
    mine = save_view(reviewer, "mine", QUERY)
    save_view(trainer, "theirs", QUERY)
    shared = save_view(trainer, "shared", QUERY, is_shared=True)
    assert list(views_of(reviewer)) == [mine, shared]
    page = client_as(reviewer).get(reverse("list_samples")).content.decode()
    assert "mine</a>" in page and "shared <small>by a-trainer</small>" in page and "theirs" not in page
    assert "shared" in client_as(Role.VIEWER).get(reverse("list_samples")).content.decode()


def test_a_view_with_me_means_whoever_opens_it(samples: list[Sample], reviewer: User, trainer: User) -> None:
    view = save_view(reviewer, "for me", {"assigned_to": "me"}, is_shared=True)
    assert view.query == {"assigned_to": "me"}


def test_a_view_is_renamed_replaced_and_archived(client: Client, view: ReviewQueue) -> None:
    assert "Renamed." in post(client, "rename_view", view, name="another name")
    assert "Replaced by these filters." in post(client, "replace_view", view, query="golden=yes")
    view.refresh_from_db()
    assert (view.name, view.query) == ("another name", {"golden": "yes"})
    assert "Archived" in post(client, "archive_view", view)
    assert "another name" not in client.get(reverse("list_samples")).content.decode()
    assert [event.verb for event in history_of(view)] == ["archive", "replace", "rename", "save"]
    assert Event.objects.get(verb="replace").before == {"query": QUERY}
    assert client.post(reverse("rename_view", args=[view.uuid]), {"name": "x"}).status_code == 404


def test_two_views_of_one_person_have_two_names(client: Client, view: ReviewQueue, trainer: User) -> None:
    assert "there is a view “about INIDISP”" in post(client, "save_view", name="about INIDISP", query="")
    other = save_view(view.owner or trainer, "other", {})
    assert "there is a view “about INIDISP”" in post(client, "rename_view", other, name="about INIDISP")
    other.refresh_from_db()
    assert other.name == "other"
    assert save_view(trainer, "about INIDISP", {}).pk
    post(client, "archive_view", view)
    assert "Saved as" in post(client, "save_view", name="about INIDISP", query="")


@pytest.mark.parametrize("name", ["", "  ", "x" * 121])
def test_a_view_needs_a_name(client: Client, name: str) -> None:
    assert "give the view a name" in post(client, "save_view", name=name, query="")
    assert not ReviewQueue.objects.exists()


def test_only_its_owner_or_an_admin_changes_a_view(
    client_as: ClientAs, view: ReviewQueue, trainer: User, admin_user: User
) -> None:
    assert "is a-reviewer&#x27;s" in post(client_as(trainer), "rename_view", view, name="stolen")
    with pytest.raises(NotYourView):
        rename_view(view, "stolen", by=trainer)
    post(client_as(trainer), "archive_view", view)
    post(client_as(trainer), "replace_view", view, query="")
    view.refresh_from_db()
    assert (view.name, view.query, view.is_archived) == ("about INIDISP", QUERY, False)
    assert "Renamed." in post(client_as(admin_user), "rename_view", view, name="put right")


def test_viewers_open_views_and_save_none(client_as: ClientAs, view: ReviewQueue, samples: list[Sample]) -> None:
    client = client_as(Role.VIEWER)
    assert "Save this view" not in client.get(address_of(view)).content.decode()
    assert client.post(reverse("save_view"), {"name": "x", "query": ""}).status_code == 403


def test_a_name_is_text(client: Client, reviewer: User) -> None:
    view = save_view(reviewer, "<script>alert(1)</script>\x00", {"topic": "<img src=x>"}, is_shared=True)
    page = client.get(address_of(view)).content.decode()
    assert "<script>alert" not in page and "<img" not in page


def test_a_long_query_is_cut_and_no_error(client: Client) -> None:
    assert "Saved as" in post(client, "save_view", name="long", query="q=" + "x" * 20_000 + "&state=pending")
    assert ReviewQueue.objects.get().query == {}
