"""A sample's history has everything that was said of it in its place: approvals, their end, and comments."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from afsweb.core.models import Event, Role, User
from datasets_app.comments.writing import answer, delete, rewrite, settle, write
from datasets_app.golden.curating import confirm
from datasets_app.history.about import lines_about
from datasets_app.models import Decision, Domain, Sample
from datasets_app.purge.purging import empty_words
from tests.commands.conftest import Afs, afs
from tests.conftest import ClientAs, make_user
from tests.golden.conftest import two_persons
from tests.golden.doing import take
from tests.review.making import MakeSamples, version
from tests.review.test_history import rows

__all__ = ["afs", "two_persons"]


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


@pytest.fixture
def other(db: None) -> User:
    return make_user(Role.TRAINER)


def card(client: Client, sample: Sample) -> list[str]:
    """What the history on the sample's page says, newest first."""
    page = client.get(sample.get_absolute_url()).content.decode()
    body = page.partition("<h2>History</h2>")[2].partition("</ul>")[0]
    return [" ".join(re.sub(r"<small>.*?</small>", "", row, flags=re.S).split()) for row in items(body)]


def items(body: str) -> list[str]:
    return [re.sub(r"^.*<li>|</li>.*$", "", row, flags=re.S) for row in body.split("</li>") if "<li" in row]


def test_comments_stand_among_the_decisions_in_their_order(
    client: Client, reviewer: User, other: User, sample: Sample
) -> None:
    comment = write(reviewer, version(sample), "Is it $2100?", field="output", line=1)
    take(other, sample, Decision.ACCEPT)
    reply = answer(other, comment, "It is.")
    rewrite(other, reply, "It surely is.")
    settle(reviewer, comment, resolved=True)
    settle(reviewer, comment, resolved=False)
    said = ["reopen of a comment", "resolve of a comment", "edit of a comment", "answer to a comment", "accept"]
    assert card(client, sample) == [*said, "comment"]
    shown = rows(client, sample=sample.pk)
    assert [row.partition(" ")[0] for row in shown] == ["comment"] * 4 + ["Sample", "comment"]
    assert "Is it $2100?" in shown[-1] and "state pending → accepted" in shown[-2] and "It surely is." in shown[2]
    assert "Undo" not in " ".join(shown)


def test_approvals_and_their_end_are_lines(
    client: Client, reviewer: User, other: User, sample: Sample, two_persons: Domain
) -> None:
    take(reviewer, sample, Decision.GOLDEN)
    write(other, version(sample), "I agree.")
    take(other, sample, Decision.GOLDEN)
    confirm(reviewer, Sample.objects.get(pk=sample.pk))
    take(reviewer, sample, Decision.UNGOLD)
    assert card(client, sample) == ["ungold", "confirm golden", "golden", "comment", "golden"]
    ungold, _, second, comment, first = rows(client, sample=sample.pk)
    assert "the first of two approvals" in first and "I agree." in comment
    assert "golden no → yes" in second and "the first" not in second and "golden yes → no" in ungold


def test_what_a_deleted_comment_said_is_not_repeated(client: Client, reviewer: User, sample: Sample) -> None:
    comment = write(reviewer, version(sample), "A slip of the pen.")
    delete(reviewer, comment)
    assert card(client, sample) == ["delete of a comment", "comment"]
    assert "slip" not in " ".join(rows(client, sample=sample.pk))


def test_comments_on_others_are_not_in_it(client: Client, reviewer: User, make_samples: MakeSamples) -> None:
    one, two = make_samples(2)
    write(reviewer, version(one), "About one.")
    write(reviewer, version(two), "About two.")
    assert "About two." not in " ".join(rows(client, sample=one.pk)) and len(rows(client, sample=one.pk)) == 1
    assert list(lines_about(one.pk).values_list("verb", flat=True)) == ["comment"]
    assert rows(client, sample=one.pk, about="datasets.sample") == []
    assert len(rows(client, about="datasets.comment")) == 2


def test_a_purge_empties_what_the_lines_say(client: Client, reviewer: User, sample: Sample) -> None:
    write(reviewer, version(sample), "My number is 555.")
    empty_words(sample)
    assert "555" not in " ".join(rows(client, sample=sample.pk))


def test_the_terminal_says_the_same(afs: Afs, reviewer: User, sample: Sample) -> None:
    comment = write(reviewer, version(sample), "Is it $2100?")
    settle(reviewer, comment, resolved=True)
    assert "resolve of a comment by a-reviewer" in afs("sample", "show", sample.pk).out
    said = afs("history", "--sample", sample.pk).out.splitlines()
    assert [f"comment {comment.pk} on sample {sample.pk}" in line for line in said] == [True, True]


@pytest.mark.parametrize("count", [1, 12])
def test_it_costs_few_queries(
    client: Client, reviewer: User, sample: Sample, count: int, django_assert_max_num_queries: Any
) -> None:
    for number in range(count):
        write(reviewer, version(sample), f"Remark {number}.")
    take(reviewer, sample, Decision.ACCEPT)
    with django_assert_max_num_queries(8):
        client.get("/history/", {"sample": sample.pk})


def test_no_line_about_something_else_is_read(reviewer: User, sample: Sample) -> None:
    write(reviewer, version(sample), "Is it $2100?")
    filler = [Event(verb="x", source="ui", object_type="datasets.source", object_id=pk) for pk in range(3_000)]
    Event.objects.bulk_create(filler)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE core_event")
        newest = lines_about(sample.pk).order_by("-pk")[:20]
        plan = newest.explain()
    assert "Seq Scan on core_event" not in plan, plan
