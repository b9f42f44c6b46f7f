"""From the list of samples to an action on many, its progress and its undo: as plain forms, without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from afsweb.core.models import JobState, Role, User
from datasets_app.bulk.forms import BulkForm
from datasets_app.models import BulkAction, Decision, Sample
from datasets_app.review.decisions import decide
from datasets_app.review.leases import claim_one
from tests.conftest import ClientAs
from tests.review.making import MakeSamples, version
from tests.rows import run_job

LIST = "/samples/"


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


def preview(client: Client, address: str = "", **told: Any) -> tuple[BulkAction, str]:
    """The draft that the list's form makes, and the text of its page."""
    answer = client.post(f"/samples/bulk/?{address}", {"scope": "all", **told})
    action = BulkAction.objects.latest("pk")
    assert answer["Location"] == action.get_absolute_url()
    return action, text_of(client, action.get_absolute_url())


def text_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    main = answer.content.decode().split("<main", 1)[1].split("</main>")[0]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def refusal(client: Client, address: str = "", **told: Any) -> str:
    answer = client.post(f"/samples/bulk/?{address}", told, follow=True)
    assert answer.redirect_chain == [(f"/samples/?{address}", 302)]
    assert not BulkAction.objects.exists()
    return " ".join(str(message) for message in answer.context["messages"])


def test_all_results_of_a_query_are_previewed_done_and_undone(
    client: Client, reviewer: User, make_samples: MakeSamples
) -> None:
    make_samples(3)
    make_samples(2, kind="story")
    action, said = preview(client, "kind=register", verb="reject", reject_reason="duplicate")
    assert "Reject 3 samples: too much like another" in said
    assert "Samples 3 Waits for review 3 of them" in said
    assert not Sample.objects.filter(state="rejected").exists()
    client.post(f"{action.get_absolute_url()}confirm/")
    action.refresh_from_db()
    assert action.job is not None
    assert "0 of 3 done" in text_of(client, action.get_absolute_url())
    run_job(action.job)
    assert "Done 3 of 3" in text_of(client, action.get_absolute_url())
    assert Sample.objects.filter(state="rejected", kind="register").count() == 3
    client.post(f"{action.get_absolute_url()}undo/")
    action.refresh_from_db()
    assert action.undo_job is not None
    assert "Being undone" in text_of(client, action.get_absolute_url())
    run_job(action.undo_job)
    assert "Put back as before 3 of 3" in text_of(client, action.get_absolute_url())
    assert Sample.objects.filter(state="pending").count() == 5


def test_only_the_selected_ones(client: Client, make_samples: MakeSamples) -> None:
    one, two, _ = make_samples(3)
    action, _said = preview(client, verb="tag", tag=" hard  one ", scope="selected", sample=[one.uuid, two.uuid])
    assert (action.previewed, action.picked, action.tag) == (2, [one.uuid, two.uuid], "hard one")


def test_the_preview_says_what_stays_as_it_is(
    client: Client, reviewer: User, admin_user: User, make_samples: MakeSamples
) -> None:
    done, open_now, golden = make_samples(3)
    decide(reviewer, version(done), Decision.REJECT, revision=0, reason="other")
    decide(reviewer, version(golden), Decision.GOLDEN, revision=0)
    claim_one(open_now, admin_user)
    _, said = preview(client, verb="reject", reject_reason="other")
    assert "What stays as it is Already so 1" in said
    assert "1 of them is golden, and will be no longer." in said
    assert "1 of them somebody has open just now." in said


def test_nothing_to_change_offers_no_button(client: Client, sample: Sample) -> None:
    action, said = preview(client, verb="untag", tag="x")
    assert "Nothing would change." in said
    assert f"{action.get_absolute_url()}confirm/" not in client.get(action.get_absolute_url()).content.decode()


def test_a_form_without_what_it_needs_says_so_on_the_list(client: Client, sample: Sample) -> None:
    assert "Action" in refusal(client, "kind=register", scope="all")
    assert "nine reasons" in refusal(client, scope="all", verb="reject")
    assert "write the tag" in refusal(client, scope="all", verb="tag", tag=" ")
    assert "without a comma" in refusal(client, scope="all", verb="tag", tag="a,b")
    assert "select some samples" in refusal(client, scope="selected", verb="accept")
    assert "select some samples" in refusal(client, scope="selected", verb="accept", sample="nonsense")
    assert "To:" in refusal(client, scope="all", verb="assign", assignee="nobody-of-that-name")


