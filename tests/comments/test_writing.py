"""Comments: where they stand, who may change them, what history keeps."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError

from afsweb.core.models import Event, User
from datasets_app.comments.errors import CommentGone, EmptyComment, NoSuchPlace, NotYourComment
from datasets_app.comments.threads import count_by_line, threads_of
from datasets_app.comments.writing import answer, delete, rewrite, settle, write
from datasets_app.models import Comment, Sample, SampleVersion, Text
from datasets_app.review.edit import edit
from datasets_app.samples.adding import NewSample, add_samples
from tests.review.making import version

pytestmark = pytest.mark.django_db


@pytest.fixture
def text(sample: Sample) -> SampleVersion:
    """A version whose output has three lines."""
    (made,) = add_samples(sample.source, [NewSample(Text("Which?", "", "SEP #$20\nLDA $2100\nRTS"))])
    return version(made)


def test_a_comment_on_a_line_keeps_what_the_line_says(reviewer: User, text: SampleVersion) -> None:
    comment = write(reviewer, text, "  Is it open\nbus? ", field="output", line=2)
    assert (comment.text, comment.quote) == ("Is it open\nbus?", "LDA $2100")
    event = Event.objects.get(object_type="datasets.comment", object_id=comment.pk)
    assert (event.verb, event.actor, event.after["place"]) == ("comment", reviewer, "output, line 2")


@pytest.mark.parametrize(
    "field, line", [("output", 4), ("output", 0), ("input", None), ("reviews", None), ("", 1), ("turn-1", None)]
)
def test_a_place_that_the_text_does_not_have_is_refused(
    reviewer: User, text: SampleVersion, field: str, line: int | None
) -> None:
    with pytest.raises(NoSuchPlace):
        write(reviewer, text, "Here.", field=field, line=line)
    assert not Comment.objects.exists()


def test_a_conversation_is_commented_turn_by_turn(reviewer: User, sample: Sample) -> None:
    turns = [("user", "One?"), ("assistant", "Two.\nThree."), ("user", "Four?"), ("assistant", "Five.")]
    chat = Text.of_chat([{"role": role, "content": content} for role, content in turns])
    (made,) = add_samples(sample.source, [NewSample(chat)])
    assert write(reviewer, version(made), "Why?", field="turn-2", line=2).quote == "Three."
    with pytest.raises(NoSuchPlace, match="turn 5, line 1"):
        write(reviewer, version(made), "Why?", field="turn-5", line=1)


@pytest.mark.parametrize("said", ["", "  \n ", "\x00"[:0]])
def test_an_empty_comment_is_refused(reviewer: User, text: SampleVersion, said: str) -> None:
    with pytest.raises(EmptyComment):
        write(reviewer, text, said)


def test_an_answer_to_an_answer_joins_the_comment(reviewer: User, other: User, text: SampleVersion) -> None:
    comment = write(reviewer, text, "Is it?", field="output", line=2)
    first = answer(other, comment, "It is.")
    second = answer(reviewer, first, "Thanks.")
    assert [first.parent, second.parent] == [comment, comment]
    (thread,) = threads_of(Comment.objects.order_by("pk"), text.pk)
    assert [one.text for one in thread.answers] == ["It is.", "Thanks."]


def test_the_author_changes_it_and_history_keeps_what_it_said(reviewer: User, text: SampleVersion) -> None:
    comment = write(reviewer, text, "Wrong.")
    rewrite(reviewer, comment, "Wrong: see line 2.")
    comment.refresh_from_db()
    assert comment.text == "Wrong: see line 2."
    assert comment.edited_at is not None
    assert Event.objects.get(verb="edit").before == {"text": "Wrong."}


def test_the_author_deletes_it_and_history_keeps_what_it_said(reviewer: User, other: User, text: SampleVersion) -> None:
    comment, answered = write(reviewer, text, "One."), write(reviewer, text, "Two.")
    answer(other, answered, "An answer.")
    delete(reviewer, comment)
    delete(reviewer, answered)
    assert set(Comment.objects.filter(parent=None).values_list("text", flat=True)) == {""}
    (thread,) = threads_of(Comment.objects.order_by("pk"), text.pk)
    assert [one.text for one in thread.answers] == ["An answer."]
    assert {event.before["text"] for event in Event.objects.filter(verb="delete")} == {"One.", "Two."}


def test_nobody_changes_another_persons_comment(
    reviewer: User, other: User, admin_user: User, text: SampleVersion
) -> None:
    comment = write(reviewer, text, "Mine.")
    for person in (other, admin_user):
        with pytest.raises(NotYourComment, match="Only a-reviewer can change"):
            rewrite(person, comment, "Theirs.")
        with pytest.raises(NotYourComment):
            delete(person, comment)
    assert Comment.objects.get().text == "Mine."


def test_a_deleted_comment_is_neither_changed_nor_answered(reviewer: User, other: User, text: SampleVersion) -> None:
    comment = write(reviewer, text, "Mine.")
    delete(reviewer, comment)
    with pytest.raises(CommentGone):
        rewrite(reviewer, comment, "Again.")
    with pytest.raises(CommentGone):
        delete(reviewer, comment)
    with pytest.raises(CommentGone):
        answer(other, comment, "An answer.")


def test_anybody_who_reviews_resolves_it_and_opens_it_again(reviewer: User, other: User, text: SampleVersion) -> None:
    comment = write(reviewer, text, "Fix it.", field="output", line=1)
    assert settle(other, comment, resolved=True)
    assert not settle(reviewer, comment, resolved=True)
    comment.refresh_from_db()
    assert comment.resolved_by == other
    assert count_by_line(threads_of([comment], text.pk)) == {}
    assert settle(reviewer, comment, resolved=False)
    again = Comment.objects.get()
    assert again.resolved_at is None
    assert again.resolved_by is None


def test_open_comments_on_the_shown_text_are_counted_by_line(reviewer: User, text: SampleVersion) -> None:
    for line in (2, 2, 3, None):
        write(reviewer, text, "Look.", field="output", line=line)
    assert count_by_line(threads_of(Comment.objects.all(), text.pk)) == {"output": {2: 2, 3: 1}}


def test_after_an_edit_a_comment_stands_with_the_line_it_was_about(reviewer: User, text: SampleVersion) -> None:
    write(reviewer, text, "Open bus.", field="output", line=2)
    new = edit(reviewer, text, Text("Which?", "", "SEP #$20\nLDA $2101\nRTS"))
    (thread,) = threads_of(Comment.objects.all(), new.pk)
    assert thread.is_about_other
    assert thread.comment.quote == "LDA $2100"
    assert count_by_line([thread]) == {}


@pytest.mark.parametrize(
    "columns",
    [{"line": 2}, {"field": "output", "line": 0}, {"resolved_at": "2026-01-01T00:00Z"}],
)
def test_the_database_refuses_what_makes_no_sense(reviewer: User, text: SampleVersion, columns: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        Comment.objects.create(sample=text.sample, version=text, author=reviewer, text="x", **columns)


def test_an_answer_has_no_place_of_its_own(reviewer: User, text: SampleVersion) -> None:
    top = write(reviewer, text, "One.")
    with pytest.raises(IntegrityError, match="an_answer_is_where_its_comment_is"):
        Comment.objects.create(
            sample=text.sample, version=text, author=reviewer, text="x", parent=top, field="output", line=1
        )
