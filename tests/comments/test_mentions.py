"""@name calls a person: once, nobody by accident, nobody who is gone."""

from __future__ import annotations

import pytest

from afsweb.core.models import Notification, Role, User
from datasets_app.comments.mentions import mentioned
from datasets_app.comments.writing import answer, rewrite, write
from datasets_app.models import Sample
from tests.review.making import version

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(reviewer: User, other: User) -> list[User]:
    """a-reviewer, a-trainer, and ann.b, bob@work and gone."""
    more = [User.objects.create(username=name, role=Role.VIEWER) for name in ("ann.b", "bob@work")]
    User.objects.create(username="gone", role=Role.VIEWER, is_active=False)
    return [reviewer, other, *more]


@pytest.mark.parametrize(
    "text, names",
    [
        ("@ann.b look", ["ann.b"]),
        ("Ask @ann.b.", ["ann.b"]),
        ("(@a-trainer), @ann.b: and @a-trainer again", ["a-trainer", "ann.b"]),
        ("@bob@work", ["bob@work"]),
        ("@nobody and @gone", []),
        ("write to me@ann.b", []),
        ("@ANN.B", []),
        ("@", []),
        ("a line\n@ann.b", ["ann.b"]),
    ],
)
def test_who_is_meant(people: list[User], text: str, names: list[str]) -> None:
    assert [person.username for person in mentioned(text)] == names


def test_a_mentioned_person_is_told_once_with_the_place(reviewer: User, other: User, sample: Sample) -> None:
    comment = write(reviewer, version(sample), "@a-trainer and @a-trainer, and @a-reviewer myself")
    told = Notification.objects.get()
    assert told.person == other
    assert told.text.startswith(f"a-reviewer mentioned you on sample {sample.pk}: @a-trainer")
    assert told.link == f"{sample.get_absolute_url()}#comment-{comment.uuid}"


def test_a_change_tells_only_those_who_are_new(reviewer: User, other: User, admin_user: User, sample: Sample) -> None:
    comment = write(reviewer, version(sample), "@a-trainer look")
    rewrite(reviewer, comment, "@a-trainer and @a-admin look")
    assert list(Notification.objects.order_by("pk").values_list("person__username", flat=True)) == [
        "a-trainer",
        "a-admin",
    ]


def test_an_answer_tells_the_author_of_the_comment(reviewer: User, other: User, sample: Sample) -> None:
    comment = write(reviewer, version(sample), "Is it?")
    answer(other, comment, "It is.")
    answer(reviewer, comment, "Thanks.")
    assert [(one.person, one.text) for one in Notification.objects.all()] == [
        (reviewer, "a-trainer answered your comment: It is.")
    ]


def test_an_answer_that_mentions_its_author_tells_once(reviewer: User, other: User, sample: Sample) -> None:
    comment = write(reviewer, version(sample), "Is it?")
    answer(other, comment, "@a-reviewer it is.")
    assert Notification.objects.count() == 1


def test_a_hundred_names_call_twenty_people(reviewer: User, sample: Sample) -> None:
    User.objects.bulk_create(User(username=f"p{n}", role=Role.VIEWER) for n in range(100))
    write(reviewer, version(sample), " ".join(f"@p{n}" for n in range(100)))
    assert Notification.objects.count() == 20