def test_what_was_changed_later_is_named_and_can_be_spared(
    client: Client, reviewer: User, admin_user: User, make_samples: MakeSamples
) -> None:
    samples = make_samples(2)
    action, _ = preview(client, verb="accept")
    client.post(f"{action.get_absolute_url()}confirm/")
    run_job(BulkAction.objects.get().job)  # type: ignore[arg-type]
    decide(admin_user, version(samples[0]), Decision.REJECT, revision=1, reason="unsafe")
    answer = client.post(f"{action.get_absolute_url()}undo/")
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "somebody changed 1 of its samples later" in said
    assert f"/history/?sample={samples[0].pk}" in said
    assert "a-admin rejected it just now" in said
    client.post(f"{action.get_absolute_url()}undo/", {"but_these": "yes"})
    run_job(BulkAction.objects.get().undo_job)  # type: ignore[arg-type]
    said = text_of(client, action.get_absolute_url())
    assert "Put back as before 1 of 2" in said
    assert f"Sample {samples[0].pk} changed since the preview" not in said
    assert "Not put back 1 changed later" in said


def test_a_running_one_is_stopped(client: Client, sample: Sample) -> None:
    action, _ = preview(client, verb="accept")
    client.post(f"{action.get_absolute_url()}confirm/")
    client.post(f"{action.get_absolute_url()}stop/")
    action = BulkAction.objects.select_related("job").get()
    assert action.job is not None
    assert action.job.state == JobState.CANCELLED
    assert "Go on" in text_of(client, action.get_absolute_url())
    client.post(f"{action.get_absolute_url()}continue/")
    run_job(BulkAction.objects.get().job)  # type: ignore[arg-type]
    assert Sample.objects.get().state == "accepted"


def test_another_persons_action_can_be_read_but_not_confirmed(
    client: Client, client_as: ClientAs, sample: Sample
) -> None:
    action, _ = preview(client, verb="accept")
    other = client_as(Role.TRAINER)
    assert "confirm/" not in other.get(action.get_absolute_url()).content.decode()
    answer = other.post(f"{action.get_absolute_url()}confirm/", follow=True)
    assert "Only a-reviewer or an admin" in answer.content.decode()
    assert BulkAction.objects.get().is_draft


def test_viewers_select_nothing(client_as: ClientAs, sample: Sample) -> None:
    said = client_as(Role.VIEWER).get(LIST).content.decode()
    assert 'name="sample"' not in said
    assert "Preview…" not in said


def test_rows_and_cards_are_two_views_of_the_same_page(client: Client, make_samples: MakeSamples) -> None:
    make_samples(2)
    rows, cards = (client.get(LIST, {"layout": view}).content.decode() for view in ("", "grid"))
    for page in (rows, cards):
        assert page.count('type="checkbox"\n') + page.count('name="sample"') >= 2
        assert "What is at $2101?" in page
    assert "<tbody>" in rows and 'class="grid"' not in rows
    assert "<tbody>" not in cards and 'class="grid"' in cards


def test_results_are_counted_when_asked(client: Client, make_samples: MakeSamples) -> None:
    make_samples(3)
    make_samples(1, kind="story")
    assert "count them" in text_of(client, LIST)
    assert "all 3 results" in text_of(client, f"{LIST}?kind=register&count=yes")


def test_the_list_costs_the_same_for_one_and_for_many(
    client: Client, make_samples: MakeSamples, django_assert_max_num_queries: Any
) -> None:
    make_samples(1)
    for more in (0, 40):
        if more:
            make_samples(more)
        with django_assert_max_num_queries(8):
            client.get(LIST)


def test_samples_are_assigned_to_people_who_can_do_something(client: Client, make_samples: MakeSamples) -> None:
    make_samples(1)
    User.objects.create(username="on", role=Role.REVIEWER)
    User.objects.create(username="off", role=Role.REVIEWER, is_active=False)
    User.objects.create(username="looker", role=Role.VIEWER)
    offered = client.get(reverse("list_samples")).context["bulk_form"].fields["assignee"].choices
    assert [name for name, _ in offered] == ["", "a-reviewer", "on"]
    assert "assignee" not in BulkForm(QueryDict("verb=assign&scope=all&assignee=on")).errors
    assert "assignee" in BulkForm(QueryDict("verb=assign&scope=all&assignee=off")).errors
