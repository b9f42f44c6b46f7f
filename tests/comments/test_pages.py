"""Comments on the pages: beside the text on the sample's page and on the card, as text and never as markup."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.comments.writing import write
from datasets_app.models import Comment, Sample, Text
from datasets_app.review.cards import load_cards
from datasets_app.review.edit import edit
from tests.review.making import MakeSamples, version

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]
PAYLOAD = "</textarea></p><script>alert(1)</script><img src=x onerror=alert(2)>\"'"


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


def post(client: Client, name: str, row: Any, **told: Any) -> Any:
    return client.post(reverse(name, args=[row.uuid]), told)


def test_a_form_makes_a_comment_and_leads_to_it(client: Client, sample: Sample) -> None:
    response = post(client, "add_comment", version(sample), field="output", line=1, text="Is it?")
    comment = Comment.objects.get()
    assert response["Location"] == f"{sample.get_absolute_url()}#comment-{comment.uuid}"
    shown = client.get(sample.get_absolute_url()).content.decode()
    assert "Is it?" in shown and "output, line 1" in shown
    assert 'data-n="1" data-comments="1 comment"' in shown
    assert "a name that nobody has stays text" in shown


def test_the_card_shows_it_and_its_form_leads_back(client: Client, reviewer: User, sample: Sample) -> None:
    write(reviewer, version(sample), "Look at this.", field="output", line=1)
    card = client.get(reverse("review")).content.decode()
    assert "Look at this." in card and 'data-comments="1 comment"' in card
    response = post(client, "add_comment", version(sample), text="And this.", back="review")
    assert response["Location"] == f"{reverse('review')}?sample={sample.uuid}"


@pytest.mark.parametrize(
    "told, problem",
    [
        ({"text": ""}, "Write something"),
        ({"text": "Here.", "field": "output", "line": 99}, "There is no output, line 99 in this text."),
        ({"text": "Here.", "line": 1}, "There is no line 1 without a part"),
        ({"text": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_a_refused_comment_is_shown_again_with_its_text(
    client: Client, sample: Sample, told: dict[str, Any], problem: str
) -> None:
    response = post(client, "add_comment", version(sample), **told)
    assert response.status_code == 422
    assert problem in response.content.decode()
    assert told["text"] in response.content.decode()
    assert not Comment.objects.exists()


def test_whatever_is_written_stays_text(client: Client, reviewer: User, sample: Sample) -> None:
    comment = write(reviewer, version(sample), PAYLOAD)
    post(client, "answer_comment", comment, text=PAYLOAD)
    for page in (client.get(sample.get_absolute_url()), client.get(reverse("review"))):
        shown = page.content.decode()
        assert shown.count("&lt;script&gt;alert(1)") >= 2
        assert "<script>alert(1)" not in shown and "<img src=x" not in shown


def test_answer_change_delete_and_resolve(client: Client, reviewer: User, sample: Sample) -> None:
    comment = write(reviewer, version(sample), "Is it?")
    post(client, "answer_comment", comment, text="It is.")
    post(client, "edit_comment", comment, text="Is it so?")
    post(client, "settle_comment", comment)
    shown = client.get(sample.get_absolute_url()).content.decode()
    assert "It is." in shown and "Is it so?" in shown and "resolved by a-reviewer" in shown
    post(client, "settle_comment", comment, resolved="no")
    post(client, "delete_comment", comment)
    assert "a-reviewer deleted this comment." in client.get(sample.get_absolute_url()).content.decode()


def test_another_persons_comment_has_no_form_and_is_not_changed(client: Client, other: User, sample: Sample) -> None:
    comment = write(other, version(sample), "Theirs.")
    assert reverse("edit_comment", args=[comment.uuid]) not in client.get(sample.get_absolute_url()).content.decode()
    assert "Only a-trainer can change" in post(client, "edit_comment", comment, text="Mine.").content.decode()
    post(client, "delete_comment", comment)
    comment.refresh_from_db()
    assert comment.text == "Theirs."


def test_viewers_read_and_do_not_write(client_as: ClientAs, reviewer: User, sample: Sample) -> None:
    comment, viewer = write(reviewer, version(sample), "For all."), client_as(Role.VIEWER)
    shown = viewer.get(sample.get_absolute_url()).content.decode()
    assert "For all." in shown and "Comment on it" not in shown and ">Answer<" not in shown
    assert post(viewer, "add_comment", version(sample), text="Mine.").status_code == 403
    for name in ("answer_comment", "edit_comment", "delete_comment", "settle_comment"):
        assert post(viewer, name, comment, text="Mine.").status_code == 403


def test_after_an_edit_the_line_it_was_about_stands_beside_it(client: Client, reviewer: User, sample: Sample) -> None:
    write(reviewer, version(sample), "Which one?", field="output", line=1)
    edit(reviewer, version(sample), Text("What is $2100?", "", "It is INIDISP."))
    shown = client.get(sample.get_absolute_url()).content.decode()
    assert "version 1</a>" in shown and '<pre class="quote">It is register number 0.</pre>' in shown
    assert "data-comments" not in shown


def test_a_batch_of_cards_reads_all_comments_in_one_statement(reviewer: User, make_samples: MakeSamples) -> None:
    samples = make_samples(6)

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            for card in load_cards({sample.pk: None for sample in samples}):
                assert card.parts
        return len(captured)

    before = cost()
    for sample in samples:
        for _ in range(3):
            write(reviewer, version(sample), "Look.", field="output", line=1)
    assert cost() == before + 1
